//! The parser's events → one document's value tree.
//!
//! Decides what aliases, merge keys and repeated keys mean, as `go.yaml.in/yaml/v2` does for kubectl: of a key
//! given twice the last value counts, and `<<` overrides what stands before it. Bounds what a small text can
//! grow to.

use std::collections::HashMap;

use granit_parser::{Event, ScalarStyle, Tag};

use super::scalar::{key_text, resolve, resolve_tagged};
use super::{Duplicate, Field, FieldPath, Node, Position, Span, SyntaxError, Value};

/// The most values of one document, written or brought in by aliases. A list of 5,000 pods has about half.
const MAX_VALUES: usize = 4_000_000;

/// The most bytes that aliases may bring in, counted as memory. kubectl stops near 400,000 values.
const MAX_ALIASED_BYTES: usize = 32 << 20;

/// The deepest nesting, aliases included. The parser's own limit is below it.
const MAX_DEPTH: usize = 600;

/// The most repeated keys told of one document. Nobody reads more of them.
const MAX_DUPLICATES: usize = 100;

/// What the parser is in the middle of.
enum Open {
    List { items: Vec<Node>, anchor: usize, start: Span },
    Map { fields: Fields, key: Option<Key>, anchor: usize, start: Span },
}

/// A key whose value has not come yet.
enum Key {
    Named(String, Span),
    /// `<<`
    Merge,
}

/// Builds one document.
#[derive(Default)]
pub(super) struct Tree {
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    root: Option<Node>,
    duplicates: Vec<Duplicate>,
    values: usize,
    aliased_bytes: usize,
}

impl Tree {
    /// The document's value and the keys it repeats; `None` where it says nothing.
    pub(super) fn finish(self) -> Option<(Node, Vec<Duplicate>)> {
        self.root.filter(|root| root.value != Value::Null).map(|root| (root, self.duplicates))
    }

    /// Takes the next event of the document.
    pub(super) fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), SyntaxError> {
        match event {
            Event::Scalar(word, style, anchor, tag) => self.scalar(&word, style, anchor, tag.as_deref(), span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::SequenceStart(_, anchor, _) => {
                self.open(Open::List { items: Vec::new(), anchor, start: span }, span)
            }
            Event::MappingStart(_, anchor, _) => {
                self.open(Open::Map { fields: Fields::default(), key: None, anchor, start: span }, span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        word: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: Span,
    ) -> Result<(), SyntaxError> {
        // The parser says `~` where the text says nothing.
        let word = if span.from == span.to && style == ScalarStyle::Plain { "" } else { word };
        let tag_name = tag.and_then(yaml_tag);
        let is_merge = word == "<<" && style == ScalarStyle::Plain && (tag.is_none() || tag_name == Some("merge"));
        if is_merge && let Some(Open::Map { key: key @ None, .. }) = self.open.last_mut() {
            *key = Some(Key::Merge);
            return Ok(());
        }
        let value = match (tag, tag_name) {
            (Some(_), Some(name)) => resolve_tagged(name, word),
            (None, _) if style == ScalarStyle::Plain => resolve(word),
            _ => Ok(Value::Text(word.to_owned())),
        };
        let value = value.map_err(|problem| SyntaxError::new(span.start, problem))?;
        self.complete(Node { value, span }, anchor)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), SyntaxError> {
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(SyntaxError::new(span.start, "this alias stands inside the value it repeats"));
        };
        let cost = cost_of(node);
        self.values = self.values.saturating_add(cost.values);
        self.aliased_bytes = self.aliased_bytes.saturating_add(cost.bytes);
        if self.aliased_bytes > MAX_ALIASED_BYTES {
            return Err(SyntaxError::new(span.start, "the document contains excessive aliasing"));
        }
        if self.open.len() + cost.depth > MAX_DEPTH {
            return Err(SyntaxError::new(span.start, "the document is nested too deeply"));
        }
        let value = node.value.clone();
        self.complete(Node { value, span }, 0)
    }

    fn open(&mut self, open: Open, span: Span) -> Result<(), SyntaxError> {
        if let Some(Open::Map { key: None, .. }) = self.open.last() {
            return Err(SyntaxError::new(span.start, "a list or a mapping cannot be a key"));
        }
        self.open.push(open);
        Ok(())
    }

    fn close(&mut self, end: Span) -> Result<(), SyntaxError> {
        let (value, anchor, start) = match self.open.pop() {
            Some(Open::List { items, anchor, start }) => (Value::List(items), anchor, start),
            Some(Open::Map { fields, anchor, start, .. }) => (Value::Map(fields.list), anchor, start),
            None => return Ok(()),
        };
        self.complete(Node { value, span: Span { to: end.to, ..start } }, anchor)
    }

    /// Puts a value where it belongs: into the list, behind its key, or as a key.
    fn complete(&mut self, node: Node, anchor: usize) -> Result<(), SyntaxError> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(SyntaxError::new(node.span.start, format!("the document has more than {MAX_VALUES} values")));
        }
        if anchor != 0 {
            self.aliased_bytes = self.aliased_bytes.saturating_add(cost_of(&node).bytes);
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { fields, key, .. }) => match key.take() {
                None => {
                    let name = key_text(&node.value).map_err(|problem| SyntaxError::new(node.span.start, problem))?;
                    *key = Some(Key::Named(name, node.span));
                }
                Some(Key::Merge) => merge(fields, node)?,
                Some(Key::Named(key, key_span)) => {
                    if let Some(first) = fields.put(Field { key, key_span, value: node }) {
                        self.repeated(first, key_span.start);
                    }
                }
            },
        }
        Ok(())
    }

    /// Tells a key that was given before, in the innermost open mapping.
    fn repeated(&mut self, first: Field, again: Position) {
        if self.duplicates.len() < MAX_DUPLICATES {
            let at = self.path().key(first.key);
            self.duplicates.push(Duplicate { at, first: first.key_span.start, again });
        }
    }

    /// Where the innermost open list or mapping stands.
    fn path(&self) -> FieldPath {
        let outer = self.open.split_last().map_or(&[][..], |(_, outer)| outer);
        outer.iter().fold(FieldPath::ROOT, |path, open| match open {
            Open::List { items, .. } => path.index(items.len()),
            Open::Map { key: Some(Key::Named(key, _)), .. } => path.key(key.as_str()),
            Open::Map { .. } => path,
        })
    }
}

/// The fields of a mapping, each key once.
#[derive(Default)]
struct Fields {
    list: Vec<Field>,
    /// Where each key is in the list; filled once the list is long.
    places: HashMap<String, usize>,
}

impl Fields {
    /// From here on a look through the list would take longer than the index.
    const LONG: usize = 32;

    /// Sets a field, and gives back the one of that key that it replaces.
    fn put(&mut self, field: Field) -> Option<Field> {
        if let Some(known) = self.place(&field.key).and_then(|place| self.list.get_mut(place)) {
            return Some(std::mem::replace(known, field));
        }
        if self.list.len() >= Self::LONG {
            let unlisted = self.list.iter().enumerate().skip(self.places.len());
            self.places.extend(unlisted.map(|(place, field)| (field.key.clone(), place)));
        }
        self.list.push(field);
        None
    }

    fn place(&self, key: &str) -> Option<usize> {
        let listed = self.places.get(key).copied();
        listed.or_else(|| (self.places.len()..self.list.len()).find(|place| self.list[*place].key == key))
    }
}

/// `<<: mapping` or `<<: [mapping, …]`, of which the first goes before the others.
fn merge(fields: &mut Fields, node: Node) -> Result<(), SyntaxError> {
    let start = node.span.start;
    let sources = match node.value {
        Value::List(items) => items,
        _ => vec![node],
    };
    for source in sources.into_iter().rev() {
        let Value::Map(brought) = source.value else {
            return Err(SyntaxError::new(start, "<< takes a mapping, or a list of mappings"));
        };
        for field in brought {
            fields.put(field);
        }
    }
    Ok(())
}

/// The short name of a tag that is YAML's own.
fn yaml_tag(tag: &Tag) -> Option<&str> {
    match tag.parts() {
        ("tag:yaml.org,2002:", name) => Some(name),
        (handle, suffix) => handle.is_empty().then(|| suffix.strip_prefix("tag:yaml.org,2002:")).flatten(),
    }
}

/// What a copy of a value costs.
struct Cost {
    values: usize,
    bytes: usize,
    depth: usize,
}

fn cost_of(node: &Node) -> Cost {
    let own = Cost { values: 1, bytes: size_of::<Node>(), depth: 1 };
    let add = |total: Cost, inner: Cost, extra: usize| Cost {
        values: total.values + inner.values,
        bytes: total.bytes + inner.bytes + extra,
        depth: total.depth.max(inner.depth + 1),
    };
    match &node.value {
        Value::List(items) => items.iter().fold(own, |total, item| add(total, cost_of(item), 0)),
        Value::Map(fields) => {
            let key = |field: &Field| field.key.len() + size_of::<Field>() - size_of::<Node>();
            fields.iter().fold(own, |total, field| add(total, cost_of(&field.value), key(field)))
        }
        Value::Text(text) => Cost { bytes: own.bytes + text.len(), ..own },
        Value::Null | Value::Bool(_) | Value::Number(_) => own,
    }
}
