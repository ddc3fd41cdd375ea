//! What `inspect -o json` writes is what its schema says, and nothing that it does not say.

use serde_json::Value;

use super::plugin::command;
use super::schema;

const SCHEMA: &str = include_str!("../../docs/inspect-output.v1.schema.json");

/// What in the document is not as the schema says.
pub(super) fn errors(document: &Value) -> Vec<String> {
    schema::errors(SCHEMA, document)
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
