//! What a volume is made from: objects of the same namespace, and what is known of them.
//!
//! Decides what a volume asks of them. Leaves to others whether they are there, which only a cluster can tell. Of a
//! ConfigMap and a Secret nothing is known but whether it is there, and its keys.

use super::{Fact, Pod, Volume};

/// What kind of object a volume is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferenceKind {
    /// `v1`
    ConfigMap,
    /// `v1`
    Secret,
    /// `v1`
    PersistentVolumeClaim,
}

impl ReferenceKind {
    /// `kind` as the API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConfigMap => "ConfigMap",
            Self::Secret => "Secret",
            Self::PersistentVolumeClaim => "PersistentVolumeClaim",
        }
    }

    /// Its resource as the API's paths and rules have it.
    pub fn plural(self) -> &'static str {
        match self {
            Self::ConfigMap => "configmaps",
            Self::Secret => "secrets",
            Self::PersistentVolumeClaim => "persistentvolumeclaims",
        }
    }
}

/// An object that a volume is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What it is.
    pub kind: ReferenceKind,
    /// Its name. It is in the pod's namespace.
    pub name: String,
    /// The pod starts without it, too.
    pub optional: bool,
    /// The keys that it must have; none: all that it has are taken.
    pub keys: Vec<String>,
    /// What the cluster says of it. `None`: nobody asked.
    pub known: Option<Known>,
}

/// What a cluster says of an object that a volume is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// It is there, and has what is asked for.
    There {
        /// What is worth knowing.
        facts: Vec<Fact>,
    },
    /// It is not there.
    Missing,
    /// It is there, and lacks these keys.
    MissingKeys(Vec<String>),
    /// It could not be asked for, for that reason.
    Unknown {
        /// In the server's words.
        reason: String,
    },
}

impl Reference {
    /// To the object of that name, of which nothing is asked and nothing known.
    pub fn new(kind: ReferenceKind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into(), optional: false, keys: Vec::new(), known: None }
    }
}

impl Pod {
    /// What its volumes are made from, each with its volume, in the order of the spec.
    pub fn references(&self) -> impl Iterator<Item = (&Volume, &Reference)> {
        self.volumes.iter().flat_map(|volume| volume.source.references.iter().map(move |reference| (volume, reference)))
    }

    /// The same pod, in which each ephemeral volume refers to the claim that is made for it: it has the names of both.
    #[must_use]
    pub(super) fn with_claims_of_its_own(mut self) -> Self {
        if self.name.is_empty() {
            return self;
        }
        for volume in self.volumes.iter_mut().filter(|volume| volume.source.kind == "ephemeral") {
            let name = format!("{}-{}", self.name, volume.name);
            volume.source.references = vec![Reference::new(ReferenceKind::PersistentVolumeClaim, name)];
        }
        self
    }
}
