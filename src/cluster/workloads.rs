//! Workloads of every kind: made, looked at, followed; and what their controllers say of them.

use http::Request;
use http::header::CONTENT_TYPE;
use k8s_openapi::api::core::v1;
use k8s_openapi::api::{apps, batch};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::core::ObjectList;
use serde::Deserialize;
use serde_json::Value;

use super::Cluster;
use super::collection::{Collection, Listed, Scope, Selection, uri};
use super::failure::{Asked, Verb};
use super::owners::{api, resource};
use crate::error::{Error, Result};
use crate::pod::{TargetKind, WorkloadKind};

/// Who wrote a field, in `metadata.managedFields`.
pub const FIELD_MANAGER: &str = "kubectl-sidecar";

/// What creating does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CreateMode {
    /// It creates.
    #[default]
    Persist,
    /// The server says what it would create: `--dry-run=server`.
    DryRun,
}

/// What the server does about fields that it does not know: `--validate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldValidation {
    /// It refuses the object.
    #[default]
    Strict,
    /// It warns, and leaves them out.
    Warn,
    /// It leaves them out.
    Ignore,
}

impl FieldValidation {
    fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Warn => "Warn",
            Self::Ignore => "Ignore",
        }
    }
}

/// How something is created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creation {
    /// What creating does.
    pub mode: CreateMode,
    /// Who is said to have written the fields.
    pub field_manager: String,
    /// What becomes of fields that the server does not know.
    pub validation: FieldValidation,
}

impl Default for Creation {
    fn default() -> Self {
        let (mode, validation) = (CreateMode::default(), FieldValidation::default());
        Self { mode, field_manager: FIELD_MANAGER.to_owned(), validation }
    }
}

/// Versions, as the server tells its own.
#[derive(Deserialize)]
struct VersionInfo {
    #[serde(rename = "gitVersion")]
    git_version: String,
}

impl Cluster {
    /// Creates a workload in that namespace, and returns it as the server keeps it, all its fields.
    ///
    /// # Errors
    /// `AlreadyExists`, `NotFound` for the namespace, `Forbidden` by RBAC, quota or admission, an invalid object, and
    /// whatever keeps the server from answering.
    pub async fn create(
        &self,
        kind: WorkloadKind,
        namespace: &str,
        object: &Value,
        creation: &Creation,
    ) -> Result<Value> {
        if namespace.is_empty() {
            return Err(Error::bad_name("")); // it would mean all of them
        }
        let kind = TargetKind::Workload(kind);
        let name = object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        let mut query =
            vec![("fieldManager", creation.field_manager.as_str()), ("fieldValidation", creation.validation.as_str())];
        if creation.mode == CreateMode::DryRun {
            query.push(("dryRun", "All"));
        }
        let request = Request::post(uri(&api(kind), namespace, &[kind.plural()], query)?);
        let request = request.header(CONTENT_TYPE, "application/json");
        let asked = Asked { verb: Verb::Create, resource: resource(kind), name, namespace, server: self.server() };
        self.object(request, object.to_string().into_bytes(), &asked).await
    }

    /// The workload of that kind and name, all its fields.
    ///
    /// # Errors
    /// `NotFound` where there is none, and whatever keeps the server from answering.
    pub async fn workload(&self, kind: WorkloadKind, namespace: &str, name: &str) -> Result<Value> {
        self.named(TargetKind::Workload(kind), namespace, name).await
    }

    /// What happened to a workload itself, as its controller tells it.
    ///
    /// # Errors
    /// Whatever keeps the server from answering; most often that events may not be listed.
    pub async fn events_about(&self, namespace: &str, uid: &str) -> Result<Vec<v1::Event>> {
        let selector = format!("involvedObject.uid={uid}");
        let uri = uri(v1::Pod::API, namespace, &["events"], [("fieldSelector", selector.as_str())])?;
        let asked = Asked { verb: Verb::List, resource: "events", name: "", namespace, server: self.server() };
        let events: ObjectList<v1::Event> = self.object(Request::get(uri), Vec::new(), &asked).await?;
        Ok(events.items)
    }

    /// Workloads of one type in a namespace.
    pub fn workloads<K: Listed>(&self, namespace: &str) -> Collection<K> {
        Collection::new(self.clone(), Scope::Namespace(namespace.to_owned()))
    }

    /// Which version of Kubernetes the server is: `v1.37.0`.
    ///
    /// # Errors
    /// Whatever keeps the server from answering.
    pub async fn server_version(&self) -> Result<String> {
        let asked = Asked { verb: Verb::Get, resource: "version", name: "", namespace: "", server: self.server() };
        let version: VersionInfo = self.object(Request::get("/version"), Vec::new(), &asked).await?;
        Ok(version.git_version)
    }

    /// The nodes, each with the version of its kubelet.
    ///
    /// # Errors
    /// Whatever keeps the server from answering; most often that nodes may not be listed.
    pub async fn kubelet_versions(&self) -> Result<Vec<(String, String)>> {
        let nodes: Collection<Node> = Collection::new(self.clone(), Scope::Everywhere);
        let selection = Selection::all();
        Ok(nodes.list(&selection).all().await?.into_iter().map(version_of_node).collect())
    }
}

/// A node, as far as the version of its kubelet goes.
#[derive(Clone, Deserialize)]
struct Node {
    metadata: ObjectMeta,
    #[serde(default)]
    status: NodeStatus,
}

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NodeStatus {
    node_info: NodeInfo,
}

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NodeInfo {
    kubelet_version: String,
}

fn version_of_node(node: Node) -> (String, String) {
    (node.metadata.name.unwrap_or_default(), node.status.node_info.kubelet_version)
}

impl Listed for Node {
    const API: &'static str = "api/v1";
    const RESOURCE: &'static str = "nodes";

    fn metadata(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Listed for apps::v1::Deployment {
    const API: &'static str = "apis/apps/v1";
    const RESOURCE: &'static str = "deployments";

    fn metadata(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Listed for apps::v1::StatefulSet {
    const API: &'static str = "apis/apps/v1";
    const RESOURCE: &'static str = "statefulsets";

    fn metadata(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Listed for apps::v1::DaemonSet {
    const API: &'static str = "apis/apps/v1";
    const RESOURCE: &'static str = "daemonsets";

    fn metadata(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Listed for batch::v1::Job {
    const API: &'static str = "apis/batch/v1";
    const RESOURCE: &'static str = "jobs";

    fn metadata(&self) -> &ObjectMeta {
        &self.metadata
    }
}
