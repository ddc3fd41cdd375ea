//! All containers' logs as one: hands events to the tracks, collects what they want done, and lets the merge say
//! which line is next.
//!
//! What an event costs does not depend on how many containers there are: what is due when, and who holds whom up, is
//! kept in indices, which [`Engine::settle`] brings up to date for the one track that changed.
//!
//! Past 300 lines, because it is the one place where every event can be followed to what it sets off.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::Note;
use super::agenda::Agenda;
use super::bounds::UpTo;
use super::merge::Merge;
use super::protocol::{Action, Event, Options, Sink, Source, StreamId, Summary, Tick, TrackId, Until};
use super::track::{Answer, PodIs, Surroundings, Track};
use super::watched::{PodId, WatchedPod};
use crate::pod::{Container, Pod, Runtime};

/// Bytes queued for all containers together: what is past it is not read until some was written.
const BUDGET: usize = 2 << 20;

/// A stream may queue this much, however many there are.
const LEAST_BUDGET: usize = 32 << 10;

/// A stream may queue this much, however few there are.
const MOST_BUDGET: usize = 1 << 20;

/// The log engine.
#[derive(Debug)]
pub struct Engine {
    options: Options,
    /// By [`TrackId`]; `None` once nothing more will come.
    slots: Vec<Option<Box<Slot>>>,
    /// By [`PodId`]; `None` once it is gone, and all of it was written.
    pods: Vec<Option<WatchedPod>>,
    by_uid: HashMap<String, PodId>,
    merge: Merge,
    agenda: Agenda<Who>,
    /// Tracks that wait for silence.
    listening: BTreeSet<TrackId>,
    /// Tracks whose next request waits until another log ends, in the order in which they came.
    queue: VecDeque<TrackId>,
    /// Tracks with notes to be told.
    noted: BTreeSet<TrackId>,
    /// Tracks that are no more, to be told to the sink.
    dropped: Vec<TrackId>,
    census: Census,
    /// Containers that are met from now on are new.
    all_seen: bool,
    random: fastrand::Rng,
    actions: VecDeque<Action>,
    summary: Summary,
}

/// Who has something to be done at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Who {
    Track(TrackId),
    Pod(PodId),
    All,
}

/// A track, and what is counted of it in the [`Census`].
#[derive(Debug)]
struct Slot {
    track: Track,
    pod: PodId,
    counted: Counted,
    is_queued: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counted {
    is_unsettled: bool,
    is_closed: bool,
    is_open: bool,
}

/// How many there are of each kind.
#[derive(Debug, Default)]
struct Census {
    tracks: usize,
    unsettled: usize,
    closed: usize,
    open: usize,
    /// Pods of which something may still come.
    living_pods: usize,
    /// Some pod was seen.
    any: bool,
}

impl Census {
    fn recount(&mut self, before: Counted, now: Counted) {
        let recount =
            |count: &mut usize, before: bool, now: bool| *count = *count + usize::from(now) - usize::from(before);
        recount(&mut self.unsettled, before.is_unsettled, now.is_unsettled);
        recount(&mut self.closed, before.is_closed, now.is_closed);
        recount(&mut self.open, before.is_open, now.is_open);
    }
}

impl Engine {
    /// An engine that has seen nothing yet.
    pub fn new(options: Options) -> Self {
        let random = fastrand::Rng::with_seed(options.seed);
        let merge = Merge::new(options.window);
        let mut agenda = Agenda::default();
        agenda.set(Who::All, options.up_to.filter(|_| options.follow).map(UpTo::is_over_at));
        Self {
            options,
            slots: Vec::new(),
            pods: Vec::new(),
            by_uid: HashMap::new(),
            merge,
            agenda,
            listening: BTreeSet::new(),
            queue: VecDeque::new(),
            noted: BTreeSet::new(),
            dropped: Vec::new(),
            census: Census::default(),
            all_seen: false,
            random,
            actions: VecDeque::new(),
            summary: Summary::default(),
        }
    }

    /// Takes in what happened. `now` never steps back.
    pub fn handle(&mut self, event: Event<'_>, now: Tick) {
        match event {
            Event::Pod(pod) => self.see(pod, None, now),
            Event::PodLeft { uid } => self.pod_left(uid, now),
            Event::AllSeen => self.all_seen = true,
            Event::NoMoreCome => (self.options.until, self.census.any) = (Until::PodsEnd, true),
            Event::Unseen(pod) => self.see_nothing_of(pod, now),
            Event::Looked { uid, pod } => self.looked(uid, pod, now),
            Event::LookFailed { uid } => self.with_known_pod(uid, |pod, random| pod.not_answered(now, random)),
            Event::Unwatched { uid } => self.with_known_pod(uid, |pod, _| pod.is_unwatched = true),
            Event::PodGone { uid, last } => self.pod_gone(uid, last, now),
            Event::Opened(stream) => self.answer(stream, Answer::Begins, now, Track::opened),
            Event::Bytes(stream, bytes) => {
                self.answer(stream, Answer::Bytes(bytes), now, |track, around| track.bytes(bytes, around));
            }
            Event::Refused(stream, why) => {
                self.answer(stream, Answer::Over, now, |track, around| track.refused(why, around));
            }
            Event::Closed(stream, ending) => {
                self.answer(stream, Answer::Over, now, |track, around| track.closed(ending, around));
            }
            Event::Drained { since } => self.drained(since, now),
            Event::Tick => {}
        }
        self.do_what_is_due(now);
    }

    /// What is to be done next.
    pub fn next_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// Whether a stream is to be read now: what waits of its track is within the budget.
    pub fn wants(&self, stream: StreamId) -> bool {
        let budget = self.budget();
        self.track(stream.track).is_some_and(|track| track.has_room(budget))
    }

    /// Whether anybody awaits what a stream brings. Where not, it is to be closed.
    pub fn awaits(&self, stream: StreamId) -> bool {
        self.track(stream.track).is_some_and(|track| track.awaits(stream))
    }

    /// Gives what may go out now, until the sink is full. Call again when it is not.
    pub fn write(&mut self, sink: &mut impl Sink) {
        for id in std::mem::take(&mut self.noted) {
            self.tell_notes(id, sink);
        }
        while !sink.is_full()
            && let Some(id) = self.next_track()
        {
            self.write_run(id, sink);
        }
        self.dropped.drain(..).for_each(|id| sink.forget(id));
    }

    /// When to call again with [`Event::Drained`] or [`Event::Tick`], if nothing happens before.
    pub fn deadline(&self) -> Option<Tick> {
        self.agenda.first().into_iter().chain(self.merge.deadline(|id| self.front(id))).min()
    }

    /// Whether all that will ever come has been written: the pods that were seen are gone or done.
    pub fn is_finished(&self) -> bool {
        let Census { tracks, unsettled, closed, living_pods, any, .. } = self.census;
        let all_closed = tracks > 0 && closed == tracks;
        let is_over = living_pods == 0 && self.options.until == Until::PodsEnd;
        any && unsettled == 0 && (is_over || all_closed || !self.options.follow)
    }

    /// How many logs wait for their turn: more are wanted than may be read at the same time.
    pub fn queued(&self) -> usize {
        self.queue.len()
    }

    /// From now on no line waits for another: there is no time left to wait.
    pub fn release(&mut self, now: Tick) {
        self.merge.release();
        self.all_tracks().for_each(|id| self.with_track(id, now, |track, _| track.release()));
    }

    /// What is worth saying at the end.
    pub fn summary(&self) -> Summary {
        self.summary
    }

    fn slot(&self, id: TrackId) -> Option<&Slot> {
        self.slots.get(id.index())?.as_deref()
    }

    fn slot_mut(&mut self, id: TrackId) -> Option<&mut Slot> {
        slot_of(&mut self.slots, id)
    }

    fn track(&self, id: TrackId) -> Option<&Track> {
        self.slot(id).map(|slot| &slot.track)
    }

    fn front(&self, id: TrackId) -> Option<Tick> {
        self.track(id)?.lines.front_key().map(|(_, arrival)| arrival)
    }

    fn tracks_of(&self, id: PodId) -> Vec<TrackId> {
        self.pods[id.index()].as_ref().map(|pod| pod.tracks.clone()).unwrap_or_default()
    }

    fn all_tracks(&self) -> impl Iterator<Item = TrackId> + use<> {
        let ids: Vec<_> =
            self.slots.iter().zip(0..).filter(|(slot, _)| slot.is_some()).map(|(_, id)| TrackId(id)).collect();
        ids.into_iter()
    }

    /// Bytes that each track may queue.
    fn budget(&self) -> usize {
        (BUDGET / self.census.tracks.max(1)).clamp(LEAST_BUDGET, MOST_BUDGET)
    }

    /// `asked`: when the pod was asked; `None`: the watch says so.
    fn see(&mut self, pod: &Pod, asked: Option<Tick>, now: Tick) {
        let Some(uid) = &pod.uid else { return };
        let pod_id = self.pod_of(uid);
        let status = pod.status.as_ref();
        let is_over = status.is_some_and(|status| status.phase.is_final());
        let stage = match status {
            Some(status) if status.deleting => PodIs::Going,
            _ if is_over => PodIs::Over,
            _ => PodIs::There,
        };
        let node = status.and_then(|status| status.node.clone());
        let mut comes_back = false;
        self.with_pod(pod_id, |pod, _| {
            pod.is_over = is_over;
            comes_back = std::mem::take(&mut pod.has_left);
        });
        // All of them are met before one is told of it: a pod that is gone may be forgotten then.
        let chosen = self.options.choice.of(pod);
        let seen: Vec<_> = chosen.into_iter().filter_map(|container| self.meet(pod_id, pod, container)).collect();
        for (id, runtime) in seen {
            self.with_track(id, now, |track, around| {
                track.pod_is = track.pod_is.max(stage);
                track.source.node.clone_from(&node);
                if comes_back {
                    track.come_back(around.now);
                }
                track.see(runtime, asked, around);
            });
        }
    }

    /// The track of a container and how that does, as soon as that is known.
    fn meet<'a>(&mut self, pod_id: PodId, pod: &Pod, container: &'a Container) -> Option<(TrackId, &'a Runtime)> {
        let runtime = container.runtime.as_ref()?;
        Some((self.track_of(pod_id, pod, container), runtime))
    }

    fn see_nothing_of(&mut self, pod: &Pod, now: Tick) {
        let pod_id = self.pod_of(pod.uid.as_deref().unwrap_or(&pod.name));
        self.with_pod(pod_id, |pod, _| pod.is_unseen = true);
        for container in &pod.containers {
            let id = self.track_of(pod_id, pod, container);
            self.with_track(id, now, |track, around| track.begin_unseen(around.now));
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "pods are counted in thousands, not in billions")]
    fn pod_of(&mut self, uid: &str) -> PodId {
        if let Some(id) = self.by_uid.get(uid) {
            return *id;
        }
        let id = PodId(self.pods.len() as u32);
        self.pods.push(Some(WatchedPod::new(uid)));
        self.by_uid.insert(uid.to_owned(), id);
        self.census.living_pods += 1;
        self.census.any = true;
        id
    }

    #[expect(clippy::cast_possible_truncation, reason = "containers are counted in thousands, not in billions")]
    fn track_of(&mut self, pod_id: PodId, pod: &Pod, container: &Container) -> TrackId {
        let tracks = self.pods[pod_id.index()].as_ref().map(|pod| pod.tracks.as_slice()).unwrap_or_default();
        let known =
            tracks.iter().find(|id| self.track(**id).is_some_and(|track| track.source.container == container.name));
        if let Some(id) = known {
            return *id;
        }
        let id = TrackId(self.slots.len() as u32);
        let source = Source {
            namespace: pod.namespace.clone(),
            pod: pod.name.clone(),
            node: None,
            container: container.name.clone(),
            kind: container.kind,
            role: container.role,
            restart: None,
        };
        let mut track = Track::new(source, &self.options, self.random.f64());
        track.is_new = self.all_seen;
        self.slots.push(Some(Box::new(Slot { track, pod: pod_id, counted: Counted::default(), is_queued: false })));
        self.census.tracks += 1;
        if let Some(pod) = &mut self.pods[pod_id.index()] {
            pod.tracks.push(id);
        }
        id
    }

    fn looked(&mut self, uid: &str, pod: Option<&Pod>, now: Tick) {
        let Some(id) = self.by_uid.get(uid).copied() else { return };
        let Some(asked) = self.pods[id.index()].as_mut().map(|pod| pod.answered(now)) else { return };
        if let Some(pod) = pod.filter(|pod| pod.uid.as_deref() == Some(uid)) {
            if self.pods[id.index()].as_ref().is_some_and(|pod| !pod.has_left) {
                self.see(pod, asked, now);
            }
        } else {
            self.pod_gone(uid, None, now);
            self.hear_of_successor(id, pod.is_some(), asked, now);
        }
        self.settle_pod(id);
    }

    fn pod_gone(&mut self, uid: &str, last: Option<&Pod>, now: Tick) {
        let Some(id) = self.by_uid.get(uid).copied() else { return };
        self.with_pod(id, |pod, _| pod.is_gone = true);
        for track in self.tracks_of(id) {
            self.with_track(track, now, |track, around| {
                let last = last.and_then(|pod| pod.container(&track.source.container));
                track.pod_gone(last.and_then(|container| container.runtime.as_ref()), around);
            });
        }
        self.drop_if_gone(id);
    }

    fn hear_of_successor(&mut self, id: PodId, has_one: bool, asked: Option<Tick>, now: Tick) {
        for track in self.tracks_of(id) {
            self.with_track(track, now, |track, around| track.hear_of_successor(has_one, asked, around));
        }
    }

    fn pod_left(&mut self, uid: &str, now: Tick) {
        let Some(id) = self.by_uid.get(uid).copied() else { return };
        self.with_pod(id, |pod, _| pod.has_left = true);
        for track in self.tracks_of(id) {
            self.with_track(track, now, |track, around| track.leave(around.now));
        }
    }

    /// Lets the track of a stream take in an answer, unless a newer request has been made since.
    fn answer(
        &mut self,
        stream: StreamId,
        answer: Answer<'_>,
        now: Tick,
        take_in: impl FnOnce(&mut Track, &mut Surroundings<'_>),
    ) {
        if self.awaits(stream) {
            self.with_track(stream.track, now, |track, around| {
                if !track.take_check(stream.request, answer, now) {
                    take_in(track, around);
                }
            });
        }
    }

    /// Lets a track decide something, and brings the indices up to date.
    fn with_track(&mut self, id: TrackId, now: Tick, decide: impl FnOnce(&mut Track, &mut Surroundings<'_>)) {
        let Some(slot) = slot_of(&mut self.slots, id) else { return };
        let had_lines = !slot.track.lines.is_empty();
        decide(&mut slot.track, &mut Surroundings { now, options: &self.options, random: &mut self.random });
        if !had_lines && let Some((stamp, _)) = slot.track.lines.front_key() {
            self.merge.add(id, stamp);
        }
        self.settle(id, now);
    }

    /// Lets a pod take something in, and brings the indices up to date.
    fn with_pod(&mut self, id: PodId, decide: impl FnOnce(&mut WatchedPod, &mut fastrand::Rng)) {
        let Some(pod) = &mut self.pods[id.index()] else { return };
        let before = pod.may_bring_more();
        decide(pod, &mut self.random);
        let now = pod.may_bring_more();
        self.census.living_pods = self.census.living_pods + usize::from(now) - usize::from(before);
        self.settle_pod(id);
    }

    /// The same, of the pod of that uid, if it is known.
    fn with_known_pod(&mut self, uid: &str, decide: impl FnOnce(&mut WatchedPod, &mut fastrand::Rng)) {
        if let Some(id) = self.by_uid.get(uid).copied() {
            self.with_pod(id, decide);
        }
    }

    /// A track changed, or its time has come: takes the request that is due, and brings the indices up to date.
    fn settle(&mut self, id: TrackId, now: Tick) {
        let Some(slot) = slot_of(&mut self.slots, id) else { return };
        let track = &mut slot.track;
        track.end_if_enough();
        let mut around = Surroundings { now, options: &self.options, random: &mut self.random };
        if let Some(check) = track.check_quiet(id, &mut around) {
            self.actions.push_back(Action::Open(check));
        }
        let may_open = slot.counted.is_open || self.census.open < self.options.most_requests;
        if track.is_due(now) && !may_open {
            if !std::mem::replace(&mut slot.is_queued, true) {
                self.queue.push_back(id);
            }
        } else if let Some(request) = track.take_request(id, &around) {
            self.actions.push_back(Action::Open(request));
        }
        self.index(id);
    }

    /// Enters what a track waits for into the indices.
    fn index(&mut self, id: TrackId) {
        let Some(Slot { track, pod, counted: before, is_queued }) = slot_of(&mut self.slots, id) else {
            return;
        };
        let pod = *pod;
        let counted =
            Counted { is_unsettled: !track.is_settled(), is_closed: track.is_closed(), is_open: track.is_open() };
        self.census.recount(std::mem::replace(before, counted), counted);
        self.merge.set_hold(id, track.lines.is_empty().then(|| track.hold()));
        self.agenda.set(Who::Track(id), track.deadline().filter(|_| !*is_queued));
        if track.awaits_silence() {
            self.listening.insert(id);
        } else {
            self.listening.remove(&id);
        }
        if track.has_a_note() {
            self.noted.insert(id);
        }
        self.settle_pod(pod);
        if counted.is_unsettled {
            return;
        }
        self.end_if_unseen(pod);
        self.drop_if_gone(pod);
    }

    /// A pod changed, or one of its tracks: enters when it is to be asked for.
    fn settle_pod(&mut self, id: PodId) {
        let Some(pod) = &self.pods[id.index()] else { return };
        let tracks = pod.tracks.iter().filter_map(|id| self.track(*id));
        self.agenda.set(Who::Pod(id), pod.to_be_asked(tracks));
    }

    /// A pod that may not be looked at is over when nothing more comes of its logs.
    fn end_if_unseen(&mut self, id: PodId) {
        if self.pods[id.index()].as_ref().is_some_and(|pod| pod.is_unseen && !pod.is_gone) && self.is_settled(id) {
            self.with_pod(id, |pod, _| pod.is_gone = true);
        }
    }

    fn is_settled(&self, id: PodId) -> bool {
        let tracks = self.pods[id.index()].iter().flat_map(|pod| &pod.tracks);
        tracks.filter_map(|id| self.track(*id)).all(Track::is_settled)
    }

    /// A pod that is gone is forgotten when all of it was written.
    fn drop_if_gone(&mut self, id: PodId) {
        if !self.pods[id.index()].as_ref().is_some_and(|pod| pod.is_gone) || !self.is_settled(id) {
            return;
        }
        let Some(pod) = self.pods[id.index()].take() else { return };
        self.by_uid.remove(&pod.uid);
        self.agenda.set(Who::Pod(id), None);
        for id in pod.tracks {
            let Some(slot) = self.slots[id.index()].take() else { continue };
            self.census.tracks -= 1;
            self.census.recount(slot.counted, Counted::default());
            self.merge.set_hold(id, None);
            self.agenda.set(Who::Track(id), None);
            self.listening.remove(&id);
            self.dropped.push(id);
        }
    }

    fn do_what_is_due(&mut self, now: Tick) {
        let due: Vec<_> = self.agenda.due(now).collect();
        for who in due {
            match who {
                Who::Track(id) => self.settle(id, now),
                Who::All => self.stop_following(now),
                Who::Pod(_) => {}
            }
        }
        while self.census.open < self.options.most_requests
            && let Some(id) = self.queue.pop_front()
        {
            if let Some(slot) = self.slot_mut(id) {
                slot.is_queued = false;
                self.settle(id, now);
            }
        }
        // Last, since all of the above may have raised a question.
        let due: Vec<_> = self.agenda.due(now).collect();
        for who in due {
            if let Who::Pod(id) = who {
                self.ask_for(id, now);
            }
        }
    }

    /// The last moment of which lines are wanted is over: what there is is read to its end, and nobody is waited for.
    fn stop_following(&mut self, now: Tick) {
        self.agenda.set(Who::All, None);
        self.options.follow = false;
        self.census.any = true;
        self.all_tracks().for_each(|id| self.with_track(id, now, |track, _| track.stop_following(now)));
    }

    fn ask_for(&mut self, id: PodId, now: Tick) {
        let Some(pod) = &mut self.pods[id.index()] else { return };
        pod.asked = Some(now);
        let (uid, track) = (pod.uid.clone(), pod.tracks.first().copied());
        self.agenda.set(Who::Pod(id), None);
        if let Some(Source { namespace, pod: name, .. }) =
            track.and_then(|id| self.track(id)).map(|track| track.source.clone())
        {
            self.actions.push_back(Action::Look { namespace, name, uid });
        }
    }

    fn drained(&mut self, since: Tick, now: Tick) {
        self.merge.drained(since);
        let budget = self.budget();
        let tracks: BTreeSet<_> = self.listening.iter().copied().chain(self.merge.with_lines()).collect();
        for id in tracks {
            self.with_track(id, now, |track, around| {
                if track.has_room(budget) {
                    track.drained(since, around);
                } else {
                    track.not_read(since);
                }
            });
        }
    }

    /// The track whose line is next, if it may go out.
    fn next_track(&mut self) -> Option<TrackId> {
        let id = self.merge.next()?;
        let arrival = self.front(id)?;
        self.merge.take_next(arrival)
    }

    fn write_run(&mut self, id: TrackId, sink: &mut impl Sink) {
        let Some(slot) = slot_of(&mut self.slots, id) else { return };
        let track = &mut slot.track;
        while let Some(line) = track.lines.front() {
            let late = self.merge.write(line.stamp, id);
            sink.line(id, &track.source, line);
            self.summary.containers += u64::from(track.line_written());
            self.summary.lines += 1;
            self.summary.late += u64::from(late);
            tell_notes_of(track, &mut self.summary, sink);
            if sink.is_full() || !track.lines.front_key().is_some_and(|key| self.merge.goes_on(id, key)) {
                break;
            }
        }
        if let Some((stamp, _)) = track.lines.front_key() {
            self.merge.add(id, stamp);
        } else {
            self.index(id);
        }
    }

    fn tell_notes(&mut self, id: TrackId, sink: &mut impl Sink) {
        if let Some(slot) = slot_of(&mut self.slots, id) {
            tell_notes_of(&mut slot.track, &mut self.summary, sink);
            self.index(id);
        }
    }
}

/// A track that is not dropped yet; for where other fields of the engine are needed beside it.
fn slot_of(slots: &mut [Option<Box<Slot>>], id: TrackId) -> Option<&mut Slot> {
    slots.get_mut(id.index())?.as_deref_mut()
}

fn tell_notes_of(track: &mut Track, summary: &mut Summary, sink: &mut impl Sink) {
    while let Some(note) = track.next_note() {
        summary.gaps += u64::from(matches!(note, Note::Gap { .. }));
        summary.denied += u64::from(matches!(note, Note::Denied(_)));
        summary.restarts += u64::from(matches!(note, Note::Restarted(_)));
        sink.note(&track.source, &note);
    }
}
