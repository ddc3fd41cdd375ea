//! A small model of a server with one pod, and an engine that follows it.

use std::time::Duration;

use proptest::prelude::*;

use super::super::*;
use crate::pod::{
    Common, Container, ContainerKind, Instance, Phase, Pod, PodStatus, Role, RoleEvidence, RunState, Runtime, Settings,
    Termination,
};

pub(super) const MILLISECOND: i64 = 1_000_000;

pub(super) fn container(name: &str, runtime: Runtime) -> Container {
    Container {
        name: name.to_owned(),
        kind: ContainerKind::Container,
        role: Role::Main,
        role_evidence: RoleEvidence::Position,
        image: String::new(),
        command: Vec::new(),
        args: Vec::new(),
        mounts: Vec::new(),
        devices: Vec::new(),
        settings: Settings::default(),
        runtime: Some(runtime),
    }
}

pub(super) fn instance(run: u32) -> Instance {
    Instance { id: format!("run-{run}"), restarts: run }
}

pub(super) fn termination(run: u32) -> Termination {
    Termination { id: instance(run).id, reason: "Completed".to_owned(), ..Termination::default() }
}

/// A container in its n-th run, the one before it ended.
pub(super) fn running(run: u32) -> Runtime {
    let last_termination = run.checked_sub(1).map(termination);
    Runtime {
        ready: true,
        started: true,
        image_id: String::new(),
        instance: instance(run),
        state: RunState::Running { since: None },
        last_termination,
    }
}

pub(super) fn terminated(run: u32) -> Runtime {
    Runtime { state: RunState::Terminated(termination(run)), ..running(run) }
}

pub(super) fn waiting() -> Runtime {
    let state = RunState::Waiting { reason: "ContainerCreating".to_owned(), message: String::new() };
    Runtime {
        ready: false,
        started: false,
        image_id: String::new(),
        instance: Instance::default(),
        state,
        last_termination: None,
    }
}

pub(super) fn pod(phase: Phase, runtimes: Vec<Runtime>) -> Pod {
    let containers = runtimes.into_iter().enumerate().map(|(at, runtime)| container(&format!("c{at}"), runtime));
    Pod {
        name: "pod".to_owned(),
        namespace: None,
        uid: Some("uid".to_owned()),
        containers: containers.collect(),
        volumes: Vec::new(),
        common: Common::default(),
        status: Some(PodStatus { phase, ..PodStatus::default() }),
    }
}

#[derive(Default)]
pub(super) struct Collected {
    pub(super) lines: Vec<(usize, String)>,
    pub(super) notes: Vec<(String, Note)>,
    /// Of each line.
    pub(super) restarts: Vec<Option<u32>>,
    /// Of each line.
    pub(super) nodes: Vec<Option<String>>,
}

impl Sink for Collected {
    fn line(&mut self, track: TrackId, source: &Source, line: RawLine<'_>) {
        self.restarts.push(source.restart);
        self.nodes.push(source.node.clone());
        self.lines.push((track.index(), String::from_utf8_lossy(line.message).into_owned()));
    }
    fn note(&mut self, source: &Source, note: &Note) {
        self.notes.push((source.container.clone(), note.clone()));
    }
    fn is_full(&self) -> bool {
        false
    }
    fn forget(&mut self, _: TrackId) {}
}

/// A log as the server keeps it: stamps in nanoseconds, and messages.
pub(super) type Log = Vec<(i64, String)>;

/// A server with one pod, and an engine that follows it.
pub(super) struct World {
    pub(super) engine: Engine,
    pub(super) now: Tick,
    pub(super) pod: Pod,
    pub(super) logs: Vec<Log>,
    pub(super) previous: Vec<Log>,
    pub(super) open: Vec<(StreamId, Vec<u8>)>,
    pub(super) requests: Vec<Request>,
    pub(super) collected: Collected,
    /// Containers whose log cannot be had now.
    pub(super) down: Vec<usize>,
}

impl World {
    pub(super) fn new(options: Options, logs: Vec<Log>) -> Self {
        let pod = pod(Phase::Running, logs.iter().map(|_| running(0)).collect());
        let previous = vec![Log::new(); logs.len()];
        let (open, requests) = (Vec::new(), Vec::new());
        let engine = Engine::new(options);
        let mut world = Self {
            engine,
            now: Tick::ZERO,
            pod,
            logs,
            previous,
            open,
            requests,
            collected: Collected::default(),
            down: Vec::new(),
        };
        world.see_pod();
        world
    }

    pub(super) fn see_pod(&mut self) {
        self.engine.handle(Event::Pod(&self.pod.clone()), self.now);
        self.act();
    }

    /// Does what the engine asks for, as a server that answers at once.
    pub(super) fn act(&mut self) {
        while let Some(action) = self.engine.next_action() {
            match action {
                Action::Look { uid, .. } => {
                    self.engine.handle(Event::Looked { uid: &uid, pod: Some(&self.pod.clone()) }, self.now);
                }
                Action::Open(request) if request.previous && self.previous[request.stream.track.index()].is_empty() => {
                    let why = Refusal::NothingThere("previous terminated container not found".to_owned());
                    self.engine.handle(Event::Refused(request.stream, why), self.now);
                    self.requests.push(request);
                }
                Action::Open(request) if self.down.contains(&request.stream.track.index()) => {
                    let why = Refusal::Later { why: "no answer from the node".to_owned(), after: None };
                    self.engine.handle(Event::Refused(request.stream, why), self.now);
                }
                Action::Open(request) => {
                    let text = self.served(&request);
                    self.engine.handle(Event::Opened(request.stream), self.now);
                    self.open.push((request.stream, text));
                    self.requests.push(request);
                }
            }
        }
        self.engine.write(&mut self.collected);
    }

    pub(super) fn served(&self, request: &Request) -> Vec<u8> {
        let logs = if request.previous { &self.previous } else { &self.logs };
        let from = match request.since {
            Some(Since::Time(stamp)) => stamp.whole_seconds() * 1000 * MILLISECOND,
            _ => i64::MIN,
        };
        let log = &logs[request.stream.track.index()];
        let skip = request.tail.map_or(0, |tail| log.len().saturating_sub(usize::try_from(tail).unwrap()));
        let lines = log.iter().skip(skip).filter(|(stamp, _)| *stamp >= from);
        lines.flat_map(|(stamp, message)| text(*stamp, message)).collect()
    }

    /// The next bytes of the stream at that place, at most so many.
    pub(super) fn deliver(&mut self, at: usize, bytes: usize) {
        if let Some(at) = at.checked_rem(self.open.len()) {
            let (stream, text) = &mut self.open[at];
            if text.is_empty() {
                return;
            }
            let piece: Vec<u8> = text.drain(..bytes.min(text.len())).collect();
            self.engine.handle(Event::Bytes(*stream, &piece), self.now);
            self.act();
        }
    }

    pub(super) fn deliver_all(&mut self) {
        (0..self.open.len()).for_each(|at| self.deliver(at, usize::MAX));
    }

    /// Whether it is a stream of the previous log, which ends when all of it was sent.
    pub(super) fn is_of_an_old_run(&self, stream: StreamId) -> bool {
        self.requests.iter().any(|request| request.stream == stream && request.previous)
    }

    pub(super) fn end_those_of_old_runs(&mut self) {
        while let Some(at) = self.open.iter().position(|(stream, _)| self.is_of_an_old_run(*stream)) {
            self.end(at, Ending::Clean);
        }
    }

    pub(super) fn end(&mut self, at: usize, ending: Ending) {
        if let Some(at) = at.checked_rem(self.open.len()) {
            let (stream, _) = self.open.swap_remove(at);
            self.engine.handle(Event::Closed(stream, ending), self.now);
            self.act();
        }
    }

    /// The rest of a run brought something, so it is asked for until it brings nothing more.
    pub(super) fn read_the_rest_again(&mut self, at: usize) {
        self.deliver_all();
        self.end(at, Ending::Clean);
        self.wait(Duration::from_millis(300));
        self.deliver_all();
        self.end(at, Ending::Clean);
        self.deliver_all();
    }

    pub(super) fn wait(&mut self, time: Duration) {
        self.now += time;
        self.engine.handle(Event::Drained { since: self.now }, self.now);
        self.act();
    }

    pub(super) fn take(&mut self, steps: Vec<Step>) {
        for step in steps {
            match step {
                Step::Deliver(at, bytes) => self.deliver(at, bytes),
                Step::End(at, true) => {
                    // The log of a run that is over ends when all of it was sent.
                    if at.checked_rem(self.open.len()).is_some_and(|at| self.is_of_an_old_run(self.open[at].0)) {
                        self.deliver(at, usize::MAX);
                    }
                    self.end(at, Ending::Clean);
                }
                Step::End(at, false) => self.end(at, Ending::Broken("cut".to_owned())),
                Step::Wait(millis) => self.wait(Duration::from_millis(millis)),
            }
        }
    }

    /// All containers end, and every stream brings what is left and ends.
    pub(super) fn finish(&mut self) {
        let runs = self.pod.containers.iter().map(|container| container.runtime.as_ref().unwrap().instance.restarts);
        let ended = runs.map(terminated).collect();
        self.pod = pod(Phase::Succeeded, ended);
        self.see_pod();
        for _ in 0..100 {
            if self.engine.is_finished() {
                return;
            }
            self.deliver_all();
            (0..self.open.len()).for_each(|_| self.end(0, Ending::Clean));
            self.wait(Duration::from_secs(1));
        }
        panic!("following does not end: {:#?}", self.engine);
    }

    pub(super) fn messages(&self, track: usize) -> Vec<String> {
        let lines = self.collected.lines.iter().filter(|(of, _)| *of == track);
        lines.map(|(_, message)| message.clone()).collect()
    }

    pub(super) fn notes(&self) -> Vec<Note> {
        self.collected.notes.iter().map(|(_, note)| note.clone()).collect()
    }
}

pub(super) fn text(stamp: i64, message: &str) -> Vec<u8> {
    let time = jiff::Timestamp::from_nanosecond(i128::from(stamp)).unwrap();
    format!("{time:.9} {message}\n").into_bytes()
}

pub(super) fn texts(log: &Log) -> Vec<String> {
    log.iter().map(|(_, message)| message.clone()).collect()
}

/// Lines so many milliseconds apart, numbered.
pub(super) fn log(name: &str, steps: impl IntoIterator<Item = i64>) -> Log {
    let mut at = 1_000_000 * MILLISECOND;
    let mut next = |(number, step)| {
        at += step * MILLISECOND;
        (at, format!("{name} {number}"))
    };
    steps.into_iter().enumerate().map(&mut next).collect()
}

/// What can happen to a stream.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Deliver(usize, usize),
    End(usize, bool),
    Wait(u64),
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0_usize..4, 1_usize..200).prop_map(|(at, bytes)| Step::Deliver(at, bytes)),
        1 => (0_usize..4, any::<bool>()).prop_map(|(at, clean)| Step::End(at, clean)),
        2 => (0_u64..700).prop_map(Step::Wait),
    ]
}
