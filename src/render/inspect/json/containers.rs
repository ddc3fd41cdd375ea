//! The containers in a document.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::pod::{self, Pod, Propagation, RecursiveReadOnly, RunState};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Container {
    name: String,
    /// `init`, `native`, `container` or `ephemeral`
    kind: &'static str,
    /// `main`, `sidecar`, `init` or `debug`
    role: &'static str,
    /// How the role is known: `kind`, `annotation`, `known-injector`, `default-container` or `position`
    role_from: &'static str,
    image: String,
    command: Vec<String>,
    args: Vec<String>,
    mounts: Vec<Mount>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    devices: Vec<Device>,
    ports: Vec<Port>,
    probes: Vec<Probe>,
    resources: Resources,
    security: Security,
    #[serde(skip_serializing_if = "Option::is_none")]
    runtime: Option<Runtime>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Mount {
    volume: String,
    path: String,
    /// What `readOnly` of the mount and of its volume come to: `ro` or `rw`
    access: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_path_expr: Option<String>,
    /// `Enabled` or `IfPossible`, where it is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    recursive_read_only: Option<&'static str>,
    /// What became of that on the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_recursively_read_only: Option<bool>,
    /// `HostToContainer` or `Bidirectional`
    #[serde(rename = "mountPropagation", skip_serializing_if = "Option::is_none")]
    propagation: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bind_mount_options: Vec<String>,
}

/// A volume as a block device.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Device {
    volume: String,
    path: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Port {
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(rename = "containerPort")]
    number: i32,
    protocol: String,
    #[serde(rename = "hostPort", skip_serializing_if = "Option::is_none")]
    on_node: Option<i32>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Probe {
    /// `startup`, `liveness` or `readiness`
    #[serde(rename = "type")]
    kind: &'static str,
    /// As `kubectl describe` has it.
    action: String,
}

/// By resource, as written.
#[derive(Debug, Serialize)]
struct Resources {
    requests: BTreeMap<String, String>,
    limits: BTreeMap<String, String>,
}

/// As whom it runs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Security {
    #[serde(skip_serializing_if = "Option::is_none")]
    run_as_user: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run_as_group: Option<i64>,
    read_only_root_filesystem: bool,
    privileged: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Runtime {
    ready: bool,
    restarts: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    image_id: String,
    state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_termination: Option<Termination>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
enum State {
    Waiting {
        reason: String,
        message: String,
    },
    Running {
        #[serde(skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
    },
    Terminated(Termination),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Termination {
    exit_code: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    signal: Option<i32>,
    reason: String,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    started: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished: Option<Timestamp>,
}

impl Container {
    pub(super) fn of(pod: &Pod, container: &pod::Container) -> Self {
        let is_read_only = |mount: &pod::Mount| {
            mount.read_only || pod.volume(&mount.volume).is_some_and(|volume| volume.source.read_only)
        };
        let pod::Settings { ports, probes, requests, limits, .. } = &container.settings;
        Self {
            name: container.name.clone(),
            kind: container.kind.as_str(),
            role: container.role.as_str(),
            role_from: container.role_evidence.as_str(),
            image: container.image.clone(),
            command: container.command.clone(),
            args: container.args.clone(),
            mounts: container.mounts.iter().map(|mount| Mount::of(mount, is_read_only(mount))).collect(),
            devices: container.devices.iter().map(Device::from).collect(),
            ports: ports.iter().map(Port::from).collect(),
            probes: probes.iter().map(|probe| Probe { kind: probe.kind, action: probe.action.clone() }).collect(),
            resources: Resources {
                requests: requests.iter().cloned().collect(),
                limits: limits.iter().cloned().collect(),
            },
            security: Security::from(&container.settings),
            runtime: container.runtime.as_ref().map(Runtime::from),
        }
    }
}

impl Mount {
    fn of(mount: &pod::Mount, is_read_only: bool) -> Self {
        let recursive = mount.recursive_read_only;
        let propagation = mount.propagation;
        Self {
            volume: mount.volume.clone(),
            path: mount.path.clone(),
            access: if is_read_only { "ro" } else { "rw" },
            sub_path: mount.sub_path.clone(),
            sub_path_expr: mount.sub_path_expr.clone(),
            recursive_read_only: (recursive != RecursiveReadOnly::Disabled).then(|| recursive.as_str()),
            is_recursively_read_only: mount.is_recursively_read_only,
            propagation: (propagation != Propagation::None).then(|| propagation.as_str()),
            bind_mount_options: mount.bind_options.clone(),
        }
    }
}

impl From<&pod::Device> for Device {
    fn from(device: &pod::Device) -> Self {
        Self { volume: device.volume.clone(), path: device.path.clone() }
    }
}

impl From<&pod::Port> for Port {
    fn from(port: &pod::Port) -> Self {
        Self { name: port.name.clone(), number: port.number, protocol: port.protocol.clone(), on_node: port.host_port }
    }
}

impl From<&pod::Settings> for Security {
    fn from(settings: &pod::Settings) -> Self {
        Self {
            run_as_user: settings.user,
            run_as_group: settings.group,
            read_only_root_filesystem: settings.read_only_root,
            privileged: settings.privileged,
        }
    }
}

impl From<&pod::Runtime> for Runtime {
    fn from(runtime: &pod::Runtime) -> Self {
        Self {
            ready: runtime.ready,
            restarts: runtime.instance.restarts,
            image_id: runtime.image_id.clone(),
            state: match &runtime.state {
                RunState::Waiting { reason, message } => {
                    State::Waiting { reason: reason.clone(), message: message.clone() }
                }
                RunState::Running { since } => State::Running { since: *since },
                RunState::Terminated(end) => State::Terminated(Termination::from(end)),
            },
            last_termination: runtime.last_termination.as_ref().map(Termination::from),
        }
    }
}

impl From<&pod::Termination> for Termination {
    fn from(end: &pod::Termination) -> Self {
        Self {
            exit_code: end.exit_code,
            signal: end.signal,
            reason: end.reason.clone(),
            message: end.message.clone(),
            started: end.started,
            finished: end.finished,
        }
    }
}
