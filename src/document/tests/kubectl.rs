//! Texts, compared with what kubectl's own library makes of them.
//!
//! `tests/fixtures/yaml/*.json` holds texts and what `sigs.k8s.io/yaml` v1.6.0 (`YAMLToJSON`) made of them, or
//! why it refused. Where ours differs, `differs` says why.

use serde_json::Value as Json;

use super::first;

/// Numbers compare by value: Go writes `80.0` as `80`.
fn same(ours: &Json, theirs: &Json) -> bool {
    match (ours, theirs) {
        (Json::Number(ours), Json::Number(theirs)) => ours == theirs || ours.as_f64() == theirs.as_f64(),
        (Json::Array(ours), Json::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
        }
        (Json::Object(ours), Json::Object(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().all(|(key, ours)| theirs.get(key).is_some_and(|theirs| same(ours, theirs)))
        }
        _ => ours == theirs,
    }
}

fn compare(fixture: &str) {
    let cases: Vec<Json> = serde_json::from_str(fixture).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let text = case["text"].as_str().unwrap();
        let ours = first(text);
        let agrees = match (&ours, case.get("json")) {
            (Ok(ours), Some(theirs)) => same(ours, theirs),
            (Err(_), None) => true,
            _ => false,
        };
        if agrees == case.get("differs").is_some() {
            wrong.push(format!("{text:?}: ours {ours:?}, kubectl's {case}"));
        }
    }
    assert!(wrong.is_empty(), "unexpected:\n{}", wrong.join("\n"));
}

#[test]
fn scalars_mean_what_they_mean_to_kubectl() {
    compare(include_str!("../../../tests/fixtures/yaml/scalars.json"));
}

#[test]
fn keys_mean_what_they_mean_to_kubectl() {
    compare(include_str!("../../../tests/fixtures/yaml/keys.json"));
}

#[test]
fn documents_mean_what_they_mean_to_kubectl() {
    compare(include_str!("../../../tests/fixtures/yaml/documents.json"));
}
