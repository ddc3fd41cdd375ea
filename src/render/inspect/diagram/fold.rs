//! Text in columns: how wide it is, and where it is folded. Nothing is ever cut off.

use unicode_width::UnicodeWidthStr;

/// What is drawn as one: a character, and what is drawn upon it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cluster {
    pub(super) text: String,
    /// Columns: 1, or 2 for wide ones.
    pub(super) width: usize,
}

/// Columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    clusters(text).iter().map(|cluster| cluster.width).sum()
}

/// The text in pieces that cannot be parted.
pub(super) fn clusters(text: &str) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    for character in text.chars() {
        let character = character.to_string();
        match clusters.last_mut() {
            Some(last) if character.width() == 0 || last.text.ends_with('\u{200d}') => {
                last.text.push_str(&character);
                last.width = last.text.width();
            }
            _ => clusters.push(Cluster { width: character.width(), text: character }),
        }
    }
    clusters
}

/// The text in lines of at most that many columns. It is folded behind what parts words and paths, so that a slash at the
/// end of a line says that the path goes on; words without any are folded where they must be. Spaces there are left out.
pub(super) fn fold(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line: Vec<Cluster> = Vec::new();
    for cluster in clusters(text) {
        let taken: usize = line.iter().map(|cluster| cluster.width).sum();
        if taken + cluster.width > columns && !line.is_empty() {
            let rest = line.split_off(last_break(&line));
            lines.push(joined(&line));
            line = rest;
        }
        if cluster.text != " " || !line.is_empty() {
            line.push(cluster);
        }
    }
    if !line.is_empty() {
        lines.push(joined(&line));
    }
    lines
}

/// How much of a full line stays on it.
fn last_break(line: &[Cluster]) -> usize {
    let last = |marks: &[&str]| {
        let after = line.iter().rposition(|cluster| marks.contains(&cluster.text.as_str())).map(|at| at + 1);
        // A break near the beginning would leave lines of a few characters.
        after.filter(|after| after * 3 >= line.len())
    };
    last(&["/", " "]).or_else(|| last(&["-", "_", ".", ",", ":", "@"])).unwrap_or(line.len())
}

fn joined(line: &[Cluster]) -> String {
    let text: String = line.iter().map(|cluster| cluster.text.as_str()).collect();
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_folded_behind_a_slash() {
        assert_eq!(fold("/var/lib/postgresql/data", 16), ["/var/lib/", "postgresql/data"]);
        assert_eq!(fold("/abcdefghijkl", 5), ["/abcd", "efghi", "jkl"]);
        assert_eq!(fold("one two", 5), ["one", "two"]);
        assert_eq!(fold("one, two", 4), ["one,", "two"]);
        assert_eq!(fold("", 5), Vec::<String>::new());
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(width("日本"), 4);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(fold("日本語", 5), ["日本", "語"]);
        assert_eq!(fold("e\u{301}e\u{301}", 1), ["e\u{301}", "e\u{301}"]);
    }
}
