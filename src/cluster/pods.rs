//! The pods of a namespace: get, create, events, watch, logs.

use http::header::CONTENT_TYPE;
use k8s_openapi::api::core::v1;
use kube::core::params::{GetParams, ListParams};
use kube::core::{ObjectList, Request};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::failure::{self, Asked, Verb};
use super::logs::{LogBody, LogOpenError, LogRequest};
use super::watch::PodWatch;
use super::{Cluster, logs};
use crate::error::{Error, Result};

/// Who wrote a field, in `metadata.managedFields`.
const FIELD_MANAGER: &str = "kubectl-sidecar";

/// What creating does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CreateMode {
    /// It creates.
    #[default]
    Persist,
    /// The server says what it would create: `--dry-run=server`.
    DryRun,
}

/// The pods of a namespace.
#[derive(Clone)]
pub struct Pods {
    cluster: Cluster,
    namespace: String,
}

impl Pods {
    pub(super) fn new(cluster: Cluster, namespace: String) -> Self {
        Self { cluster, namespace }
    }

    /// The namespace these pods are in.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The cluster these pods are in.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The pod of that name.
    ///
    /// # Errors
    /// `NotFound` where there is none, and whatever keeps the server from answering.
    pub async fn get(&self, name: &str) -> Result<v1::Pod> {
        self.path("pods", Some(name))?;
        let request =
            self.collection("pods")?.get(name, &GetParams::default()).map_err(|error| failure::of_request(&error));
        self.object(request, &self.asked(Verb::Get, "pods", name)).await
    }

    /// Creates a pod, and returns it as the server keeps it, all its fields.
    ///
    /// Fields the server does not know are an error (`fieldValidation=Strict`, as kubectl's default).
    ///
    /// # Errors
    /// `AlreadyExists`, `NotFound` for the namespace, `Forbidden` by RBAC, quota or admission, an invalid pod, and
    /// whatever keeps the server from answering.
    pub async fn create(&self, pod: &Value, mode: CreateMode) -> Result<Value> {
        let name = pod.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        let dry_run = match mode {
            CreateMode::Persist => "",
            CreateMode::DryRun => "&dryRun=All",
        };
        let path = self.path("pods", None)?;
        let uri = format!("{path}?fieldManager={FIELD_MANAGER}&fieldValidation=Strict{dry_run}");
        let request = http::Request::post(uri).header(CONTENT_TYPE, "application/json");
        let request = request.body(pod.to_string().into_bytes()).map_err(Error::other);
        self.object(request, &self.asked(Verb::Create, "pods", name)).await
    }

    /// What happened to a pod, as the cluster's components tell it. The server keeps events for an hour by default.
    ///
    /// # Errors
    /// Whatever keeps the server from answering; most often that events may not be listed.
    pub async fn events_of(&self, pod_name: &str, pod_uid: &str) -> Result<Vec<v1::Event>> {
        let selector = format!("involvedObject.kind=Pod,involvedObject.name={pod_name},involvedObject.uid={pod_uid}");
        let request = self.collection("events")?.list(&ListParams::default().fields(&selector));
        let request = request.map_err(|error| failure::of_request(&error));
        let events: ObjectList<v1::Event> = self.object(request, &self.asked(Verb::List, "events", pod_name)).await?;
        Ok(events.items)
    }

    /// Follows a pod by name, whether it is there already or not, until the watch is dropped.
    ///
    /// Must be called within a runtime: the watch is a task of its own.
    pub fn watch(&self, name: &str) -> PodWatch {
        PodWatch::start(self.clone(), name.to_owned())
    }

    /// Opens a log stream, and returns as soon as the head of the answer is there. That may take as long as until
    /// the container's first byte: do not wait for one stream before opening the next.
    ///
    /// # Errors
    /// Why there is no stream, told apart by what to do about it.
    pub async fn open_log(&self, request: &LogRequest) -> std::result::Result<LogBody, LogOpenError> {
        logs::open(self, request).await
    }

    /// Requests about the objects of that resource in this namespace.
    pub(super) fn collection(&self, resource: &str) -> Result<Request> {
        self.path(resource, None).map(Request::new)
    }

    /// The path of a resource, or of one object of it. Names go into it as they are, so they must be path segments.
    pub(super) fn path(&self, resource: &str, name: Option<&str>) -> Result<String> {
        for segment in std::iter::once(self.namespace.as_str()).chain(name) {
            check_segment(segment)?;
        }
        let name = name.map_or(String::new(), |name| format!("/{name}"));
        Ok(format!("/api/v1/namespaces/{}/{resource}{name}", self.namespace))
    }

    pub(super) fn asked<'a>(&'a self, verb: Verb, resource: &'static str, name: &'a str) -> Asked<'a> {
        Asked { verb, resource, name, namespace: &self.namespace, server: self.cluster.server() }
    }

    /// Asks, and reads the answer as that type.
    pub(super) async fn object<T: DeserializeOwned>(
        &self,
        request: Result<http::Request<Vec<u8>>>,
        asked: &Asked<'_>,
    ) -> Result<T> {
        let response = self.cluster.send(request?).await.map_err(|error| failure::of_transport(&error, asked))?;
        let body = failure::body_of(response, asked).await?;
        serde_json::from_slice(&body).map_err(|error| failure::of_answer(&error, asked))
    }
}

/// Whether a name can be part of a path as it is. No object has another, and `../` must not lead elsewhere.
fn check_segment(name: &str) -> Result<()> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
    if name.is_empty() || name == "." || name == ".." || !name.bytes().all(is_plain) {
        return Err(Error::bad_name(name));
    }
    Ok(())
}
