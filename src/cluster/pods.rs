//! The pods of a namespace.

use k8s_openapi::api::core::v1;
use kube::core::Request;
use kube::core::params::GetParams;
use serde::de::DeserializeOwned;

use super::Cluster;
use super::failure::{self, Asked, Verb};
use crate::error::Result;

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

    /// The pod of that name.
    ///
    /// # Errors
    /// `NotFound` where there is none, and whatever keeps the server from answering.
    pub async fn get(&self, name: &str) -> Result<v1::Pod> {
        let asked = self.asked(Verb::Get, name);
        let request = self.collection("pods").get(name, &GetParams::default());
        self.object(request, &asked).await
    }

    fn collection(&self, resource: &str) -> Request {
        Request::new(format!("/api/v1/namespaces/{}/{resource}", self.namespace))
    }

    fn asked<'a>(&'a self, verb: Verb, name: &'a str) -> Asked<'a> {
        Asked { verb, resource: "pods", name, namespace: &self.namespace, server: self.cluster.server() }
    }

    async fn object<T: DeserializeOwned>(
        &self,
        request: std::result::Result<http::Request<Vec<u8>>, kube::core::request::Error>,
        asked: &Asked<'_>,
    ) -> Result<T> {
        let request = request.map_err(|error| failure::of_request(&error))?;
        let response = self.cluster.send(request).await.map_err(|error| failure::of_transport(&error, asked))?;
        let body = failure::body_of(response, asked).await?;
        serde_json::from_slice(&body).map_err(|error| failure::of_answer(&error, asked))
    }
}
