//! The pods of a namespace: get, list, events, watch, logs.

use http::Request;
use k8s_openapi::api::core::v1;
use kube::core::ObjectList;
use serde::de::DeserializeOwned;

use super::collection::{Collection, Listed, Scope, Selection, uri};
use super::failure::{Asked, Verb};
use super::logs::{LogBody, LogOpenError, LogRequest};
use super::watch::PodWatch;
use super::{Cluster, logs};
use crate::error::{Error, Kind, Result};
use crate::pod::PodObject;

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
        self.named(name).await
    }

    /// The pod of that name, from a list where that is all that is allowed; `None` where there is none.
    ///
    /// # Errors
    /// Neither is allowed, and whatever keeps the server from answering.
    pub async fn find(&self, name: &str) -> Result<Option<v1::Pod>> {
        match self.get(name).await {
            Ok(pod) => Ok(Some(pod)),
            Err(error) if error.kind() == Kind::NotFound => Ok(None),
            Err(error) if error.kind() == Kind::Forbidden => {
                let (pods, one) = (self.collection(), Selection::Named(name.to_owned()));
                // What is told is what was asked for first.
                pods.list(&one).all().await.map(|found| found.into_iter().next()).map_err(|_| error)
            }
            Err(error) => Err(error),
        }
    }

    /// The pod of that name, as the server tells it.
    ///
    /// # Errors
    /// As [`Pods::get`].
    pub async fn read(&self, name: &str) -> Result<PodObject> {
        self.named(name).await
    }

    async fn named<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let uri = self.uri(&["pods", name], &[])?;
        let pod = self.cluster.object(Request::get(uri), Vec::new(), &self.asked(Verb::Get, "pods", name)).await;
        match pod {
            Err(error) if error.kind() == Kind::NotFound => Err(self.missing_namespace().await.unwrap_or(error)),
            pod => pod,
        }
    }

    /// What the server says of a namespace that is not there. Asked for a pod in it, it says that the pod is not.
    /// `None` where the namespace is there, or cannot be asked for.
    pub async fn missing_namespace(&self) -> Option<Error> {
        let uri = self.uri(&[], &[]).ok()?;
        let asked = self.asked(Verb::Get, "namespaces", self.namespace());
        let namespace: Result<v1::Namespace> = self.cluster.object(Request::get(uri), Vec::new(), &asked).await;
        namespace.err().filter(|error| error.kind() == Kind::NotFound)
    }

    /// What happened to a pod, as the cluster's components tell it. The server keeps events for an hour by default.
    ///
    /// # Errors
    /// Whatever keeps the server from answering; most often that events may not be listed.
    pub async fn events_of(&self, pod_name: &str, pod_uid: &str) -> Result<Vec<v1::Event>> {
        let selector = format!("involvedObject.kind=Pod,involvedObject.name={pod_name},involvedObject.uid={pod_uid}");
        let uri = self.uri(&["events"], &[("fieldSelector", &selector)])?;
        let asked = self.asked(Verb::List, "events", pod_name);
        let events: ObjectList<v1::Event> = self.cluster.object(Request::get(uri), Vec::new(), &asked).await?;
        Ok(events.items)
    }

    /// Follows the pods that are meant, whether they are there already or not, until the watch is dropped.
    ///
    /// Must be called within a runtime: the watch is a task of its own.
    pub fn watch(&self, selection: Selection) -> PodWatch {
        self.collection().watch(selection)
    }

    fn collection(&self) -> Collection<v1::Pod> {
        self.cluster.pods_in(Scope::Namespace(self.namespace.clone()))
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

    /// Where something of this namespace, or itself, is found.
    pub(super) fn uri(&self, segments: &[&str], query: &[(&str, &str)]) -> Result<String> {
        // An empty name would mean all of them.
        if self.namespace.is_empty() {
            return Err(Error::bad_name(""));
        }
        uri(v1::Pod::API, &self.namespace, segments, query.iter().copied())
    }

    pub(super) fn asked<'a>(&'a self, verb: Verb, resource: &'static str, name: &'a str) -> Asked<'a> {
        Asked { verb, resource, name, namespace: &self.namespace, server: self.cluster.server() }
    }
}
