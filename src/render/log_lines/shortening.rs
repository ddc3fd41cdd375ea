//! Names that are too long for a narrow terminal: what is left out of them, so that they can still be told apart.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What stands for the part that is left out.
const LEFT_OUT: &str = "…";

/// Stands between the parts of a name.
const BETWEEN: &str = "/";

/// The parts of a name, such as pod and container.
pub(super) type Parts = Vec<String>;

/// Columns that a name takes.
pub(super) fn columns(parts: &[String]) -> usize {
    parts.iter().map(|part| part.width()).sum::<usize>() + BETWEEN.len() * parts.len().saturating_sub(1)
}

/// The name in at most so many columns. Each part is left what it needs, or an equal share. `others`: names as they are,
/// and as they are shown. Where one of them is shown alike, the part that tells them apart is shortened in another place.
pub(super) fn fit<'a>(parts: &[String], most: usize, others: impl Fn(&Parts) -> Option<&'a Parts>) -> Parts {
    let shares = shares(parts, most);
    // Containers are known by how they begin; pods of a workload differ at their end.
    let head = |at: usize| {
        let kept = shares[at].saturating_sub(1);
        if at + 1 == parts.len() { (kept * 2).div_ceil(3) } else { kept / 2 }
    };
    let shown: Parts = (0..parts.len()).map(|at| in_the_middle(&parts[at], shares[at], head(at))).collect();
    let Some(other) = others(&shown) else { return shown };
    let differs = |at: &usize| parts[*at] != other[*at];
    let Some(at) = (0..parts.len().min(other.len())).find(differs) else { return shown };
    let mut candidates = elsewhere(&parts[at], shares[at], head(at)).map(|part| {
        let mut candidate = shown.clone();
        candidate[at] = part;
        candidate
    });
    candidates.find(|candidate| others(candidate).is_none()).unwrap_or(shown)
}

/// Columns for each part: the short ones have what they need, and the long ones share the rest.
fn shares(parts: &[String], most: usize) -> Vec<usize> {
    let needed: Vec<usize> = parts.iter().map(|part| part.width()).collect();
    let mut shares = needed.clone();
    let mut left = most.saturating_sub(BETWEEN.len() * parts.len().saturating_sub(1));
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|at| needed[*at]);
    for (done, at) in order.into_iter().enumerate() {
        shares[at] = needed[at].min(left / (parts.len() - done)).max(1);
        left = left.saturating_sub(shares[at]);
    }
    shares
}

/// The text without its middle, with so many columns before the hole.
fn in_the_middle(text: &str, most: usize, head: usize) -> String {
    if text.width() <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(1);
    let head = head.min(kept);
    let start = beginning(text.chars(), head);
    let mut end = beginning(text.chars().rev(), kept - head);
    end = end.chars().rev().collect();
    format!("{start}{LEFT_OUT}{end}")
}

/// The same text shortened in all other places: with the hole nearer to its end, then with two holes.
fn elsewhere(text: &str, most: usize, head: usize) -> impl Iterator<Item = String> {
    let moved = (head + 1..most).map(move |head| in_the_middle(text, most, head));
    let starts = text.char_indices().map(|(at, _)| at).skip(1).filter(move |_| most > 2);
    let from = starts.map(move |at| format!("{LEFT_OUT}{}", in_the_middle(&text[at..], most - 1, most)));
    moved.chain(from)
}

/// As much of it as so many columns hold.
fn beginning(characters: impl Iterator<Item = char>, most: usize) -> String {
    let mut taken = 0;
    let fits = |character: &char| {
        taken += character.width().unwrap_or_default();
        taken <= most
    };
    characters.take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(name: &str) -> Parts {
        name.split('/').map(str::to_owned).collect()
    }

    /// Each name as it is shown beside those before it.
    fn fitted(names: &[&str], most: usize) -> Vec<String> {
        let mut shown: Vec<(Parts, Parts)> = Vec::new();
        for name in names {
            let all = shown.clone();
            let others = |candidate: &Parts| all.iter().find(|(_, shown)| shown == candidate).map(|(name, _)| name);
            shown.push((parts(name), fit(&parts(name), most, others)));
        }
        shown.into_iter().map(|(_, shown)| shown.join(BETWEEN)).collect()
    }

    #[test]
    fn the_middle_goes_first() {
        assert_eq!(fitted(&["nginx-container"], 15), ["nginx-container"]);
        assert_eq!(fitted(&["nginx-container"], 10), ["nginx-…ner"]);
        assert_eq!(fitted(&["webserver/nginx-container"], 23), ["webserver/nginx-co…iner"]);
        assert_eq!(fitted(&["web-7d9c5b8f6d-x2x4z/istio-proxy"], 18), ["web-…2x4z/istio…xy"]);
        assert_eq!(fitted(&["default/webserver/nginx-container"], 8), ["…t/…r/n…"]);
    }

    #[test]
    fn those_that_would_look_alike_are_shortened_elsewhere() {
        let names = ["team-alpha-service", "team-gamma-service", "team-delta-service"];
        let shown = fitted(&names, 10);
        assert_eq!(shown[0], "team-a…ice");
        assert!(shown[1] != shown[0] && shown[2] != shown[0] && shown[2] != shown[1], "{shown:?}");
        // The container is the same: the pod tells them apart.
        let shown = fitted(&["shop-a-frontend/nginx-container", "shop-b-frontend/nginx-container"], 14);
        let containers: Vec<_> = shown.iter().map(|name| name.split_once('/').unwrap().1).collect();
        assert_eq!(containers[0], containers[1]);
        assert_ne!(shown[0], shown[1]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(fitted(&["日本語日本語"], 7), ["日本…語"]);
        assert_eq!(columns(&parts("日本/a")), 6);
    }

    proptest! {
        #[test]
        fn it_fits(name in "[a-z日-]{1,30}(/[a-z日-]{1,30}){0,2}", most in 8_usize..60) {
            let shown = fit(&parts(&name), most, |_| None);
            prop_assert!(columns(&shown) <= most, "{shown:?}");
            prop_assert!(columns(&parts(&name)) > most || shown == parts(&name));
        }

        #[test]
        fn two_names_that_differ_are_shown_differently(one in "[ab]{1,20}", other in "[ab]{1,20}") {
            let shown = fitted(&[&one, &other], 8);
            prop_assert_eq!(shown[0] == shown[1], one == other);
        }
    }
}
