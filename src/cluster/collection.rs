//! Objects of one type, in one namespace or in all: where they are found, and how they are listed.

use std::marker::PhantomData;

use http::Request;
use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::core::ObjectList;
use serde::de::DeserializeOwned;

use super::Cluster;
use super::failure::{Asked, Verb};
use super::watch::Watch;
use crate::error::{Error, Kind, Result};
use crate::pod::PodObject;

/// Where objects are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// In the namespace of that name.
    Namespace(String),
    /// In all namespaces.
    Everywhere,
}

impl Scope {
    /// The namespace's name; empty: all of them.
    pub fn namespace(&self) -> &str {
        match self {
            Self::Namespace(name) => name,
            Self::Everywhere => "",
        }
    }
}

/// Which objects are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// The one of that name.
    Named(String),
    /// Those that fit both selectors, in kubectl's words for them; an empty one fits all.
    Matching {
        /// By labels.
        labels: String,
        /// By fields.
        fields: String,
    },
}

impl Selection {
    /// All of them.
    pub fn all() -> Self {
        Self::Matching { labels: String::new(), fields: String::new() }
    }

    /// Those with these labels.
    pub fn labels(labels: impl Into<String>) -> Self {
        Self::Matching { labels: labels.into(), fields: String::new() }
    }

    /// As parameters of list and watch.
    pub(super) fn query(&self) -> Vec<(&'static str, String)> {
        let given = match self {
            Self::Named(name) => [("labelSelector", String::new()), ("fieldSelector", format!("metadata.name={name}"))],
            Self::Matching { labels, fields } => [("labelSelector", labels.clone()), ("fieldSelector", fields.clone())],
        };
        given.into_iter().filter(|(_, words)| !words.is_empty()).collect()
    }

    /// The name that was asked for, if one was.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::Matching { .. } => "",
        }
    }
}

/// A type of objects that can be listed and watched.
pub trait Listed: Clone + DeserializeOwned + Send + 'static {
    /// Where the API has it: `api/v1`.
    const API: &'static str;
    /// Its resource: `pods`.
    const RESOURCE: &'static str;

    /// Its `metadata`.
    fn metadata(&self) -> &ObjectMeta;
}

impl Listed for v1::Pod {
    const API: &'static str = "api/v1";
    const RESOURCE: &'static str = "pods";

    fn metadata(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Listed for PodObject {
    const API: &'static str = v1::Pod::API;
    const RESOURCE: &'static str = v1::Pod::RESOURCE;

    fn metadata(&self) -> &ObjectMeta {
        &self.typed.metadata
    }
}

/// Objects of that type, in one namespace or in all.
pub struct Collection<K> {
    cluster: Cluster,
    scope: Scope,
    of: PhantomData<fn() -> K>,
}

impl<K> Clone for Collection<K> {
    fn clone(&self) -> Self {
        Self { cluster: self.cluster.clone(), scope: self.scope.clone(), of: PhantomData }
    }
}

impl<K: Listed> Collection<K> {
    pub(super) fn new(cluster: Cluster, scope: Scope) -> Self {
        Self { cluster, scope, of: PhantomData }
    }

    /// The same, of whose lists none is asked for again.
    pub(super) fn asked_once(self) -> Self {
        Self { cluster: self.cluster.asked_once(), ..self }
    }

    pub(super) fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Those that are meant, page by page.
    pub fn list<'a>(&'a self, selection: &'a Selection) -> Pages<'a, K> {
        Pages { collection: self, selection, next: Some(String::new()), limit: Some(PAGE), version: String::new() }
    }

    /// Follows those that are meant, whether they are there already or not, until the watch is dropped.
    ///
    /// Must be called within a runtime: the watch is a task of its own.
    pub fn watch(&self, selection: Selection) -> Watch<K> {
        Watch::start(self.clone(), selection)
    }

    pub(super) fn uri<'q>(&self, query: impl IntoIterator<Item = (&'q str, &'q str)>) -> Result<String> {
        uri(K::API, self.scope.namespace(), &[K::RESOURCE], query)
    }

    pub(super) fn asked<'a>(&'a self, verb: Verb, selection: &'a Selection) -> Asked<'a> {
        let (name, namespace) = (selection.name(), self.scope.namespace());
        Asked { verb, resource: K::RESOURCE, name, namespace, server: self.cluster.server() }
    }
}

/// Objects of one answer at most: thousands at once are much to make for an apiserver, and to hold for us.
pub(super) const PAGE: &str = "500";

/// A list of objects, page by page.
pub struct Pages<'a, K> {
    collection: &'a Collection<K>,
    selection: &'a Selection,
    /// Where the next page begins; `None`: there is none.
    next: Option<String>,
    limit: Option<&'static str>,
    version: String,
}

impl<K: Listed> Pages<'_, K> {
    /// The next page.
    ///
    /// # Errors
    /// Whatever keeps the server from answering.
    pub async fn next(&mut self) -> Result<Option<Vec<K>>> {
        let Some(from) = self.next.take() else { return Ok(None) };
        let mut query = self.selection.query();
        if let (Selection::Matching { .. }, Some(limit)) = (self.selection, self.limit) {
            query.push(("limit", limit.to_owned()));
        }
        query.extend((!from.is_empty()).then_some(("continue", from)));
        let uri = self.collection.uri(query.iter().map(|(name, value)| (*name, value.as_str())))?;
        let asked = self.collection.asked(Verb::List, self.selection);
        let page: ObjectList<K> = self.collection.cluster.object(Request::get(uri), Vec::new(), &asked).await?;
        self.next = page.metadata.continue_.filter(|next| !next.is_empty());
        self.version = page.metadata.resource_version.unwrap_or_default();
        Ok(Some(page.items))
    }

    /// All of them.
    ///
    /// # Errors
    /// As [`Pages::next`].
    pub async fn all(self) -> Result<Vec<K>> {
        self.all_kept(Some).await
    }

    /// What is kept of each of them; of pages that the server forgot, anew.
    ///
    /// # Errors
    /// As [`Pages::next`].
    pub async fn all_kept<T>(mut self, mut keep: impl FnMut(K) -> Option<T>) -> Result<Vec<T>> {
        let mut all = Vec::new();
        loop {
            match self.next().await {
                Ok(Some(page)) => all.extend(page.into_iter().filter_map(&mut keep)),
                Ok(None) => return Ok(all),
                Err(error) if self.begin_anew_after(&error) => all.clear(),
                Err(error) => return Err(error),
            }
        }
    }

    /// A server forgets within minutes the version that pages are of, and says 410 to who comes for the next one after that.
    /// Then all are asked for at once from the beginning, as client-go's pager does. Whether that is so.
    pub(super) fn begin_anew_after(&mut self, error: &Error) -> bool {
        let is_forgotten = error.kind() == Kind::Expired && self.limit.is_some();
        if is_forgotten {
            (self.next, self.limit) = (Some(String::new()), None);
        }
        is_forgotten
    }

    /// Which version of the cluster's state it is of, once it was read to its end.
    pub fn version(self) -> String {
        self.version
    }
}

/// Where something is found: `/API/namespaces/NAMESPACE/SEGMENT/…?QUERY`, without a namespace `/API/SEGMENT/…`. Segments go
/// in as they are, so they must be plain.
pub(super) fn uri<'q>(
    api: &str,
    namespace: &str,
    segments: &[&str],
    query: impl IntoIterator<Item = (&'q str, &'q str)>,
) -> Result<String> {
    let named: &[&str] = if namespace.is_empty() { &[] } else { &["namespaces", namespace] };
    for segment in named.iter().chain(segments) {
        check_segment(segment)?;
    }
    let path = [&[api], named, segments].concat().join("/");
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    Ok(if query.is_empty() { format!("/{path}") } else { format!("/{path}?{query}") })
}

/// Whether a name can be part of a path as it is. No object has another, and `../` must not lead elsewhere.
pub(super) fn check_segment(name: &str) -> Result<()> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
    if name.is_empty() || name == "." || name == ".." || !name.bytes().all(is_plain) {
        return Err(Error::bad_name(name));
    }
    Ok(())
}
