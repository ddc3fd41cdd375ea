//! An inspection as a document of our own, version `sidecar.kubectl/v1`: what `-o json` and `-o yaml` write.
//!
//! Scripts rely on these names. Fields may be added; none is renamed, and none changes its meaning.
//! `docs/inspect-output.md` tells users what they mean. Past 300 lines, since the document and where each of its
//! fields comes from are read side by side.

use jiff::Timestamp;
use serde::Serialize;

use super::{Inspection, Origin};
use crate::pod::{self, Pod, RunState, Share, VolumeUse, sharing};

const API_VERSION: &str = "sidecar.kubectl/v1";

/// Several inspections.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PodInspectionList {
    api_version: &'static str,
    kind: &'static str,
    items: Vec<PodInspection>,
}

/// One pod, or the pod that a workload makes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PodInspection {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    /// The kind of what makes the pod: `Pod`, `Deployment`, …
    workload_kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    /// In start order.
    containers: Vec<Container>,
    volumes: Vec<Volume>,
    findings: Vec<Finding>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<String>,
}

/// A place in a manifest; line and column from 1.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    file: String,
    line: u32,
    column: u32,
}

/// How a live pod does.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    phase: &'static str,
    /// The word of `kubectl get pods`'s STATUS column.
    word: String,
    /// The first number of its READY column.
    ready: usize,
    /// The second.
    total: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<String>,
    deleting: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Container {
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

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Volume {
    name: String,
    /// The field of its source in the API: `emptyDir`, `configMap`, …
    #[serde(rename = "type")]
    source_type: String,
    /// What tells it from others of its type: the claim, the path, the medium.
    #[serde(skip_serializing_if = "String::is_empty")]
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_limit: Option<String>,
    /// `shared`, `apart` (by subPath), `alone` or `unused`
    sharing: &'static str,
    writers: Vec<String>,
    readers: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    container: Option<String>,
    /// The field in the manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    cause: String,
    evidence: Vec<String>,
    next_steps: Vec<String>,
}

/// The inspections as one document. Where one was asked for, it is no list.
///
/// # Errors
/// None of these documents fails to be one: the serializer says so.
pub fn document(inspections: &[Inspection], is_single: bool) -> serde_json::Result<serde_json::Value> {
    match inspections {
        [inspection] if is_single => serde_json::to_value(PodInspection::from(inspection)),
        _ => {
            let items = inspections.iter().map(PodInspection::from).collect();
            serde_json::to_value(PodInspectionList { api_version: API_VERSION, kind: "PodInspectionList", items })
        }
    }
}

impl From<&Inspection> for PodInspection {
    fn from(inspection: &Inspection) -> Self {
        let Inspection { kind, name, pod, origin, findings } = inspection;
        let place = |at: crate::document::Position| match origin {
            Origin::Manifest { file, .. } => Some(Place { file: file.clone(), line: at.line, column: at.column }),
            Origin::Cluster => None,
        };
        let manifest = match origin {
            Origin::Manifest { at, .. } => place(*at),
            Origin::Cluster => None,
        };
        let finding = |finding: &super::Finding| Finding {
            code: finding.diagnosis.code,
            container: finding.diagnosis.container.clone(),
            field: finding.diagnosis.at.as_ref().map(ToString::to_string),
            place: finding.at.and_then(place),
            cause: finding.diagnosis.cause.clone(),
            evidence: finding.diagnosis.evidence.clone(),
            next_steps: finding.diagnosis.next_steps.clone(),
        };
        Self {
            api_version: API_VERSION,
            kind: "PodInspection",
            metadata: Metadata { name: name.clone(), namespace: pod.namespace.clone(), uid: pod.uid.clone() },
            workload_kind: kind.as_str(),
            manifest,
            status: status(pod),
            containers: pod.containers.iter().map(|of| container(pod, of)).collect(),
            volumes: sharing(pod).iter().map(Volume::from).collect(),
            findings: findings.iter().map(finding).collect(),
        }
    }
}

fn status(pod: &Pod) -> Option<Status> {
    let status = pod.status.as_ref()?;
    let (ready, total) = pod.ready_counts();
    Some(Status {
        phase: status.phase.as_str(),
        word: pod.status_word().unwrap_or_default(),
        ready,
        total,
        node: status.node.clone(),
        deleting: status.deleting,
    })
}

fn container(pod: &Pod, container: &pod::Container) -> Container {
    let mount = |mount: &pod::Mount| {
        let is_read_only = mount.read_only || pod.volume(&mount.volume).is_some_and(|volume| volume.source.read_only);
        Mount {
            volume: mount.volume.clone(),
            path: mount.path.clone(),
            access: if is_read_only { "ro" } else { "rw" },
            sub_path: mount.sub_path.clone(),
        }
    };
    Container {
        name: container.name.clone(),
        kind: container.kind.as_str(),
        role: container.role.as_str(),
        role_from: container.role_evidence.as_str(),
        image: container.image.clone(),
        command: container.command.clone(),
        args: container.args.clone(),
        mounts: container.mounts.iter().map(mount).collect(),
        runtime: container.runtime.as_ref().map(Runtime::from),
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

impl From<&VolumeUse<'_>> for Volume {
    fn from(used: &VolumeUse<'_>) -> Self {
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        let source = &used.volume.source;
        Self {
            name: used.volume.name.clone(),
            source_type: source.kind.clone(),
            source: source.detail.clone(),
            size_limit: source.limit.clone(),
            sharing: match used.share() {
                Share::Shared => "shared",
                Share::Apart => "apart",
                Share::Alone => "alone",
                Share::Unused => "unused",
            },
            writers: owned(used.writers()),
            readers: owned(used.readers()),
        }
    }
}
