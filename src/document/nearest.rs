//! What somebody meant who wrote a name that is none.

/// How alike, of 1, names must be that could be any.
const ALIKE: f64 = 0.7;

/// The name among `known` that was probably meant by `written`: the nearest one, else the only one that goes on with a hyphen
/// where it ends. `None`: anything would be a guess.
pub fn meant<'a>(written: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<&'a str> {
    nearest(written, known.clone(), ALIKE).or_else(|| {
        let goes_on = |name: &&str| name.strip_prefix(written).is_some_and(|rest| rest.starts_with('-'));
        let mut longer = known.into_iter().filter(goes_on);
        longer.next().filter(|_| longer.next().is_none())
    })
}

/// The name among `known` that is most like `written`, hyphens and the like aside; `None` where none is at least so alike, of 1:
/// below some point what is nearest is a guess.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>, alike: f64) -> Option<&'a str> {
    let bare = |name: &str| name.replace(['-', '_', '.'], "").to_lowercase();
    let likeness = |name: &str| strsim::normalized_damerau_levenshtein(&bare(written), &bare(name));
    let best = known.into_iter().map(|name| (likeness(name), name)).max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(likeness, _)| *likeness >= alike).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_is_near_or_goes_on() {
        let known = ["nginx-container", "sidecar-container", "web-0", "web-1"];
        assert_eq!(meant("ngnix-container", known), Some("nginx-container"));
        assert_eq!(meant("sidecar", known), Some("sidecar-container"));
        assert_eq!(meant("web", known), Some("web-1"), "near enough");
        assert_eq!(meant("side", known), None);
        assert_eq!(meant("", known), None);
    }
}
