//! What somebody meant who wrote a name that is none.

/// How alike, of 1, names must be that could be any.
pub const ALIKE: f64 = 0.7;

/// The name among `known` that is most like `written`, hyphens and the like aside; `None` where none is at least so alike, of 1:
/// below some point what is nearest is a guess.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>, alike: f64) -> Option<&'a str> {
    let bare = |name: &str| name.replace(['-', '_', '.'], "").to_lowercase();
    let likeness = |name: &str| strsim::normalized_damerau_levenshtein(&bare(written), &bare(name));
    let best = known.into_iter().map(|name| (likeness(name), name)).max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(likeness, _)| *likeness >= alike).map(|(_, name)| name)
}
