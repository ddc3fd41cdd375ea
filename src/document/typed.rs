//! A value tree → a typed object of the API, or why it is none.
//!
//! Reads as the API server's strict decoder does: fields the type does not know are told with their path, and
//! do not stop it. The types themselves say which fields they know.

use std::cell::RefCell;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, Expected, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::{FieldPath, Node, Step, Value};

/// The most unknown fields told of one object. Nobody reads more of them.
const MAX_UNKNOWN: usize = 100;

/// A typed object, and what of the text it has no place for.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed<T> {
    /// The object.
    pub object: T,
    /// Fields that its type does not know, in the order of the text.
    pub unknown: Vec<UnknownField>,
}

/// A field that the type of the object around it does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownField {
    /// Where it stands.
    pub at: FieldPath,
    /// Its key.
    pub key: String,
    /// The API's name of the type around it, such as `Container`.
    pub inside: &'static str,
    /// The fields that type knows.
    pub known: &'static [&'static str],
}

/// Reads `node`, which stands at `at`, as a `T`.
pub(super) fn typed<'n, T: Deserialize<'n>>(node: &'n Node, at: &FieldPath) -> Result<Typed<T>, TypeError> {
    let reading = Reading { path: RefCell::new(at.clone()), unknown: RefCell::new(Vec::new()) };
    let object = reading.here(|| T::deserialize(Reader { node, reading: &reading }))?;
    Ok(Typed { object, unknown: reading.unknown.into_inner() })
}

/// What a type does not take, and where.
#[derive(Debug)]
pub(super) struct TypeError {
    /// The value's place; `None` until it is known.
    pub(super) at: Option<FieldPath>,
    pub(super) problem: TypeProblem,
}

/// What is wrong with a value.
#[derive(Debug)]
pub(super) enum TypeProblem {
    /// It is of another type; this is what was expected, as serde and the API's types name it.
    Expected(String),
    /// Its type is right. The sentence says what is not.
    Other(String),
}

/// What the reading of one object has come to.
struct Reading {
    path: RefCell<FieldPath>,
    unknown: RefCell<Vec<UnknownField>>,
}

impl Reading {
    /// Reads what is one step further in. The innermost place is the one that an error is told with.
    fn inside<T>(&self, step: Step, read: impl FnOnce() -> Result<T, TypeError>) -> Result<T, TypeError> {
        self.path.borrow_mut().push(step);
        let result = self.here(read);
        self.path.borrow_mut().pop();
        result
    }

    fn note_unknown(&self, node: &Node, inside: &'static str, known: &'static [&'static str]) {
        let mut noted = self.unknown.borrow_mut();
        for field in node.fields().iter().filter(|field| !known.contains(&field.key.as_str())) {
            if noted.len() == MAX_UNKNOWN {
                break;
            }
            let at = self.path.borrow().key(field.key.as_str());
            noted.push(UnknownField { at, key: field.key.clone(), inside, known });
        }
    }

    fn here<T>(&self, read: impl FnOnce() -> Result<T, TypeError>) -> Result<T, TypeError> {
        read().map_err(|error| match error.at {
            Some(_) => error,
            None => TypeError { at: Some(self.path.borrow().clone()), ..error },
        })
    }
}

/// Reads one node. Null is the zero value of whatever is asked for, as in Go.
#[derive(Clone, Copy)]
struct Reader<'n, 'r> {
    node: &'n Node,
    reading: &'r Reading,
}

impl<'n, 'r> Reader<'n, 'r> {
    fn is_null(self) -> bool {
        self.node.value == Value::Null
    }

    fn items(self) -> Items<'n, 'r> {
        Items { items: self.node.items().iter().enumerate(), reading: self.reading }
    }

    fn fields(self) -> Fields<'n, 'r> {
        Fields { rest: self.node.fields().iter(), current: None, reading: self.reading }
    }
}

macro_rules! integers {
    ($($name:ident)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeError> {
            if self.is_null() { visitor.visit_i64(0) } else { self.deserialize_any(visitor) }
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'de, '_> {
    type Error = TypeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeError> {
        match &self.node.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (whole(number), number.as_u64(), number.as_f64()) {
                (Some(value), ..) => visitor.visit_i64(value),
                (_, Some(value), _) => visitor.visit_u64(value),
                (.., value) => visitor.visit_f64(value.unwrap_or_default()),
            },
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::List(_) => visitor.visit_seq(self.items()),
            Value::Map(_) => visitor.visit_map(self.fields()),
        }
    }

    integers! { deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 }
    integers! { deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeError> {
        if self.is_null() { visitor.visit_bool(false) } else { self.deserialize_any(visitor) }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeError> {
        if self.is_null() { visitor.visit_borrowed_str("") } else { self.deserialize_any(visitor) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeError> {
        if self.is_null() { visitor.visit_seq(self.items()) } else { self.deserialize_any(visitor) }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeError> {
        if self.is_null() { visitor.visit_map(self.fields()) } else { self.deserialize_any(visitor) }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeError> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, TypeError> {
        // In Go a quantity that is null is zero, as every other number.
        if self.is_null() && name == "Quantity" { visitor.visit_i64(0) } else { visitor.visit_newtype_struct(self) }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, TypeError> {
        self.reading.note_unknown(self.node, name, known);
        // The types could also be read from a list of their fields, in order: no manifest means that.
        match &self.node.value {
            Value::List(_) => Err(de::Error::invalid_type(Unexpected::Seq, &visitor)),
            _ => self.deserialize_map(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        f32 f64 i128 u128 char str bytes byte_buf unit unit_struct tuple tuple_struct enum identifier
    }
}

/// Integers may be written as `80.0`: kubectl's JSON has `80` then.
fn whole(number: &serde_json::Number) -> Option<i64> {
    if let Some(whole) = number.as_i64() {
        return Some(whole);
    }
    let float = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0)?;
    // Written out, a whole float has no exponent and no fraction.
    format!("{float:.0}").parse().ok()
}

struct Items<'n, 'r> {
    items: std::iter::Enumerate<std::slice::Iter<'n, Node>>,
    reading: &'r Reading,
}

impl<'n> de::SeqAccess<'n> for Items<'n, '_> {
    type Error = TypeError;

    fn next_element_seed<S: DeserializeSeed<'n>>(&mut self, seed: S) -> Result<Option<S::Value>, TypeError> {
        let Some((index, node)) = self.items.next() else { return Ok(None) };
        let reader = Reader { node, reading: self.reading };
        self.reading.inside(Step::Index(index), || seed.deserialize(reader)).map(Some)
    }
}

struct Fields<'n, 'r> {
    rest: std::slice::Iter<'n, super::Field>,
    current: Option<&'n super::Field>,
    reading: &'r Reading,
}

impl<'n> de::MapAccess<'n> for Fields<'n, '_> {
    type Error = TypeError;

    fn next_key_seed<S: DeserializeSeed<'n>>(&mut self, seed: S) -> Result<Option<S::Value>, TypeError> {
        self.current = self.rest.next();
        self.current.map(|field| seed.deserialize(StrDeserializer::new(&field.key))).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'n>>(&mut self, seed: S) -> Result<S::Value, TypeError> {
        let Some(field) = self.current.take() else { return Err(de::Error::custom("a value without a key")) };
        let reader = Reader { node: &field.value, reading: self.reading };
        self.reading.inside(Step::Key(field.key.clone()), || seed.deserialize(reader))
    }
}

impl de::Error for TypeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { at: None, problem: TypeProblem::Other(message.to_string()) }
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self { at: None, problem: TypeProblem::Expected(expected.to_string()) }
    }
}

/// Serde wants it; the words that people read are made in `mismatch`.
impl fmt::Display for TypeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self:?}")
    }
}

impl std::error::Error for TypeError {}
