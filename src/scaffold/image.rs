//! Image references, as far as they can be judged without a registry: by the grammar of `github.com/distribution/reference`, by
//! which the kubelet reads them. The API server takes any text.

use std::fmt;

/// An image reference that is one. Whether it exists is known to the registry only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image(String);

/// The most bytes that a name may have, with its registry.
const MOST: usize = 255;

/// Where images are that name no registry, and those there that name nobody whose they are.
const DEFAULT: &str = "docker.io/library/";

impl Image {
    /// Reads `[REGISTRY/]NAME[:TAG][@DIGEST]`.
    ///
    /// # Errors
    /// It is none: the kubelet would say `InvalidImageName`.
    pub fn parse(reference: &str) -> Result<Self, InvalidImage> {
        match Parts::of(reference).problem() {
            None => Ok(Self(reference.to_owned())),
            Some(problem) => Err(InvalidImage { reference: reference.to_owned(), problem }),
        }
    }

    /// The reference as it was given: `nginx:latest`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the last part of the image's path, without tag or digest, is that word: `registry:5000/team/nginx:1`
    /// is `nginx`.
    pub fn is_called(&self, word: &str) -> bool {
        Parts::of(&self.0).path.rsplit('/').next() == Some(word)
    }

    /// When it is fetched where nobody says when: always, if it is the latest one (`SetDefaults_Container`).
    pub(super) fn usual_pull_policy(&self) -> &'static str {
        let parts = Parts::of(&self.0);
        let is_latest = parts.tag.map_or(parts.digest.is_none(), |tag| tag == "latest");
        if is_latest { "Always" } else { "IfNotPresent" }
    }
}

/// A reference taken apart, whether it is one or not.
struct Parts<'a> {
    registry: Option<&'a str>,
    path: &'a str,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(reference: &'a str) -> Self {
        let (name, digest) = cut(reference, reference.find('@'));
        let last = name.rfind('/').map_or(0, |slash| slash + 1);
        let (name, tag) = cut(name, name[last..].find(':').map(|at| last + at));
        // What is before the first slash is a registry if it looks like a host, or cannot be a name.
        let is_host = |first: &str| {
            first.contains(['.', ':']) || first == "localhost" || first.contains(|letter: char| letter.is_uppercase())
        };
        let (registry, path) = match name.split_once('/') {
            Some((first, path)) if is_host(first) => (Some(first), path),
            _ => (None, name),
        };
        Self { registry, path, tag, digest }
    }

    /// What is wrong with it; empty where nothing more can be said than that it is none.
    fn problem(&self) -> Option<String> {
        let is_valid = self.registry.is_none_or(is_host)
            && self.path.split('/').all(is_path_component)
            && self.tag.is_none_or(is_tag)
            && self.digest.is_none_or(is_digest);
        if !is_valid {
            return Some(self.lowercase_problem().unwrap_or_default());
        }
        let before = self.registry.map_or_else(|| DEFAULT.len(), |registry| registry.len() + 1);
        if before + self.path.len() > MOST {
            return Some(format!("repository name must not be more than {MOST} characters"));
        }
        let is_identifier = self.registry.is_none() && is_hex(self.path, 64);
        is_identifier.then(|| "cannot specify 64-byte hexadecimal strings as a repository name".to_owned())
    }

    fn lowercase_problem(&self) -> Option<String> {
        let lower = self.path.to_ascii_lowercase();
        let is_case = lower != self.path && lower.split('/').all(is_path_component);
        is_case.then(|| format!("repository name ({}) must be lowercase", self.path))
    }
}

/// What is before that place, and what is after its letter.
fn cut(text: &str, at: Option<usize>) -> (&str, Option<&str>) {
    at.map_or((text, None), |at| (&text[..at], Some(&text[at + 1..])))
}

/// `[a-z0-9]+((?:[._]|__|[-]+)[a-z0-9]+)*`
fn is_path_component(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let mut between = String::new();
    for byte in text.bytes() {
        if !is_word(byte) {
            between.push(char::from(byte));
            continue;
        }
        let is_separator = ["", ".", "_", "__"].contains(&between.as_str()) || between.bytes().all(|byte| byte == b'-');
        if !is_separator {
            return false;
        }
        between.clear();
    }
    between.is_empty() && text.bytes().next().is_some_and(is_word)
}

/// A host, with a port or without; an address of IPv6 in brackets.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let is_port = port.is_none_or(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let is_address = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
    let is_label = |label: &str| {
        let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        letters && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    is_port && address.map_or_else(|| host.split('.').all(is_label), is_address)
}

/// `[\w][\w.-]{0,127}`
fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= 128
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|byte| is_word(byte) || byte == b'.' || byte == b'-')
}

/// Of those algorithms that are registered.
fn is_digest(text: &str) -> bool {
    let lengths = [("sha256", 64), ("sha384", 96), ("sha512", 128)];
    let (algorithm, sum) = text.split_once(':').unwrap_or_default();
    lengths.iter().any(|(known, length)| *known == algorithm && is_hex(sum, *length))
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The reference cannot be one. Worded as `kubectl run` words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidImage {
    reference: String,
    problem: String,
}

impl InvalidImage {
    /// What was probably meant, if that is plain.
    pub fn nearest(&self) -> Option<String> {
        let text = self.reference.trim().trim_start_matches("https://").trim_start_matches("http://");
        let text = text.trim_start_matches("docker://").trim_end_matches([':', '@', '/']);
        let Parts { registry, path, .. } = Parts::of(text);
        let begin = registry.map_or(0, |registry| registry.len() + 1);
        let (before, rest) = text.split_at_checked(begin)?;
        let (path, after) = rest.split_at_checked(path.len())?;
        let lower = format!("{before}{}{after}", path.to_ascii_lowercase());
        // Where the registry is none either, its capitals were meant for a name.
        [lower, text.to_ascii_lowercase()].into_iter().find(|near| Image::parse(near).is_ok())
    }
}

impl fmt::Display for InvalidImage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.problem.is_empty() { "" } else { ": " };
        let reference = super::shortened(&self.reference);
        write!(out, "Invalid image name {reference:?}: invalid reference format{colon}{}", self.problem)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SUM: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn the_latest_is_always_fetched() {
        let policy = |text: &str| Image::parse(text).unwrap().usual_pull_policy();
        for text in ["nginx", "r:5000/a/nginx", "nginx:latest"] {
            assert_eq!(policy(text), "Always", "{text}");
        }
        for text in ["nginx:1", "r:5000/nginx:1", &format!("nginx@sha256:{SUM}"), &format!("nginx:1@sha256:{SUM}")] {
            assert_eq!(policy(text), "IfNotPresent", "{text}");
        }
    }

    /// By the tests of `github.com/distribution/reference`, and by what the kubelet says.
    #[test]
    fn what_is_one_and_what_is_none() {
        let with_sum = format!("r.example:5000/a@sha256:{SUM}");
        for reference in [
            "nginx",
            "nginx:latest",
            "127.0.0.1:5000/a/b:c",
            &with_sum,
            "a-b--c/d__e/f.g",
            "Registry/nginx",
            "localhost/a",
            "[2001:db8::1]:5000/a:b",
            "xn--n3h.com/myimage:v",
            "a/b_c",
            "0/1",
            "nginx:1.27_A-b",
        ] {
            assert_eq!(Image::parse(reference).map(|image| image.0), Ok(reference.to_owned()));
        }
        let long = "a".repeat(300);
        for reference in [
            "",
            " ",
            "ngi nx",
            "nginx\n",
            "a\u{1b}b",
            "NGINX",
            "nginx:",
            ":a",
            "a:b:c",
            "@",
            "a@sha256:0123",
            "a//b",
            "/a",
            "a/",
            "a___b",
            "a._b",
            "-a",
            "a-",
            "-a.b/c",
            "r:/a",
            "r:x/a",
            "nginx:.a",
            "nginx:a b",
            "a@md5:0123",
            SUM,
            &long,
            "ä",
        ] {
            assert!(Image::parse(reference).is_err(), "{reference:?}");
        }
    }

    #[test]
    fn says_what_is_wrong_and_what_was_meant() {
        let error = |reference: &str| Image::parse(reference).unwrap_err();
        let told =
            "Invalid image name \"Team/NGINX:A\": invalid reference format: repository name (NGINX) must be lowercase";
        assert_eq!(error("Team/NGINX:A").to_string(), told);
        assert_eq!(error("a b").to_string(), "Invalid image name \"a b\": invalid reference format");
        for (reference, meant) in [
            ("NGINX", "nginx"),
            ("NGINX:Alpine", "nginx:Alpine"),
            ("r.example:5000/Team/App:V1", "r.example:5000/team/app:V1"),
            ("nginx:", "nginx"),
            (" nginx:1 ", "nginx:1"),
            ("https://r.example/a:1", "r.example/a:1"),
            ("My_/App", "my_/app"),
        ] {
            let near = error(reference).nearest();
            assert_eq!(near.as_deref(), Some(meant).filter(|meant| Image::parse(meant).is_ok()), "{reference}");
        }
        for reference in ["", "a b", "a:b:c", "@", "/"] {
            assert_eq!(error(reference).nearest(), None, "{reference}");
        }
    }

    #[test]
    fn is_called_what_its_path_ends_in() {
        let is_nginx = |reference: &str| Image::parse(reference).unwrap().is_called("nginx");
        let with_sum = format!("127.0.0.1:5000/nginx@sha256:{SUM}");
        for reference in ["nginx", "nginx:1.27", "library/nginx", &with_sum, "r.example:5/nginx:b"] {
            assert!(is_nginx(reference), "{reference}");
        }
        for reference in ["httpd", "nginx/unit", "nginx-unprivileged", "nginx:5000/httpd"] {
            assert!(!is_nginx(reference), "{reference}");
        }
    }

    proptest! {
        #[test]
        fn what_is_near_is_one(reference in "[a-zA-Z0-9:/@. _-]{0,40}|\\PC{0,40}") {
            if let Some(near) = Image::parse(&reference).err().and_then(|error| error.nearest()) {
                prop_assert!(Image::parse(&near).is_ok(), "{near}");
            }
        }
    }
}
