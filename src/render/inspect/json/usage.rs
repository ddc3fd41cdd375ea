//! How much there is, as a part of the document of `json`.

use jiff::Timestamp;
use serde::Serialize;

use crate::probe::{self, ContainerUsage, Figure, PodUsage, VolumeUsage};

/// Of a pod.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Usage {
    volumes: Vec<OfVolume>,
    containers: Vec<OfContainer>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OfVolume {
    volume: String,
    #[serde(flatten)]
    used: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<Limit>,
    /// It is kept in memory.
    memory: bool,
    /// Of the file system it is on, by the kubelet.
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    available_bytes: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OfContainer {
    container: String,
    log: Amount,
    writable_layer: Amount,
    /// For both.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<Limit>,
}

/// A figure, or why there is none.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Amount {
    #[serde(skip_serializing_if = "Option::is_none")]
    used_bytes: Option<u64>,
    /// `kubelet` or `du`
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    measured_at: Option<Timestamp>,
    /// What the figure is not: all of it, or of it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct Limit {
    bytes: u64,
    /// As the spec has it.
    written: String,
}

impl From<&PodUsage> for Usage {
    fn from(usage: &PodUsage) -> Self {
        Self {
            volumes: usage.volumes.iter().map(OfVolume::from).collect(),
            containers: usage.containers.iter().map(OfContainer::from).collect(),
        }
    }
}

impl From<&VolumeUsage> for OfVolume {
    fn from(usage: &VolumeUsage) -> Self {
        Self {
            volume: usage.volume.clone(),
            used: Amount::from(&usage.used),
            limit: usage.limit.as_ref().map(Limit::from),
            memory: usage.is_memory,
            capacity_bytes: usage.file_system.map(|(capacity, _)| capacity),
            available_bytes: usage.file_system.map(|(_, available)| available),
        }
    }
}

impl From<&ContainerUsage> for OfContainer {
    fn from(usage: &ContainerUsage) -> Self {
        Self {
            container: usage.container.clone(),
            log: Amount::from(&usage.log),
            writable_layer: Amount::from(&usage.layer),
            limit: usage.limit.as_ref().map(Limit::from),
        }
    }
}

impl From<&Figure> for Amount {
    fn from(figure: &Figure) -> Self {
        match figure {
            Figure::Measured { bytes, by, at, note } => Self {
                used_bytes: Some(*bytes),
                source: Some(by.as_str()),
                measured_at: *at,
                note: note.clone(),
                reason: None,
            },
            Figure::Missing { reason, .. } => Self { reason: Some(reason.clone()), ..Self::default() },
        }
    }
}

impl From<&probe::Limit> for Limit {
    fn from(limit: &probe::Limit) -> Self {
        Self { bytes: limit.bytes, written: limit.written.clone() }
    }
}
