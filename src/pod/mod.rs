//! Our model of a pod: what this program knows about pods with more than one container.
//!
//! Decides what a container's kind and role are, in which order containers start, and who shares which
//! volume. Built from a typed object, whether it came from a cluster or from a manifest, so that live and
//! offline differ only in where the object was fetched. Leaves to others: reading text (`document`), what is
//! wrong with a pod (`diagnosis`), and how any of it looks (`render`).

mod common;
mod container;
mod ends;
mod expansion;
mod from_document;
mod from_typed;
mod identity;
mod injected;
mod maker;
mod mount;
mod nesting;
mod object;
mod owner;
mod preferred;
mod quantity;
mod reference;
mod role;
mod rollout;
mod settings;
mod sharing;
mod status;
mod status_word;
mod target;
mod volume;
mod workload;

pub use common::Common;
pub use container::{Container, ContainerKind, Device, Instance, RunState, Runtime, Termination};
pub use from_document::{Object, Workload, objects};
pub use maker::Maker;
pub use mount::{Mount, Propagation, RecursiveReadOnly};
pub use nesting::{Nested, nested};
pub use object::PodObject;
pub use owner::{JobEnd, Owner, belongs_to, made_by};
pub use preferred::preferred;
pub use quantity::{InvalidQuantity, Quantity};
pub use reference::{Known, Reference, ReferenceKind};
pub use role::{OWN_ANNOTATION, Role, RoleEvidence};
pub use rollout::{Progress, Rollout};
pub use settings::{Port, Probe, Settings};
pub use sharing::{Part, Place, Share, VolumeUse, sharing};
pub use status::{Condition, Phase, PodStatus};
pub use target::{NoTarget, Target, TargetKind};
pub use volume::{Fact, Volume, VolumeSource, claim_facts};
pub use workload::WorkloadKind;

use crate::document::FieldPath;

/// A pod, or the pod template of a workload.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pod {
    /// `metadata.name`; empty in a template, and where only `generateName` is set.
    pub name: String,
    /// `metadata.namespace`, where the object says it.
    pub namespace: Option<String>,
    /// `metadata.uid`: tells a pod from its successor of the same name. `None` in a manifest.
    pub uid: Option<String>,
    /// In start order: init and native sidecar containers as listed, then containers, then ephemeral ones.
    pub containers: Vec<Container>,
    /// As listed in `spec.volumes`.
    pub volumes: Vec<Volume>,
    /// What its containers have in common besides volumes.
    pub common: Common,
    /// What the cluster says of it. `None` for a manifest.
    pub status: Option<PodStatus>,
}

impl Pod {
    /// The container of that name.
    pub fn container(&self, name: &str) -> Option<&Container> {
        self.containers.iter().find(|container| container.name == name)
    }

    /// The volume of that name.
    pub fn volume(&self, name: &str) -> Option<&Volume> {
        self.volumes.iter().find(|volume| volume.name == name)
    }

    /// The containers, each with its field as seen from the pod: `spec.containers[1]`.
    pub fn container_fields(&self) -> impl Iterator<Item = (FieldPath, &Container)> {
        self.containers.iter().enumerate().map(|(at, container)| {
            let list = container.spec_field();
            let index = self.containers[..at].iter().filter(|before| before.spec_field() == list).count();
            (FieldPath::ROOT.key("spec").key(list).index(index), container)
        })
    }

    /// The mounts of volumes that the pod does not declare, in start order.
    pub fn undeclared_mounts(&self) -> impl Iterator<Item = (&Container, &Mount)> {
        let mounts =
            self.containers.iter().flat_map(|container| container.mounts.iter().map(move |mount| (container, mount)));
        mounts.filter(|(_, mount)| self.volume(&mount.volume).is_none())
    }

    /// The block devices that are volumes which the pod does not declare, in start order.
    pub fn undeclared_devices(&self) -> impl Iterator<Item = (&Container, &Device)> {
        let devices = self.containers.iter().flat_map(|one| one.devices.iter().map(move |device| (one, device)));
        devices.filter(|(_, device)| self.volume(&device.volume).is_none())
    }

    /// The same pod without the volume that brings the service account's token, which nobody asked for by hand.
    #[must_use]
    pub fn without_token_volumes(mut self) -> Self {
        let is_token = |name: &str, volumes: &[Volume]| {
            volumes.iter().any(|volume| volume.name == name && volume.source.service_account_token)
        };
        for container in &mut self.containers {
            container.mounts.retain(|mount| !is_token(&mount.volume, &self.volumes));
        }
        self.volumes.retain(|volume| !volume.source.service_account_token);
        self
    }

    /// The two numbers of `kubectl get pods`'s READY column: ready containers, and all of them. Init and
    /// ephemeral containers do not count; native sidecars do, since they keep running
    /// (kubectl's `printPod`, `pkg/printers/internalversion/printers.go`).
    pub fn ready_counts(&self) -> (usize, usize) {
        let counted = self.containers.iter().filter(|container| container.kind.counts_as_ready());
        let ready = |container: &&Container| container.runtime.as_ref().is_some_and(|runtime| runtime.ready);
        (counted.clone().filter(ready).count(), counted.count())
    }

    /// Whether all of the containers that count are ready.
    pub fn all_ready(&self) -> bool {
        let (ready, all) = self.ready_counts();
        ready == all
    }
}
