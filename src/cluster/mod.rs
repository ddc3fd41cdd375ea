//! The Kubernetes API: connect, get, create, watch, events, log streams, commands in containers.
//!
//! Decides how requests are made, and what kind of failure an answer is; the wording of failures is `error`'s.
//! Leaves what to ask for, and what to do about an answer, to the commands and to `follow`.
//!
//! Requests are built here and not by `kube::Api`: a log stream needs the response's own bytes, a refusal its
//! `Retry-After`, creating a `fieldValidation`, and every response may carry warnings.

mod address;
mod asking;
mod backoff;
mod collection;
mod credentials;
mod exec;
mod failure;
mod kubeconfig;
mod logs;
mod names;
mod nodes;
mod notice;
mod owners;
mod pods;
mod printed;
mod references;
mod settings;
#[cfg(test)]
mod tests;
mod transport;
mod warnings;
mod watch;
mod whoami;
mod workloads;

use k8s_openapi::api::core::v1;
use kube::Client;
use kube::client::Body;
use serde::de::DeserializeOwned;

pub use address::shown as shown_address;
pub use collection::{Collection, Listed, Pages, Scope, Selection};
pub use exec::{Exec, ExecAnswer, ExecEnd, ExecRequest, Window};
pub use kubeconfig::{Names, names};
pub use logs::{LogBody, LogOpenError, LogRequest, NoLog, StreamError};
pub use notice::{Listener, Notice};
pub use owners::{Job, JobEvent, JobWatch};
pub use pods::Pods;
pub use printed::{Printed, PrintedPages, Row, Rows};
pub use settings::{Identity, Impersonation, Settings, Trust};
pub use watch::{Change, PodEvent, PodWatch, Watch};
pub use whoami::User;
pub use workloads::{CreateMode, Creation, FIELD_MANAGER, FieldValidation};

use crate::error::{Error, Result};
use crate::pod::PodObject;
use crate::release::VERSION;
use asking::RequestPolicy;
use failure::Asked;
use transport::Wiring;

/// A cluster we can talk to, as somebody, with a namespace that is meant where none is named.
#[derive(Clone)]
pub struct Cluster {
    client: Client,
    policy: RequestPolicy,
    context_name: String,
    namespace: String,
    server: String,
}

impl Cluster {
    /// Reads the kubeconfig and makes a client, whose notices the listener hears. Asks nothing of the network, but may run the credential plugin that
    /// the kubeconfig names.
    ///
    /// # Errors
    /// No kubeconfig, an unreadable or invalid one, a context, cluster or user it does not have, certificates or
    /// credentials that cannot be loaded.
    pub async fn connect(settings: &Settings, listener: Listener) -> Result<Self> {
        let target = kubeconfig::resolve(settings, &listener).await?;
        let server = target.config.cluster_url.to_string().trim_end_matches('/').to_owned();
        let policy = RequestPolicy::new(settings, listener.clone());
        let (proxy_url, verbosity) = (target.proxy_url.as_deref(), settings.verbosity);
        let client = transport::client(target.config, &target.auth, Wiring { proxy_url, listener, verbosity })?;
        Ok(Self { client, policy, context_name: target.context_name, namespace: target.namespace, server })
    }

    /// The kubeconfig's context; `in-cluster` inside a pod without kubeconfig.
    pub fn context_name(&self) -> &str {
        &self.context_name
    }

    /// The namespace that is meant where none is named: the flag's, else the context's, else that of the pod we run in, else
    /// `default`.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The server's address, as in the kubeconfig: `https://127.0.0.1:6443`.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The pods of a namespace.
    pub fn pods(&self, namespace: &str) -> Pods {
        Pods::new(self.clone(), namespace.to_owned())
    }

    /// Pods, to be listed and watched, of one namespace or of all.
    pub fn pods_in(&self, scope: Scope) -> Collection<v1::Pod> {
        Collection::new(self.clone(), scope)
    }

    /// The same, to be listed as the server tells of them.
    pub fn pod_objects_in(&self, scope: Scope) -> Collection<PodObject> {
        Collection::new(self.clone(), scope)
    }

    /// The same, asked by who has patience of his own: nothing is asked again on his behalf.
    #[must_use]
    pub fn asked_once(&self) -> Self {
        Self { policy: self.policy.once(), ..self.clone() }
    }

    /// Asks for a stream: sends the request and waits for the head of the answer, whatever its status.
    async fn send(&self, request: http::Request<Vec<u8>>) -> std::result::Result<http::Response<Body>, kube::Error> {
        self.client.send(request.map(Body::from)).await
    }

    /// Asks, and reads the answer as that type.
    async fn object<T: DeserializeOwned>(
        &self,
        request: http::request::Builder,
        body: Vec<u8>,
        asked: &Asked<'_>,
    ) -> Result<T> {
        let request = request.body(body).map_err(Error::other)?;
        let body = self.policy.ask(&self.client, request, asked).await?;
        serde_json::from_slice(&body).map_err(|error| failure::of_answer(&error, asked))
    }
}

/// Who we say we are, as kubectl does: `kubectl-sidecar/v0.1.0 (linux/amd64)`.
fn agent() -> String {
    use std::env::consts::{ARCH, OS};
    let system = if OS == "macos" { "darwin" } else { OS };
    let machine = match ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    format!("kubectl-sidecar/v{VERSION} ({system}/{machine})")
}
