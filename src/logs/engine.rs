//! All containers' logs as one: hands events to the tracks, collects what they want done, and lets the merge say
//! which line is next.
//!
//! Past 300 lines, because it is the one place where every event can be followed to what it sets off.

use std::collections::{HashMap, VecDeque};

use super::Note;
use super::merge::{Gate, Merge};
use super::protocol::{Action, Event, Options, Sink, Source, StreamId, Summary, Tick, TrackId};
use super::state::Patience;
use super::track::{PodIs, Surroundings, Track};
use crate::pod::Pod;

/// Bytes queued for all containers together: what is past it is not read until some was written.
const BUDGET: usize = 4 << 20;

/// A stream may queue this much, however many there are.
const LEAST_BUDGET: usize = 64 << 10;

/// A stream may queue this much, however few there are.
const MOST_BUDGET: usize = 1 << 20;

/// How long an unanswered question about a pod waits to be asked again.
const LOOK_AGAIN: Tick = Tick::from_secs(1);

/// How often a pod that cannot be watched is asked for, where something is waited for.
const UNWATCHED_EVERY: Tick = Tick::from_secs(2);

/// The log engine.
#[derive(Debug)]
pub struct Engine {
    options: Options,
    tracks: Vec<Track>,
    /// Tracks by pod uid and container name.
    index: HashMap<(String, String), TrackId>,
    pods: HashMap<String, PodState>,
    merge: Merge,
    drained: Tick,
    random: fastrand::Rng,
    actions: VecDeque<Action>,
    summary: Summary,
}

#[derive(Debug)]
struct PodState {
    /// No container of it will run again.
    is_over: bool,
    is_gone: bool,
    /// No watch tells of it: it is asked for now and then.
    is_unwatched: bool,
    /// When it was asked for, while the answer is awaited.
    asked: Option<Tick>,
    /// It is not to be asked for again before then.
    ask_from: Tick,
}

impl Engine {
    /// An engine that has seen nothing yet.
    pub fn new(options: Options) -> Self {
        let random = fastrand::Rng::with_seed(options.seed);
        Self {
            options,
            tracks: Vec::new(),
            index: HashMap::new(),
            pods: HashMap::new(),
            merge: Merge::default(),
            drained: Tick::ZERO,
            random,
            actions: VecDeque::new(),
            summary: Summary::default(),
        }
    }

    /// Takes in what happened. `now` never steps back.
    pub fn handle(&mut self, event: Event<'_>, now: Tick) {
        match event {
            Event::Pod(pod) => self.see(pod, None, now),
            Event::Looked { uid, pod } => {
                let asked = self.answered(uid, now);
                match pod.filter(|pod| pod.uid.as_deref() == Some(uid)) {
                    Some(pod) => self.see(pod, asked, now),
                    None => self.pod_gone(uid, None, now),
                }
            }
            Event::LookFailed { uid } => {
                self.answered(uid, now + LOOK_AGAIN);
            }
            Event::Unwatched { uid } => {
                if let Some(pod) = self.pods.get_mut(uid) {
                    pod.is_unwatched = true;
                }
            }
            Event::PodGone { uid, last } => self.pod_gone(uid, last, now),
            Event::Opened(stream) => self.with(stream, now, |track, around| track.opened(around.now)),
            Event::Bytes(stream, bytes) => {
                let asks = |engine: &Self| engine.tracks.get(stream.track.index()).map(Track::asks_for_the_pod);
                let asked = asks(self);
                self.with(stream, now, |track, around| track.bytes(bytes, around));
                // The hot path: mostly, bytes ask for nothing to be done.
                if asks(self) == asked {
                    return;
                }
            }
            Event::Refused(stream, why) => self.with(stream, now, |track, around| track.refused(why, around)),
            Event::Closed(stream, ending) => self.with(stream, now, |track, around| track.closed(ending, around)),
            Event::Drained { since } => self.drained(since),
            Event::Tick => {}
        }
        self.collect_actions(now);
    }

    /// What is to be done next.
    pub fn next_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// Whether a stream is to be read now: what waits of its track is within the budget.
    pub fn wants(&self, stream: StreamId) -> bool {
        let budget = self.budget();
        self.tracks.get(stream.track.index()).is_some_and(|track| track.has_room(budget))
    }

    /// Whether anybody awaits what a stream brings. Where not, it is to be closed.
    pub fn awaits(&self, stream: StreamId) -> bool {
        self.tracks.get(stream.track.index()).is_some_and(|track| track.awaits(stream))
    }

    /// Gives what may go out now, until the sink is full. Call again when it is not.
    pub fn write(&mut self, sink: &mut impl Sink) {
        let mut gate = self.gate();
        self.tell_notes(sink);
        while !sink.is_full()
            && let Some(index) = self.merge.take_next(&self.tracks, &gate)
        {
            self.write_run(index, &mut gate, sink);
        }
    }

    /// When to call again with [`Event::Drained`] or [`Event::Tick`], if nothing happens before.
    pub fn deadline(&self) -> Option<Tick> {
        let of_pods = self.pods_to_ask().map(|(_, at)| at);
        let of_tracks = self.tracks.iter().filter_map(Track::deadline);
        of_tracks.chain(of_pods).chain(self.merge.deadline(&self.tracks, &self.gate())).min()
    }

    /// Whether all that will ever come has been written: the pods that were seen are gone or done.
    pub fn is_finished(&self) -> bool {
        let pods_are_over = self.pods.values().all(|pod| pod.is_over || pod.is_gone);
        let is_settled = self.tracks.iter().all(Track::is_settled);
        let all_denied = !self.tracks.is_empty() && self.tracks.iter().all(Track::is_denied);
        !self.pods.is_empty() && is_settled && (pods_are_over || all_denied || !self.options.follow)
    }

    /// From now on no line waits for another: there is no time left to wait.
    pub fn release(&mut self, now: Tick) {
        self.options.window = Tick::ZERO;
        self.all_tracks(now, |track, _| track.release());
    }

    /// What is worth saying at the end.
    pub fn summary(&self) -> Summary {
        self.summary
    }

    /// Bytes that each track may queue.
    fn budget(&self) -> usize {
        (BUDGET / self.tracks.len().max(1)).clamp(LEAST_BUDGET, MOST_BUDGET)
    }

    /// `asked`: when the pod was asked; `None`: the watch says so.
    fn see(&mut self, pod: &Pod, asked: Option<Tick>, now: Tick) {
        let Some(uid) = pod.uid.clone() else { return };
        let state = self.pods.entry(uid.clone()).or_insert_with(|| PodState {
            is_over: false,
            is_gone: false,
            is_unwatched: false,
            asked: None,
            ask_from: Tick::ZERO,
        });
        state.is_over = pod.status.as_ref().is_some_and(|status| status.phase.is_final());
        let pod_is = match &pod.status {
            Some(status) if status.deleting => PodIs::Going,
            Some(status) if status.phase.is_final() => PodIs::Over,
            _ => PodIs::There,
        };
        for container in &pod.containers {
            let is_wanted = self.options.containers.is_empty() || self.options.containers.contains(&container.name);
            let Some(runtime) = container.runtime.as_ref().filter(|_| is_wanted) else { continue };
            let source = || Source {
                namespace: pod.namespace.clone(),
                pod: pod.name.clone(),
                container: container.name.clone(),
                kind: container.kind,
                role: container.role,
            };
            let id = self.track_of(&uid, &container.name, source);
            self.with_track(id, now, |track, around| {
                track.pod_is = track.pod_is.max(pod_is);
                track.see(runtime, asked, around);
            });
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "containers are counted in thousands, not in billions")]
    fn track_of(&mut self, uid: &str, container: &str, source: impl FnOnce() -> Source) -> TrackId {
        let patience = Patience::new(self.options.follow);
        *self.index.entry((uid.to_owned(), container.to_owned())).or_insert_with(|| {
            self.tracks.push(Track::new(uid, source(), patience));
            TrackId(self.tracks.len() as u32 - 1)
        })
    }

    /// The question about a pod was answered, or not. When it was asked.
    fn answered(&mut self, uid: &str, ask_from: Tick) -> Option<Tick> {
        let pod = self.pods.get_mut(uid)?;
        pod.ask_from = ask_from;
        pod.asked.take()
    }

    fn pod_gone(&mut self, uid: &str, last: Option<&Pod>, now: Tick) {
        let Some(pod) = self.pods.get_mut(uid) else { return };
        pod.is_gone = true;
        self.all_tracks(now, |track, around| {
            if track.pod_uid == uid {
                let last = last.and_then(|pod| pod.container(&track.source.container));
                track.pod_gone(last.and_then(|container| container.runtime.as_ref()), around);
            }
        });
    }

    /// Lets the track of a stream take in an answer, unless a newer request has been made since.
    fn with(&mut self, stream: StreamId, now: Tick, take_in: impl FnOnce(&mut Track, &mut Surroundings<'_>)) {
        if self.awaits(stream) {
            self.with_track(stream.track, now, take_in);
        }
    }

    /// Lets a track decide something, and enters it into the merge if that brought it to lines.
    fn with_track(&mut self, id: TrackId, now: Tick, decide: impl FnOnce(&mut Track, &mut Surroundings<'_>)) {
        let Some(track) = self.tracks.get_mut(id.index()) else { return };
        let had_lines = !track.lines.is_empty();
        decide(track, &mut Surroundings { now, options: &self.options, random: &mut self.random });
        if !had_lines {
            self.merge.add(id.0, track);
        }
    }

    /// Lets every track decide something.
    fn all_tracks(&mut self, now: Tick, mut decide: impl FnMut(&mut Track, &mut Surroundings<'_>)) {
        for id in (0..).map(TrackId).take(self.tracks.len()) {
            self.with_track(id, now, &mut decide);
        }
    }

    fn drained(&mut self, since: Tick) {
        self.drained = self.drained.max(since);
        let budget = self.budget();
        self.all_tracks(since, |track, _| {
            if track.has_room(budget) {
                track.drained(since);
            } else {
                track.not_read(since);
            }
        });
    }

    fn gate(&self) -> Gate {
        let mut gate = Gate::new(self.options.window, self.drained);
        self.tracks.iter().filter(|track| track.lines.is_empty()).for_each(|track| gate.add_empty(track));
        gate
    }

    fn write_run(&mut self, index: u32, gate: &mut Gate, sink: &mut impl Sink) {
        let track = &mut self.tracks[index as usize];
        while let Some(line) = track.lines.front() {
            let late = self.merge.write(line.stamp, index);
            sink.line(TrackId(index), &track.source, line);
            track.line_written();
            self.summary.lines += 1;
            self.summary.late += u64::from(late);
            tell_notes_of(track, &mut self.summary, sink);
            if sink.is_full() || !self.merge.goes_on(index, track, gate) {
                break;
            }
        }
        if track.lines.is_empty() {
            gate.add_empty(track);
        } else {
            self.merge.add(index, track);
        }
    }

    fn tell_notes(&mut self, sink: &mut impl Sink) {
        for track in &mut self.tracks {
            tell_notes_of(track, &mut self.summary, sink);
        }
    }

    fn collect_actions(&mut self, now: Tick) {
        for (index, track) in self.tracks.iter_mut().enumerate() {
            let id = TrackId(u32::try_from(index).unwrap_or(u32::MAX));
            let around = Surroundings { now, options: &self.options, random: &mut self.random };
            if let Some(request) = track.take_request(id, &around) {
                self.actions.push_back(Action::Open(request));
            }
        }
        let due = self.pods_to_ask().filter(|(_, at)| *at <= now).map(|(track, _)| track);
        let looks: Vec<_> = due.map(|track| (track.pod_uid.clone(), track.source.clone())).collect();
        for (uid, Source { namespace, pod: name, .. }) in looks {
            if let Some(pod) = self.pods.get_mut(&uid).filter(|pod| pod.asked.is_none()) {
                pod.asked = Some(now);
                self.actions.push_back(Action::Look { namespace, name, uid });
            }
        }
    }

    /// The tracks whose pods have something to say, and when they are to be asked.
    fn pods_to_ask(&self) -> impl Iterator<Item = (&Track, Tick)> {
        let pods = self.tracks.iter().filter_map(|track| Some((track, self.pods.get(&track.pod_uid)?)));
        pods.filter(|(_, pod)| pod.asked.is_none()).filter_map(|(track, pod)| {
            let may_change = pod.is_unwatched && track.is_idle() && !pod.is_over && !pod.is_gone;
            match track.asks_for_the_pod() {
                Some(since) => Some((track, since.max(pod.ask_from))),
                None => may_change.then_some((track, pod.ask_from + UNWATCHED_EVERY)),
            }
        })
    }
}

fn tell_notes_of(track: &mut Track, summary: &mut Summary, sink: &mut impl Sink) {
    while let Some(note) = track.next_note() {
        summary.gaps += u64::from(matches!(note, Note::Gap { .. }));
        summary.denied += u64::from(matches!(note, Note::Denied(_)));
        sink.note(&track.source, &note);
    }
}
