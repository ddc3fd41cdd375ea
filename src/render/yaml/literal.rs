//! Texts of several lines: which of them can stand as they are, and how.

use serde_json::Value;

use super::Line;

/// A text of several lines, as it stands after `|`.
pub(super) struct Literal<'a> {
    text: &'a str,
    /// `|`, or `|-` where the last line has no end.
    pub(super) sign: &'static str,
}

impl<'a> Literal<'a> {
    /// `None`: it has one line, or would not be read back as it is.
    pub(super) fn of(value: &'a Value) -> Option<Self> {
        let text = value.as_str()?;
        let (body, sign) = text.strip_suffix('\n').map_or((text, "|-"), |body| (body, "|"));
        let is_plain = |line: &str| (line.is_empty() || !line.trim().is_empty()) && !line.chars().any(is_special);
        let begins = |line: &str| !line.is_empty() && !line.starts_with([' ', '\t']);
        let reads =
            body.split('\n').next().is_some_and(begins) && !body.ends_with('\n') && body.split('\n').all(is_plain);
        (reads && text.contains('\n')).then_some(Self { text: body, sign })
    }

    /// After the line that it begins in, so far in.
    pub(super) fn lines(&self, first: Line, indent: usize) -> Vec<Line> {
        let line = |text: &str| {
            let indent = if text.is_empty() { 0 } else { indent };
            Line {
                text: format!("{:indent$}{text}", ""),
                begins: Vec::new(),
                first: false,
                above: Vec::new(),
                beside: None,
            }
        };
        std::iter::once(first).chain(self.text.split('\n').map(line)).collect()
    }
}

/// What YAML takes for a line end, or not at all.
fn is_special(letter: char) -> bool {
    letter.is_control() && letter != '\t'
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}
