//! The value tree: what a document says, and where each part of it stands.

use serde_json::Number;

use super::{FieldPath, Step};

/// A place in a text, as editors count it: line and column from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// A stretch of a text: where it begins, and its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Where it begins, for people.
    pub start: Position,
    /// The offset of its first byte in the whole text.
    pub from: u32,
    /// The offset behind its last byte.
    pub to: u32,
}

/// A value, and where it stands. What an alias brings in stands where its anchor is; the value as a whole
/// stands where the alias is.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it stands.
    pub span: Span,
}

/// What a document can say: JSON's values, since kubectl makes JSON of all it reads.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `~`, or nothing at all.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer of 64 bits or a finite float.
    Number(Number),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping: fields in the order of the text, each key once.
    Map(Vec<Field>),
}

/// A key, its place, and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The key. What is no text in YAML becomes text, as kubectl has it: `1` is `"1"`.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Span {
    /// The text it covers.
    pub fn slice(self, text: &str) -> &str {
        let range = usize::try_from(self.from).ok().zip(usize::try_from(self.to).ok());
        range.and_then(|(from, to)| text.get(from..to)).unwrap_or_default()
    }
}

impl Node {
    /// The value at that path.
    pub fn get(&self, path: &FieldPath) -> Option<&Self> {
        path.steps().iter().try_fold(self, |node, step| match step {
            Step::Key(key) => node.field(key),
            Step::Index(index) => node.items().get(*index),
        })
    }

    /// The value of that key, where this is a mapping that has it.
    pub fn field(&self, key: &str) -> Option<&Self> {
        self.fields().iter().find(|field| field.key == key).map(|field| &field.value)
    }

    /// The fields; none where this is no mapping.
    pub fn fields(&self) -> &[Field] {
        if let Value::Map(fields) = &self.value { fields } else { &[] }
    }

    /// The items; none where this is no list.
    pub fn items(&self) -> &[Self] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    /// The text, where this is one.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// Whether this is the boolean true.
    pub fn is_true(&self) -> bool {
        self.value == Value::Bool(true)
    }

    /// Where that field stands, for people: a plain value at itself, a list or a mapping at its key. Where the
    /// field is not there, the nearest one around it.
    pub fn position(&self, path: &FieldPath) -> Position {
        let mut node = self;
        let mut position = self.span.start;
        for step in path.steps() {
            let (next, place) = match step {
                Step::Index(index) => (node.items().get(*index), None),
                Step::Key(key) => {
                    let field = node.fields().iter().find(|field| field.key == *key);
                    (field.map(|field| &field.value), field.map(|field| field.key_span.start))
                }
            };
            let Some(next) = next else { break };
            let is_plain = next.items().is_empty() && next.fields().is_empty() && next.value != Value::Null;
            position = place.filter(|_| !is_plain).unwrap_or(next.span.start);
            node = next;
        }
        position
    }
}

/// The value as JSON, without the places.
impl From<&Node> for serde_json::Value {
    fn from(node: &Node) -> Self {
        match &node.value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(number.clone()),
            Value::Text(text) => Self::String(text.clone()),
            Value::List(items) => Self::Array(items.iter().map(Self::from).collect()),
            Value::Map(fields) => {
                Self::Object(fields.iter().map(|field| (field.key.clone(), Self::from(&field.value))).collect())
            }
        }
    }
}
