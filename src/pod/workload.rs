//! What makes pods: a pod by itself, and the kinds with a pod template.
//!
//! Decides where the pod template is, here and nowhere else.

use crate::document::FieldPath;

/// A kind that makes pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkloadKind {
    /// A pod by itself.
    Pod,
    /// `apps/v1`
    Deployment,
    /// `apps/v1`
    StatefulSet,
    /// `apps/v1`
    DaemonSet,
    /// `apps/v1`
    ReplicaSet,
    /// `v1`, the ReplicaSet's predecessor.
    ReplicationController,
    /// `batch/v1`
    Job,
    /// `batch/v1`
    CronJob,
    /// `v1`, a template by itself.
    PodTemplate,
}

impl WorkloadKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Pod,
        Self::Deployment,
        Self::StatefulSet,
        Self::DaemonSet,
        Self::ReplicaSet,
        Self::ReplicationController,
        Self::Job,
        Self::CronJob,
        Self::PodTemplate,
    ];

    /// `kind` as the API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pod => "Pod",
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
            Self::ReplicaSet => "ReplicaSet",
            Self::ReplicationController => "ReplicationController",
            Self::Job => "Job",
            Self::CronJob => "CronJob",
            Self::PodTemplate => "PodTemplate",
        }
    }

    /// `apiVersion` of that kind.
    pub fn api_version(self) -> &'static str {
        match self {
            Self::Pod | Self::ReplicationController | Self::PodTemplate => "v1",
            Self::Deployment | Self::StatefulSet | Self::DaemonSet | Self::ReplicaSet => "apps/v1",
            Self::Job | Self::CronJob => "batch/v1",
        }
    }

    /// Where the pod's own `metadata` and `spec` are, seen from the object.
    pub fn template(self) -> FieldPath {
        match self {
            Self::Pod => FieldPath::ROOT,
            Self::PodTemplate => FieldPath::ROOT.key("template"),
            Self::CronJob => FieldPath::ROOT.key("spec").key("jobTemplate").key("spec").key("template"),
            _ => FieldPath::ROOT.key("spec").key("template"),
        }
    }

    /// Whether its pods are meant to end.
    pub fn runs_to_completion(self) -> bool {
        matches!(self, Self::Job | Self::CronJob)
    }
}
