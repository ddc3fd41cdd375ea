//! YAML or JSON text → documents: the value, where each field stands, and the typed object or why it is none.
//!
//! Reads as kubectl reads (`sigs.k8s.io/yaml`, YAML 1.1 scalars: `0644` is octal, a bare `yes` is the boolean
//! true). Decides what a text says; leaves what is meant by it to `pod`, and what is wrong with it to
//! `diagnosis`.

mod field_path;
mod mismatch;
mod nearest;
mod node;
mod reader;
mod scalar;
mod shortened;
mod text;
mod tree;
mod typed;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;

pub use field_path::{FieldPath, Step};
pub use nearest::{meant, nearest};
pub use node::{Field, Node, Position, Span, Value};
pub use reader::documents;
pub use shortened::shortened;
pub use text::{NotText, text};
pub use typed::{Typed, UnknownField};

/// One document of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    text: Arc<str>,
    root: Node,
    duplicates: Vec<Duplicate>,
}

/// A key that a mapping has twice. kubectl takes the last one and says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The field.
    pub at: FieldPath,
    /// Where the key stands first.
    pub first: Position,
    /// Where it stands again.
    pub again: Position,
}

/// Why a document cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The place.
    pub at: Position,
    /// What is wrong there.
    pub problem: String,
    /// The text has `{{` in it: it is probably a template that has to be rendered first.
    pub in_template: bool,
}

/// Why a value is not the object that it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The field that is not what it should be.
    pub at: FieldPath,
    /// What is wrong with it, and what to write instead.
    pub problem: String,
}

impl Document {
    /// All of it.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The same text, and another value in it: one whose parts still stand where they stood.
    #[must_use]
    pub fn with_root(&self, root: Node) -> Self {
        Self { text: Arc::clone(&self.text), root, duplicates: self.duplicates.clone() }
    }

    /// The keys given twice, in the order of the text.
    pub fn duplicates(&self) -> &[Duplicate] {
        &self.duplicates
    }

    /// The value at that path.
    pub fn get(&self, path: &FieldPath) -> Option<&Node> {
        self.root.get(path)
    }

    /// Where that field stands, for people; the nearest one around it where it is not there.
    pub fn position(&self, path: &FieldPath) -> Position {
        self.root.position(path)
    }

    /// Where that field's key stands, for people; an item of a list has none, and stands at itself.
    pub fn key_position(&self, path: &FieldPath) -> Position {
        let Some(Step::Key(key)) = path.steps().last() else { return self.position(path) };
        let fields = self.get(&path.parent()).map(Node::fields).unwrap_or_default();
        let field = fields.iter().find(|field| field.key == *key);
        field.map_or_else(|| self.position(path), |field| field.key_span.start)
    }

    /// The value at that path as an object of the API.
    ///
    /// # Errors
    /// The first value in it that the object's type does not take.
    pub fn typed<'d, T: Deserialize<'d>>(&'d self, at: &FieldPath) -> Result<Typed<T>, Mismatch> {
        let Some(node) = self.get(at) else {
            return Err(Mismatch { at: at.clone(), problem: "this is not there".to_owned() });
        };
        typed::typed(node, at).map_err(|error| {
            let at = error.at.unwrap_or_default();
            let node = self.get(&at).unwrap_or(node);
            Mismatch { problem: mismatch::explain(&error.problem, node, node.span.slice(&self.text)), at }
        })
    }
}

impl SyntaxError {
    fn new(at: Position, problem: impl Into<String>) -> Self {
        Self { at, problem: problem.into(), in_template: false }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.line, self.column)
    }
}
