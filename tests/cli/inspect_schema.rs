//! What `inspect -o json` writes is what its schema says, and nothing that it does not say.

use serde_json::{Value, json};

use super::plugin::command;

const SCHEMA: &str = include_str!("../../docs/inspect-output.v1.schema.json");

/// A schema, which users may read openly since fields may be added, with no room for fields that it does not name.
fn closed(schema: &str) -> Value {
    let mut schema = serde_json::from_str(schema).unwrap();
    close(&mut schema);
    schema
}

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

/// What in the document is not as the schema says.
pub(super) fn errors(document: &Value) -> Vec<String> {
    errors_by(SCHEMA, document)
}

/// What in the document is not as that schema says.
pub(super) fn errors_by(schema: &str, document: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(&closed(schema)).unwrap();
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_document_is_as_the_schema_says() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let mut documents = 0;
    for folder in ["guide", "manifests"] {
        for file in std::fs::read_dir(format!("{fixtures}/{folder}")).unwrap() {
            let file = file.unwrap().path();
            let output = command(&["inspect", "--all-volumes", "-o", "json", "-f"]).arg(&file).output().unwrap();
            if output.stdout.is_empty() {
                continue; // nothing in it can be read
            }
            let document: Value = serde_json::from_slice(&output.stdout).unwrap();
            let errors = errors(&document);
            assert!(errors.is_empty(), "{}:\n{}", file.display(), errors.join("\n"));
            documents += 1;
        }
    }
    assert!(documents > 10, "only {documents} documents were written");
}
