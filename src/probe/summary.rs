//! What a kubelet measured of its pods: `/stats/summary`, as far as it is of use here.

use jiff::Timestamp;
use serde::Deserialize;

/// The answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Summary {
    #[serde(default)]
    pods: Vec<PodStats>,
}

/// Of one pod.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodStats {
    #[serde(default)]
    pod_ref: PodRef,
    #[serde(default)]
    containers: Vec<ContainerStats>,
    #[serde(default)]
    volume: Vec<VolumeStats>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct PodRef {
    #[serde(default)]
    uid: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct ContainerStats {
    #[serde(default)]
    name: String,
    rootfs: Option<FsStats>,
    logs: Option<FsStats>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct VolumeStats {
    #[serde(default)]
    name: String,
    #[serde(flatten)]
    fs: FsStats,
}

/// Of a file system, or a part of one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FsStats {
    /// When that was measured.
    pub time: Option<Timestamp>,
    /// Bytes in use.
    pub used_bytes: Option<u64>,
    /// Bytes that it can hold.
    pub capacity_bytes: Option<u64>,
    /// Bytes that are free.
    pub available_bytes: Option<u64>,
}

impl Summary {
    /// Of the pod of that uid.
    pub fn pod(&self, uid: &str) -> Option<&PodStats> {
        self.pods.iter().find(|pod| pod.pod_ref.uid == uid)
    }
}

impl PodStats {
    /// Of the volume of that name.
    pub fn volume(&self, name: &str) -> Option<FsStats> {
        self.volume.iter().find(|volume| volume.name == name).map(|volume| volume.fs)
    }

    /// Of the log of a container.
    pub fn log(&self, container: &str) -> Option<FsStats> {
        self.container(container)?.logs
    }

    /// Of what a container wrote outside its volumes.
    pub fn layer(&self, container: &str) -> Option<FsStats> {
        self.container(container)?.rootfs
    }

    fn container(&self, name: &str) -> Option<&ContainerStats> {
        self.containers.iter().find(|container| container.name == name)
    }
}
