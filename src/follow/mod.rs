//! Drives the log engine: the pod watch, the streams, the clock, the writer.
//!
//! Does what the engine decides, and tells it what happened. Decides only what needs I/O to be decided: how many
//! connections are opened at once, when a batch of output is handed to the writer, and what Ctrl-C means.
//!
//! Everything but the writing happens in one task, so "nothing is there to be read" can be known, not guessed.

mod descriptors;
mod followed;
mod output;
mod recording;
mod sources;
mod targets;
mod translation;
mod watching;

use std::time::{Duration, Instant};

use futures_util::FutureExt;

use crate::cluster::Pods;
use crate::error::{Error, Kind, Result};
use crate::logs::{Event, LineFilter, Options, Summary, Tick, Until};
use crate::render::log_lines::LogLines;

pub use descriptors::most_open_logs;
use followed::FollowedPods;
use output::Output;
use recording::RecordedEngine;
use sources::{Happened, Sources};
pub use targets::Targets;

/// Frames that are taken in before output is made of them.
const FRAMES_AT_ONCE: usize = 32;

/// How long the writer may take after Ctrl-C.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How long after all was written another pod may take the name of a deleted one, to be worth a word. A `StatefulSet`
/// makes it within milliseconds.
const SUCCESSOR_WITHIN: Duration = Duration::from_secs(1);

/// How following ended: what was received is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// What is worth saying of it.
    pub summary: Summary,
    /// Ctrl-C was pressed, or the server refused to show a log; the error has the next steps, the rest was said.
    pub result: Result<()>,
}

/// Follows logs. `filter` says which lines are shown; `None`: all.
///
/// # Errors
/// Standard output, or the recording of what happens, cannot be written, or the pods of a selector cannot be watched.
pub async fn follow(
    pods: &Pods,
    targets: Targets,
    mut options: Options,
    lines: LogLines,
    filter: Option<LineFilter>,
) -> Result<Ended> {
    let watches = targets.watches(options.follow);
    let (pods_followed, until) = match &targets {
        Targets::Named(pods) | Targets::Unseen(pods) => (FollowedPods::named(pods), Until::PodsEnd),
        Targets::Selected(_) => (FollowedPods::selected(), Until::Interrupted),
    };
    options.until = until;
    let mut follower = Follower {
        engine: RecordedEngine::new(options)?,
        sources: Sources::new(pods.clone(), watches),
        output: Output::new(lines, filter),
        began: Instant::now(),
        followed: pods_followed,
        is_queue_said: false,
    };
    follower.meet(&targets);
    let ended = follower.run().await?;
    follower.engine.end_recording()?;
    Ok(ended)
}

struct Follower {
    engine: RecordedEngine,
    sources: Sources,
    output: Output,
    began: Instant,
    followed: FollowedPods,
    /// It was said that logs wait for their turn.
    is_queue_said: bool,
}

impl Follower {
    fn meet(&mut self, targets: &Targets) {
        match targets {
            Targets::Named(pods) => {
                for pod in pods {
                    self.engine.handle(Event::Pod(pod), Tick::ZERO);
                }
                self.engine.handle(Event::AllSeen, Tick::ZERO);
            }
            Targets::Unseen(pods) => {
                for pod in pods {
                    self.engine.handle(Event::Unseen(pod), Tick::ZERO);
                }
            }
            Targets::Selected(_) => {}
        }
    }

    async fn run(&mut self) -> Result<Ended> {
        loop {
            self.do_what_is_asked();
            self.output.fill(&mut self.engine);
            if self.engine.is_finished() {
                return self.finish().await;
            }
            if self.engine.deadline().is_some_and(|deadline| deadline <= self.now()) {
                self.drain().await;
                continue;
            }
            match self.next().await? {
                Happened::Interrupted => return self.interrupted().await,
                happened => self.take_in(happened)?,
            }
        }
    }

    async fn finish(&mut self) -> Result<Ended> {
        tokio::select! {
            biased;
            () = self.sources.interrupted() => return self.interrupted().await,
            written = self.output.finish(&mut self.engine) => written?,
        }
        // Who does not come in time is not waited for.
        if let Ok(met) = tokio::time::timeout(SUCCESSOR_WITHIN, self.meet_successors()).await {
            met?;
        }
        self.output.finish(&mut self.engine).await?;
        Ok(Ended { summary: self.engine.summary(), result: self.result() })
    }

    fn result(&self) -> Result<()> {
        if self.engine.summary().denied == 0 {
            return Ok(());
        }
        Err(self.sources.next_steps().iter().fold(Error::reported(), |error, step| error.hint(step.clone())))
    }

    fn now(&self) -> Tick {
        self.began.elapsed()
    }

    fn do_what_is_asked(&mut self) {
        while let Some(action) = self.engine.next_action() {
            self.sources.act(action);
        }
        self.sources.resume_paused(&self.engine);
        let queued = self.engine.queued();
        if queued > 0 && !std::mem::replace(&mut self.is_queue_said, true) {
            let logs = if queued == 1 { "1 more log waits".to_owned() } else { format!("{queued} more logs wait") };
            self.output.say(&format!("-- {logs} until another one ends (see --max-log-requests)\n"));
        }
    }

    /// What happens next. What was made of the last batch is handed to the writer only when nothing else is there, and
    /// it is not quite new: a batch is as large as it can be without keeping anybody waiting.
    async fn next(&mut self) -> Result<Happened> {
        if let Some(happened) = self.wait().now_or_never() {
            return happened;
        }
        let_connections_read().await;
        if let Some(happened) = self.wait().now_or_never() {
            return happened;
        }
        if let Some(due) = self.output.due() {
            if let Ok(happened) = tokio::time::timeout_at(due, self.wait()).await {
                return happened;
            }
            self.output.hand_over();
        }
        self.wait().await
    }

    async fn wait(&mut self) -> Result<Happened> {
        let deadline = self.engine.deadline().map(|tick| tokio::time::Instant::from_std(self.began + tick));
        let stuck_at = self.output.stuck_at();
        tokio::select! {
            biased;
            happened = self.sources.next() => Ok(happened),
            written = self.output.written() => written.map(|()| Happened::Nothing),
            () = until(deadline) => Ok(Happened::Nothing),
            () = until(stuck_at) => {
                self.output.say_stuck();
                Ok(Happened::Nothing)
            }
        }
    }

    fn take_in(&mut self, happened: Happened) -> Result<()> {
        let now = self.now();
        match happened {
            Happened::Bytes(piece) => {
                self.sources.take_piece(piece, &mut self.engine, now);
                self.sources.take_ready(FRAMES_AT_ONCE, &mut self.engine, now);
            }
            Happened::Opened(stream, answer) => self.sources.take_answer(stream, answer, &mut self.engine, now),
            Happened::Looked { uid, answer } => match answer {
                Ok(pod) => self.looked(&uid, pod.as_ref(), now),
                Err(_) => self.engine.handle(Event::LookFailed { uid: &uid }, now),
            },
            Happened::Watched { selection, event } => self.watched(&selection, event, now)?,
            Happened::Nothing | Happened::Interrupted => self.engine.handle(Event::Tick, now),
        }
        Ok(())
    }

    /// Waits until another pod has the name of each one that was deleted.
    async fn meet_successors(&mut self) -> Result<()> {
        while self.followed.await_a_successor() {
            match self.sources.next().await {
                Happened::Interrupted => break,
                happened => self.take_in(happened)?,
            }
        }
        Ok(())
    }

    /// Reads all streams until nothing is there, and says since when that is so.
    async fn drain(&mut self) {
        let since = self.now();
        loop {
            let_connections_read().await;
            let now = self.now();
            if !self.sources.take_ready(usize::MAX, &mut self.engine, now) {
                break;
            }
        }
        self.engine.handle(Event::Drained { since }, self.now());
    }

    /// Writes what was received, if the reader takes it soon; one that is gone already was interrupted with us.
    async fn interrupted(&mut self) -> Result<Ended> {
        self.engine.release(self.now());
        let last_words = self.output.finish(&mut self.engine);
        match tokio::time::timeout(LAST_WORDS, last_words).await {
            Ok(Err(error)) if error.kind() != Kind::ClosedPipe => Err(error),
            Ok(Ok(())) => Ok(Ended { summary: self.engine.summary(), result: Err(Error::interrupted()) }),
            Ok(Err(_)) | Err(_) => Err(Error::interrupted()),
        }
    }
}

/// `None`: for ever.
async fn until(deadline: Option<tokio::time::Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// Lets the connections, which are tasks of their own, read what the network has brought by now. Measured: the first
/// time that we give way, the runtime looks what the network has and wakes the connections; the second time they read.
async fn let_connections_read() {
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
}
