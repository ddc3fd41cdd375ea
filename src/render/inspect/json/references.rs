//! What is known of a volume's source, and of the objects that it is made from, in a document.

use serde::Serialize;

use crate::pod::{self, Known};

/// One thing worth knowing, under the API's name of it.
#[derive(Debug, Serialize)]
pub(super) struct Fact {
    name: &'static str,
    value: String,
}

/// An object that a volume is made from.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reference {
    /// `ConfigMap`, `Secret` or `PersistentVolumeClaim`
    kind: &'static str,
    name: String,
    /// The pod starts without it, too.
    optional: bool,
    /// The keys that it must have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keys: Vec<String>,
    /// `there`, `missing`, `missingKeys` or `unknown`; left out where nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    /// The keys that it lacks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing_keys: Vec<String>,
    /// Why nothing is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What is known of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    facts: Vec<Fact>,
}

impl From<&pod::Fact> for Fact {
    fn from(fact: &pod::Fact) -> Self {
        Self { name: fact.name, value: fact.value.clone() }
    }
}

impl From<&pod::Reference> for Reference {
    fn from(reference: &pod::Reference) -> Self {
        let pod::Reference { kind, name, optional, keys, known } = reference;
        let mut told = Self {
            kind: kind.as_str(),
            name: name.clone(),
            optional: *optional,
            keys: keys.clone(),
            state: known.as_ref().map(state),
            missing_keys: Vec::new(),
            reason: None,
            facts: Vec::new(),
        };
        match known {
            Some(Known::There { facts }) => told.facts = facts.iter().map(Fact::from).collect(),
            Some(Known::MissingKeys(keys)) => told.missing_keys.clone_from(keys),
            Some(Known::Unknown { reason }) => told.reason = Some(reason.clone()),
            Some(Known::Missing) | None => {}
        }
        told
    }
}

fn state(known: &Known) -> &'static str {
    match known {
        Known::There { .. } => "there",
        Known::Missing => "missing",
        Known::MissingKeys(_) => "missingKeys",
        Known::Unknown { .. } => "unknown",
    }
}
