//! The names of what there is, for who wrote one that is not there.

use http::Request;
use http::header::ACCEPT;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Deserialize;

use super::Cluster;
use super::collection::uri;
use super::failure::{Asked, Verb};
use super::owners::{api, resource};
use crate::error::Result;
use crate::pod::TargetKind;

/// So many names are asked for: what is meant is a help, and no search.
const MOST: &str = "500";

/// Names and little else: <https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches>
const METADATA_ONLY: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

#[derive(Deserialize)]
struct List {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    metadata: ObjectMeta,
}

impl Cluster {
    /// What there is of that kind in a namespace, as many as one answer has: by name, with who controls it.
    ///
    /// # Errors
    /// Whatever keeps the server from answering; most often that they may not be listed.
    pub async fn metadata_of(&self, kind: TargetKind, namespace: &str) -> Result<Vec<ObjectMeta>> {
        Ok(self.named_at(&api(kind), kind.plural(), resource(kind), namespace, &[]).await?.collect())
    }

    /// The names of namespaces, as many as one answer has.
    ///
    /// # Errors
    /// Whatever keeps the server from answering; most often that they may not be listed.
    pub async fn namespace_names(&self) -> Result<Vec<String>> {
        let listed = self.named_at("api/v1", "namespaces", "namespaces", "", &[]).await?;
        Ok(listed.filter_map(|metadata| metadata.name).collect())
    }

    /// The namespaces that have one of that kind and name.
    ///
    /// # Errors
    /// Whatever keeps the server from answering; most often that not all namespaces may be looked into.
    pub async fn namespaces_with(&self, kind: TargetKind, name: &str) -> Result<Vec<String>> {
        let only = [("fieldSelector", &*format!("metadata.name={name}"))];
        let listed = self.named_at(&api(kind), kind.plural(), resource(kind), "", &only).await?;
        let of_name = listed.filter(|metadata| metadata.name.as_deref() == Some(name));
        Ok(of_name.filter_map(|metadata| metadata.namespace).collect())
    }

    async fn named_at(
        &self,
        api: &str,
        plural: &str,
        resource: &'static str,
        namespace: &str,
        only: &[(&str, &str)],
    ) -> Result<impl Iterator<Item = ObjectMeta> + use<>> {
        let uri = uri(api, namespace, &[plural], [&[("limit", MOST)], only].concat())?;
        let asked = Asked { verb: Verb::List, resource, name: "", namespace, server: self.server() };
        let request = Request::get(uri).header(ACCEPT, METADATA_ONLY);
        let list: List = self.asked_once().object(request, Vec::new(), &asked).await?;
        Ok(list.items.into_iter().map(|item| item.metadata))
    }
}
