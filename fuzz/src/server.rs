//! A server with one pod: what its containers do and have written, and what it answers.
//!
//! A log is kept for the current run of a container and for the one before it, as a kubelet does.

use std::time::Duration;

use kubectl_sidecar::logs::{Refusal, Request, Since};
use kubectl_sidecar::pod::{
    Container, ContainerKind, Instance, Phase, Pod, PodStatus, Role, RoleEvidence, RunState, Runtime, Termination,
};

/// The pod's uid.
pub const UID: &str = "uid";

/// The server's clock when the engine's begins: 2001-09-09T01:46:40Z, in nanoseconds.
const EPOCH: i64 = 1_000_000_000 * 1_000_000_000;

/// One run of a container: the bytes of its log, line by line.
#[derive(Debug, Clone, Default)]
pub struct Run {
    pub lines: Vec<Line>,
    /// The first line that is still in the file: what is before was rotated away.
    pub rotated: usize,
    pub has_ended: bool,
}

/// A line as the runtime keeps it.
#[derive(Debug, Clone)]
pub struct Line {
    pub stamp: i64,
    pub message: String,
    /// The last line of a run may have no end.
    pub is_whole: bool,
}

impl Line {
    /// As the server sends it.
    fn text(&self) -> String {
        let time = jiff::Timestamp::from_nanosecond(i128::from(self.stamp)).expect("a stamp of our time");
        format!("{time:.9} {}{}", self.message, if self.is_whole { "\n" } else { "" })
    }
}

/// A container: the runs it had, of which the last is the current one.
#[derive(Debug, Clone, Default)]
pub struct Served {
    pub runs: Vec<Run>,
    /// After its end, it waits to be started again.
    pub waits: bool,
}

impl Served {
    pub fn current(&mut self) -> Option<&mut Run> {
        self.runs.last_mut()
    }

    pub fn is_running(&self) -> bool {
        self.runs.last().is_some_and(|run| !run.has_ended)
    }
}

/// The server.
#[derive(Debug, Clone)]
pub struct Server {
    pub containers: Vec<Served>,
    pub is_over: bool,
    pub is_deleting: bool,
    pub is_gone: bool,
}

/// What a stream brings: the rest of which run's log.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    pub container: usize,
    pub run: usize,
    /// In whole seconds.
    from: i64,
    /// Rotated away when the file was opened.
    rotated: usize,
}

impl Server {
    /// Its clock.
    pub fn clock(now: Duration) -> i64 {
        EPOCH + i64::try_from(now.as_nanos()).expect("a time of this century")
    }

    /// What it says of the pod.
    pub fn pod(&self) -> Pod {
        let container = |(at, served): (usize, &Served)| Container {
            name: name(at),
            kind: ContainerKind::Container,
            role: Role::Main,
            role_evidence: RoleEvidence::Position,
            image: String::new(),
            command: Vec::new(),
            args: Vec::new(),
            mounts: Vec::new(),
            runtime: Some(runtime(at, served)),
        };
        let phase = match self.containers.iter().all(|served| served.runs.is_empty()) {
            _ if self.is_over => Phase::Succeeded,
            true => Phase::Pending,
            false => Phase::Running,
        };
        Pod {
            name: "pod".to_owned(),
            namespace: None,
            uid: Some(UID.to_owned()),
            containers: self.containers.iter().enumerate().map(container).collect(),
            volumes: Vec::new(),
            status: Some(PodStatus { phase, deleting: self.is_deleting, ..PodStatus::default() }),
        }
    }

    /// How it answers a request for a log.
    pub fn open(&self, request: &Request, now: Duration) -> Result<Answer, Refusal> {
        if self.is_gone {
            return Err(Refusal::NoSuchPod);
        }
        let container = request.stream.track.index();
        let runs = &self.containers[container].runs;
        let back = 1 + usize::from(request.previous);
        let Some(run) = runs.len().checked_sub(back) else {
            return Err(Refusal::NothingThere("waiting to start".to_owned()));
        };
        let seconds = match request.since {
            Some(Since::Time(stamp)) => stamp.whole_seconds(),
            Some(Since::Age(age)) => {
                Self::clock(now) / 1_000_000_000 - i64::try_from(age).expect("an age of this century")
            }
            None => 0,
        };
        Ok(Answer { container, run, from: seconds * 1_000_000_000, rotated: runs[run].rotated })
    }

    /// All that a stream has brought or will bring, as far as it is written.
    pub fn text(&self, answer: &Answer) -> Vec<u8> {
        let lines = self.run(answer).lines.iter().skip(answer.rotated);
        lines.filter(|line| line.stamp >= answer.from).flat_map(|line| line.text().into_bytes()).collect()
    }

    /// Whether nothing more will be written to what a stream brings.
    pub fn is_all(&self, answer: &Answer) -> bool {
        self.run(answer).has_ended
    }

    fn run(&self, answer: &Answer) -> &Run {
        &self.containers[answer.container].runs[answer.run]
    }
}

pub fn name(container: usize) -> String {
    format!("c{container}")
}

fn instance(container: usize, run: usize) -> Instance {
    Instance { id: format!("c{container}-{run}"), restarts: u32::try_from(run).expect("few runs") }
}

fn termination(container: usize, run: usize) -> Termination {
    Termination { id: instance(container, run).id, reason: "Completed".to_owned(), ..Termination::default() }
}

fn runtime(at: usize, served: &Served) -> Runtime {
    let waiting = |reason: &str| RunState::Waiting { reason: reason.to_owned(), message: String::new() };
    let (state, last) = match served.runs.len().checked_sub(1) {
        None => (waiting("ContainerCreating"), None),
        Some(run) if served.waits => (waiting("CrashLoopBackOff"), Some(run)),
        Some(run) if served.runs[run].has_ended => (RunState::Terminated(termination(at, run)), run.checked_sub(1)),
        Some(run) => (RunState::Running { since: None }, run.checked_sub(1)),
    };
    let current = served.runs.len().checked_sub(1);
    Runtime {
        ready: served.is_running(),
        started: served.is_running(),
        image_id: String::new(),
        instance: current.map(|run| instance(at, run)).unwrap_or_default(),
        state,
        last_termination: last.map(|run| termination(at, run)),
    }
}
