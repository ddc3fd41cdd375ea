//! What volumes are made from: whether it is there, and of a claim what it has. Never what is in it: values of ConfigMaps and
//! Secrets are dropped as the answer is read, and are not asked for where the names of keys do not matter.

use std::collections::BTreeMap;

use http::Request;
use http::header::ACCEPT;
use k8s_openapi::api::core::v1;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::Cluster;
use super::collection::uri;
use super::failure::{Asked, Verb};
use crate::error::Result;
use crate::pod::ReferenceKind;

/// Where the API has them.
const API: &str = "api/v1";

/// Asks for an object without its contents.
const METADATA_ONLY: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
const WHOLE: &str = "application/json";

/// Names, and of their values no more than that there is one.
type Names = BTreeMap<String, Option<IgnoredAny>>;

/// The keys of a ConfigMap or a Secret.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Keys {
    #[serde(default)]
    data: Option<Names>,
    #[serde(default)]
    binary_data: Option<Names>,
}

impl Cluster {
    /// The claim of that name.
    ///
    /// # Errors
    /// `NotFound` where there is none, and whatever keeps the server from answering.
    pub async fn claim(&self, namespace: &str, name: &str) -> Result<v1::PersistentVolumeClaim> {
        self.referred(ReferenceKind::PersistentVolumeClaim, namespace, name, WHOLE).await
    }

    /// Nothing, where there is such an object.
    ///
    /// # Errors
    /// `NotFound` where there is none, and whatever keeps the server from answering.
    pub async fn has(&self, kind: ReferenceKind, namespace: &str, name: &str) -> Result<()> {
        self.referred(kind, namespace, name, METADATA_ONLY).await.map(|_: IgnoredAny| ())
    }

    /// The keys of a ConfigMap or a Secret.
    ///
    /// # Errors
    /// As [`Cluster::has`].
    pub async fn keys(&self, kind: ReferenceKind, namespace: &str, name: &str) -> Result<Vec<String>> {
        let keys: Keys = self.referred(kind, namespace, name, WHOLE).await?;
        Ok(keys.data.into_iter().chain(keys.binary_data).flat_map(Names::into_keys).collect())
    }

    async fn referred<T: DeserializeOwned>(
        &self,
        kind: ReferenceKind,
        namespace: &str,
        name: &str,
        accept: &str,
    ) -> Result<T> {
        let request = Request::get(uri(API, namespace, &[kind.plural(), name], [])?).header(ACCEPT, accept);
        let asked = Asked { verb: Verb::Get, resource: kind.plural(), name, namespace, server: self.server() };
        self.object(request, Vec::new(), &asked).await
    }
}
