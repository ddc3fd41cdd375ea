//! What somebody meant who wrote a word that is none.

use crate::document;

/// The word among `known` that was probably meant by `written`.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// A typing error or two in a word of six letters.
    const NEAR: f64 = 0.6;
    document::nearest(written, known, NEAR)
}

/// `; did you mean "NAME"?`, or nothing.
pub(super) fn did_you_mean<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(written, known).map(|name| format!("; did you mean {name:?}?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_was_meant_and_what_is_not_was_not() {
        let known = ["paths", "image", "read-only"];
        assert_eq!(nearest("path", known), Some("paths"));
        assert_eq!(nearest("readonly", known), Some("read-only"));
        assert_eq!(nearest("IMAGE", known), Some("image"));
        assert_eq!(nearest("volume", known), None);
        assert_eq!(nearest("x", []), None);
    }
}
