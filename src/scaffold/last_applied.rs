//! What kubectl remembers of an object as it was written, to know later what was taken out of it.

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
    object["metadata"]["annotations"][ANNOTATION] = json!(format!("{}\n", sorted(&written)));
    object
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
    }
}
