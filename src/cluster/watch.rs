//! Following one pod by name through whatever breaks on the way.
//!
//! Decides when to watch on, when to list anew, and when it is said that contact is lost. Leaves what a pod's state
//! means to others.

use std::convert::Infallible;
use std::pin::pin;

use futures_util::{Stream, StreamExt};
use http::Request;
use k8s_openapi::api::core::v1;
use kube::core::ObjectList;
use kube::core::watch::WatchEvent;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::Pods;
use super::backoff::Backoff;
use super::failure::{self, Verb};
use crate::error::{Error, Kind, Result};

/// How long a watch may last before it is begun again: less than the five minutes after which many load balancers
/// end what they take for idle.
const WATCH_SECONDS: &str = "290";

/// What became of a pod.
#[derive(Debug, Clone, PartialEq)]
pub enum PodEvent {
    /// As it is now. A new `metadata.uid`: another pod took the name, with or without a [`PodEvent::Gone`] between.
    Changed(Box<v1::Pod>),
    /// It is not there, or not any more; then as it was at the end, where that is known. One of the same name may come.
    Gone(Option<Box<v1::Pod>>),
    /// The server cannot be reached, or refuses. It is tried again until the watch is dropped; a stream that merely
    /// broke is begun anew without a word.
    Lost(Error),
    /// Contact is there again, and the state as it is now was told or comes next.
    Regained,
}

/// A pod that is followed by name. The first event is its state; dropping it ends the watch.
#[derive(Debug)]
pub struct PodWatch {
    events: mpsc::Receiver<Result<PodEvent>>,
    task: JoinHandle<()>,
}

impl PodWatch {
    pub(super) fn start(pods: Pods, name: String) -> Self {
        let (sender, events) = mpsc::channel(16);
        let watcher = Watcher { pods, name, events: sender, contact: Contact::None, backoff: Backoff::new() };
        Self { events, task: tokio::spawn(watcher.run()) }
    }

    /// What happens next. Cancel safe.
    ///
    /// # Errors
    /// Who asks may not list or watch pods, as the first and only answer. Later refusals are [`PodEvent::Lost`]: a
    /// server that starts refuses everybody for a moment.
    pub async fn next(&mut self) -> Option<Result<PodEvent>> {
        self.events.recv().await
    }
}

impl Drop for PodWatch {
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

struct Watcher {
    pods: Pods,
    name: String,
    events: mpsc::Sender<Result<PodEvent>>,
    contact: Contact,
    backoff: Backoff,
}

impl Watcher {
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
                    if self.contact != Contact::Lost && self.tell(PodEvent::Lost(error)).await.is_err() {
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
        let uri = self.pods.uri(&["pods"], &[("fieldSelector", &self.selector())]).map_err(Ended::Failed)?;
        let asked = self.pods.asked(Verb::List, "pods", &self.name);
        let list = self.pods.object(Request::get(uri), Vec::new(), &asked).await;
        let list: ObjectList<v1::Pod> = list.map_err(Ended::Failed)?;
        let state = list.items.into_iter().next();
        self.tell(state.map_or(PodEvent::Gone(None), |pod| PodEvent::Changed(Box::new(pod)))).await?;
        Ok(list.metadata.resource_version.unwrap_or_default())
    }

    /// Watches from that version on until the server ends it, as it does every few minutes; and says which version
    /// is the last.
    async fn watch(&mut self, version: String) -> Round<String> {
        let selector = self.selector();
        let query = [
            ("watch", "true"),
            ("allowWatchBookmarks", "true"),
            ("timeoutSeconds", WATCH_SECONDS),
            ("fieldSelector", &selector),
            ("resourceVersion", &version),
        ];
        let uri = self.pods.uri(&["pods"], &query).map_err(Ended::Failed)?;
        let request = Request::get(uri).body(Vec::new()).map_err(|error| Ended::Failed(Error::other(error)))?;
        let changes = self.pods.cluster().client.request_events(request).await;
        let changes = changes.map_err(|error| self.refused(&error))?;
        if std::mem::replace(&mut self.contact, Contact::There) == Contact::Lost {
            self.tell(PodEvent::Regained).await?;
        }
        self.tell_all(changes, version).await
    }

    /// Tells every change, and says which version is the last.
    async fn tell_all(
        &mut self,
        changes: impl Stream<Item = kube::Result<WatchEvent<v1::Pod>>>,
        mut version: String,
    ) -> Round<String> {
        let mut changes = pin!(changes);
        let mut heard = false;
        while let Some(change) = changes.next().await {
            heard = true;
            self.backoff.reset();
            let change = change.map_err(|_| Ended::Stale)?;
            version = match change {
                WatchEvent::Added(pod) | WatchEvent::Modified(pod) => self.tell_pod(pod, PodEvent::Changed).await?,
                WatchEvent::Deleted(pod) => self.tell_pod(pod, |pod| PodEvent::Gone(Some(pod))).await?,
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

    fn selector(&self) -> String {
        format!("metadata.name={}", self.name)
    }

    fn refused(&self, error: &kube::Error) -> Ended {
        let asked = self.pods.asked(Verb::Watch, "pods", &self.name);
        match error {
            kube::Error::Api(status) if status.code == 410 => Ended::Stale,
            kube::Error::Api(status) => Ended::Failed(failure::of_refusal(status, &asked)),
            other => Ended::Failed(failure::of_transport(other, &asked)),
        }
    }

    /// Tells what became of a pod, and says which version of it that is.
    async fn tell_pod(&self, pod: v1::Pod, event: impl FnOnce(Box<v1::Pod>) -> PodEvent) -> Round<String> {
        let version = pod.metadata.resource_version.clone().unwrap_or_default();
        self.tell(event(Box::new(pod))).await?;
        Ok(version)
    }

    async fn tell(&self, event: PodEvent) -> Round<()> {
        self.events.send(Ok(event)).await.map_err(|_| Ended::Unheard)
    }
}

/// Asking again cannot help.
fn is_final(error: &Error) -> bool {
    matches!(error.kind(), Kind::Usage | Kind::Forbidden | Kind::Unauthorized | Kind::NotFound)
}
