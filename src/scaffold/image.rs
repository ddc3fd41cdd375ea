//! Image references, as far as they can be judged without a registry.

use std::fmt;

/// An image reference that is not impossible at first sight. Whether it exists is known to the registry only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image(String);

impl Image {
    /// Refuses what no registry can have: nothing at all, or blanks and control characters in it.
    pub fn parse(reference: &str) -> Result<Self, InvalidImage> {
        let impossible = |letter: char| letter.is_whitespace() || letter.is_control();
        if reference.is_empty() || reference.chars().any(impossible) {
            return Err(InvalidImage(reference.to_owned()));
        }
        Ok(Self(reference.to_owned()))
    }

    /// The reference as it was given: `nginx:latest`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the last part of the image's path, without tag or digest, is that word: `registry:5000/team/nginx:1`
    /// is `nginx`.
    pub fn is_called(&self, word: &str) -> bool {
        let path = self.0.split('@').next().unwrap_or_default();
        let last = path.rsplit('/').next().unwrap_or_default();
        last.split(':').next() == Some(word)
    }

    /// When it is fetched where nobody says when: always, if it is the latest one (`SetDefaults_Container`).
    pub(super) fn usual_pull_policy(&self) -> &'static str {
        let (path, digest) =
            self.0.split_once('@').map_or((self.0.as_str(), None), |(path, digest)| (path, Some(digest)));
        let tag = path.rsplit('/').next().and_then(|last| last.split_once(':')).map(|(_, tag)| tag);
        let is_latest = tag.map_or(digest.is_none(), |tag| tag == "latest");
        if is_latest { "Always" } else { "IfNotPresent" }
    }
}

/// The reference cannot be one. Worded as `kubectl run` words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidImage(String);

impl fmt::Display for InvalidImage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Invalid image name {:?}: invalid reference format", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_is_always_fetched() {
        let policy = |text: &str| Image::parse(text).unwrap().usual_pull_policy();
        for text in ["nginx", "r:5000/a/nginx", "nginx:latest"] {
            assert_eq!(policy(text), "Always", "{text}");
        }
        for text in ["nginx:1", "r:5000/nginx:1", "nginx@sha256:0", "nginx:1@sha256:0"] {
            assert_eq!(policy(text), "IfNotPresent", "{text}");
        }
    }

    #[test]
    fn only_the_impossible_is_refused() {
        for reference in ["", " ", "ngi nx", "nginx\n", "a\u{1b}b"] {
            assert!(Image::parse(reference).is_err(), "{reference:?}");
        }
        for reference in ["nginx", "nginx:latest", "127.0.0.1:5000/a/b:c", "a@sha256:0123", "Nginx"] {
            assert_eq!(Image::parse(reference).unwrap().as_str(), reference);
        }
    }

    #[test]
    fn is_called_what_its_path_ends_in() {
        let is_nginx = |reference: &str| Image::parse(reference).unwrap().is_called("nginx");
        for reference in ["nginx", "nginx:1.27", "library/nginx", "127.0.0.1:5000/nginx@sha256:00", "a:5/nginx:b@c:d"] {
            assert!(is_nginx(reference), "{reference}");
        }
        for reference in ["httpd", "nginx/unit", "nginx-unprivileged", "nginx:5000/httpd"] {
            assert!(!is_nginx(reference), "{reference}");
        }
    }
}
