//! What kubectl remembers of an object as it was written, to know later what was taken out of it.

use std::fmt::Write;

use serde_json::{Map, Value, json};

const ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The object with the annotation that `kubectl create --save-config` makes: the object in JSON, its keys sorted.
pub fn with_last_applied(object: &Value, namespace: Option<&str>) -> Value {
    let mut object = object.clone();
    if let Some(namespace) = namespace {
        object["metadata"]["namespace"] = json!(namespace);
    }
    let mut written = object.clone();
    if written["metadata"]["annotations"].is_null() {
        written["metadata"]["annotations"] = json!({});
    }
    object["metadata"]["annotations"][ANNOTATION] = json!(format!("{}\n", as_go_writes(&sorted(&written))));
    object
}

/// Go's JSON has some letters as numbers, that it may stand in HTML. They are in texts only.
fn as_go_writes(value: &Value) -> String {
    let is_number = |letter: char| matches!(letter, '&' | '<' | '>' | '\u{2028}' | '\u{2029}');
    value.to_string().chars().fold(String::new(), |mut text, letter| {
        if is_number(letter) {
            let _ = write!(text, "\\u{:04x}", u32::from(letter)); // a String takes everything
        } else {
            text.push(letter);
        }
        text
    })
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(Map::from_iter(fields))
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_as_kubectl_writes_it() {
        let object = json!({"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "a"}});
        let saved = with_last_applied(&object, Some("demo"));
        let text = concat!(
            r#"{"apiVersion":"v1","kind":"Pod","metadata":{"annotations":{},"name":"a","namespace":"demo"}}"#,
            "\n"
        );
        assert_eq!(saved["metadata"]["annotations"], json!({ ANNOTATION: text }));
        assert_eq!(as_go_writes(&json!("a <b> & \u{2028}ä")), r#""a \u003cb\u003e \u0026 \u2028ä""#);
    }
}
