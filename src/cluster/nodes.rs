//! What a node's kubelet tells, through the API server.

use http::Request;
use serde::de::DeserializeOwned;

use super::Cluster;
use super::collection::uri;
use super::failure::{Asked, Verb};
use crate::error::Result;

impl Cluster {
    /// What the kubelet of a node measured of its pods (`/stats/summary`).
    ///
    /// # Errors
    /// `Forbidden` for most who are no administrators: it takes get on nodes/proxy, which allows much more than this. And
    /// whatever keeps the server or the node from answering.
    pub async fn node_summary<T: DeserializeOwned>(&self, node: &str) -> Result<T> {
        let uri = uri("api/v1", "", &["nodes", node, "proxy", "stats", "summary"], [])?;
        let asked =
            Asked { verb: Verb::Get, resource: "nodes/proxy", name: node, namespace: "", server: self.server() };
        // A node that is away answers with 503, too: that is no reason to wait.
        self.asked_once().object(Request::get(uri), Vec::new(), &asked).await
    }
}
