//! For tests, those of the binary too: whether a document is what its schema in docs/ says.

use serde_json::{Value, json};

/// What in the document is not as the schema says, or not in it.
pub(super) fn errors(schema: &str, document: &Value) -> Vec<String> {
    let mut schema = serde_json::from_str(schema).unwrap();
    close(&mut schema);
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Users read a schema openly, since fields may be added: here it has no room for any that it does not name.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.contains_key("properties") && fields.get("type") == Some(&json!("object")) {
                fields.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}
