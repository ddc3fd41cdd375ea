//! A server, an engine that follows it, and all that is on its way between them: what the watch tells, questions about
//! the pod, requests for logs, and the bytes of open streams. Each step of the fuzzer moves one of these.

use std::collections::VecDeque;
use std::time::Duration;

use arbitrary::Arbitrary;
use kubectl_sidecar::logs::recorded::{Happened, Recorded};
use kubectl_sidecar::logs::{Action, Ending, Engine, Event, Options, Refusal, Request, StreamId};
use kubectl_sidecar::pod::Pod;

use crate::contract::Contract;
use crate::server::{Answer, Line, Run, Served, Server, UID};

/// What the fuzzer makes.
#[derive(Debug, Clone, Arbitrary)]
pub struct Input {
    /// For each container, at most three, whether it runs already.
    running: [Option<bool>; 3],
    in_order: bool,
    is_watched: bool,
    seed: u8,
    steps: Vec<Step>,
}

/// Something that happens. Numbers are taken modulo what there is.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub enum Step {
    /// A container writes a line, stamped so many milliseconds before now.
    Write { container: u8, back: u8, alike: bool },
    /// A container starts, or starts again.
    Start { container: u8 },
    /// The run of a container ends; or one that ended waits to be started again.
    End { container: u8, in_mid_line: bool },
    /// What was written so far is rotated away.
    Rotate { container: u8 },
    /// The pod is being deleted; the second time: it is gone.
    Delete,
    /// The watch brings the oldest thing that it has not told yet.
    Watch,
    /// A question about the pod is answered: as it was when it was asked, as it is now, or not at all.
    Look { then: bool, fails: bool },
    /// A request for a log is answered.
    Open { which: u8, is_busy: bool },
    /// A stream brings so many bytes.
    Bytes { which: u8, count: u8 },
    /// A stream brings all there is.
    All { which: u8 },
    /// A stream ends, cleanly or not.
    Close { which: u8, clean: bool },
    /// So many times 20 milliseconds pass.
    Wait { time: u8 },
}

/// What the server may do besides being slow and breaking off.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    /// Bytes and requests may be on their way for longer than the engine waits for them.
    pub stalls: bool,
    /// What is said of the pod is what was true at some time before: the node has not told of the rest.
    pub status_lags: bool,
    /// A log that is complete may end cleanly before its end: the kubelet died while it sent it.
    pub rest_ends_early: bool,
    /// Logs are rotated.
    pub rotates: bool,
    /// The pod is deleted.
    pub deletes: bool,
}

struct Stream {
    id: StreamId,
    answer: Answer,
    sent: usize,
}

struct World {
    engine: Engine,
    server: Server,
    contract: Contract,
    now: Duration,
    faults: Faults,
    is_watched: bool,
    /// What the watch has not told yet.
    watched: VecDeque<Pod>,
    /// What the server believes of the pod.
    said: Pod,
    /// Questions, with the pod as it was said to be when each was asked.
    looks: VecDeque<Option<Pod>>,
    /// Requests for logs, and when each was made.
    requests: VecDeque<(Request, Duration)>,
    streams: Vec<Stream>,
    written: usize,
    /// What the engine is told is printed, as a recording.
    is_recorded: bool,
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
        let served = |runs: &bool| Served { runs: runs.then(Run::default).into_iter().collect(), waits: false };
        let containers: Vec<_> = input.running.iter().flatten().map(served).collect();
        if containers.is_empty() {
            return None;
        }
        let window = if input.in_order { Duration::from_millis(100) } else { Duration::ZERO };
        let options = Options { window, seed: u64::from(input.seed), ..Options::default() };
        let contract = Contract::new(containers.iter().map(Served::is_running).collect());
        let server = Server { containers, is_over: false, is_deleting: false, is_gone: false };
        let said = server.pod();
        let mut world = Self {
            engine: Engine::new(options.clone()),
            server,
            contract,
            now: Duration::ZERO,
            faults,
            is_watched: input.is_watched,
            watched: VecDeque::new(),
            said,
            looks: VecDeque::new(),
            requests: VecDeque::new(),
            streams: Vec::new(),
            written: 0,
            is_recorded: std::env::var_os("FUZZ_RECORD").is_some(),
        };
        world.record(|| Happened::Began(options));
        world.tell(Event::Pod(&world.said.clone()));
        if !world.is_watched {
            world.tell(Event::Unwatched { uid: UID });
        }
        Some(world)
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Write { container, back, alike } => self.write(container, back, alike),
            Step::Start { container } => self.start(container),
            Step::End { container, in_mid_line } => self.end(container, in_mid_line),
            Step::Rotate { container } if self.faults.rotates => {
                let container = usize::from(container) % self.server.containers.len();
                if let Some(run) = self.server.containers[container].current() {
                    run.rotated = run.lines.len();
                    self.contract.put_at_risk(container);
                }
            }
            Step::Delete if self.faults.deletes => self.delete(),
            Step::Rotate { .. } | Step::Delete => {}
            Step::Watch => self.watch(),
            Step::Look { then, fails } => self.look(then, fails),
            Step::Open { which, is_busy } => self.open(which, is_busy),
            Step::Bytes { which, count } => self.bytes(which, usize::from(count)),
            Step::All { which } => self.bytes(which, usize::MAX),
            Step::Close { which, clean } => self.close(which, clean),
            Step::Wait { time } => self.wait(Duration::from_millis(20 * u64::from(time))),
        }
    }

    fn write(&mut self, container: u8, back: u8, alike: bool) {
        let container = usize::from(container) % self.server.containers.len();
        let stamp = Server::clock(self.now) - i64::from(back % 51) * 1_000_000;
        let served = &mut self.server.containers[container];
        let run = served.runs.len();
        let message = if alike { format!("alike in run {run}") } else { format!("line {}", self.written) };
        if served.is_running()
            && let Some(run) = served.current()
        {
            run.lines.push(Line { stamp, message, is_whole: true });
            self.written += 1;
        }
    }

    fn start(&mut self, container: u8) {
        let container = usize::from(container) % self.server.containers.len();
        let served = &mut self.server.containers[container];
        if served.is_running() || self.server.is_deleting {
            return;
        }
        served.runs.push(Run::default());
        served.waits = false;
        self.contract.started(container, self.server.containers[container].runs.len() - 1);
        self.changed();
    }

    fn end(&mut self, container: u8, in_mid_line: bool) {
        let stamp = Server::clock(self.now);
        let container = usize::from(container) % self.server.containers.len();
        let served = &mut self.server.containers[container];
        let was_running = served.is_running();
        let Some(run) = served.current() else { return };
        if was_running {
            run.has_ended = true;
            if in_mid_line {
                let message = format!("line {} has no end", self.written);
                run.lines.push(Line { stamp, message, is_whole: false });
                self.written += 1;
            }
        } else {
            served.waits = true;
        }
        self.changed();
    }

    fn delete(&mut self) {
        if !self.server.is_deleting {
            self.server.is_deleting = true;
            return self.changed();
        }
        self.server.is_gone = true;
        (0..self.server.containers.len()).for_each(|container| self.contract.put_at_risk(container));
        for served in &mut self.server.containers {
            served.waits = false;
            if let Some(run) = served.current() {
                run.has_ended = true;
            }
        }
        self.changed();
    }

    /// Something of the pod is different now. Where its status lags, that is said only when the watch tells of it.
    fn changed(&mut self) {
        let pod = self.server.pod();
        if !self.faults.status_lags {
            self.said = pod.clone();
        }
        self.watched.push_back(pod);
    }

    fn watch(&mut self) {
        let Some(pod) = self.watched.pop_front() else { return };
        if self.faults.status_lags {
            self.said = pod.clone();
        }
        if !self.is_watched {
            return;
        }
        if self.server.is_gone && self.watched.is_empty() {
            self.tell(Event::PodGone { uid: UID, last: Some(&pod) });
        } else {
            self.tell(Event::Pod(&pod));
        }
    }

    fn look(&mut self, then: bool, fails: bool) {
        let Some(asked) = self.looks.pop_front() else { return };
        let now = self.said_pod();
        let pod = if then { asked } else { now };
        if fails {
            self.tell(Event::LookFailed { uid: UID });
        } else {
            self.tell(Event::Looked { uid: UID, pod: pod.as_ref() });
        }
    }

    fn said_pod(&self) -> Option<Pod> {
        (!self.server.is_gone).then(|| self.said.clone())
    }

    fn open(&mut self, which: u8, is_busy: bool) {
        let Some(at) = usize::from(which).checked_rem(self.requests.len()) else { return };
        let Some((request, asked)) = self.requests.remove(at) else { return };
        if is_busy {
            let why = Refusal::Later { why: "busy".to_owned(), after: None };
            return self.tell(Event::Refused(request.stream, why));
        }
        // A server that is busy answers late, and an age counts from then.
        let heard = if self.faults.stalls { self.now } else { asked };
        match self.server.open(&request, heard) {
            Ok(answer) => {
                self.streams.push(Stream { id: request.stream, answer, sent: 0 });
                self.tell(Event::Opened(request.stream));
            }
            Err(refusal) => self.tell(Event::Refused(request.stream, refusal)),
        }
    }

    fn bytes(&mut self, which: u8, count: usize) {
        let Some(at) = usize::from(which).checked_rem(self.streams.len()) else { return };
        let stream = &mut self.streams[at];
        let text = self.server.text(&stream.answer);
        let end = stream.sent.saturating_add(count).min(text.len());
        let (id, from) = (stream.id, std::mem::replace(&mut stream.sent, end));
        if from < end {
            self.tell(Event::Bytes(id, &text[from..end]));
        }
    }

    fn close(&mut self, which: u8, clean: bool) {
        let Some(at) = usize::from(which).checked_rem(self.streams.len()) else { return };
        let Stream { id, answer, sent } = &self.streams[at];
        let is_early = *sent < self.server.text(answer).len();
        let is_clean = clean && !(is_early && self.server.is_all(answer) && !self.faults.rest_ends_early);
        let ending = if is_clean { Ending::Clean } else { Ending::Broken("cut".to_owned()) };
        let id = *id;
        self.streams.remove(at);
        self.tell(Event::Closed(id, ending));
    }

    fn wait(&mut self, time: Duration) {
        self.now += time;
        if !self.faults.stalls {
            (0..=u8::MAX).take(self.streams.len()).for_each(|which| self.bytes(which, usize::MAX));
        }
        self.tell(Event::Drained { since: self.now });
    }

    /// Tells the engine something, takes what it asks for, and what it gives.
    fn tell(&mut self, event: Event<'_>) {
        self.record(|| Happened::from(&event));
        self.engine.handle(event, self.now);
        while let Some(action) = self.engine.next_action() {
            match action {
                Action::Open(request) => {
                    self.record(|| Happened::Asked(request.clone()));
                    self.requests.push_back((request, self.now));
                }
                Action::Look { .. } => self.looks.push_back(self.said_pod()),
            }
        }
        self.engine.write(&mut self.contract);
    }

    fn record(&self, what: impl FnOnce() -> Happened) {
        if self.is_recorded {
            let recorded = Recorded { at: self.now, what: what() };
            println!("{}", serde_json::to_string(&recorded).expect("a line of JSON"));
        }
    }

    /// Nothing breaks any more, all containers end, and following must end soon.
    fn finish(&mut self) {
        for container in 0..self.server.containers.len() {
            let container = u8::try_from(container).expect("few containers");
            if self.server.containers[usize::from(container)].runs.is_empty() {
                self.start(container);
            }
            if self.server.containers[usize::from(container)].is_running() {
                self.end(container, false);
            }
        }
        self.server.containers.iter_mut().for_each(|served| served.waits = false);
        if self.server.is_deleting {
            self.delete();
        } else {
            self.server.is_over = true;
            self.changed();
        }
        for _ in 0..200 {
            if self.engine.is_finished() {
                return;
            }
            (0..self.watched.len()).for_each(|_| self.watch());
            (0..self.looks.len()).for_each(|_| self.look(false, false));
            (0..self.requests.len()).for_each(|_| self.open(0, false));
            (0..self.streams.len()).for_each(|_| {
                self.bytes(0, usize::MAX);
                self.close(0, true);
            });
            self.wait(Duration::from_millis(500));
        }
        panic!("following does not end: {:?}", self.engine);
    }
}
