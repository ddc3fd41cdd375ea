//! A volume at a path in one container.
//!
//! Decides which part of the volume is seen there. Who else sees it is decided in `sharing`, what lies on top of it in
//! `nesting`.

use k8s_openapi::api::core::v1;

use super::expansion::{Variables, expand};

/// A volume at a path in one container.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mount {
    /// The name it asks for; it need not be declared in a manifest that is wrong.
    pub volume: String,
    /// The path in the container.
    pub path: String,
    /// `readOnly`.
    pub read_only: bool,
    /// `recursiveReadOnly`: whether what is mounted inside the volume is read-only, too.
    pub recursive_read_only: RecursiveReadOnly,
    /// What became of that on the node. `None`: it was not asked for, or is not known.
    pub is_recursively_read_only: Option<bool>,
    /// `subPath`, or what `subPathExpr` comes to: only this part of the volume is seen. An expression whose variables are not
    /// known stands here as it is written.
    pub sub_path: Option<String>,
    /// `subPathExpr`, as it is written.
    pub sub_path_expr: Option<String>,
    /// `mountPropagation`.
    pub propagation: Propagation,
    /// `bindMountOptions`.
    pub bind_options: Vec<String>,
}

/// Whether mounts inside a read-only one are read-only, too. Linux alone leaves them writable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RecursiveReadOnly {
    /// They are as they are.
    #[default]
    Disabled,
    /// Where the node can.
    IfPossible,
    /// Or the container does not start.
    Enabled,
}

impl RecursiveReadOnly {
    /// As the API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "Disabled",
            Self::IfPossible => "IfPossible",
            Self::Enabled => "Enabled",
        }
    }
}

/// Whether mounts that are made later, in the container or on the node, are seen on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Propagation {
    /// Neither way.
    #[default]
    None,
    /// The container sees what the node mounts.
    HostToContainer,
    /// The node, and with it other containers, also sees what the container mounts.
    Bidirectional,
}

impl Propagation {
    /// As the API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::HostToContainer => "HostToContainer",
            Self::Bidirectional => "Bidirectional",
        }
    }
}

impl Mount {
    /// Of the spec, and of what the node made of it.
    pub(super) fn of(mount: &v1::VolumeMount, statuses: &[v1::VolumeMountStatus], variables: &Variables<'_>) -> Self {
        let status = statuses.iter().find(|status| status.mount_path == mount.mount_path);
        let expression = mount.sub_path_expr.clone().filter(|text| !text.is_empty());
        let expanded = expression.as_ref().map(|text| expand(text, variables).unwrap_or_else(|| text.clone()));
        Self {
            volume: mount.name.clone(),
            path: mount.mount_path.clone(),
            read_only: mount.read_only.unwrap_or_default(),
            recursive_read_only: match mount.recursive_read_only.as_deref() {
                Some("Enabled") => RecursiveReadOnly::Enabled,
                Some("IfPossible") => RecursiveReadOnly::IfPossible,
                _ => RecursiveReadOnly::Disabled,
            },
            is_recursively_read_only: status
                .and_then(|status| status.recursive_read_only.as_deref())
                .map(|word| word == "Enabled"),
            sub_path: mount.sub_path.clone().filter(|path| !path.is_empty()).or(expanded),
            sub_path_expr: expression,
            propagation: match mount.mount_propagation.as_deref() {
                Some("HostToContainer") => Propagation::HostToContainer,
                Some("Bidirectional") => Propagation::Bidirectional,
                _ => Propagation::None,
            },
            bind_options: mount.bind_mount_options.clone().unwrap_or_default(),
        }
    }

    /// The part of the volume that is seen, as path segments; none: all of it.
    pub(super) fn part(&self) -> Vec<&str> {
        segments(self.sub_path.as_deref().unwrap_or_default())
    }
}

/// The segments of a path, without those that lead nowhere.
pub(super) fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty() && *segment != ".").collect()
}
