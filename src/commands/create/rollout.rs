//! Waiting for a workload: the watch of it and of its pods, and when it is of no use to go on.
//!
//! How far it has come is read off the workload (`pod::Progress`); why it does not come further, off its pods, as
//! `diagnosis` judges them, or off what its controller says where it can make none. A Job's pods may fail and be made
//! again: it is waited for until its controller gives up.

mod trouble;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::core::v1;
use serde_json::Value;
use tokio::time::Instant;

use self::trouble::{Looked, flat};
use super::Created;
use super::outcome::{Ended, Outcome, STAYS_READY, Said, TICK, timed_out, until};
use super::plan::Patience;
use crate::cluster::{Change, Cluster, Listed, Pods, Scope, Selection};
use crate::diagnosis::{self, Diagnosis};
use crate::error::{Error, Result};
use crate::pod::{Owner, Pod, Progress, Rollout, TargetKind, WorkloadKind, belongs_to};
use crate::render::created;
use crate::ui::Ui;

/// Changes come in crowds where pods are many: after the first of them it is waited so long for the others.
const SOON: Duration = Duration::from_millis(100);

/// A workload that is waited for.
pub(super) struct RolloutWaiting {
    cluster: Cluster,
    pods_api: Pods,
    kind: WorkloadKind,
    name: String,
    uid: Option<String>,
    selector: String,
    /// Whether its controller makes claims for its pods.
    makes_claims: bool,
    flags: String,
    write_manifest: String,
    patience: Patience,
    begun: Instant,
    /// As it was last seen.
    rollout: Rollout,
    refusal: Option<String>,
    /// By their uids.
    pods: BTreeMap<String, Pod>,
    /// When the newest pod was made.
    newest: Option<Timestamp>,
    done_since: Option<Instant>,
    said: Said,
    said_words: String,
}

impl RolloutWaiting {
    /// Waits for a workload that was just created. `flags` are what kubectl needs to find it.
    pub(super) fn new(kind: WorkloadKind, created: &Created, flags: &str, patience: Patience) -> Self {
        let field = |pointer: &str| created.object.pointer(pointer).and_then(Value::as_str);
        let owner: Option<Owner> = serde_json::from_value(created.object.clone()).ok();
        let selector = owner.and_then(|owner| owner.selector(TargetKind::Workload(kind)));
        let cluster = created.cluster.asked_once(); // what fails is asked again at the next look
        Self {
            name: field("/metadata/name").unwrap_or_default().to_owned(),
            uid: field("/metadata/uid").map(str::to_owned),
            pods_api: cluster.pods(cluster.namespace()),
            cluster,
            kind,
            selector: selector.unwrap_or_default(),
            makes_claims: created.object.pointer("/spec/volumeClaimTemplates").is_some(),
            flags: flags.to_owned(),
            write_manifest: created.write_manifest.clone(),
            patience,
            begun: Instant::now(),
            rollout: Rollout::Under("waiting for its controller to begin".to_owned()),
            refusal: None,
            pods: BTreeMap::new(),
            newest: None,
            done_since: None,
            said: Said::default(),
            said_words: String::new(),
        }
    }

    /// Waits, and says how far it has come, until it is done or there is no use in waiting.
    ///
    /// # Errors
    /// Who asks may not watch it, or its pods.
    pub(super) async fn until_done<K: Listed + Progress>(&mut self, ui: &mut Ui) -> Result<Outcome> {
        match until(self.patience, self.follow::<K>(ui)).await {
            Ended::Followed(outcome) => outcome,
            Ended::Interrupted => Ok(Outcome::Interrupted),
            Ended::Expired(after) => Ok(timed_out(after, self.at_the_end()).await),
        }
    }

    async fn follow<K: Listed + Progress>(&mut self, ui: &mut Ui) -> Result<Outcome> {
        let namespace = self.pods_api.namespace().to_owned();
        let mut workload = self.cluster.workloads::<K>(&namespace).watch(Selection::Named(self.name.clone()));
        let mut pods =
            self.cluster.pods_in(Scope::Namespace(namespace)).watch(Selection::labels(self.selector.clone()));
        let mut due = Instant::now();
        loop {
            tokio::select! {
                change = workload.next() => match change {
                    Some(change) => if let Some(outcome) = self.take(change?, ui) { return Ok(outcome) },
                    None => return Err(Error::other("the watch of the workload ended")),
                },
                change = pods.next() => match change {
                    Some(change) => self.take_pod(change?),
                    None => return Err(Error::other("the watch of its pods ended")),
                },
                () = tokio::time::sleep_until(due) => {
                    if let Some(outcome) = self.look(ui).await {
                        return Ok(outcome);
                    }
                    due = Instant::now() + TICK;
                    continue;
                }
            }
            due = due.min(Instant::now() + SOON);
        }
    }

    fn take<K: Listed + Progress>(&mut self, change: Change<K>, ui: &mut Ui) -> Option<Outcome> {
        match change {
            Change::Changed(object) if object.metadata().uid == self.uid => {
                self.rollout = object.rollout();
                self.refusal = object.refusal().map(str::to_owned);
                return object.metadata().deletion_timestamp.is_some().then_some(Outcome::Gone);
            }
            Change::Changed(_) | Change::Gone(_) => return Some(Outcome::Gone),
            Change::Lost(error) => ui.note(&format!("{error}; trying again")),
            Change::Left(_) | Change::Listed => {}
            Change::Regained => ui.note("the server answers again"),
        }
        None
    }

    /// That contact is lost is told once, by the watch of the workload.
    fn take_pod(&mut self, change: Change<v1::Pod>) {
        match change {
            Change::Changed(pod) if belongs_to(&pod.metadata, self.kind, &self.name) => {
                self.newest = self.newest.max(pod.metadata.creation_timestamp.as_ref().map(|time| time.0));
                let uid = pod.metadata.uid.clone().unwrap_or_default();
                let pod = Pod::from(&*pod).with_ends_of(self.pods.get(&uid));
                self.pods.insert(uid, pod);
            }
            Change::Gone(Some(pod)) => {
                self.pods.remove(&pod.metadata.uid.unwrap_or_default());
            }
            Change::Left(uid) => {
                self.pods.remove(&uid);
            }
            _ => {}
        }
    }

    /// Looks at it as it is now.
    async fn look(&mut self, ui: &mut Ui) -> Option<Outcome> {
        match self.rollout.clone() {
            Rollout::Complete => return Some(Outcome::Complete { after: self.begun.elapsed() }),
            Rollout::Failed { reason, message } => {
                return Some(Outcome::NotReady(self.failed(&reason, &message).await));
            }
            Rollout::Done(pods) => {
                let since = *self.done_since.get_or_insert_with(Instant::now);
                let after = since - self.begun;
                let ready = format!("{pods}/{pods}");
                return (since.elapsed() >= STAYS_READY).then_some(Outcome::Ready { ready, after });
            }
            Rollout::Under(_) => self.done_since = None,
        }
        let looked_into = self.look_into(false).await;
        if looked_into.iter().flat_map(|looked| &looked.found).any(|finding| self.is_final(finding)) {
            return Some(Outcome::NotReady(flat(self.look_into(true).await)));
        }
        self.say(looked_into, ui);
        None
    }

    /// The pods of a Job that failed say why.
    async fn failed(&self, reason: &str, message: &str) -> Vec<Diagnosis> {
        let found = flat(self.look_into(true).await);
        if found.is_empty() { vec![diagnosis::gave_up(&self.target(), reason, message, &self.flags)] } else { found }
    }

    /// What is wrong when time is up.
    async fn at_the_end(&self) -> Vec<Diagnosis> {
        let found = flat(self.look_into(true).await);
        if !found.is_empty() {
            return found;
        }
        let (ended, unready) = (self.look_back().await, self.unready());
        let others = if ended.is_empty() && unready.is_empty() { self.some_pods(|_| true) } else { unready };
        ended.into_iter().chain(self.stopped_at(&others).await).collect()
    }

    fn target(&self) -> String {
        format!("{}/{}", self.kind.as_str().to_lowercase(), self.name)
    }

    /// A line for whatever is new; on a terminal how far it has come is shown in place.
    fn say(&mut self, looked_into: Vec<Looked>, ui: &mut Ui) {
        for Looked { pod, found, .. } in &looked_into {
            self.said.causes(pod, found, ui);
        }
        let Rollout::Under(words) = &self.rollout else { return };
        if ui.stderr_is_terminal() {
            let stages = looked_into.iter().map(|Looked { pod, stages, .. }| (pod.as_str(), stages.as_slice()));
            ui.progress(&created::rollout_progress(words, self.begun.elapsed(), stages));
            return;
        }
        if *words != self.said_words {
            ui.note(&format!("{}: {words}", self.target()));
            self.said_words.clone_from(words);
        }
        for Looked { pod, mut stages, .. } in looked_into {
            for stage in &mut stages {
                stage.container = stage.container.take().map(|container| format!("{pod}/{container}"));
            }
            self.said.stages(&pod, &pod, stages, ui);
        }
    }
}
