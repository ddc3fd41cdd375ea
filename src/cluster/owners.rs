//! What has pods: workloads and Services by their names, and Jobs, which are watched to know when they end.

use http::Request;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::Cluster;
use super::collection::{Collection, Listed, Scope, uri};
use super::failure::{Asked, Verb};
use super::watch::{Change, Watch};
use crate::error::{Kind, Result};
use crate::pod::{Owner, TargetKind, WorkloadKind};

/// A Job, as far as it matters for its pods.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Job(pub Owner);

impl Listed for Job {
    const API: &'static str = "apis/batch/v1";
    const RESOURCE: &'static str = "jobs";

    fn metadata(&self) -> &ObjectMeta {
        &self.0.metadata
    }
}

/// Jobs that are followed.
pub type JobWatch = Watch<Job>;

/// What became of a Job.
pub type JobEvent = Change<Job>;

impl Cluster {
    /// The Jobs of a namespace.
    pub fn jobs(&self, namespace: &str) -> Collection<Job> {
        Collection::new(self.clone(), Scope::Namespace(namespace.to_owned()))
    }

    /// What is of that kind, and has that name and pods.
    ///
    /// # Errors
    /// `NotFound` where there is none, and whatever keeps the server from answering.
    pub async fn owner(&self, kind: TargetKind, namespace: &str, name: &str) -> Result<Owner> {
        self.named(kind, namespace, name).await
    }

    /// The same, as the server tells it: as JSON.
    ///
    /// # Errors
    /// As [`Cluster::owner`].
    pub async fn owner_text(&self, kind: TargetKind, namespace: &str, name: &str) -> Result<String> {
        self.named(kind, namespace, name).await.map(|object: Box<RawValue>| object.get().to_owned())
    }

    pub(super) async fn named<T: DeserializeOwned>(&self, kind: TargetKind, namespace: &str, name: &str) -> Result<T> {
        let uri = uri(&api(kind), namespace, &[kind.plural(), name], [])?;
        let asked = Asked { verb: Verb::Get, resource: resource(kind), name, namespace, server: self.server() };
        match self.object(Request::get(uri), Vec::new(), &asked).await {
            Err(error) if error.kind() == Kind::NotFound => {
                Err(self.pods(namespace).missing_namespace().await.unwrap_or(error))
            }
            owner => owner,
        }
    }
}

/// Where the API has that kind: `apis/apps/v1`.
pub(super) fn api(kind: TargetKind) -> String {
    match kind.api_version() {
        version if version.contains('/') => format!("apis/{version}"),
        version => format!("api/{version}"),
    }
}

/// As `kubectl auth can-i` takes it.
pub(super) fn resource(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Workload(WorkloadKind::Deployment) => "deployments.apps",
        TargetKind::Workload(WorkloadKind::StatefulSet) => "statefulsets.apps",
        TargetKind::Workload(WorkloadKind::DaemonSet) => "daemonsets.apps",
        TargetKind::Workload(WorkloadKind::ReplicaSet) => "replicasets.apps",
        TargetKind::Workload(WorkloadKind::Job) => "jobs.batch",
        TargetKind::Workload(WorkloadKind::CronJob) => "cronjobs.batch",
        kind => kind.plural(),
    }
}
