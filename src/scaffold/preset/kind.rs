//! What a setting's value has to look like, and what it becomes.

use serde_json::Number;

use super::super::{Image, NamespaceName};
use crate::document::Value;
use crate::pod::Quantity;

/// What a parameter's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// An absolute path.
    Path,
    /// The name of a container or a volume.
    Name,
    /// An image reference.
    Image,
    /// A port.
    Port,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An amount as Kubernetes writes it: `64Mi`, `100m`.
    Quantity,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Text, Self::Path, Self::Name, Self::Image, Self::Port, Self::Number, Self::Boolean, Self::Quantity];

    /// The word for it in a preset's file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Path => "path",
            Self::Name => "name",
            Self::Image => "image",
            Self::Port => "port",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Quantity => "quantity",
        }
    }

    /// What values look like, in words that go on after "is not".
    pub(super) fn looks_like(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Path => "an absolute path, such as /var/log",
            Self::Name => "a name: lower case letters, digits and '-', 63 at most",
            Self::Image => "an image, such as nginx:1.27",
            Self::Port => "a port: a number from 1 to 65535",
            Self::Number => "a whole number",
            Self::Boolean => "true or false",
            Self::Quantity => "an amount, such as 100m or 64Mi",
        }
    }

    /// The value of that text; `None` where it is none of this kind.
    pub(super) fn value(self, text: &str) -> Option<Value> {
        let is_text = match self {
            Self::Text => true,
            Self::Path => text.starts_with('/') && !text.contains(':') && !text.split('/').any(|part| part == ".."),
            Self::Name => NamespaceName::parse(text).is_ok(), // both are labels
            Self::Image => Image::parse(text).is_ok(),
            Self::Quantity => Quantity::parse(text).is_ok(),
            Self::Port => return number(text).filter(|port| (1..=65535).contains(port)).map(as_value),
            Self::Number => return number(text).map(as_value),
            Self::Boolean => return text.parse().ok().map(Value::Bool),
        };
        is_text.then(|| Value::Text(text.to_owned()))
    }

    /// A value of this kind, to try a preset with.
    pub(super) fn example(self) -> &'static str {
        match self {
            Self::Text | Self::Name | Self::Image => "example",
            Self::Path => "/example",
            Self::Port => "8080",
            Self::Number => "1",
            Self::Boolean => "true",
            Self::Quantity => "1Mi",
        }
    }
}

fn as_value(number: i64) -> Value {
    Value::Number(Number::from(number))
}

/// A number that is written as it is shown again: `007` would arrive as another text.
fn number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number: &i64| number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(kind: Kind, taken: &[&str], refused: &[&str]) {
        for text in taken {
            assert!(kind.value(text).is_some(), "{kind:?} refuses {text:?}");
        }
        for text in refused {
            assert!(kind.value(text).is_none(), "{kind:?} takes {text:?}");
        }
    }

    #[test]
    fn each_kind_takes_its_own() {
        takes(Kind::Text, &["", "a", "a,b=c", "\n"], &[]);
        takes(Kind::Path, &["/", "/var/log", "/a..b"], &["", "var/log", "/a/../b", "/a:b"]);
        takes(Kind::Name, &["a", "shared-logs"], &["", "Logs", "a.b", "-a"]);
        takes(Kind::Image, &["nginx", "a:5000/b:c"], &["", "a b"]);
        takes(Kind::Port, &["1", "65535"], &["", "0", "65536", "080", "http", "+80"]);
        takes(Kind::Number, &["0", "-1", "65534"], &["", "1.5", "01", "1e3"]);
        takes(Kind::Boolean, &["true", "false"], &["", "yes", "True"]);
        takes(Kind::Quantity, &["1", "0.5", "1.", "100m", "64Mi", "1G", "1e3"], &["", "Mi", "1MB", "-1", "1 Gi"]);
    }

    #[test]
    fn numbers_and_booleans_are_no_text() {
        assert_eq!(Kind::Port.value("80"), Some(Value::Number(80.into())));
        assert_eq!(Kind::Boolean.value("false"), Some(Value::Bool(false)));
        assert_eq!(Kind::Text.value("80"), Some(Value::Text("80".to_owned())));
    }

    #[test]
    fn examples_are_of_their_kind() {
        for kind in Kind::ALL {
            assert!(kind.value(kind.example()).is_some(), "{kind:?}");
        }
    }
}
