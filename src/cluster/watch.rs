//! Following an object by name, or all that a selector means, through whatever breaks on the way.
//!
//! Decides when to watch on, when to list anew, and when it is said that contact is lost. Leaves what an object's
//! state means to others.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::pin::pin;

use futures_util::{Stream, StreamExt};
use http::Request;
use k8s_openapi::api::core::v1;
use kube::core::watch::WatchEvent;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::backoff::Backoff;
use super::collection::{Collection, Listed, Selection};
use super::failure::{self, Verb};
use crate::error::{Error, Kind, Result};

/// How long a watch may last before it is begun again: less than the five minutes after which many load balancers
/// end what they take for idle.
const WATCH_SECONDS: &str = "290";

/// What became of an object.
#[derive(Debug, Clone, PartialEq)]
pub enum Change<K> {
    /// As it is now. A new `metadata.uid`: another one took the name, with or without a [`Change::Gone`] between.
    Changed(Box<K>),
    /// It is not there, or not any more; then as it was at the end, where that is known. One of the same name may come. Of a
    /// selection: it may be there, and not be meant any more.
    Gone(Option<Box<K>>),
    /// The one of that uid, which was told, is not there any more, or is not meant any more. Of a selection only.
    Left(String),
    /// All that are there now were told. Of a selection only, each time they were listed.
    Listed,
    /// The server cannot be reached, or refuses. It is tried again until the watch is dropped; a stream that merely
    /// broke is begun anew without a word.
    Lost(Error),
    /// Contact is there again, and the state as it is now was told or comes next.
    Regained,
}

/// What became of a pod.
pub type PodEvent = Change<v1::Pod>;

/// Pods that are followed.
pub type PodWatch = Watch<v1::Pod>;

/// Objects that are followed. The first events are their state; dropping it ends the watch.
#[derive(Debug)]
pub struct Watch<K> {
    events: mpsc::Receiver<Result<Change<K>>>,
    task: JoinHandle<()>,
}

impl<K: Listed> Watch<K> {
    pub(super) fn start(objects: Collection<K>, selection: Selection) -> Self {
        let (sender, events) = mpsc::channel(16);
        let objects = objects.asked_once(); // it is tried again here
        let (contact, backoff, told) = (Contact::None, Backoff::new(), BTreeSet::new());
        let watcher = Watcher { objects, selection, events: sender, contact, backoff, told };
        Self { events, task: tokio::spawn(watcher.run()) }
    }

    /// What happens next. Cancel safe.
    ///
    /// # Errors
    /// Who asks may not list or watch them, as the first and only answer. Later refusals are [`Change::Lost`]: a
    /// server that starts refuses everybody for a moment.
    pub async fn next(&mut self) -> Option<Result<Change<K>>> {
        self.events.recv().await
    }
}

impl<K> Drop for Watch<K> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How we stand with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Contact {
    /// No watch was ever begun.
    None,
    /// A watch was begun.
    There,
    /// It was told that contact is lost.
    Lost,
}

/// Why a round of list and watch is over.
enum Ended {
    /// Nobody listens to us any more.
    Unheard,
    /// The stream broke, or what we know is too old to go on from (410): list anew.
    Stale,
    /// We could not ask, or were refused.
    Failed(Error),
}

/// A step of such a round.
type Round<T> = std::result::Result<T, Ended>;

struct Watcher<K> {
    objects: Collection<K>,
    selection: Selection,
    events: mpsc::Sender<Result<Change<K>>>,
    contact: Contact,
    backoff: Backoff,
    /// The uids of those that were told and are there, as far as we know. Of a selection only.
    told: BTreeSet<String>,
}

impl<K: Listed> Watcher<K> {
    async fn run(mut self) {
        loop {
            match self.list_and_watch().await {
                Ended::Unheard => return,
                Ended::Stale => {}
                Ended::Failed(error) if self.contact == Contact::None && is_final(&error) => {
                    let _ = self.events.send(Err(error)).await;
                    return;
                }
                Ended::Failed(error) => {
                    if self.contact != Contact::Lost && self.tell(Change::Lost(error)).await.is_err() {
                        return;
                    }
                    self.contact = Contact::Lost;
                }
            }
            tokio::time::sleep(self.backoff.wait()).await;
        }
    }

    /// Tells the state, then every change, until something ends it.
    async fn list_and_watch(&mut self) -> Ended {
        let ended: Round<Infallible> = async {
            let mut version = self.list().await?;
            loop {
                version = self.watch(version).await?;
            }
        }
        .await;
        match ended {
            Err(ended) => ended,
        }
    }

    /// Tells the state, and says which version it is.
    async fn list(&mut self) -> Round<String> {
        let (objects, selection) = (self.objects.clone(), self.selection.clone());
        let mut pages = objects.list(&selection);
        let mut listed = BTreeSet::new();
        loop {
            let page = match pages.next().await {
                Ok(Some(page)) => page,
                Ok(None) => break,
                Err(error) if pages.begin_anew_after(&error) => {
                    listed.clear();
                    continue;
                }
                Err(error) if error.kind() == Kind::Expired => return Err(Ended::Stale),
                Err(error) => return Err(Ended::Failed(error)),
            };
            for object in page {
                listed.insert(object.metadata().uid.clone().unwrap_or_default());
                self.tell_object(object, Change::Changed).await?;
            }
        }
        match selection {
            Selection::Named(_) if listed.is_empty() => self.tell(Change::Gone(None)).await?,
            Selection::Named(_) => {}
            Selection::Matching { .. } => self.tell_who_left(listed).await?,
        }
        Ok(pages.version())
    }

    /// All that are there were told: those that are not among them left unseen.
    async fn tell_who_left(&mut self, listed: BTreeSet<String>) -> Round<()> {
        let told = std::mem::replace(&mut self.told, listed);
        let left: Vec<_> = told.difference(&self.told).cloned().collect();
        for uid in left {
            self.tell(Change::Left(uid)).await?;
        }
        self.tell(Change::Listed).await
    }

    /// Watches from that version on until the server ends it, as it does every few minutes; and says which version
    /// is the last.
    async fn watch(&mut self, version: String) -> Round<String> {
        let selection = self.selection.query();
        let how = [("watch", "true"), ("allowWatchBookmarks", "true"), ("timeoutSeconds", WATCH_SECONDS)];
        let which = selection.iter().map(|(name, value)| (*name, value.as_str()));
        let query = how.into_iter().chain(which).chain([("resourceVersion", version.as_str())]);
        let uri = self.objects.uri(query).map_err(Ended::Failed)?;
        let request = Request::get(uri).body(Vec::new()).map_err(|error| Ended::Failed(Error::other(error)))?;
        let changes = self.objects.cluster().client.request_events(request).await;
        let changes = changes.map_err(|error| self.refused(&error))?;
        if std::mem::replace(&mut self.contact, Contact::There) == Contact::Lost {
            self.tell(Change::Regained).await?;
        }
        self.tell_all(changes, version).await
    }

    /// Tells every change, and says which version is the last.
    async fn tell_all(
        &mut self,
        changes: impl Stream<Item = kube::Result<WatchEvent<Sent>>>,
        mut version: String,
    ) -> Round<String> {
        let mut changes = pin!(changes);
        let mut heard = false;
        while let Some(change) = changes.next().await {
            heard = true;
            self.backoff.reset();
            let change = change.map_err(|_| Ended::Stale)?;
            version = match change {
                WatchEvent::Added(sent) | WatchEvent::Modified(sent) => {
                    self.tell_object(sent.object()?, Change::Changed).await?
                }
                WatchEvent::Deleted(sent) => {
                    self.tell_object(sent.object()?, |object| Change::Gone(Some(object))).await?
                }
                WatchEvent::Bookmark(bookmark) => bookmark.metadata.resource_version,
                WatchEvent::Error(status) => return Err(self.refused(&kube::Error::Api(status))),
            };
        }
        // A server or proxy that ends every watch at once must not be asked without pause.
        if !heard {
            tokio::time::sleep(self.backoff.wait()).await;
        }
        Ok(version)
    }

    fn refused(&self, error: &kube::Error) -> Ended {
        let asked = self.objects.asked(Verb::Watch, &self.selection);
        match error {
            kube::Error::Api(status) if status.code == 410 => Ended::Stale,
            kube::Error::Api(status) => Ended::Failed(failure::of_refusal(status, &asked)),
            other => Ended::Failed(failure::of_transport(other, &asked)),
        }
    }

    /// Tells what became of an object, and says which version of it that is.
    async fn tell_object(&mut self, object: K, event: impl FnOnce(Box<K>) -> Change<K>) -> Round<String> {
        let version = object.metadata().resource_version.clone().unwrap_or_default();
        let uid = object.metadata().uid.clone().unwrap_or_default();
        let event = event(Box::new(object));
        if let Selection::Matching { .. } = self.selection {
            match event {
                Change::Gone(_) => self.told.remove(&uid),
                _ => self.told.insert(uid),
            };
        }
        self.tell(event).await?;
        Ok(version)
    }

    async fn tell(&self, event: Change<K>) -> Round<()> {
        self.events.send(Ok(event)).await.map_err(|_| Ended::Unheard)
    }
}

/// An object as it was sent.
///
/// It is decoded by itself: decoding it in place, as part of kube's events, would compile two more copies of each API
/// type's decoder, which are large. The server writes an event's type before its object.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
struct Sent(Box<RawValue>);

impl Sent {
    fn object<K: DeserializeOwned>(&self) -> Round<K> {
        serde_json::from_slice(self.0.get().as_bytes()).map_err(|_| Ended::Stale)
    }
}

/// Asking again cannot help.
fn is_final(error: &Error) -> bool {
    matches!(error.kind(), Kind::Usage | Kind::BadRequest | Kind::Forbidden | Kind::Unauthorized | Kind::NotFound)
}
