//! What `inspect` found, as text, JSON or YAML.
//!
//! Decides how it looks; what is true was decided before. Nothing here differs between a live pod and a manifest,
//! but for what is not known: a manifest has no state.

mod containers;
pub mod diagram;
mod files;
pub mod json;
mod mounts;
mod proofs;
mod sentences;
mod text;
mod usage;
mod volumes;

use crate::diagnosis::Diagnosis;
use crate::document::Position;
use crate::pod::{Maker, Pod};
use crate::probe::proof::VolumeProof;
use crate::probe::{PodFiles, PodUsage};

pub use files::FILES_SHOWN;
pub use proofs::will_write;
pub use text::{Detail, text};

/// One pod, or the pod that a workload makes, and what is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// What makes the pod.
    pub kind: Maker,
    /// The name of what makes the pod.
    pub name: String,
    /// The pod.
    pub pod: Pod,
    /// Where the pod was found.
    pub origin: Origin,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// What was found in its running containers.
    pub insight: Insight,
}

/// What was found in running containers, each where that was asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Insight {
    /// What is proven of the shared volumes.
    pub proofs: Option<Vec<VolumeProof>>,
    /// What lies in the volumes.
    pub files: Option<PodFiles>,
    /// How much there is in volumes and containers.
    pub usage: Option<PodUsage>,
}

/// Where a pod was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// On a cluster.
    Cluster,
    /// In a manifest.
    Manifest {
        /// The file, as messages call it.
        file: String,
        /// Where the object begins.
        at: Position,
    },
}

/// Something that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The place in the manifest.
    pub at: Option<Position>,
    /// What is wrong.
    pub diagnosis: Diagnosis,
}

impl Inspection {
    /// `pod/webserver`, as kubectl names it.
    pub fn resource(&self) -> String {
        format!("{}/{}", self.kind.resource(), self.name)
    }
}
