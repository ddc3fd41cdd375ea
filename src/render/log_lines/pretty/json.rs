//! The fields of a line that is a JSON object, each as the line has it.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Field, Value};

/// The fields in their order, also those of the same name. `None`: the line is not one JSON object.
pub(super) fn fields(line: &[u8]) -> Option<Vec<Field<'_>>> {
    serde_json::from_slice::<Fields<'_>>(line).ok().map(|fields| fields.0)
}

struct Fields<'a>(Vec<Field<'a>>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EachField)
    }
}

struct EachField;

impl<'de> Visitor<'de> for EachField {
    type Value = Fields<'de>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Vec::with_capacity(8);
        while let Some((name, value)) = map.next_entry::<&'de RawValue, &'de RawValue>()? {
            fields.push((unquoted(name.get()).unwrap_or_default(), self::value(value.get())));
        }
        Ok(Fields(fields))
    }
}

fn value(text: &str) -> Value<'_> {
    unquoted(text).map_or(Value::Other(text), Value::Text)
}

/// What stands between the quotes.
fn unquoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}
