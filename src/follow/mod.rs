//! Drives the log engine: the pod watch, the streams, the clock, the writer.
//!
//! Does what the engine decides, and tells it what happened. Decides only what needs I/O to be decided: how many
//! connections are opened at once, when a batch of output is handed to the writer, and what Ctrl-C means.
//!
//! Everything but the writing happens in one task, so "nothing is there to be read" can be known, not guessed.

mod named;
mod output;
mod sources;
mod translation;

use std::time::{Duration, Instant};

use futures_util::FutureExt;

use crate::cluster::{PodEvent, Pods};
use crate::error::{Error, Kind, Result};
use crate::logs::{Engine, Event, Options, Summary, Tick};
use crate::pod::Pod;
use crate::render::log_lines::LogLines;

use named::NamedPods;
use output::Output;
use sources::{Happened, Sources};

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

/// Follows the logs of pods that are known by name, until they are gone or done.
///
/// # Errors
/// Standard output cannot be written.
pub async fn follow(pods: &Pods, targets: Vec<Pod>, options: Options, lines: LogLines) -> Result<Ended> {
    // What is read once needs no watch: where the end of a log must be judged, the pod is asked.
    let watched = if options.follow { targets.as_slice() } else { &[] };
    let mut follower = Follower {
        engine: Engine::new(options),
        sources: Sources::new(pods.clone(), watched),
        output: Output::new(lines),
        began: Instant::now(),
        named: NamedPods::new(&targets),
    };
    for pod in &targets {
        follower.engine.handle(Event::Pod(pod), Tick::ZERO);
    }
    follower.run().await
}

struct Follower {
    engine: Engine,
    sources: Sources,
    output: Output,
    began: Instant,
    named: NamedPods,
}

impl Follower {
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
                happened => self.take_in(happened),
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
        let _ = tokio::time::timeout(SUCCESSOR_WITHIN, self.meet_successors()).await;
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
        let at_deadline = async {
            match deadline {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            happened = self.sources.next() => Ok(happened),
            written = self.output.written() => written.map(|()| Happened::Nothing),
            () = at_deadline => Ok(Happened::Nothing),
        }
    }

    fn take_in(&mut self, happened: Happened) {
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
            Happened::Watched { name, event } => self.watched(&name, event, now),
            Happened::Nothing | Happened::Interrupted => self.engine.handle(Event::Tick, now),
        }
    }

    fn looked(&mut self, uid: &str, pod: Option<&Pod>, now: Tick) {
        self.engine.handle(Event::Looked { uid, pod }, now);
        match pod {
            Some(pod) if pod.uid.as_deref() != Some(uid) => self.succeeded(uid, now),
            Some(_) => {}
            None => self.gone(uid, None, now),
        }
    }

    fn watched(&mut self, name: &str, event: Result<PodEvent>, now: Tick) {
        let uid = self.named.uid(name);
        match event {
            Ok(PodEvent::Changed(pod)) => {
                let pod = Pod::from(&*pod);
                match pod.uid.as_ref() {
                    Some(other) if *other != uid => self.succeeded(&uid, now),
                    _ => self.changed(&pod, &uid, now),
                }
            }
            Ok(PodEvent::Gone(last)) => {
                let last = last.map(|pod| Pod::from(&*pod)).filter(|pod| pod.uid.as_ref() == Some(&uid));
                self.gone(&uid, last.as_ref(), now);
            }
            Ok(PodEvent::Lost(error)) => self.output.say(&format!("-- connection lost, trying again: {error}\n")),
            Ok(PodEvent::Regained) => self.output.say("-- connected again\n"),
            Err(error) => {
                self.engine.handle(Event::Unwatched { uid: &uid }, now);
                let why = format!("Warning: pod {name} cannot be watched, so it is looked at every now and then");
                self.output.say(&format!("{why}: {error}\n"));
            }
        }
    }

    fn changed(&mut self, pod: &Pod, uid: &str, now: Tick) {
        self.engine.handle(Event::Pod(pod), now);
        if pod.status.as_ref().is_some_and(|status| status.deleting) {
            let note = self.named.deleting(uid);
            self.say(note);
        }
    }

    fn gone(&mut self, uid: &str, last: Option<&Pod>, now: Tick) {
        self.engine.handle(Event::PodGone { uid, last }, now);
        let note = self.named.gone(uid);
        self.say(note);
    }

    /// Another pod took the name: the one that was named is gone.
    fn succeeded(&mut self, uid: &str, now: Tick) {
        self.gone(uid, None, now);
        let note = self.named.succeeded(uid);
        self.say(note);
    }

    fn say(&mut self, note: Option<String>) {
        if let Some(note) = note {
            self.output.say(&note);
        }
    }

    /// Waits until another pod has the name of each one that was deleted.
    async fn meet_successors(&mut self) {
        while self.named.await_a_successor() {
            match self.sources.next().await {
                Happened::Interrupted => return,
                happened => self.take_in(happened),
            }
        }
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
