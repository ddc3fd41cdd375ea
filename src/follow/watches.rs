//! The watches: of pods, and of Jobs, begun and ended while it is followed.

use std::collections::HashMap;

use futures_util::StreamExt;
use futures_util::future::AbortHandle;
use futures_util::stream::{self, Abortable, BoxStream, SelectAll};

use crate::cluster::{Change, Cluster, JobEvent, Listed, PodEvent, Scope, Selection, Watch};
use crate::error::Result;

/// A watch: what it tells is marked with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct WatchId(pub(super) u32);

/// What a watch tells.
pub(super) enum News {
    Pods(Result<PodEvent>),
    Jobs(Result<JobEvent>),
}

/// All of them.
pub(super) struct Watches {
    cluster: Cluster,
    all: SelectAll<Abortable<BoxStream<'static, (WatchId, News)>>>,
    /// What ends each of them.
    ends: HashMap<WatchId, AbortHandle>,
    begun: u32,
}

impl Watches {
    pub(super) fn new(cluster: Cluster) -> Self {
        Self { cluster, all: SelectAll::new(), ends: HashMap::new(), begun: 0 }
    }

    /// Begins to watch pods.
    pub(super) fn pods(&mut self, scope: Scope, selection: Selection) -> WatchId {
        let watch = self.cluster.pods_in(scope).watch(selection);
        self.begin(watch, News::Pods)
    }

    /// Begins to watch Jobs.
    pub(super) fn jobs(&mut self, namespace: &str, selection: Selection) -> WatchId {
        let watch = self.cluster.jobs(namespace).watch(selection);
        self.begin(watch, News::Jobs)
    }

    fn begin<K: Listed>(&mut self, watch: Watch<K>, news: fn(Result<Change<K>>) -> News) -> WatchId {
        let id = WatchId(self.begun);
        self.begun += 1;
        let next = move |mut watch: Watch<K>| async move {
            let event = watch.next().await?;
            Some(((id, news(event)), watch))
        };
        let (watch, end) = stream::abortable(stream::unfold(watch, next).boxed());
        self.all.push(watch);
        self.ends.insert(id, end);
        id
    }

    /// That watch is of no use any more.
    pub(super) fn end(&mut self, watch: WatchId) {
        if let Some(end) = self.ends.remove(&watch) {
            end.abort();
        }
    }

    /// What one of them tells next. `None`: there is none. Cancel safe.
    pub(super) async fn next(&mut self) -> Option<(WatchId, News)> {
        self.all.next().await
    }
}
