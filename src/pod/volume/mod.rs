//! A declared volume: its type, what is worth saying of its source, and what it refers to.
//!
//! The type is the field's name in the API, so a type this program has never heard of still has a name. What is told of
//! each type is decided in the files beside this one, by where the content comes from.

mod claim;
mod cloud;
mod content;
mod fact;
mod network;
mod node;
#[cfg(test)]
mod tests;

use k8s_openapi::api::core::v1;

use super::Reference;

pub use claim::claim_facts;
pub use fact::Fact;

use fact::Told;

/// A volume the pod declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// What mounts call it.
    pub name: String,
    /// Where its content comes from.
    pub source: VolumeSource,
}

/// Where a volume's content comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeSource {
    /// The field's name in the API: `emptyDir`, `configMap`, `persistentVolumeClaim`, …
    pub kind: String,
    /// What tells this one from others of its kind: the claim, the path, the medium; empty where there is nothing.
    pub detail: String,
    /// The most it may hold, as written (`64Mi`).
    pub limit: Option<String>,
    /// Nobody can write to it, whatever a mount says: its content is Kubernetes's, or its source says so.
    pub read_only: bool,
    /// It brings the pod its service account's token, which nobody asked for by hand.
    pub service_account_token: bool,
    /// What is worth knowing, under the API's names, in the order of the API's reference. Defaults are left out.
    pub facts: Vec<Fact>,
    /// The objects that it is made from, and what is known of them.
    pub references: Vec<Reference>,
}

impl From<&v1::Volume> for Volume {
    fn from(volume: &v1::Volume) -> Self {
        Self { name: volume.name.clone(), source: VolumeSource::from(volume) }
    }
}

impl From<&v1::Volume> for VolumeSource {
    fn from(volume: &v1::Volume) -> Self {
        let known = content::of(volume).or_else(|| node::of(volume)).or_else(|| claim::of(volume));
        let known = known.or_else(|| network::of(volume)).or_else(|| cloud::of(volume));
        // A volume with no source at all is an emptyDir, by the API's default.
        known.unwrap_or_else(|| Self::of_kind("emptyDir"))
    }
}

impl VolumeSource {
    /// Of a kind of which no more is known than its name.
    pub(super) fn unknown(kind: &str) -> Self {
        Self::of_kind(kind)
    }

    /// The claim that a StatefulSet makes for each of its pods.
    pub(super) fn claimed_for_each_pod(template: &str, spec: Option<&v1::PersistentVolumeClaimSpec>) -> Self {
        claim::for_each_pod(template, spec)
    }

    fn of_kind(kind: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            detail: String::new(),
            limit: None,
            read_only: false,
            service_account_token: false,
            facts: Vec::new(),
            references: Vec::new(),
        }
    }

    /// What tells it from others of its kind.
    fn detail(mut self, detail: impl Told) -> Self {
        self.detail = detail.told().unwrap_or_default();
        self
    }

    /// One more fact, where there is something to tell.
    fn fact(mut self, name: &'static str, value: impl Told) -> Self {
        self.facts.extend(value.told().map(|value| Fact { name, value }));
        self
    }

    /// Its own `readOnly`.
    fn read_only(mut self, read_only: Option<bool>) -> Self {
        self.read_only |= read_only == Some(true);
        self.fact("readOnly", read_only)
    }

    /// The name of a Secret with credentials. It is for the node, and no part of the content.
    fn secret_ref(self, name: &'static str, secret: Option<&v1::LocalObjectReference>) -> Self {
        self.fact(name, secret.map(|secret| &secret.name))
    }

    fn refers_to(mut self, reference: Reference) -> Self {
        self.references.extend((!reference.name.is_empty()).then_some(reference));
        self
    }
}

/// The field of a volume's source among the volume's fields, where the API's types do not know it.
pub(super) fn unknown_source<'f>(mut fields: impl Iterator<Item = &'f str>) -> Option<&'f str> {
    fields.find(|field| *field != "name")
}
