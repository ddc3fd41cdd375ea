//! Drives the log engine: the pod watch, the streams, the clock, the writer.
//!
//! Does what the engine decides, and tells it what happened. Decides only what needs I/O to be decided: how many
//! connections are opened at once, when a batch of output is handed to the writer, and what Ctrl-C means.
//!
//! Everything but the writing happens in one task, so "nothing is there to be read" can be known, not guessed.

mod output;
mod sources;

use std::time::{Duration, Instant};

use futures_util::FutureExt;

use crate::cluster::{PodEvent, Pods};
use crate::error::{Error, Result};
use crate::logs::{Engine, Event, Options, Summary, Tick};
use crate::pod::Pod;
use crate::render::log_lines::LogLines;

use output::Output;
use sources::{Happened, Sources};

/// Frames that are taken in before output is made of them.
const FRAMES_AT_ONCE: usize = 32;

/// How long the writer may take after Ctrl-C.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How following ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// There is no more to come.
    Finished(Summary),
    /// Ctrl-C was pressed; what had been received is written.
    Interrupted(Summary),
}

/// Follows the logs of pods that are known by name, until they are gone or done.
///
/// # Errors
/// Standard output cannot be written.
pub async fn follow(pods: &Pods, targets: Vec<Pod>, options: Options, lines: LogLines) -> Result<Ended> {
    let mut follower = Follower {
        engine: Engine::new(options),
        sources: Sources::new(pods.clone(), &targets),
        output: Output::new(lines),
        began: Instant::now(),
        uids: targets.iter().filter_map(|pod| pod.uid.clone()).collect(),
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
    /// The pods that were named. One that takes the name of another is a different pod.
    uids: Vec<String>,
}

impl Follower {
    async fn run(&mut self) -> Result<Ended> {
        loop {
            self.do_what_is_asked();
            self.output.fill(&mut self.engine);
            if self.engine.is_finished() {
                self.output.finish(&mut self.engine).await?;
                return Ok(Ended::Finished(self.engine.summary()));
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

    fn now(&self) -> Tick {
        self.began.elapsed()
    }

    fn do_what_is_asked(&mut self) {
        while let Some(action) = self.engine.next_action() {
            self.sources.act(action);
        }
        self.sources.resume_paused(&self.engine);
    }

    /// What happens next. What was made of the last batch is handed to the writer only when nothing else is there:
    /// a batch is as large as it can be without keeping anybody waiting.
    async fn next(&mut self) -> Result<Happened> {
        if let Some(happened) = self.wait().now_or_never() {
            return happened;
        }
        // The connections are tasks of their own: let them read what the network has brought by now.
        tokio::task::yield_now().await;
        if let Some(happened) = self.wait().now_or_never() {
            return happened;
        }
        self.output.hand_over();
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
                Ok(pod) => self.engine.handle(Event::Looked { uid: &uid, pod: pod.as_ref() }, now),
                Err(_) => self.engine.handle(Event::LookFailed { uid: &uid }, now),
            },
            Happened::Watched(event) => self.watched(event, now),
            Happened::Nothing | Happened::Interrupted => self.engine.handle(Event::Tick, now),
        }
    }

    fn watched(&mut self, event: Result<PodEvent>, now: Tick) {
        match event {
            Ok(PodEvent::Changed(pod)) => {
                let pod = Pod::from(&*pod);
                match pod.uid.as_ref() {
                    Some(uid) if self.uids.contains(uid) => self.engine.handle(Event::Pod(&pod), now),
                    _ => self.succeeded(&pod, now),
                }
            }
            Ok(PodEvent::Gone(pod)) => {
                let uid = pod.and_then(|pod| pod.metadata.uid);
                // Without a last state it is every pod of that name: the engine asks for those it still reads.
                for uid in uid.map_or_else(|| self.uids.clone(), |uid| vec![uid]) {
                    self.engine.handle(Event::PodGone { uid: &uid }, now);
                }
            }
            Ok(PodEvent::Lost(error)) => self.output.say(&format!("-- connection lost, trying again: {error}\n")),
            Ok(PodEvent::Regained) => self.output.say("-- connected again\n"),
            Err(error) => self.output.say(&format!(
                "Warning: the pod cannot be watched, so a restart is only noticed when a log ends: {error}\n"
            )),
        }
    }

    /// Another pod took the name: the one that was named is gone.
    fn succeeded(&mut self, successor: &Pod, now: Tick) {
        for uid in self.sources.uids_named(&successor.name) {
            self.engine.handle(Event::PodGone { uid: &uid }, now);
        }
        let name = &successor.name;
        self.output
            .say(&format!("-- pod {name} was deleted, and another one has its name now: follow that one with\n"));
        self.output.say(&format!("     kubectl sidecar logs {name}\n"));
    }

    /// Reads all streams until nothing is there, and says since when that is so.
    async fn drain(&mut self) {
        let since = self.now();
        loop {
            // Wakes what waits for the network, and lets it read, before we look.
            tokio::task::yield_now().await;
            let now = self.now();
            if !self.sources.take_ready(usize::MAX, &mut self.engine, now) {
                break;
            }
        }
        self.engine.handle(Event::Drained { since }, self.now());
    }

    async fn interrupted(&mut self) -> Result<Ended> {
        self.engine.release();
        let last_words = self.output.finish(&mut self.engine);
        match tokio::time::timeout(LAST_WORDS, last_words).await {
            Ok(written) => written.map(|()| Ended::Interrupted(self.engine.summary())),
            Err(_) => Err(Error::interrupted()),
        }
    }
}
