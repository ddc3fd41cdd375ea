//! What there is to draw: containers, volumes, and the mounts between them. All text in it is on one line, and safe
//! to show.

use crate::pod::{Container, ContainerKind, Device, Mount, Pod, Share, VolumeUse, WorkloadKind, sharing};
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
    fn of(is_read_only: bool) -> Self {
        if is_read_only { Self::ReadOnly } else { Self::Write }
    }

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
        let undeclared_mounts =
            pod.undeclared_mounts().map(|(of, mount)| (of, &mount.volume, Seen::mount(mount, mount.read_only)));
        let undeclared_devices = pod.undeclared_devices().map(|(of, one)| (of, &one.volume, Seen::device(one, false)));
        for (container, volume, seen) in undeclared_mounts.chain(undeclared_devices) {
            let name = one_line(volume);
            let undeclared = &volumes[used.len()..];
            let volume =
                used.len() + undeclared.iter().position(|volume| volume.name == name).unwrap_or(undeclared.len());
            if volume == volumes.len() {
                volumes.push(VolumeNode { name, source: String::new(), standing: Standing::Undeclared });
            }
            mounts.extend(seen.edge(pod, container, volume));
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
    let edges = used.iter().enumerate().flat_map(|(volume, used)| {
        let mounts = used.mounts.iter().map(|(of, mount)| (*of, Seen::mount(mount, used.is_read_only(mount))));
        let is_read_only = used.volume.source.read_only;
        let devices = used.devices.iter().map(move |(of, device)| (*of, Seen::device(device, is_read_only)));
        mounts.chain(devices).filter_map(move |(container, seen)| seen.edge(pod, container, volume))
    });
    edges.collect()
}

/// What a container sees of a volume.
struct Seen {
    path: String,
    part: Option<String>,
    access: Access,
}

impl Seen {
    fn mount(mount: &Mount, is_read_only: bool) -> Self {
        Self {
            path: one_line(&mount.path),
            part: mount.sub_path.as_deref().map(one_line),
            access: Access::of(is_read_only),
        }
    }

    fn device(device: &Device, is_read_only: bool) -> Self {
        let path = one_line(&format!("{} (block device)", device.path));
        Self { path, part: None, access: Access::of(is_read_only) }
    }

    /// Containers are told apart by where they are: names may come twice in a manifest that is wrong.
    fn edge(self, pod: &Pod, container: &Container, volume: usize) -> Option<MountEdge> {
        let container = pod.containers.iter().position(|other| std::ptr::eq(other, container))?;
        Some(MountEdge { container, volume, path: self.path, part: self.part, access: self.access })
    }
}
