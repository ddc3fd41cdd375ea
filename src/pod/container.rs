//! One container of a pod: its kind, what it mounts, and how it is doing.
//!
//! Decides the kind. The role is decided in `role`, what a mount shares in `sharing`.

use jiff::Timestamp;

use super::role::RoleEvidence;
use super::{Mount, Role, Settings};

/// What the API says a container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContainerKind {
    /// Runs to its end before the next one starts.
    Init,
    /// An init container with `restartPolicy: Always`: starts before the others, and stays. On by default
    /// from Kubernetes 1.29, stable since 1.33.
    Native,
    /// One of `spec.containers`.
    Container,
    /// Added to a running pod, as `kubectl debug` does.
    Ephemeral,
}

impl ContainerKind {
    /// The kind as JSON output spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Native => "native",
            Self::Container => "container",
            Self::Ephemeral => "ephemeral",
        }
    }

    /// Whether the READY column of `kubectl get pods` counts it.
    pub fn counts_as_ready(self) -> bool {
        matches!(self, Self::Native | Self::Container)
    }

    /// Whether it is meant to run for as long as the pod does.
    pub fn is_long_running(self) -> bool {
        matches!(self, Self::Native | Self::Container)
    }
}

/// A container: what the spec asks for, and what the cluster says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Container {
    /// Unique in the pod, over all kinds.
    pub name: String,
    /// A fact of the API.
    pub kind: ContainerKind,
    /// What people call it.
    pub role: Role,
    /// How the role is known.
    pub role_evidence: RoleEvidence,
    /// The image reference as the spec has it; empty where a template leaves it out.
    pub image: String,
    /// `command`: replaces the image's ENTRYPOINT.
    pub command: Vec<String>,
    /// `args`: replaces the image's CMD.
    pub args: Vec<String>,
    /// As listed in `volumeMounts`.
    pub mounts: Vec<Mount>,
    /// As listed in `volumeDevices`.
    pub devices: Vec<Device>,
    /// What else it is told.
    pub settings: Settings,
    /// `None` in a manifest, and while the kubelet has not reported the container.
    pub runtime: Option<Runtime>,
}

impl Container {
    /// Where it stands in the pod's spec: `spec.initContainers`, `spec.containers` or `spec.ephemeralContainers`.
    pub fn spec_field(&self) -> &'static str {
        match self.kind {
            ContainerKind::Init | ContainerKind::Native => "initContainers",
            ContainerKind::Container => "containers",
            ContainerKind::Ephemeral => "ephemeralContainers",
        }
    }

    /// Whether it runs, as far as is known.
    pub fn runs(&self) -> bool {
        self.runtime.as_ref().is_some_and(|runtime| matches!(runtime.state, RunState::Running { .. }))
    }

    /// Whether it has ended, and is not known to wait for another start.
    pub fn has_ended(&self) -> bool {
        self.runtime.as_ref().is_some_and(|runtime| matches!(runtime.state, RunState::Terminated(_)))
    }

    /// How it ended last, whatever it does now.
    pub fn last_end(&self) -> Option<&Termination> {
        let runtime = self.runtime.as_ref()?;
        match &runtime.state {
            RunState::Terminated(end) => Some(end),
            RunState::Waiting { .. } | RunState::Running { .. } => runtime.last_termination.as_ref(),
        }
    }

    /// Whether it was created, or something else is known to keep it from that. Not known to have begun: no.
    pub fn got_beyond_creation(&self) -> bool {
        self.runtime.as_ref().is_some_and(|runtime| !runtime.state.is_being_created())
    }
}

/// A volume as a block device in one container: it is not mounted, and has no files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The name it asks for.
    pub volume: String,
    /// The path of the device in the container.
    pub path: String,
}

/// What the kubelet reports of a container.
#[derive(Debug, Clone, PartialEq)]
pub struct Runtime {
    /// Whether the kubelet counts it as ready.
    pub ready: bool,
    /// Whether it has started, and its startup probe has succeeded where it has one.
    pub started: bool,
    /// The image that runs, by its digest; empty until it was pulled.
    pub image_id: String,
    /// Which run of the container this is.
    pub instance: Instance,
    /// What it does now.
    pub state: RunState,
    /// How the run before this one ended.
    pub last_termination: Option<Termination>,
}

/// One run of a container. A restart makes a new one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Instance {
    /// The runtime's id, such as `containerd://0a1b…`; empty until the container was created.
    pub id: String,
    /// How often the kubelet has restarted it.
    pub restarts: u32,
}

/// What a container does now.
#[derive(Debug, Clone, PartialEq)]
pub enum RunState {
    /// Not running, and not done: the reason is the kubelet's word (`ContainerCreating`, `CrashLoopBackOff`, …).
    Waiting {
        /// A word such as `ImagePullBackOff`; empty where none is given.
        reason: String,
        /// The kubelet's explanation; may be empty.
        message: String,
    },
    /// Running since then.
    Running {
        /// When it started, where the kubelet says so.
        since: Option<Timestamp>,
    },
    /// Ended.
    Terminated(Termination),
}

impl RunState {
    /// Whether it is still to be created, and nothing is known to keep it from that. The kubelet says so in three ways, one of
    /// them no word at all (`pkg/kubelet/kubelet_pods.go`).
    pub fn is_being_created(&self) -> bool {
        let is_word = |reason: &str| matches!(reason, "" | "ContainerCreating" | "PodInitializing");
        matches!(self, Self::Waiting { reason, .. } if is_word(reason))
    }
}

/// How a run of a container ended.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Termination {
    /// The runtime's id of the container that ended.
    pub id: String,
    /// The exit code; 128 + N where signal N ended it.
    pub exit_code: i32,
    /// The signal, where the runtime reports it apart.
    pub signal: Option<i32>,
    /// The kubelet's word: `Completed`, `Error`, `OOMKilled`, …
    pub reason: String,
    /// The container's own last words, where it left any; may be empty.
    pub message: String,
    /// When it started.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
}
