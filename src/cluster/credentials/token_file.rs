//! A token that somebody else keeps fresh in a file, as the kubelet does.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};

/// How long a token is taken as it was read. client-go's, a minute less ten seconds.
const FRESH: Duration = Duration::from_secs(50);

/// A token in a file.
pub(super) struct TokenFile {
    path: PathBuf,
    token: SecretString,
    read: Instant,
}

impl TokenFile {
    /// Reads it. Where it says nothing, that token is taken until it does.
    pub(super) fn open(path: &str, or: Option<&SecretString>) -> io::Result<Self> {
        let path = PathBuf::from(path);
        let token = match (read(&path), or) {
            (Ok(token), _) => token,
            (Err(_), Some(token)) => token.clone(),
            (Err(cause), None) => return Err(cause),
        };
        Ok(Self { path, token, read: Instant::now() })
    }

    /// The token as of now. Where the file cannot be read any more, the last one: some remove it on purpose.
    pub(super) fn token(&mut self, now: Instant) -> &SecretString {
        if now.duration_since(self.read) >= FRESH {
            self.token = read(&self.path).unwrap_or_else(|_| self.token.clone());
            self.read = now;
        }
        &self.token
    }
}

fn read(path: &PathBuf) -> io::Result<SecretString> {
    let text = SecretString::from(std::fs::read_to_string(path)?);
    match text.expose_secret().trim() {
        "" => Err(io::Error::other("it is empty")),
        token => Ok(SecretString::from(token)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_again_without_its_line_end_and_kept_where_the_file_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "first\n").unwrap();
        let mut file = TokenFile::open(path.to_str().unwrap(), None).unwrap();
        let begin = file.read;
        std::fs::write(&path, " second\r\n").unwrap();
        let mut at = |seconds: u64| file.token(begin + Duration::from_secs(seconds)).expose_secret().to_owned();
        assert_eq!(at(49), "first");
        assert_eq!(at(50), "second");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(at(200), "second");
    }

    #[test]
    fn a_file_that_says_nothing_is_an_error_unless_there_is_a_token() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "\n").unwrap();
        let path = path.to_str().unwrap();
        assert!(TokenFile::open(path, None).is_err());
        let token = SecretString::from("known");
        assert_eq!(TokenFile::open(path, Some(&token)).unwrap().token.expose_secret(), "known");
    }
}
