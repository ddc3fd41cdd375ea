//! Objects → YAML as a person writes it: the guide's indentation, words of a command on one line, texts of several
//! lines as they are, comments.
//!
//! serde-saphyr quotes the scalars, so that `yes` and `0644` stay strings for kubectl. The lines are laid out here,
//! because its serializer puts either all comments above their values or all beside them, and none above a key.

mod literal;

use std::fmt::Write as _;

use serde_json::Value;

use self::literal::Literal;
use crate::document::FieldPath;
use crate::scaffold::{Comment, Comments};

/// Comments beside lines wider than this are not lined up with their neighbours'.
const WIDEST_ALIGNED: usize = 40;

/// The words of a command stand on one line that is no wider.
const WIDEST_COMMAND: usize = 100;

/// The object as YAML.
pub fn yaml(object: &Value) -> String {
    annotated_yaml(object, &Vec::new())
}

/// The object as YAML, with those comments at their fields.
pub fn annotated_yaml(object: &Value, comments: &Comments) -> String {
    let mut lines = match inline(None, object, 0) {
        Some(text) => vec![Line::new(text, FieldPath::ROOT, true)],
        None => block(&FieldPath::ROOT, object, 0),
    };
    for line in &mut lines {
        line.take_comments(comments);
    }
    align(&mut lines);
    lines.iter().map(Line::to_text).collect()
}

/// A line of YAML, and the comments that belong to it.
struct Line {
    text: String,
    /// The fields that begin here: more than one where an item's first field stands beside its dash.
    begins: Vec<FieldPath>,
    /// It is the first thing in its list or mapping.
    first: bool,
    above: Vec<String>,
    beside: Option<String>,
}

impl Line {
    fn new(text: String, at: FieldPath, first: bool) -> Self {
        Self { text, begins: vec![at], first, above: Vec::new(), beside: None }
    }

    fn take_comments(&mut self, comments: &Comments) {
        for (_, comment) in comments.iter().filter(|(at, _)| self.begins.contains(at)) {
            match comment {
                Comment::Above(lines) => self.above.extend_from_slice(lines),
                Comment::Beside(text) => self.beside = Some(text.clone()),
            }
        }
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }

    /// With its comments; a blank line parts what has a comment above it from what came before.
    fn to_text(&self) -> String {
        let mut text = String::new();
        if !self.above.is_empty() && !self.first {
            text.push('\n');
        }
        let indent = " ".repeat(self.text.len() - self.text.trim_start().len());
        for line in &self.above {
            text.extend([indent.as_str(), "# ", line, "\n"]);
        }
        text.push_str(&self.text);
        if let Some(comment) = &self.beside {
            text.extend(["  # ", comment]);
        }
        text.push('\n');
        text
    }
}

/// Makes neighbouring lines with comments beside them equally wide.
fn align(lines: &mut [Line]) {
    let together = |line: &Line, next: &Line| line.beside.is_some() && next.beside.is_some() && next.above.is_empty();
    for run in lines.chunk_by_mut(together) {
        let widest = run.iter().map(Line::width).filter(|width| *width <= WIDEST_ALIGNED).max().unwrap_or_default();
        for line in run.iter_mut().filter(|line| line.beside.is_some()) {
            let missing = widest.saturating_sub(line.width());
            line.text.push_str(&" ".repeat(missing));
        }
    }
}

/// The lines of a mapping or a list that is not empty.
fn block(at: &FieldPath, value: &Value, indent: usize) -> Vec<Line> {
    match value {
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.flat_map(|(index, item)| item_lines(&at.index(index), item, indent, index == 0)).collect()
        }
        Value::Object(fields) => {
            let fields = fields.iter().enumerate();
            fields.flat_map(|(index, (key, value))| field_lines(at, key, value, indent, index == 0)).collect()
        }
        _ => Vec::new(),
    }
}

fn field_lines(parent: &FieldPath, key: &str, value: &Value, indent: usize, first: bool) -> Vec<Line> {
    let at = parent.key(key);
    let head = format!("{:indent$}{}:", "", scalar(&Value::from(key)));
    let line = |text: String| Line::new(text, at.clone(), first);
    if let Some(text) = Literal::of(value) {
        return text.lines(line(format!("{head} {}", text.sign)), indent + 2);
    }
    if let Some(inline) = inline(Some(key), value, head.chars().count() + 1) {
        return vec![line(format!("{head} {inline}"))];
    }
    let inner = if value.is_array() { indent } else { indent + 2 };
    let mut lines = vec![line(head)];
    lines.extend(block(&at, value, inner));
    lines
}

/// The lines of an item, two columns further in, and its dash in those two columns.
fn item_lines(at: &FieldPath, item: &Value, indent: usize, first: bool) -> Vec<Line> {
    let inner = indent + 2;
    let line = |text: &str| Line::new(format!("{:inner$}{text}", ""), at.clone(), first);
    let mut lines = match (Literal::of(item), inline(None, item, inner)) {
        (Some(text), _) => text.lines(line(text.sign), inner),
        (None, Some(inline)) => vec![line(&inline)],
        (None, None) => block(at, item, inner),
    };
    if let Some(line) = lines.first_mut() {
        line.text.replace_range(indent..inner, "- ");
        line.begins.insert(0, at.clone());
        line.first = first;
    }
    lines
}

/// What fits on its key's line, which is so wide already: a scalar, something empty, or the words of a command. A single word
/// has nowhere else to go; of several, each gets a line where they are too many or have lines of their own.
fn inline(key: Option<&str>, value: &Value, width: usize) -> Option<String> {
    match value {
        Value::Array(items) if items.is_empty() => Some("[]".to_owned()),
        Value::Object(fields) if fields.is_empty() => Some("{}".to_owned()),
        Value::Array(words) if matches!(key, Some("command" | "args")) && words.iter().all(Value::is_string) => {
            let quoted: Vec<String> = words.iter().map(in_double_quotes).collect();
            let text = format!("[{}]", quoted.join(", "));
            let is_narrow = words.len() == 1 || width + text.chars().count() <= WIDEST_COMMAND;
            (is_narrow && !words.iter().any(|word| Literal::of(word).is_some())).then_some(text)
        }
        Value::Array(_) | Value::Object(_) => None,
        _ => Some(scalar(value)),
    }
}

/// As in JSON, whose strings YAML reads too; what YAML takes for a line end or not at all is written out.
fn in_double_quotes(word: &Value) -> String {
    let mut quoted = String::new();
    for letter in word.to_string().chars() {
        match letter {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(letter));
            }
            _ => quoted.push(letter),
        }
    }
    quoted
}

/// JSON is YAML too: what cannot be written plainer is written as JSON.
fn scalar(value: &Value) -> String {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    let mut text = String::new();
    match serde_saphyr::to_fmt_writer_with_options(&mut text, value, options) {
        Ok(()) => text.trim_end_matches('\n').to_owned(),
        Err(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests;
