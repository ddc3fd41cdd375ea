//! Waiting for a new pod: the watch, its events, the clock, and when it is of no use to go on.
//!
//! Waiting ends early on what will not heal by itself, as `diagnosis` judges it: an image the registry does not
//! have, a container that ends again and again. It goes on, and says why, where time or others may help: no node
//! with room (a cluster may add one), a registry that cannot be reached.

use serde_json::Value;
use tokio::time::Instant;

use super::Created;
use super::outcome::{Ended, Outcome, STAYS_READY, Said, TICK, timed_out, until};
use super::plan::Patience;
use crate::cluster::{PodEvent, Pods, Selection};
use crate::commands::evidence;
use crate::diagnosis::{self, Diagnosis, Event, Finding, LastLines, Observed, Outlook};
use crate::error::{Error, Result};
use crate::pod::{Phase, Pod};
use crate::render::created;
use crate::ui::Ui;

/// A pod that is waited for.
pub(super) struct Waiting {
    pods: Pods,
    name: String,
    uid: Option<String>,
    flags: String,
    patience: Patience,
    begun: Instant,
    /// As it was last seen.
    pod: Option<Pod>,
    events: Vec<Event>,
    last_lines: LastLines,
    ready_since: Option<Instant>,
    said: Said,
}

impl Waiting {
    /// Waits for a pod that was just created. `flags` are what kubectl needs to find it.
    pub(super) fn new(created: &Created, flags: &str, patience: Patience) -> Self {
        let field = |pointer: &str| created.object.pointer(pointer).and_then(Value::as_str);
        Self {
            name: field("/metadata/name").unwrap_or_default().to_owned(),
            uid: field("/metadata/uid").map(str::to_owned),
            // What fails is asked again at the next look.
            pods: created.cluster.asked_once().pods(created.cluster.namespace()),
            flags: flags.to_owned(),
            patience,
            begun: Instant::now(),
            pod: None,
            events: Vec::new(),
            last_lines: LastLines::default(),
            ready_since: None,
            said: Said::default(),
        }
    }

    /// Waits, and says what the pod is at, until all its containers are ready or there is no use in waiting.
    ///
    /// # Errors
    /// Who asks may not watch pods.
    pub(super) async fn until_ready(&mut self, ui: &mut Ui) -> Result<Outcome> {
        match until(self.patience, self.follow(ui)).await {
            Ended::Followed(outcome) => outcome,
            Ended::Interrupted => Ok(Outcome::Interrupted),
            Ended::Expired(after) => Ok(timed_out(after, self.at_the_end()).await),
        }
    }

    async fn follow(&mut self, ui: &mut Ui) -> Result<Outcome> {
        let mut watch = self.pods.watch(Selection::Named(self.name.clone()));
        loop {
            tokio::select! {
                event = watch.next() => match event {
                    Some(event) => if let Some(outcome) = self.take(event?, ui) { return Ok(outcome) },
                    None => return Err(Error::other("the watch of the pod ended")),
                },
                () = tokio::time::sleep(TICK) => {}
            }
            if let Some(outcome) = self.look(ui).await {
                return Ok(outcome);
            }
        }
    }

    fn take(&mut self, event: PodEvent, ui: &mut Ui) -> Option<Outcome> {
        match event {
            PodEvent::Changed(pod) if pod.metadata.uid == self.uid => {
                self.pod = Some(Pod::from(&*pod).with_ends_of(self.pod.as_ref()));
            }
            PodEvent::Changed(_) | PodEvent::Gone(_) => return Some(Outcome::Gone),
            PodEvent::Lost(error) => ui.note(&format!("{error}; trying again")),
            PodEvent::Left(_) | PodEvent::Listed => {}
            PodEvent::Regained => ui.note("the server answers again"),
        }
        None
    }

    /// Looks at the pod as it is now.
    async fn look(&mut self, ui: &mut Ui) -> Option<Outcome> {
        let status = self.pod.as_ref()?.status.clone().unwrap_or_default();
        if status.deleting {
            return Some(Outcome::Gone);
        }
        let (ready, all) = self.pod.as_ref()?.ready_counts();
        if ready == all {
            let since = *self.ready_since.get_or_insert_with(Instant::now);
            let after = since - self.begun;
            let ready = format!("{ready}/{all}");
            return (since.elapsed() >= STAYS_READY).then_some(Outcome::Ready { ready, after });
        }
        if status.phase == Phase::Succeeded {
            return Some(Outcome::Complete { after: self.begun.elapsed() });
        }
        self.ready_since = None;
        self.fetch_events().await;
        let found = self.findings();
        if status.phase.is_final() || found.iter().any(|finding| finding.outlook == Outlook::Stuck) {
            self.fetch_last_lines().await;
            return Some(Outcome::NotReady(self.findings().into_iter().map(|finding| finding.diagnosis).collect()));
        }
        self.say(&found, ui);
        None
    }

    /// What is wrong when time is up.
    async fn at_the_end(&mut self) -> Vec<Diagnosis> {
        self.fetch_events().await;
        self.fetch_last_lines().await;
        let found: Vec<Diagnosis> = self.findings().into_iter().map(|finding| finding.diagnosis).collect();
        if !found.is_empty() {
            return found;
        }
        self.fetch_lines_before().await;
        let Some(observed) = self.observed() else { return Vec::new() };
        let mut told = diagnosis::ended_before(&observed);
        if !observed.pod.all_ready() || told.is_empty() {
            told.push(diagnosis::timed_out(&observed));
        }
        told
    }

    fn observed(&self) -> Option<Observed<'_>> {
        let pod = self.pod.as_ref()?;
        Some(Observed { pod, events: &self.events, last_lines: &self.last_lines, flags: &self.flags })
    }

    fn findings(&self) -> Vec<Finding> {
        self.observed().map(|observed| diagnosis::findings(&observed)).unwrap_or_default()
    }

    /// A line for whatever is new; on a terminal what the pod is at is shown in place.
    fn say(&mut self, found: &[Finding], ui: &mut Ui) {
        self.said.causes(&self.name, found, ui);
        let Some(observed) = self.observed() else { return };
        let stages = diagnosis::stages(&observed);
        if ui.stderr_is_terminal() {
            ui.progress(&created::progress(observed.pod, &stages, self.begun.elapsed()));
            return;
        }
        self.said.stages(&self.name, &self.name, stages, ui);
    }

    /// Who may not list events waits all the same, and hears less.
    async fn fetch_events(&mut self) {
        let Some(uid) = &self.uid else { return };
        if let Some(events) = evidence::events(&self.pods, &self.name, uid).await {
            self.events = events;
        }
    }

    async fn fetch_last_lines(&mut self) {
        let Some(pod) = &self.pod else { return };
        self.last_lines = evidence::last_lines(&self.pods, pod).await;
    }

    async fn fetch_lines_before(&mut self) {
        let Some(pod) = &self.pod else { return };
        self.last_lines = evidence::lines_before(&self.pods, pod).await;
    }
}
