//! The volumes in a document.

use serde::Serialize;

use super::references::{Fact, Reference};
use crate::pod::{self, Share, VolumeUse};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Volume {
    name: String,
    /// The field of its source in the API: `emptyDir`, `configMap`, …
    #[serde(rename = "type")]
    source_type: String,
    /// What tells it from others of its type: the claim, the path, the medium.
    #[serde(skip_serializing_if = "String::is_empty")]
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_limit: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    facts: Vec<Fact>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    references: Vec<Reference>,
    /// `shared`, `apart` (by subPath), `alone` or `unused`
    sharing: &'static str,
    writers: Vec<String>,
    readers: Vec<String>,
    /// The parts of it that several containers see, and where.
    shared_parts: Vec<Part>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    /// In the volume; empty: all of it.
    path: String,
    places: Vec<Place>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    container: String,
    /// In the container.
    path: String,
    /// `ro` or `rw`
    access: &'static str,
}

/// A mount on top of another one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Nested {
    container: String,
    path: String,
    volume: String,
    /// The mount that it lies on.
    outer_path: String,
    outer_volume: String,
    /// What cannot be seen of that, as a path below `outerPath`.
    hidden: String,
}

impl From<&VolumeUse<'_>> for Volume {
    fn from(used: &VolumeUse<'_>) -> Self {
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        let source = &used.volume.source;
        Self {
            name: used.volume.name.clone(),
            source_type: source.kind.clone(),
            source: source.detail.clone(),
            size_limit: source.limit.clone(),
            facts: source.facts.iter().map(Fact::from).collect(),
            references: source.references.iter().map(Reference::from).collect(),
            sharing: match used.share() {
                Share::Shared => "shared",
                Share::Apart => "apart",
                Share::Alone => "alone",
                Share::Unused => "unused",
            },
            writers: owned(used.writers()),
            readers: owned(used.readers()),
            shared_parts: used.parts().iter().map(|part| Part::of(part, used)).collect(),
        }
    }
}

impl Part {
    fn of(part: &pod::Part<'_>, used: &VolumeUse<'_>) -> Self {
        let place = |place: &pod::Place<'_>| Place {
            container: place.container.name.clone(),
            path: place.path.clone(),
            access: if used.is_read_only(place.mount) { "ro" } else { "rw" },
        };
        Self { path: part.path.clone(), places: part.places.iter().map(place).collect() }
    }
}

impl From<&pod::Nested<'_>> for Nested {
    fn from(nested: &pod::Nested<'_>) -> Self {
        Self {
            container: nested.container.name.clone(),
            path: nested.inner.path.clone(),
            volume: nested.inner.volume.clone(),
            outer_path: nested.outer.path.clone(),
            outer_volume: nested.outer.volume.clone(),
            hidden: nested.hidden(),
        }
    }
}
