//! Drives the log engine: the pod watch, the streams, the clock, the writer.
//!
//! Does what the engine decides, and tells it what happened. Decides only what needs I/O to be decided: how many
//! connections are opened at once, when a batch of output is handed to the writer, and what Ctrl-C means.
//!
//! Everything but the writing happens in one task, so "nothing is there to be read" can be known, not guessed.

mod alarm;
mod becoming;
mod followed;
mod groups;
mod output;
mod questions;
mod recording;
mod silence;
mod sources;
mod targets;
mod translation;
mod watches;
mod watching;

use std::collections::HashMap;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::Instant;

use crate::cluster::Cluster;
use crate::error::{Error, Kind, Result};
use crate::logs::{Event, Options, Summary, Tick, Until};

use alarm::Alarm;
use becoming::Missed;
use followed::FollowedPods;
use groups::Groups;
pub use output::Output;
use recording::RecordedEngine;
pub use silence::Onlooker;
use silence::Silence;
use sources::{Happened, Sources};
pub use targets::{Group, Members, Of, Targets, each_once};

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

/// Follows logs. `onlooker`: who is told why nothing comes, as long as nothing does.
///
/// # Errors
/// Standard output, or the recording of what happens, cannot be written, or the pods of a selector cannot be watched.
pub async fn follow(
    cluster: &Cluster,
    targets: Targets,
    mut options: Options,
    output: Output,
    onlooker: Option<Onlooker>,
) -> Result<Ended> {
    options.until = if targets.groups.is_empty() { Until::PodsEnd } else { Until::Interrupted };
    let follow = options.follow;
    let cluster = cluster.asked_once(); // what fails is asked again when the engine wants it
    let mut follower = Follower {
        engine: RecordedEngine::new(options)?,
        sources: Sources::new(cluster),
        output,
        alarm: Alarm::new(),
        began: Instant::now(),
        followed: FollowedPods::new(&targets.named, targets.are_of_several_namespaces()),
        groups: Groups::default(),
        missed: HashMap::new(),
        last_words: Vec::new(),
        silence: onlooker.map(Silence::new),
        is_queue_said: false,
    };
    follower.meet(&targets);
    follower.watch(targets, follow);
    if follower.groups.is_empty() {
        follower.tell_whether_all_are_seen(Tick::ZERO);
    }
    // As a task: to wake what the runtime itself waits for costs a system call each time, and each piece of a log wakes us.
    tokio::spawn(follower.follow()).await.map_err(Error::other)?
}

struct Follower {
    engine: RecordedEngine,
    sources: Sources,
    output: Output,
    alarm: Alarm,
    began: Instant,
    followed: FollowedPods,
    groups: Groups,
    /// Pods of which it was asked whether they are still there, by uid.
    missed: HashMap<String, Missed>,
    /// What is said when all was written.
    last_words: Vec<String>,
    /// As long as nothing has come, where somebody looks on.
    silence: Option<Silence>,
    /// It was said that logs wait for their turn.
    is_queue_said: bool,
}

impl Follower {
    fn meet(&mut self, targets: &Targets) {
        for pod in &targets.named {
            self.engine.handle(Event::Pod(pod), Tick::ZERO);
            self.silence.iter_mut().for_each(|silence| silence.see(pod));
        }
        for pod in &targets.unseen {
            self.engine.handle(Event::Unseen(pod), Tick::ZERO);
        }
    }

    async fn follow(mut self) -> Result<Ended> {
        let ended = self.run().await?;
        self.engine.end_recording()?;
        Ok(ended)
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
        for words in std::mem::take(&mut self.last_words) {
            self.output.say(&words);
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
        if let Some(happened) = self.wait(None).now_or_never() {
            return happened;
        }
        let_connections_read().await;
        if let Some(happened) = self.wait(None).now_or_never() {
            return happened;
        }
        self.output.do_what_is_due();
        self.explain_silence();
        let deadline = self.engine.deadline().map(|tick| self.began + tick);
        let silence = self.silence.as_ref().and_then(Silence::due);
        self.wait(deadline.into_iter().chain(self.output.due()).chain(silence).min()).await
    }

    /// What happens until then. `None`: no time is waited for.
    async fn wait(&mut self, until: Option<Instant>) -> Result<Happened> {
        tokio::select! {
            biased;
            happened = self.sources.next() => Ok(happened),
            written = self.output.written() => written.map(|()| Happened::Nothing),
            () = self.alarm.ring(until) => Ok(Happened::Nothing),
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
            Happened::Answered(question, answer) => self.answered(question, answer, now),
            Happened::Watched(watch, news) => self.watched(watch, news, now)?,
            Happened::Explained { pod, events } => {
                let words = self.silence.as_mut().and_then(|silence| silence.explain(&pod, &events));
                if let Some(words) = words {
                    self.output.tell(&words);
                }
            }
            Happened::Nothing | Happened::Interrupted => self.engine.handle(Event::Tick, now),
        }
        Ok(())
    }

    /// Asks why pods do not run, as long as nothing has come.
    fn explain_silence(&mut self) {
        if self.output.has_lines() {
            self.silence = None;
        }
        let Some(silence) =
            self.silence.as_mut().filter(|silence| silence.due().is_some_and(|at| at <= Instant::now()))
        else {
            return;
        };
        let (ailing, words) = silence.look();
        for pod in ailing {
            self.sources.ask_for_events(pod);
        }
        if let Some(words) = words {
            self.output.say(&words);
        }
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

/// Lets the connections, which are tasks of their own, read what the network has brought by now. Measured: the first
/// time that we give way, the runtime looks what the network has and wakes the connections; the second time they read.
async fn let_connections_read() {
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
}
