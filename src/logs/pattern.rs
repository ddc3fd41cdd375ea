//! Regular expressions that people write: over whole names, and over lines.
//!
//! Decides how several are looked for at once, and how a mistake in one is told.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use regex::{Regex, RegexBuilder, bytes};
use serde::{Deserialize, Serialize};

/// A regular expression that is none: what is wrong with it, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(String);

impl fmt::Display for PatternError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}

impl From<regex::Error> for PatternError {
    /// A mistake is shown by the library as a heading, the pattern with a mark below, and the words: here the words come
    /// first, as in any other message.
    fn from(error: regex::Error) -> Self {
        let text = error.to_string();
        let told = text.strip_prefix("regex parse error:\n").and_then(|text| text.rsplit_once("\nerror: "));
        Self(match told {
            Some((place, words)) => format!("{words}\n{place}"),
            None => text,
        })
    }
}

/// Names that are meant by one of them, or by a regular expression that matches the whole of each.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NamePattern {
    text: String,
    whole: Regex,
}

impl NamePattern {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it can be a name: a container's, as Kubernetes has them.
    pub fn is_name(&self) -> bool {
        self.text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    }

    /// Whether the whole of that name matches.
    pub fn matches(&self, name: &str) -> bool {
        self.whole.is_match(name)
    }

    /// Whether it means that name, among these: where one of them is just what was written, only that one.
    pub fn picks<'a>(&self, name: &str, mut among: impl Iterator<Item = &'a str>) -> bool {
        if self.is_name() || among.any(|name| name == self.text) { name == self.text } else { self.matches(name) }
    }
}

impl FromStr for NamePattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        Ok(Self { whole: RegexBuilder::new(&format!("^{}$", group(text)?)).build()?, text: text.to_owned() })
    }
}

impl TryFrom<String> for NamePattern {
    type Error = PatternError;

    fn try_from(text: String) -> Result<Self, PatternError> {
        text.parse()
    }
}

impl From<NamePattern> for String {
    fn from(pattern: NamePattern) -> Self {
        pattern.text
    }
}

impl PartialEq for NamePattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for NamePattern {}

/// Regular expressions over the bytes of a line's message, any of which will do.
#[derive(Debug, Clone)]
pub struct LinePatterns(bytes::Regex);

impl LinePatterns {
    /// `None`: there are none.
    ///
    /// # Errors
    /// One of them is no regular expression, or they are too large together.
    pub fn new<'a>(
        patterns: impl IntoIterator<Item = &'a str>,
        ignore_case: bool,
    ) -> Result<Option<Self>, PatternError> {
        // As one they are looked for in one pass, with all that a search for literal text can do.
        let groups: Vec<_> = patterns.into_iter().map(group).collect::<Result<_, _>>()?;
        if groups.is_empty() {
            return Ok(None);
        }
        let any = bytes::RegexBuilder::new(&groups.join("|")).case_insensitive(ignore_case).build()?;
        Ok(Some(Self(any)))
    }

    /// Whether one of them is found.
    pub fn is_match(&self, message: &[u8]) -> bool {
        self.0.is_match(message)
    }

    /// Where they are found: from left to right, without overlaps, and not empty.
    pub fn places(&self, message: &[u8]) -> impl Iterator<Item = Range<usize>> {
        self.0.find_iter(message).map(|found| found.range()).filter(|range| !range.is_empty())
    }
}

/// A pattern by itself, whatever stands beside it.
fn group(text: &str) -> Result<String, PatternError> {
    // Checked alone first: what is wrong is shown as it was written.
    bytes::Regex::new(text)?;
    let group = format!("(?:{text})");
    // A comment at the end, as `(?x)` allows, would go on over the bracket.
    Ok(if bytes::Regex::new(&group).is_ok() { group } else { format!("(?:{text}\n)") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picks(pattern: &str, names: &[&'static str]) -> Vec<&'static str> {
        let pattern: NamePattern = pattern.parse().unwrap();
        names.iter().filter(|name| pattern.picks(name, names.iter().copied())).copied().collect()
    }

    #[test]
    fn an_exact_name_goes_before_all_that_it_matches() {
        assert_eq!(picks("web", &["web", "web-2"]), ["web"]);
        assert_eq!(picks("web.*", &["web", "web-2", "a-web"]), ["web", "web-2"]);
        assert_eq!(picks("a|web", &["web", "web-2", "a"]), ["web", "a"]);
        assert_eq!(picks("web", &["web-2"]), [""; 0]);
    }

    #[test]
    fn names_are_told_from_expressions() {
        let is_name = |text: &str| text.parse::<NamePattern>().unwrap().is_name();
        assert!(is_name("istio-proxy") && is_name("c0"));
        assert!(!is_name("istio.*") && !is_name("a|b") && !is_name("[ab]"));
    }

    #[test]
    fn what_is_wrong_is_shown_with_its_place() {
        let error = "a(b".parse::<NamePattern>().unwrap_err();
        assert_eq!(error.to_string(), "unclosed group\n    a(b\n     ^");
        assert!(LinePatterns::new(["a", "*"], false).unwrap_err().to_string().starts_with("repetition operator"));
    }

    #[test]
    fn several_are_one() {
        let patterns = LinePatterns::new(["b", "(?x) c # as in Rome", "$"], true).unwrap().unwrap();
        let places = |text: &str| patterns.places(text.as_bytes()).collect::<Vec<_>>();
        assert_eq!(places("aBc"), [1..2, 2..3]);
        assert!(places("a").is_empty());
        assert!(LinePatterns::new([], false).unwrap().is_none());
    }

    #[test]
    fn case_and_alternatives_stay_with_their_own_pattern() {
        let patterns = LinePatterns::new(["a|(?i)b", "C"], false).unwrap().unwrap();
        assert!([b"a", b"B", b"C"].iter().all(|text| patterns.is_match(*text)));
        assert!([b"A", b"c"].iter().all(|text| !patterns.is_match(*text)));
    }

    #[test]
    fn bytes_need_not_be_utf8() {
        let patterns = LinePatterns::new([r"(?-u)\xff", "ü"], false).unwrap().unwrap();
        assert_eq!(patterns.places(b"a\xff\xfe\xc3\xbc").collect::<Vec<_>>(), [1..2, 3..5]);
    }
}
