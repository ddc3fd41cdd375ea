//! The pods of a namespace: get, list, create, events, watch, logs.

use http::Request;
use http::header::CONTENT_TYPE;
use k8s_openapi::api::core::v1;
use kube::core::ObjectList;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::failure::{self, Asked, Verb};
use super::logs::{LogBody, LogOpenError, LogRequest};
use super::watch::PodWatch;
use super::{Cluster, logs};
use crate::error::{Error, Kind, Result};

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

/// Which pods of a namespace are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// The one of that name.
    Named(String),
    /// Those with these labels, in kubectl's words for them; empty: all.
    Labels(String),
}

impl Selection {
    /// As a parameter of list and watch.
    pub(super) fn query(&self) -> (&'static str, String) {
        match self {
            Self::Named(name) => ("fieldSelector", format!("metadata.name={name}")),
            Self::Labels(labels) => ("labelSelector", labels.clone()),
        }
    }

    /// The name that was asked for, if one was.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::Labels(_) => "",
        }
    }
}

/// Pods of one answer at most: thousands at once are much to make for an apiserver, and to hold for us.
const PAGE: &str = "500";

/// A list of pods, page by page.
pub struct PodList<'a> {
    pods: &'a Pods,
    selection: &'a Selection,
    /// Where the next page begins; `None`: there is none.
    next: Option<String>,
    version: String,
}

impl PodList<'_> {
    /// The next page.
    ///
    /// # Errors
    /// Whatever keeps the server from answering; `NotFound` where the namespace is not there and that can be seen.
    pub async fn next(&mut self) -> Result<Option<Vec<v1::Pod>>> {
        let Some(from) = self.next.take() else { return Ok(None) };
        let (selector, selected) = self.selection.query();
        let mut query = vec![(selector, selected.as_str())];
        if let Selection::Labels(_) = self.selection {
            query.push(("limit", PAGE));
        }
        query.extend((!from.is_empty()).then_some(("continue", from.as_str())));
        let uri = self.pods.uri(&["pods"], &query)?;
        let asked = self.pods.asked(Verb::List, "pods", self.selection.name());
        let page: ObjectList<v1::Pod> = self.pods.object(Request::get(uri), Vec::new(), &asked).await?;
        self.next = page.metadata.continue_.filter(|next| !next.is_empty());
        self.version = page.metadata.resource_version.unwrap_or_default();
        Ok(Some(page.items))
    }

    /// Which version of the cluster's state it is of, once it was read to its end.
    pub fn version(self) -> String {
        self.version
    }
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
        let uri = self.uri(&["pods", name], &[])?;
        let pod = self.object(Request::get(uri), Vec::new(), &self.asked(Verb::Get, "pods", name)).await;
        match pod {
            Err(error) if error.kind() == Kind::NotFound => Err(self.missing_namespace().await.unwrap_or(error)),
            pod => pod,
        }
    }

    /// What the server says of a namespace that is not there. Asked for a pod in it, it says that the pod is not.
    /// `None` where the namespace is there, or cannot be asked for.
    async fn missing_namespace(&self) -> Option<Error> {
        let uri = self.uri(&[], &[]).ok()?;
        let asked = self.asked(Verb::Get, "namespaces", self.namespace());
        let namespace: Result<v1::Namespace> = self.object(Request::get(uri), Vec::new(), &asked).await;
        namespace.err().filter(|error| error.kind() == Kind::NotFound)
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
        let mut query = vec![("fieldManager", FIELD_MANAGER), ("fieldValidation", "Strict")];
        if mode == CreateMode::DryRun {
            query.push(("dryRun", "All"));
        }
        let request = Request::post(self.uri(&["pods"], &query)?).header(CONTENT_TYPE, "application/json");
        self.object(request, pod.to_string().into_bytes(), &self.asked(Verb::Create, "pods", name)).await
    }

    /// What happened to a pod, as the cluster's components tell it. The server keeps events for an hour by default.
    ///
    /// # Errors
    /// Whatever keeps the server from answering; most often that events may not be listed.
    pub async fn events_of(&self, pod_name: &str, pod_uid: &str) -> Result<Vec<v1::Event>> {
        let selector = format!("involvedObject.kind=Pod,involvedObject.name={pod_name},involvedObject.uid={pod_uid}");
        let uri = self.uri(&["events"], &[("fieldSelector", &selector)])?;
        let asked = self.asked(Verb::List, "events", pod_name);
        let events: ObjectList<v1::Event> = self.object(Request::get(uri), Vec::new(), &asked).await?;
        Ok(events.items)
    }

    /// The pods that are meant, page by page.
    pub fn list<'a>(&'a self, selection: &'a Selection) -> PodList<'a> {
        PodList { pods: self, selection, next: Some(String::new()), version: String::new() }
    }

    /// Follows the pods that are meant, whether they are there already or not, until the watch is dropped.
    ///
    /// Must be called within a runtime: the watch is a task of its own.
    pub fn watch(&self, selection: Selection) -> PodWatch {
        PodWatch::start(self.clone(), selection)
    }

    /// Opens a log stream, and returns as soon as the head of the answer is there. That may take as long as until
    /// the container's first byte: do not wait for one stream before opening the next. A pod that has no node yet
    /// answers with a stream that is empty and ends at once.
    ///
    /// # Errors
    /// Why there is no stream, told apart by what to do about it.
    pub async fn open_log(&self, request: &LogRequest) -> std::result::Result<LogBody, LogOpenError> {
        logs::open(self, request).await
    }

    /// Where something of this namespace, or itself, is found: `/api/v1/namespaces/NS/SEGMENT/…?QUERY`. Segments go in as they
    /// are, so they must be plain.
    pub(super) fn uri(&self, segments: &[&str], query: &[(&str, &str)]) -> Result<String> {
        for segment in std::iter::once(&self.namespace.as_str()).chain(segments) {
            check_segment(segment)?;
        }
        let path = [&["/api/v1/namespaces", &self.namespace], segments].concat().join("/");
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        Ok(if query.is_empty() { path } else { format!("{path}?{query}") })
    }

    pub(super) fn asked<'a>(&'a self, verb: Verb, resource: &'static str, name: &'a str) -> Asked<'a> {
        Asked { verb, resource, name, namespace: &self.namespace, server: self.cluster.server() }
    }

    /// Asks, and reads the answer as that type.
    pub(super) async fn object<T: DeserializeOwned>(
        &self,
        request: http::request::Builder,
        body: Vec<u8>,
        asked: &Asked<'_>,
    ) -> Result<T> {
        let request = request.body(body).map_err(Error::other)?;
        let response = self.cluster.send(request).await.map_err(|error| failure::of_transport(&error, asked))?;
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
