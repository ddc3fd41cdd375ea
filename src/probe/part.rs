//! What a container's mount shows of a volume, by the pod's spec: which part, and what lies over it.

use crate::pod::{Container, Mount, Pod};

/// A container's mount of a volume, and what hides some of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The container's name.
    pub container: String,
    /// Where the container has it; absolute, without a slash at its end.
    pub path: String,
    /// Which part of the volume it is: `subPath`, without slashes around; empty: all of it.
    pub sub_path: String,
    /// Which part that is cannot be told: `subPathExpr` with a variable that is not known.
    pub is_unknown: bool,
    /// The mounts that lie in this one and hide what is below.
    pub nested: Vec<Nested>,
}

/// A mount inside another one, of the same container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nested {
    /// What is mounted there.
    pub volume: String,
    /// Where the container has it.
    pub path: String,
    /// Where that is in the outer volume.
    pub in_volume: String,
}

/// The mounts of a volume, in start order of their containers.
pub fn parts_of(pod: &Pod, volume: &str) -> Vec<Part> {
    let mounts =
        pod.containers.iter().flat_map(|container| container.mounts.iter().map(move |mount| (container, mount)));
    mounts.filter(|(_, mount)| mount.volume == volume).map(|(container, mount)| part(container, mount)).collect()
}

fn part(container: &Container, mount: &Mount) -> Part {
    let (path, sub_path) = (absolute(&mount.path), relative(mount.sub_path.as_deref().unwrap_or_default()));
    let nested = container.mounts.iter().filter_map(|other| {
        let inner = absolute(&other.path);
        let below = inner.strip_prefix(path.as_str())?.strip_prefix('/')?;
        let in_volume = joined(&sub_path, below);
        Some(Nested { volume: other.volume.clone(), path: inner.clone(), in_volume })
    });
    // What an expression comes to has no variable left; as it is written it stands for what is not known.
    let is_unknown =
        mount.sub_path_expr.as_ref().is_some_and(|text| text.contains("$(") && mount.sub_path.as_ref() == Some(text));
    Part { container: container.name.clone(), nested: nested.collect(), path, sub_path, is_unknown }
}

/// As the kubelet reads a mount's path: from the root, and plain.
fn absolute(path: &str) -> String {
    format!("/{}", relative(path))
}

fn relative(path: &str) -> String {
    let parts = path.split('/').filter(|part| !part.is_empty() && *part != ".");
    parts.collect::<Vec<_>>().join("/")
}

fn joined(folder: &str, below: &str) -> String {
    if folder.is_empty() { below.to_owned() } else { format!("{folder}/{below}") }
}

impl Part {
    /// The path in the volume of what the container has `below` its mount.
    pub(super) fn to_volume(&self, below: &[u8]) -> Vec<u8> {
        match (self.sub_path.as_bytes(), below) {
            (b"", below) => below.to_vec(),
            (folder, b"") => folder.to_vec(),
            (folder, below) => [folder, b"/", below].concat(),
        }
    }

    /// Where the container has what is at that path in the volume. `None`: outside its part.
    pub fn to_container(&self, in_volume: &[u8]) -> Option<Vec<u8>> {
        let below = below(in_volume, self.sub_path.as_bytes())?;
        Some(if below.is_empty() {
            self.path.clone().into_bytes()
        } else {
            [self.path.as_bytes(), b"/", below].concat()
        })
    }

    /// The mount that lies over that path of the volume, or above it.
    pub(super) fn hidden_by(&self, in_volume: &[u8]) -> Option<usize> {
        self.nested.iter().position(|nested| below(in_volume, nested.in_volume.as_bytes()).is_some())
    }

    /// What `find` and `ls` are told to leave out, and the path they begin at.
    pub fn paths(&self) -> (&str, Vec<String>) {
        (&self.path, self.nested.iter().map(|nested| nested.path.clone()).collect())
    }

    /// Whether it shows all of the volume.
    pub fn is_all(&self) -> bool {
        self.sub_path.is_empty()
    }
}

/// The rest of a path that is the folder, or lies in it.
pub(super) fn below<'a>(path: &'a [u8], folder: &[u8]) -> Option<&'a [u8]> {
    if folder.is_empty() {
        return Some(path);
    }
    match path.strip_prefix(folder)? {
        b"" => Some(b""),
        rest => rest.strip_prefix(b"/"),
    }
}
