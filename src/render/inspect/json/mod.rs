//! An inspection as a document of our own, version `sidecar.kubectl/v1`: what `-o json` and `-o yaml` write.
//!
//! Scripts rely on these names. Fields may be added; none is renamed, and none changes its meaning.
//! `docs/inspect-output.md` tells users what they mean, and its schema is held by tests.

mod containers;
mod files;
mod proofs;
mod references;
mod usage;
mod volumes;

use serde::Serialize;

use super::{Inspection, Origin};
use crate::pod::{Pod, nested, sharing};
use containers::Container;
use files::VolumeFiles;
use proofs::Proof;
use usage::Usage;
use volumes::{Nested, Volume};

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
    workload_kind: String,
    /// Its `apiVersion`, where Kubernetes itself does not know the kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    workload_api_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    /// In start order.
    containers: Vec<Container>,
    volumes: Vec<Volume>,
    /// Mounts on top of others.
    nested_mounts: Vec<Nested>,
    common: Common,
    /// What is proven of the shared volumes, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    proofs: Option<Vec<Proof>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Vec<VolumeFiles>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Usage>,
    findings: Vec<Finding>,
}

/// What all containers have in common besides volumes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Common {
    share_process_namespace: bool,
    #[serde(rename = "hostPID")]
    host_pid: bool,
    #[serde(rename = "hostIPC")]
    host_ipc: bool,
    host_network: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fs_group: Option<i64>,
    supplemental_groups: Vec<i64>,
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

/// One document. Where one inspection was asked for, it is no list.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Document {
    One(Box<PodInspection>),
    List(PodInspectionList),
}

impl Document {
    fn of(inspections: &[Inspection], is_single: bool) -> Self {
        match inspections {
            [inspection] if is_single => Self::One(Box::new(PodInspection::from(inspection))),
            _ => {
                let items = inspections.iter().map(PodInspection::from).collect();
                Self::List(PodInspectionList { api_version: API_VERSION, kind: "PodInspectionList", items })
            }
        }
    }
}

/// The inspections as one document, for what is no JSON.
///
/// # Errors
/// None of these documents fails to be one: the serializer says so.
pub fn document(inspections: &[Inspection], is_single: bool) -> serde_json::Result<serde_json::Value> {
    serde_json::to_value(Document::of(inspections, is_single))
}

/// The inspections as JSON. Thousands of files as values would take several times the memory of their text.
///
/// # Errors
/// As [`document`].
pub fn text(inspections: &[Inspection], is_single: bool) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(&Document::of(inspections, is_single))? + "\n")
}

impl From<&Inspection> for PodInspection {
    fn from(inspection: &Inspection) -> Self {
        let Inspection { kind, name, pod, origin, findings, insight } = inspection;
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
            workload_kind: kind.as_str().to_owned(),
            workload_api_version: kind.workload().is_none().then(|| kind.api_version().to_owned()),
            manifest,
            status: status(pod),
            containers: pod.containers.iter().map(|container| Container::of(pod, container)).collect(),
            volumes: sharing(pod).iter().map(Volume::from).collect(),
            nested_mounts: nested(pod).iter().map(Nested::from).collect(),
            common: Common::from(&pod.common),
            proofs: insight.proofs.as_ref().map(|all| all.iter().map(Proof::from).collect()),
            files: insight.files.as_ref().map(files::of),
            usage: insight.usage.as_ref().map(Usage::from),
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

impl From<&crate::pod::Common> for Common {
    fn from(common: &crate::pod::Common) -> Self {
        Self {
            share_process_namespace: common.process_namespace,
            host_pid: common.host_pid,
            host_ipc: common.host_ipc,
            host_network: common.host_network,
            fs_group: common.fs_group,
            supplemental_groups: common.supplemental_groups.clone(),
        }
    }
}
