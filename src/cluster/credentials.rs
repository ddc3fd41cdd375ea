//! How we show the server who we are: what a kubeconfig's user comes to, and how it travels.
//!
//! Decides which of a user's credentials count, as client-go does: a client certificate beside anything; a token file
//! over a token; a program only where there is nothing else. What that program is told and answers is decided in
//! `plugin`, what an old auth provider left, in `provider`, and how requests carry it, in `layer`.

mod layer;
mod pem;
mod plugin;
mod provider;
mod token_file;

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use kube::Config;
use kube::config::{AuthInfo, Cluster};
use secrecy::{ExposeSecret, SecretString};

pub(super) use layer::AuthLayer;
use layer::Source;
use plugin::Plugin;
use token_file::TokenFile;

use crate::error::{Error, Result};

/// A certificate and its key, in PEM, that connections are made with.
#[derive(Clone)]
pub(super) struct Certificate {
    chain: Vec<u8>,
    key: SecretString,
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        // Another key has another certificate.
        self.chain == other.chain
    }
}

impl Certificate {
    /// Puts it into a connection's settings, where kube looks for it; or none.
    pub(super) fn put(certificate: Option<&Self>, config: &mut Config) {
        let user = &mut config.auth_info;
        user.client_certificate_data = certificate.map(|certificate| STANDARD.encode(&certificate.chain));
        user.client_key_data = certificate.map(|certificate| STANDARD.encode(certificate.key.expose_secret()).into());
    }
}

/// Whether a user has anything to show.
pub(super) fn are_any(user: &AuthInfo) -> bool {
    let AuthInfo { username, token, token_file, client_certificate, client_certificate_data, .. } = user;
    let texts = [username, token_file, client_certificate, client_certificate_data];
    texts.into_iter().flatten().any(|text| !text.is_empty())
        || secret(token.as_ref()).is_some()
        || user.exec.is_some()
        || user.auth_provider.is_some()
}

/// What a user shows to that cluster. A certificate is put into the connection's settings. May run a program.
pub(super) async fn of(user: &AuthInfo, name: &str, cluster: &Cluster, config: &mut Config) -> Result<AuthLayer> {
    let certificate = certificate(user)?;
    Certificate::put(certificate.as_ref(), config);
    let own = of_token(user)?;
    // oidc is used only without other credentials; a removed provider is an error even then, as with kubectl.
    let asked = user.auth_provider.as_ref().filter(|provider| own.is_none() || provider.name != "oidc");
    let provided = asked.map(provider::token).transpose()?;
    match (&user.exec, provided) {
        (_, Some(provided)) if own.is_none() => Ok(fixed(bearer(&provided)?)),
        (Some(exec), None) if own.is_none() && certificate.is_none() => {
            let plugin = Plugin::new(exec, name, cluster)?.begin().await?;
            Ok(AuthLayer::new(Source::Plugin(Box::new(plugin))))
        }
        _ => Ok(own),
    }
}

/// What a user shows that stands in the kubeconfig, or in a file it names.
fn of_token(user: &AuthInfo) -> Result<AuthLayer> {
    if let Some(path) = user.token_file.as_deref().filter(|path| !path.is_empty()) {
        return match TokenFile::open(path, secret(user.token.as_ref())) {
            Ok(file) => Ok(AuthLayer::new(Source::File(file))),
            Err(cause) => Err(Error::credential_file("tokenFile", Path::new(path), &cause)),
        };
    }
    if let Some(token) = secret(user.token.as_ref()) {
        return Ok(fixed(bearer(token)?));
    }
    let password = secret(user.password.as_ref()).map(ExposeSecret::expose_secret);
    match user.username.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => {
            let pair = STANDARD.encode(format!("{name}:{}", password.unwrap_or_default()));
            Ok(fixed(HeaderValue::from_str(&format!("Basic {pair}")).map_err(Error::other)?))
        }
        None => Ok(AuthLayer::default()),
    }
}

/// A header that stays. No trace shows it.
fn fixed(mut value: HeaderValue) -> AuthLayer {
    value.set_sensitive(true);
    AuthLayer::new(Source::Fixed(value))
}

/// A token as it is sent. None of its characters is shown.
fn bearer(token: &SecretString) -> Result<HeaderValue> {
    let value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()));
    let mut value =
        value.map_err(|_| Error::configuration("the user's token has characters that no HTTP header can have"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn secret(text: Option<&SecretString>) -> Option<&SecretString> {
    text.filter(|text| !text.expose_secret().is_empty())
}

/// The certificate a user has.
fn certificate(user: &AuthInfo) -> Result<Option<Certificate>> {
    let chain =
        read("client-certificate", user.client_certificate_data.as_deref(), user.client_certificate.as_deref())?;
    let Some(chain) = chain else { return Ok(None) };
    let data = user.client_key_data.as_ref().map(ExposeSecret::expose_secret);
    let key = read("client-key", data, user.client_key.as_deref())?.unwrap_or_default();
    pem::check_certificate(&chain, user.client_certificate.as_deref())?;
    Ok(Some(Certificate { chain, key: pem::key(key, user.client_key.as_deref())? }))
}

/// What stands in a field in base64, else in a file. `what` is the field of the file.
pub(super) fn read(what: &str, data: Option<&str>, file: Option<&str>) -> Result<Option<Vec<u8>>> {
    if let Some(data) = data.filter(|data| !data.is_empty()) {
        let bytes = STANDARD.decode(data);
        return bytes.map(Some).map_err(|cause| Error::configuration(format_args!("{what}-data: {cause}")));
    }
    match file.filter(|file| !file.is_empty()) {
        Some(file) => match std::fs::read(file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(cause) => Err(Error::credential_file(what, Path::new(file), &cause)),
        },
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests;
