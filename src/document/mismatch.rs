//! Why a value is not of the type the API wants, in words a beginner understands.

use super::typed::TypeProblem;
use super::{Node, Value};

/// What is wrong with a value and what to write instead: a sentence about "this". `written` is the value as the
/// text has it.
pub(super) fn explain(problem: &TypeProblem, node: &Node, written: &str) -> String {
    let expected = match problem {
        TypeProblem::Other(sentence) => return sentence.clone(),
        TypeProblem::Expected(expected) => Wanted::named(expected),
    };
    let found = found(node, written);
    let wanted = expected.noun();
    format!("this is {found}, not {wanted}{}", advice(&expected, node, written))
}

/// The types of the API, as far as advice differs.
enum Wanted {
    Text,
    Integer,
    Boolean,
    List,
    Mapping,
    Other(String),
}

impl Wanted {
    /// From the name that serde or a type of the API gives itself in errors.
    fn named(expected: &str) -> Self {
        match expected {
            "a string" => Self::Text,
            "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" => Self::Integer,
            "a boolean" => Self::Boolean,
            "a sequence" => Self::List,
            "a map" => Self::Mapping,
            other => Self::Other(other.to_owned()),
        }
    }

    fn noun(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Integer => "a whole number".to_owned(),
            Self::Boolean => "true or false".to_owned(),
            Self::List => "a list".to_owned(),
            Self::Mapping => "a mapping".to_owned(),
            Self::Other(name) => format!("what {name} looks like"),
        }
    }
}

fn found(node: &Node, written: &str) -> String {
    match &node.value {
        Value::Null => "empty".to_owned(),
        Value::Bool(value) if written == value.to_string() => format!("the boolean {value}"),
        Value::Bool(value) => format!("the boolean {value} ({written} without quotes means {value} in YAML)"),
        Value::Number(number) if written == number.to_string() => format!("the number {number}"),
        Value::Number(number) => format!("the number {number} ({written} without quotes means {number} in YAML)"),
        Value::Text(text) => format!("the text {}", shortened(text)),
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "a mapping".to_owned(),
    }
}

fn advice(expected: &Wanted, node: &Node, written: &str) -> String {
    match (expected, &node.value) {
        (Wanted::Text, Value::Bool(_) | Value::Number(_)) => format!(": write \"{written}\" in quotes"),
        (Wanted::Integer, Value::Text(text)) if text.parse::<i64>().is_ok() => {
            format!(": write {text} without quotes")
        }
        (Wanted::Boolean, Value::Text(text)) if matches!(text.as_str(), "true" | "false") => {
            format!(": write {text} without quotes")
        }
        (Wanted::List, _) => ": each item of a list begins with a dash, \"- \"".to_owned(),
        (Wanted::Other(_) | Wanted::Mapping, Value::List(_)) => {
            ": take the dash away, unless the list belongs elsewhere".to_owned()
        }
        _ => String::new(),
    }
}

/// Enough of a text to know it again.
fn shortened(text: &str) -> String {
    const ENOUGH: usize = 40;
    match text.char_indices().nth(ENOUGH) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}
