//! What there is to draw: containers, volumes, and the mounts between them. All text in it is on one line, and safe
//! to show.

use crate::pod::{Container, ContainerKind, Mount, Pod, Share, VolumeUse, WorkloadKind, sharing};
use crate::render::inspect::{Inspection, volumes::source};
use crate::render::table::one_line;

/// A pod to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Graph {
    pub(super) title: String,
    /// In start order.
    pub(super) containers: Vec<ContainerNode>,
    /// As the pod declares them, then those that are mounted and not declared.
    pub(super) volumes: Vec<VolumeNode>,
    /// Container by container.
    pub(super) mounts: Vec<MountEdge>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct ContainerNode {
    pub(super) name: String,
    pub(super) role: String,
    pub(super) image: String,
    pub(super) kind: ContainerKind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct VolumeNode {
    pub(super) name: String,
    /// Its type, and what is worth saying of it; empty where it is not declared.
    pub(super) source: String,
    pub(super) standing: Standing,
}

/// What a volume is to the containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Several see the same files in it.
    Shared,
    /// Several mount it, each a part of its own.
    Apart,
    /// One mounts it.
    Alone,
    /// None mounts it.
    Unused,
    /// It is mounted, and the pod does not declare it.
    Undeclared,
}

/// A mount, from a container to a volume, both by their places in the graph.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MountEdge {
    pub(super) container: usize,
    pub(super) volume: usize,
    pub(super) path: String,
    /// The part of the volume that is seen, where it is not all of it.
    pub(super) part: Option<String>,
    pub(super) access: Access,
}

/// What can be done through a mount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Files can be read and written.
    Write,
    /// Files can only be read.
    ReadOnly,
}

impl Access {
    /// As it is written beside a path.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Write => "rw",
            Self::ReadOnly => "ro",
        }
    }
}

impl Standing {
    /// What is worth saying of it.
    pub(super) fn note(self) -> Option<&'static str> {
        match self {
            Self::Shared => Some("shared"),
            Self::Apart => Some("no file in common (subPath)"),
            Self::Alone => None,
            Self::Unused => Some("mounted by no container"),
            Self::Undeclared => Some("not declared in the pod"),
        }
    }
}

impl From<&Inspection> for Graph {
    fn from(inspection: &Inspection) -> Self {
        let pod = &inspection.pod;
        let used = sharing(pod);
        let mut volumes: Vec<VolumeNode> = used.iter().map(VolumeNode::from).collect();
        let mut mounts = declared_mounts(pod, &used);
        for (container, mount) in pod.undeclared_mounts() {
            let name = one_line(&mount.volume);
            let undeclared = &volumes[used.len()..];
            let volume =
                used.len() + undeclared.iter().position(|volume| volume.name == name).unwrap_or(undeclared.len());
            if volume == volumes.len() {
                volumes.push(VolumeNode { name, source: String::new(), standing: Standing::Undeclared });
            }
            mounts.extend(edge(pod, container, mount, volume, mount.read_only));
        }
        mounts.sort_by_key(|mount| (mount.container, mount.volume));
        Self { title: title(inspection), containers: pod.containers.iter().map(node).collect(), volumes, mounts }
    }
}

/// `pod/webserver, namespace demo`, or what makes the pod.
fn title(inspection: &Inspection) -> String {
    let of = if inspection.kind == WorkloadKind::Pod.into() { "" } else { "pod of " };
    let namespace = inspection.pod.namespace.as_ref().map(|name| format!(", namespace {name}")).unwrap_or_default();
    one_line(&format!("{of}{}{namespace}", inspection.resource()))
}

fn node(container: &Container) -> ContainerNode {
    let role = match container.kind {
        ContainerKind::Native => format!("{} (native)", container.role.as_str()),
        ContainerKind::Ephemeral => format!("{} (ephemeral)", container.role.as_str()),
        ContainerKind::Init | ContainerKind::Container => container.role.as_str().to_owned(),
    };
    ContainerNode { name: one_line(&container.name), role, image: one_line(&container.image), kind: container.kind }
}

impl From<&VolumeUse<'_>> for VolumeNode {
    fn from(used: &VolumeUse<'_>) -> Self {
        let standing = match used.share() {
            Share::Shared => Standing::Shared,
            Share::Apart => Standing::Apart,
            Share::Alone => Standing::Alone,
            Share::Unused => Standing::Unused,
        };
        let volume = used.volume;
        Self { name: one_line(&volume.name), source: one_line(&source(&volume.source)), standing }
    }
}

fn declared_mounts(pod: &Pod, used: &[VolumeUse<'_>]) -> Vec<MountEdge> {
    let mounts = used.iter().enumerate().flat_map(|(volume, used)| {
        let edges = used
            .mounts
            .iter()
            .map(move |(container, mount)| edge(pod, container, mount, volume, used.is_read_only(mount)));
        edges.flatten()
    });
    mounts.collect()
}

/// Containers are told apart by where they are: names may come twice in a manifest that is wrong.
fn edge(pod: &Pod, container: &Container, mount: &Mount, volume: usize, is_read_only: bool) -> Option<MountEdge> {
    let container = pod.containers.iter().position(|other| std::ptr::eq(other, container))?;
    Some(MountEdge {
        container,
        volume,
        path: one_line(&mount.path),
        part: mount.sub_path.as_deref().map(one_line),
        access: if is_read_only { Access::ReadOnly } else { Access::Write },
    })
}
