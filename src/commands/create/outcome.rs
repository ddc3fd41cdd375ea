//! What waiting for a pod and for a workload have in common: how it ends, the clock, and what was said already.

use std::collections::BTreeMap;
use std::time::Duration;

use super::plan::Patience;
use crate::diagnosis::{Diagnosis, Finding, Stage};
use crate::error::Result;
use crate::render::created;
use crate::render::terminal_text::safe;
use crate::system::interrupted;
use crate::ui::Ui;

/// How long nothing may change before events are asked for again, and progress is drawn anew.
pub(super) const TICK: Duration = Duration::from_secs(1);

/// A container that ends at once is ready for a moment: the kubelet looks about once a second whether it still runs, and
/// on a busy node it takes another one or two to say so.
pub(super) const STAYS_READY: Duration = Duration::from_secs(3);

/// How waiting ended.
#[derive(Debug)]
pub(super) enum Outcome {
    /// All is ready.
    Ready {
        /// How much: `2/2`.
        ready: String,
        /// How long it took.
        after: Duration,
    },
    /// It did what it was to do.
    Complete {
        /// How long it took.
        after: Duration,
    },
    /// Nothing happens until its time has come.
    NothingToWaitFor,
    /// It will not become ready as it is.
    NotReady(Vec<Diagnosis>),
    /// It is not ready yet.
    TimedOut {
        /// How long was waited.
        after: Duration,
        /// What is wrong, or at least what it is at.
        found: Vec<Diagnosis>,
    },
    /// It is not there any more.
    Gone,
    /// The user pressed Ctrl-C.
    Interrupted,
}

/// What was said already, by pod and container; so that nothing is said twice.
#[derive(Default)]
pub(super) struct Said {
    stages: BTreeMap<(String, Option<String>), String>,
    causes: BTreeMap<(String, Option<String>), &'static str>,
}

impl Said {
    /// A line for each cause that is new.
    pub(super) fn causes(&mut self, pod: &str, found: &[Finding], ui: &mut Ui) {
        for Diagnosis { container, code, cause, .. } in found.iter().map(|finding| &finding.diagnosis) {
            if self.causes.insert((pod.to_owned(), container.clone()), code) != Some(code) {
                ui.note(&format!("{}; still waiting", safe(cause)));
            }
        }
    }

    /// A line for each stage that is new. `shown`: what the pod is called in it.
    pub(super) fn stages(&mut self, pod: &str, shown: &str, stages: Vec<Stage>, ui: &mut Ui) {
        for stage in stages {
            let key = (pod.to_owned(), stage.container.clone());
            if self.stages.get(&key) != Some(&stage.words) {
                ui.note(&created::stage(shown, &stage));
                self.stages.insert(key, stage.words);
            }
        }
    }
}

/// Why waiting is over.
pub(super) enum Ended {
    /// By itself.
    Followed(Result<Outcome>),
    /// By Ctrl-C.
    Interrupted,
    /// Time is up, after so long.
    Expired(Duration),
}

/// Time is up. Looking for what is wrong takes a moment, too, in which the user may press Ctrl-C.
pub(super) async fn timed_out(after: Duration, look: impl Future<Output = Vec<Diagnosis>>) -> Outcome {
    tokio::select! {
        found = look => Outcome::TimedOut { after, found },
        () = interrupted() => Outcome::Interrupted,
    }
}

/// Lets that go on no longer than patience lasts.
pub(super) async fn until(patience: Patience, follow: impl Future<Output = Result<Outcome>>) -> Ended {
    tokio::select! {
        outcome = follow => Ended::Followed(outcome),
        () = interrupted() => Ended::Interrupted,
        after = expired(patience) => Ended::Expired(after),
    }
}

/// Ends when patience does, and says how long that was.
async fn expired(patience: Patience) -> Duration {
    match patience {
        Patience::Endless => std::future::pending().await,
        Patience::Until(time) => {
            tokio::time::sleep(time).await;
            time
        }
    }
}
