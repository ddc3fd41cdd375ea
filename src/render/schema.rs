//! For tests: whether a document is what its schema in docs/ says.

use serde_json::{Value, json};

/// Panics where it is not, or has what the schema does not name.
pub(super) fn assert_fits(schema: &str, text: &str) {
    let mut schema = serde_json::from_str(schema).unwrap();
    close(&mut schema);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document = serde_json::from_str(text).unwrap();
    let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
}

/// Users read a schema openly, since fields may be added: here it has no room for any.
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
