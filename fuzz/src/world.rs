//! A server, an engine that follows some of its pods, and all that is on its way between them: what the watch tells,
//! questions about pods, requests for logs, and the bytes of open streams. Each step of the fuzzer moves one of these
//! (`steps`).

use std::collections::VecDeque;
use std::time::Duration;

use kubectl_sidecar::logs::recorded::{Happened, Recorded};
use kubectl_sidecar::logs::{Action, Engine, Event, Options, Request, StreamId};
use kubectl_sidecar::pod::Pod;

use crate::contract::Contract;
use crate::input::{Begins, Faults, Input, Targets};
use crate::pods::{ServedPod, uid};
use crate::server::{Answer, Line, Run, Served, Server};

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) server: Server,
    pub(crate) contract: Contract,
    pub(crate) now: Duration,
    pub(crate) faults: Faults,
    pub(crate) targets: Targets,
    pub(crate) options: Options,
    pub(crate) is_watched: bool,
    /// What the watch has not told yet.
    pub(crate) changes: VecDeque<Change>,
    /// What the server believes of each pod.
    pub(crate) said: Vec<Pod>,
    pub(crate) looks: VecDeque<Look>,
    /// Requests for logs, and when each was made.
    pub(crate) requests: VecDeque<(Request, Duration)>,
    pub(crate) streams: Vec<Stream>,
    pub(crate) written: usize,
    /// What the engine is told is printed, as a recording.
    is_recorded: bool,
}

/// What became of a pod, by its number.
pub(crate) enum Change {
    Is(usize, Pod),
    IsGone(usize, Pod),
    HasLeft(usize),
}

/// A question about a pod.
pub(crate) struct Look {
    pub(crate) uid: String,
    pub(crate) name: String,
    /// The pod of that name, as it was said to be when it was asked.
    pub(crate) then: Option<Pod>,
}

pub(crate) struct Stream {
    pub(crate) id: StreamId,
    /// It is to bring a last line, and not read on.
    is_extra: bool,
    pub(crate) answer: Answer,
    pub(crate) sent: usize,
}

impl Stream {
    pub(crate) fn new(request: &Request, answer: Answer) -> Self {
        Self { id: request.stream, is_extra: is_extra(request), answer, sent: 0 }
    }
}

/// Whether only a last line is asked for, beside the stream that is read.
fn is_extra(request: &Request) -> bool {
    request.tail == Some(1) && !request.previous
}

/// Lets an engine live through it, and holds it to the contract.
pub fn live_through(input: &Input, faults: Faults) {
    let Some(mut world) = World::begin(input, faults) else { return };
    for step in &input.steps {
        world.step(*step);
    }
    world.finish();
    world.contract.check(&world.server, world.engine.summary());
}

impl World {
    fn begin(input: &Input, faults: Faults) -> Option<Self> {
        let options = input.options();
        let mut world = Self {
            engine: Engine::new(options.clone()),
            server: Server::default(),
            contract: Contract::default(),
            now: Duration::ZERO,
            faults,
            targets: input.targets,
            options: options.clone(),
            is_watched: input.is_watched(),
            changes: VecDeque::new(),
            said: Vec::new(),
            looks: VecDeque::new(),
            requests: VecDeque::new(),
            streams: Vec::new(),
            written: 0,
            is_recorded: std::env::var_os("FUZZ_RECORD").is_some(),
        };
        world.record(|| Happened::Began(options));
        for containers in &input.pods {
            let containers: Vec<_> = containers.iter().flatten().map(|begins| world.begun(*begins)).collect();
            if !containers.is_empty() {
                let name = format!("pod-{}", world.server.pods.len());
                world.add(ServedPod::new(name, containers));
            }
        }
        if world.server.pods.is_empty() {
            return None;
        }
        world.meet_all();
        Some(world)
    }

    fn begun(&mut self, begins: Begins) -> Served {
        let mut lines = Vec::new();
        for back in (0..i64::from(begins.backlog % 8)).rev().filter(|_| begins.runs) {
            let stamp = Server::clock(self.now) - back * 700_000_000;
            lines.push(Line { stamp, message: format!("line {}", self.written), is_alike: false, is_whole: true });
            self.written += 1;
        }
        Served { runs: begins.runs.then(|| Run { lines, ..Run::default() }).into_iter().collect(), waits: false }
    }

    /// A pod is there from now on.
    pub(crate) fn add(&mut self, pod: ServedPod) {
        self.contract.meet(&pod, self.options.follow, self.targets == Targets::Unseen);
        self.said.push(pod.said(self.server.pods.len()));
        self.server.pods.push(pod);
    }

    fn meet_all(&mut self) {
        for number in 0..self.server.pods.len() {
            if self.targets == Targets::Unseen {
                self.tell(Event::Unseen(&self.server.pods[number].unseen(number)));
            } else {
                self.tell(Event::Pod(&self.said[number].clone()));
            }
        }
        if self.targets == Targets::Unseen {
            return;
        }
        self.tell(Event::AllSeen);
        if !self.is_watched && self.options.follow {
            (0..self.server.pods.len()).for_each(|number| self.tell(Event::Unwatched { uid: &uid(number) }));
        }
    }

    /// What the server says of the pod that has that name.
    pub(crate) fn said_of(&self, name: &str) -> Option<Pod> {
        self.server.named(name).map(|number| self.said[number].clone())
    }

    /// Tells the engine something, takes what it asks for, and what it gives.
    pub(crate) fn tell(&mut self, event: Event<'_>) {
        self.record(|| Happened::from(&event));
        self.engine.handle(event, self.now);
        while let Some(action) = self.engine.next_action() {
            match action {
                Action::Open(request) => {
                    self.record(|| Happened::Asked(request.clone()));
                    self.requests.push_back((request, self.now));
                }
                Action::Look { name, uid, .. } => {
                    assert!(self.targets != Targets::Unseen, "a pod that may not be looked at is looked at");
                    let then = self.said_of(&name);
                    self.looks.push_back(Look { uid, name, then });
                }
            }
        }
        let read = self.read_at_once();
        assert!(read <= self.options.most_requests, "{read} logs are read at the same time");
        self.engine.write(&mut self.contract);
    }

    /// How many logs are asked for or read.
    fn read_at_once(&self) -> usize {
        let asked = self.requests.iter().filter(|(request, _)| !is_extra(request)).map(|(request, _)| request.stream);
        let read = self.streams.iter().filter(|stream| !stream.is_extra).map(|stream| stream.id);
        asked.chain(read).filter(|stream| self.engine.awaits(*stream)).count()
    }

    fn record(&self, what: impl FnOnce() -> Happened) {
        if self.is_recorded {
            let recorded = Recorded { at: self.now, what: what() };
            println!("{}", serde_json::to_string(&recorded).expect("a line of JSON"));
        }
    }

    /// Nothing breaks any more, all containers end, and following must end soon.
    fn finish(&mut self) {
        self.contract.end_begins();
        self.end_all_pods();
        for _ in 0..400 {
            if self.engine.is_finished() || self.is_at_rest() {
                return;
            }
            self.bring_all();
            self.wait(Duration::from_millis(500));
        }
        panic!("following does not end: {:?}", self.engine);
    }

    /// Whether all that is left to do is to wait for other pods.
    fn is_at_rest(&self) -> bool {
        let is_selection = matches!(self.targets, Targets::Selected { .. });
        let is_told = self.changes.is_empty() && self.looks.is_empty() && self.requests.is_empty();
        is_selection && is_told && self.streams.is_empty() && self.engine.deadline().is_none()
    }
}
