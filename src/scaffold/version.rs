//! Versions of Kubernetes, as servers and nodes tell theirs.

use std::fmt;

/// Major and minor version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32);

/// Since then native sidecars are on by themselves (KEP-753: alpha in 1.28, beta in 1.29).
pub const MINIMUM_FOR_NATIVE: Version = Version(1, 29);

impl Version {
    /// Of `v1.29.3`, `v1.29.3-gke.100`, `v1.30+`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
        let mut number = || {
            let part = parts.next()?;
            let end = part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
            part[..end].parse().ok()
        };
        Some(Self(number()?, number()?))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.0, self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared_by_number() {
        for (text, expected) in
            [("v1.9.11", Version(1, 9)), ("v1.30.2-gke.1", Version(1, 30)), ("1.29+", Version(1, 29))]
        {
            assert_eq!(Version::parse(text), Some(expected), "{text}");
        }
        assert!(Version(1, 9) < MINIMUM_FOR_NATIVE && Version(2, 0) > MINIMUM_FOR_NATIVE);
        assert_eq!(Version::parse("unknown"), None);
    }
}
