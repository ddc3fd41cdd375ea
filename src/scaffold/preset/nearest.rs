//! What somebody meant who wrote a name that is none.

/// The name among `known` that was probably meant by `written`.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Below this, what is nearest is a guess.
    const NEAR: f64 = 0.6;
    let bare = |name: &str| name.replace(['-', '_', '.'], "").to_lowercase();
    let likeness = |name: &str| strsim::normalized_damerau_levenshtein(&bare(written), &bare(name));
    let best = known.into_iter().map(|name| (likeness(name), name)).max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(likeness, _)| *likeness >= NEAR).map(|(_, name)| name)
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
