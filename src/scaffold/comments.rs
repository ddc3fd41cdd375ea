//! What is said of each line of a new workload's manifest to somebody who reads one for the first time.
//!
//! The words are those of the guide's line-by-line explanation wherever it has any. Each file beside this one has the words
//! for one subject; here it is decided which of them a field gets.

mod container;
mod lists;
mod volume;
mod workload;

use std::collections::BTreeSet;

use serde_json::Value;

use super::Scaffold;
use crate::document::FieldPath;

/// A comment, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comment {
    /// On lines of its own before the field.
    Above(Vec<String>),
    /// On the field's own line.
    Beside(String),
}

/// A comment for each field that has one; no field has two.
pub type Comments = Vec<(FieldPath, Comment)>;

/// Words for fields: under which key they stand (items of a list stand under the list's; `*`: anywhere), their own key
/// (`*`: any, `-`: an item of a list), and the comment that stands beside them.
type Words = &'static [(&'static str, &'static str, &'static str)];

/// The comments of that workload's manifest, which is `object`.
pub fn comments(scaffold: &Scaffold, object: &Value) -> Comments {
    let mut comments = Vec::new();
    Walk { scaffold, comments: &mut comments, mounted: BTreeSet::new() }.fields(&FieldPath::ROOT, "", object);
    comments
}

/// On the way through an object.
struct Walk<'a> {
    scaffold: &'a Scaffold,
    comments: &'a mut Comments,
    /// The volumes that were mounted on the way.
    mounted: BTreeSet<String>,
}

impl Walk<'_> {
    /// What is in the value that stands under `key`.
    fn fields(&mut self, at: &FieldPath, key: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (inner, value) in fields {
                    let at = at.key(inner);
                    if let Some(comment) = self.of_field(&at, key, inner, value) {
                        self.comments.push((at.clone(), comment));
                    }
                    self.fields(&at, inner, value);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let at = at.index(index);
                    if let Some(comment) = self.of_item(&at, key, index, item) {
                        self.comments.push((at.clone(), comment));
                    }
                    self.fields(&at, key, item);
                }
            }
            _ => {}
        }
    }

    fn of_field(&mut self, at: &FieldPath, parent: &str, key: &str, value: &Value) -> Option<Comment> {
        if (parent, key) == ("volumeMounts", "name") {
            return Some(beside(self.of_mount(value)));
        }
        let kind = self.scaffold.kind.workload();
        workload::of_field(kind, at, parent, key)
            .or_else(|| volume::of_field(self.scaffold, parent, key, value))
            .or_else(|| container::of_field(parent, key, value))
            .or_else(|| in_words(workload::WORDS, parent, key))
            .or_else(|| in_words(volume::WORDS, parent, key))
            .or_else(|| in_words(container::WORDS, parent, key))
            .or_else(|| in_words(container::SECURITY_AND_PROBES, parent, key))
    }

    fn of_mount(&mut self, volume: &Value) -> &'static str {
        let name = volume.as_str().unwrap_or_default();
        if !self.mounted.insert(name.to_owned()) {
            return "It refers to the SAME volume by name.";
        }
        if self.scaffold.claims.iter().any(|claim| claim.name == name) {
            "This name MUST match a name in 'volumeClaimTemplates' below."
        } else {
            "This name MUST match a name in the 'volumes' block."
        }
    }

    fn of_item(&self, at: &FieldPath, key: &str, index: usize, item: &Value) -> Option<Comment> {
        lists::of_item(self.scaffold, at, key, index, item)
    }
}

fn in_words(words: Words, parent: &str, key: &str) -> Option<Comment> {
    let fits =
        |(under, own, _): &&(&str, &str, &str)| (*under == "*" || *under == parent) && (*own == "*" || *own == key);
    words.iter().find(fits).map(|(.., text)| beside(*text))
}

fn above(lines: &[&str]) -> Comment {
    Comment::Above(lines.iter().map(|line| (*line).to_owned()).collect())
}

fn beside(text: impl Into<String>) -> Comment {
    Comment::Beside(text.into())
}

#[cfg(test)]
mod tests;
