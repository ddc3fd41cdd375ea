//! What a kubeconfig shows the server, looked over before kube takes it.
//!
//! kube panics over a token that no header can carry, sends the line end of a token file along, and takes a
//! certificate authority without a certificate for one that trusts nobody.

use http::HeaderValue;
use kube::Config;
use kube::config::AuthInfo;
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Error, Result};

/// Makes the credentials such that kube can take them.
pub(super) fn prepare(config: &mut Config) -> Result<()> {
    if config.root_cert.as_ref().is_some_and(Vec::is_empty) {
        return Err(Error::configuration("certificate-authority: there is no PEM block of a certificate in it"));
    }
    trim_token_file(&mut config.auth_info)?;
    match &config.auth_info.token {
        Some(token) if HeaderValue::from_str(token.expose_secret()).is_err() => {
            Err(Error::configuration("the user's token has characters that no HTTP header can have"))
        }
        _ => Ok(()),
    }
}

/// A token file that ends in a line end, as one that was written by hand does: its token is taken as it is now, and
/// without. Other files are left to kube, which reads them again as they change.
fn trim_token_file(user: &mut AuthInfo) -> Result<()> {
    let Some(path) = user.token_file.as_ref().filter(|_| user.token.is_none()) else {
        return Ok(());
    };
    let text =
        std::fs::read_to_string(path).map_err(|cause| Error::credential_file("tokenFile", path.as_ref(), &cause))?;
    if text.trim() != text {
        user.token = Some(SecretString::from(text.trim()));
        user.token_file = None;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(change: impl FnOnce(&mut Config)) -> Config {
        let mut config = Config::new("https://127.0.0.1:6443".parse().unwrap());
        change(&mut config);
        config
    }

    #[test]
    fn a_token_that_no_header_can_carry_is_refused() {
        let mut config = config(|config| config.auth_info.token = Some(SecretString::from("a\nb")));
        let error = prepare(&mut config).unwrap_err();
        assert!(error.to_string().starts_with("error: invalid configuration: the user's token"), "{error}");
    }

    #[test]
    fn an_authority_without_certificate_is_refused() {
        let mut config = config(|config| config.root_cert = Some(Vec::new()));
        assert!(prepare(&mut config).unwrap_err().to_string().contains("certificate-authority"));
    }

    #[test]
    fn the_line_end_of_a_token_file_is_no_part_of_the_token() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let named = |config: &mut Config| config.auth_info.token_file = Some(path.to_str().unwrap().to_owned());

        std::fs::write(&path, "secret\n").unwrap();
        let mut by_hand = config(named);
        prepare(&mut by_hand).unwrap();
        assert_eq!(by_hand.auth_info.token.unwrap().expose_secret(), "secret");

        std::fs::write(&path, "secret").unwrap();
        let mut by_machine = config(named);
        prepare(&mut by_machine).unwrap();
        assert!(by_machine.auth_info.token.is_none() && by_machine.auth_info.token_file.is_some());

        std::fs::remove_file(&path).unwrap();
        let error = prepare(&mut config(named)).unwrap_err().to_string();
        assert!(error.starts_with(&format!("error: unable to read tokenFile {}: ", path.display())), "{error}");
    }
}
