//! The life of one container's log: which run of the container is read, from where, and what the end of a
//! stream means.
//!
//! A log request names no run: the server answers for the current one, or for the one before. So every end of a
//! stream is a question to the pod: does that run still go on (take the stream up again), is it over (read the
//! rest), or has another one begun (read the rest of the old one first)? And so is every beginning: is this
//! stream of the run that was meant?
//!
//! The whole machine is in one file, past 300 lines, because its transitions only make sense side by side. Its states
//! are in `state`.

use std::collections::VecDeque;
use std::time::Duration;

use super::anchor::{Anchor, Replay, Resumed};
use super::lines::Lines;
use super::protocol::{Ended, Ending, Note, Options, Refusal, Request, Since, Source, StreamId, Tick, TrackId};
use super::quiet::{self, Quiet};
use super::run::{Fate, fate, has_log};
use super::stamp::Stamp;
use super::state::{Doubt, Flow, GONE_FOR, Hold, LONGEST_WAIT, Lost, Patience, Proof, Read, State, next_try};
use crate::pod::{Instance, RunState, Runtime, Termination};

/// A connection that is back sooner is not worth a word.
const WORTH_SAYING: Duration = Duration::from_secs(1);

/// Clocks and requests take time: what is asked for by its age is asked for with so much more.
const AGE_MARGIN: Duration = Duration::from_secs(2);

/// A log that says nothing so often has nothing to say.
const SILENT_AT_MOST: u32 = 3;

/// Requests that check whether a stream is quiet are counted from here on, the others from 0.
const CHECKS: u32 = 1 << 31;

/// What a track needs to decide.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    pub(super) now: Tick,
    pub(super) options: &'a Options,
    pub(super) random: &'a mut fastrand::Rng,
}

/// A run whose end the pod tells has ended its stream after so long, or the stream is dead.
const OVER_FOR: Duration = Duration::from_secs(10);

/// What the cluster says of the pod as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PodIs {
    There,
    /// No container of it will run again.
    Over,
    /// Being deleted: its logs may go at any time.
    Going,
    /// Gone since then, and its logs with it.
    Gone(Tick),
}

/// A part of what a request brought.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer<'a> {
    Begins,
    Bytes(&'a [u8]),
    Over,
}

/// One container's log.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) source: Source,
    /// What waits to be written.
    pub(super) lines: Lines,
    pub(super) pod_is: PodIs,
    patience: Patience,
    state: State,
    anchor: Anchor,
    /// A stream that is not lined up yet, or not known to be of the run that was meant.
    replay: Option<Replay>,
    /// The run that is read, or was read last.
    run: Option<Instance>,
    /// All of that run was had.
    run_is_complete: bool,
    /// It began after the reading did: since and tail were about what was there before.
    pub(super) is_new: bool,
    doubt: Doubt,
    /// When the first stream of this run was read as it was written, with nothing before.
    live_since: Option<Tick>,
    /// What the cluster said last.
    runtime: Option<Runtime>,
    /// The pod must say something, and must be asked at that time or later.
    asks_since: Option<Tick>,
    is_denied: bool,
    /// The pod may not be looked at: what its log says is all there is to know.
    is_unseen: bool,
    quiet: Quiet,
    /// Since when the pod says that the run whose log is read is over.
    over_since: Option<Tick>,
    lost: Option<Lost>,
    /// When the stream that is read was opened.
    opened_at: Tick,
    /// How much had been had by then: lines, and bytes of an unfinished one.
    had: (u64, usize),
    /// When bytes came last.
    last: Tick,
    /// Requests since the last one that brought something new.
    tries: u32,
    request: u32,
    checks: u32,
    waiting_said: Option<String>,
    /// How many lines there were when a gap was noted last.
    last_gap: Option<u64>,
    /// Notes, each to be told when so many lines were written.
    notes: VecDeque<(u64, Note)>,
    written: u64,
}

impl Track {
    pub(super) fn new(source: Source, patience: Patience) -> Self {
        Self {
            source,
            lines: Lines::default(),
            pod_is: PodIs::There,
            patience,
            state: State::Idle,
            anchor: Anchor::default(),
            replay: None,
            run: None,
            run_is_complete: false,
            is_new: false,
            doubt: Doubt::None,
            live_since: None,
            runtime: None,
            asks_since: None,
            is_denied: false,
            is_unseen: false,
            quiet: Quiet::new(),
            over_since: None,
            lost: None,
            opened_at: Tick::ZERO,
            had: (0, 0),
            last: Tick::ZERO,
            tries: 0,
            request: 0,
            checks: 0,
            waiting_said: None,
            last_gap: None,
            notes: VecDeque::new(),
            written: 0,
        }
    }

    /// Whether nothing is read, asked for or wanted.
    pub(super) fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle)
    }

    /// Whether all there is has been read and written.
    pub(super) fn is_settled(&self) -> bool {
        self.is_idle() && self.lines.is_empty() && self.notes.is_empty()
    }

    /// Whether the server refuses to show this log.
    pub(super) fn is_denied(&self) -> bool {
        self.is_denied
    }

    /// Whether the pod must say something, and must be asked for it, not before that time.
    pub(super) fn asks_for_the_pod(&self) -> Option<Tick> {
        self.asks_since
    }

    /// Whether that is the request whose answers are awaited.
    pub(super) fn awaits(&self, stream: StreamId) -> bool {
        self.quiet.awaits(stream.request) || stream.request == self.request && self.is_open()
    }

    /// Whether a log is asked for, or read.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Asked { .. } | State::Reading { .. })
    }

    /// Whether [`Track::drained`] can tell it anything.
    pub(super) fn awaits_silence(&self) -> bool {
        let in_backlog = matches!(self.state, State::Reading { flow: Flow::Backlog, proof: Proof::Given, .. });
        in_backlog || self.given_up_at().is_some()
    }

    /// Whether more is to be read now, with so many bytes to be held at most. Where no whole line waits to be written,
    /// only reading on makes room: the beginning of a long line is past the budget at times.
    pub(super) fn has_room(&self, budget: usize) -> bool {
        let held = self.replay.as_ref().map_or(0, Replay::held_bytes);
        match self.state {
            State::Reading { proof: Proof::Awaited { .. }, .. } => held < budget,
            _ => self.lines.is_empty() || self.lines.bytes() < budget,
        }
    }

    /// What this track means for the others while it has no lines.
    pub(super) fn hold(&self) -> Hold {
        self.state.hold(self.lost, self.last, self.patience)
    }

    /// When something is to be done, if nothing happens before.
    pub(super) fn deadline(&self) -> Option<Tick> {
        let given_up = self.given_up_at();
        let own = match (&self.state, &self.replay) {
            (State::Due { at, .. }, _) => Some(*at),
            (State::Reading { flow: Flow::Backlog, proof: Proof::Given, .. }, Some(replay)) => {
                replay.has_news().then_some(self.last + self.patience.read)
            }
            _ => None,
        };
        let check = self.quiet.deadline().filter(|_| self.can_be_quiet());
        own.into_iter().chain(given_up).chain(check).min()
    }

    /// Whether a silence may mean something.
    fn can_be_quiet(&self) -> bool {
        let is_read = match &self.state {
            State::Reading { read, flow: Flow::Live, proof: Proof::Given } => !matches!(read, Read::Rest { .. }),
            _ => false,
        };
        is_read && self.lines.is_empty()
    }

    /// The cluster says how the container does. `asked`: when the pod was asked; `None`: the watch says so.
    pub(super) fn see(&mut self, runtime: &Runtime, asked: Option<Tick>, around: &mut Surroundings<'_>) {
        // A restart is never taken back: who knows of fewer is late.
        if self.run.as_ref().is_some_and(|run| runtime.instance.restarts < run.restarts) {
            return;
        }
        self.runtime = Some(runtime.clone());
        let fresh = asked.is_some_and(|asked| self.asks_since.is_some_and(|since| since <= asked));
        match &self.state {
            State::Idle => self.begin_if_new(around),
            State::Unexplained { .. } => self.judge_end(fresh, around),
            State::Due { read: Read::Begin, .. } => self.begin_anew_if_replaced(around),
            State::Due { .. } => self.judge_end(false, around),
            State::Reading { proof: Proof::Awaited { .. }, .. } => self.judge_beginning(fresh, around),
            State::Reading { read: Read::Begin | Read::NewRun | Read::Resume, .. } => {
                self.hear_whether_it_is_over(around.now);
            }
            State::Asked { .. } | State::Reading { .. } => {}
        }
    }

    /// The pod may not be looked at.
    pub(super) fn begin_unseen(&mut self, now: Tick) {
        self.is_unseen = true;
        self.state = State::Due { since: now, at: now, read: Read::Begin };
    }

    fn hear_whether_it_is_over(&mut self, now: Tick) {
        let runs = self.run.as_ref().zip(self.runtime.as_ref());
        let is_over = runs.is_some_and(|(run, runtime)| fate(run, runtime) != Fate::Running);
        self.over_since = is_over.then(|| self.over_since.unwrap_or(now));
    }

    /// The pod is gone, and its logs with it. A stream that is open may still bring the last lines.
    pub(super) fn pod_gone(&mut self, last: Option<&Runtime>, around: &mut Surroundings<'_>) {
        self.pod_is = self.pod_is.max(PodIs::Gone(around.now));
        self.runtime = last.cloned().or(self.runtime.take());
        match self.state {
            State::Due { .. } | State::Unexplained { .. } => self.end_without_the_rest(around.now),
            // Nobody can be asked any more.
            State::Reading { proof: Proof::Awaited { .. }, .. } => self.prove(around),
            _ => {}
        }
        self.asks_since = None;
    }

    /// Whether a request is due.
    pub(super) fn is_due(&self, now: Tick) -> bool {
        matches!(self.state, State::Due { at, .. } if at <= now)
    }

    /// The request that is due, if one is.
    pub(super) fn take_request(&mut self, id: TrackId, around: &Surroundings<'_>) -> Option<Request> {
        let State::Due { ref read, .. } = self.state else { return None };
        if !self.is_due(around.now) {
            return None;
        }
        let read = read.clone();
        self.request += 1;
        let (since, tail) = self.range(&read, around);
        let request = Request {
            stream: StreamId { track: id, request: self.request },
            namespace: self.source.namespace.clone(),
            pod: self.source.pod.clone(),
            container: self.source.container.clone(),
            previous: matches!(read, Read::Previous | Read::Rest { previous: true, .. }),
            follow: around.options.follow && read != Read::Previous,
            since,
            tail,
        };
        self.state = State::Asked { since: around.now, read };
        Some(request)
    }

    /// The request for the last line of a stream that said nothing for long, if one is due; a stream that stands still is
    /// taken up again.
    pub(super) fn check_quiet(&mut self, id: TrackId, around: &mut Surroundings<'_>) -> Option<Request> {
        match self.quiet.due(around.now).filter(|_| self.can_be_quiet())? {
            quiet::Due::GiveUp => {
                self.give_up("nothing comes any more, though the container writes", around);
                None
            }
            quiet::Due::Check => {
                self.checks += 1;
                let request = CHECKS + self.checks;
                self.quiet.ask(request);
                Some(Request {
                    stream: StreamId { track: id, request },
                    namespace: self.source.namespace.clone(),
                    pod: self.source.pod.clone(),
                    container: self.source.container.clone(),
                    previous: false,
                    follow: false,
                    since: None,
                    tail: Some(1),
                })
            }
        }
    }

    /// The stream that is read is dead, though nobody said so.
    fn give_up(&mut self, why: &str, around: &mut Surroundings<'_>) {
        let ending = Ending::Broken(why.to_owned());
        self.request += 1;
        self.closed(ending, around);
    }

    /// An answer to the request for the last line of a quiet stream, if it is one.
    pub(super) fn take_check(&mut self, request: u32, answer: Answer<'_>, now: Tick) -> bool {
        if !self.quiet.awaits(request) {
            return false;
        }
        match answer {
            Answer::Bytes(bytes) => self.quiet.bytes(bytes, now),
            Answer::Over => self.quiet.answered(self.anchor.last(), now),
            Answer::Begins => {}
        }
        true
    }

    /// The first sign of life of the request.
    pub(super) fn opened(&mut self, around: &mut Surroundings<'_>) {
        let now = around.now;
        let State::Asked { read, .. } = &mut self.state else { return };
        let read = std::mem::replace(read, Read::Resume);
        self.had = self.extent();
        self.lines.drop_partial();
        self.replay = Some(if read == Read::Previous { Anchor::default().replay() } else { self.anchor.replay() });
        let away = self.lost.take().map(|lost| now.saturating_sub(lost.since));
        if let Some(away) = away.filter(|away| *away >= WORTH_SAYING) {
            self.note(Note::Reconnected(away));
        }
        (self.opened_at, self.last) = (now, now);
        let proof = if read == Read::Previous {
            Proof::Given
        } else {
            self.asks_since = Some(now);
            Proof::Awaited { ended: None }
        };
        self.state = State::Reading { read, flow: Flow::Backlog, proof };
        self.over_since = None;
        self.quiet.heard(now, around.random.f64());
        if self.is_unseen {
            self.prove(around);
        }
    }

    /// Bytes came.
    pub(super) fn bytes(&mut self, bytes: &[u8], around: &mut Surroundings<'_>) {
        self.opened(around);
        self.last = around.now;
        self.quiet.heard(around.now, around.random.f64());
        if let Some(replay) = &mut self.replay {
            if let Some(resumed) = replay.push(bytes, around.now) {
                // It goes on where that run broke off: it is that run.
                self.go_on(resumed);
                self.prove(around);
            } else if replay.is_too_long() && self.is_proven() {
                self.line_up_if_it_is_of_this_run(around.now);
            }
        } else {
            let anchor = &mut self.anchor;
            self.lines.push(bytes, around.now, |line| anchor.commit(line));
            self.tries = 0;
        }
    }

    /// Nothing was there to be read since that time.
    pub(super) fn drained(&mut self, since: Tick, around: &mut Surroundings<'_>) {
        if self.given_up_at().is_some_and(|at| at <= since) {
            if matches!(self.pod_is, PodIs::Gone(_)) {
                self.request += 1;
                self.end_without_the_rest(since);
            } else {
                self.give_up("nothing comes any more, though the run is over", around);
            }
        }
        let State::Reading { flow: flow @ Flow::Backlog, proof: Proof::Given, .. } = &mut self.state else { return };
        if since < self.last + self.patience.read {
            return;
        }
        match &self.replay {
            Some(replay) if !replay.has_news() => {}
            Some(_) => {
                *flow = Flow::Live;
                self.line_up_if_it_is_of_this_run(since);
            }
            None => {
                *flow = Flow::Live;
                if self.anchor.last().is_none() {
                    self.live_since.get_or_insert(since);
                }
            }
        }
    }

    /// It was past its budget, and not read: what waits in the connection counts as backlog.
    pub(super) fn not_read(&mut self, now: Tick) {
        if let State::Reading { flow, .. } = &mut self.state {
            *flow = Flow::Backlog;
            self.last = now;
        }
    }

    /// The stream ended.
    pub(super) fn closed(&mut self, ending: Ending, around: &mut Surroundings<'_>) {
        self.opened(around);
        if let State::Reading { proof: Proof::Awaited { ended }, .. } = &mut self.state
            && ending == Ending::Clean
        {
            *ended = Some(ending);
            return;
        }
        let unexplained = State::Unexplained { since: around.now };
        let State::Reading { read, .. } = std::mem::replace(&mut self.state, unexplained) else { return };
        let is_gone = matches!(self.pod_is, PodIs::Gone(_));
        self.asks_since = Some(around.now);
        if self.doubt == Doubt::Current {
            self.line_up();
            self.doubt = Doubt::None;
        }
        if let Ending::Broken(_) = ending {
            self.lost = Some(Lost { since: around.now, broke: true, is_said: false });
        }
        // One that lived so long was no failed try.
        let lived_long = around.now.saturating_sub(self.opened_at) > LONGEST_WAIT;
        self.tries = if lived_long { 1 } else { self.tries + 1 };
        let is_cut_short = self.is_cut_short();
        if ending == Ending::Clean {
            self.hear_what_took_its_place(&read, around);
        }
        let is_over = matches!(read, Read::Rest { .. }) || !around.options.follow || is_gone;
        match (ending, read) {
            (ending, read) if self.is_unseen && !is_gone => self.go_on_unseen(&ending, read, around),
            (Ending::Clean, Read::Previous) if !is_gone => self.judge_previous(around),
            (Ending::Clean, Read::Rest { previous: false, .. }) if !is_gone && self.is_doubtful() => {
                self.ask_for_the_log_before(around.now);
            }
            // The runtime writes on for a moment after the end of a run: it is all when nothing more comes.
            (Ending::Clean, read @ Read::Rest { .. }) if !is_gone && (is_cut_short || self.brought_something()) => {
                self.asks_since = None;
                let at = next_try(self.tries, around.now, around.random);
                self.state = State::Due { since: around.now, at, read };
            }
            (Ending::Clean, read) if is_over => self.end_with_all(read, around),
            (Ending::Broken(_), _) if is_gone => self.end_without_the_rest(around.now),
            _ => {}
        }
    }

    /// The stream ended, and nobody can be asked what that means: it has, once nothing more comes.
    fn go_on_unseen(&mut self, ending: &Ending, read: Read, around: &mut Surroundings<'_>) {
        self.asks_since = None;
        self.line_up();
        let is_over = !around.options.follow || self.tries > SILENT_AT_MOST;
        if *ending == Ending::Clean && is_over {
            self.end_with_all(read, around);
            if around.options.follow {
                self.note(Note::Silent);
            }
            return;
        }
        let at = next_try(self.tries, around.now, around.random);
        self.state =
            State::Due { since: around.now, at, read: if self.anchor.last().is_some() { Read::Resume } else { read } };
    }

    /// Whether the stream that ended did not even bring what was there before. After some tries the log is gone.
    fn is_cut_short(&self) -> bool {
        self.tries < SILENT_AT_MOST && self.replay.as_ref().is_some_and(Replay::is_behind)
    }

    /// Whether the stream that ended went further than those before it.
    fn brought_something(&mut self) -> bool {
        self.line_up();
        self.extent() != self.had
    }

    /// How much was had: lines, and bytes of an unfinished one.
    fn extent(&self) -> (u64, usize) {
        (self.written + self.lines.len() as u64, self.lines.partial())
    }

    /// The server did not send the log.
    pub(super) fn refused(&mut self, refusal: Refusal, around: &mut Surroundings<'_>) {
        if !matches!(self.state, State::Asked { .. }) {
            return;
        }
        let State::Asked { read, .. } = std::mem::replace(&mut self.state, State::Idle) else { return };
        self.tries += 1;
        let again = |at| State::Due { since: around.now, at, read: read.clone() };
        let at = next_try(self.tries, around.now, around.random);
        match (refusal, &read) {
            // Another pod may answer by its name.
            _ if matches!(self.pod_is, PodIs::Gone(_)) => self.end_without_the_rest(around.now),
            (Refusal::NoSuchPod, _) if self.is_unseen => self.end_without_the_rest(around.now),
            (Refusal::NoSuchPod, _) => self.ask_what_that_means(around.now),
            (Refusal::NothingThere(_) | Refusal::Never(_), Read::Previous) => self.is_current(around.now),
            (Refusal::NothingThere(_) | Refusal::Never(_), Read::Rest { .. }) => {
                self.say_that_the_rest_is_missing();
                self.end_with_all(read, around);
            }
            (Refusal::NothingThere(message), _) if !around.options.follow => {
                self.note(Note::Waiting { reason: String::new(), message });
            }
            (Refusal::NothingThere(message), _) => {
                self.state = again(at);
                if self.is_unseen && self.waiting_said.is_none() {
                    self.waiting_said = Some(message.clone());
                    self.note(Note::Waiting { reason: String::new(), message });
                }
            }
            (Refusal::Never(why), _) => {
                self.is_denied = true;
                self.finish_partial(around.now);
                self.note(Note::Denied(why));
            }
            (Refusal::Later { why, after }, _) => {
                self.state = again(at.max(around.now + after.unwrap_or_default()));
                self.say_lost(why, around.now);
            }
        }
    }

    /// No time is left to wait: what is held becomes lines. The beginning of a line is none.
    pub(super) fn release(&mut self) {
        self.line_up();
    }

    fn finish_partial(&mut self, now: Tick) {
        if let Some(replay) = &mut self.replay {
            replay.finish_partial(now);
            self.line_up();
        }
        let anchor = &mut self.anchor;
        self.lines.finish_partial(now, |line| anchor.commit(line));
    }

    /// The oldest line was written.
    pub(super) fn line_written(&mut self) {
        self.lines.pop();
        self.written += 1;
    }

    /// Whether the place of a note among the lines has come.
    pub(super) fn has_a_note(&self) -> bool {
        self.notes.front().is_some_and(|(after, _)| *after <= self.written)
    }

    /// The note whose place among the lines has come.
    pub(super) fn next_note(&mut self) -> Option<Note> {
        if !self.has_a_note() {
            return None;
        }
        self.notes.pop_front().map(|(_, note)| note)
    }

    /// When a silent stream of a run that is over, or of a pod that is gone, is given up.
    fn given_up_at(&self) -> Option<Tick> {
        match (self.pod_is, &self.state) {
            (PodIs::Gone(since), State::Asked { .. } | State::Reading { .. }) => Some(since.max(self.last) + GONE_FOR),
            _ if self.can_be_quiet() => self.over_since.map(|since| since.max(self.last) + OVER_FOR),
            _ => None,
        }
    }

    fn is_proven(&self) -> bool {
        matches!(self.state, State::Reading { proof: Proof::Given, .. })
    }

    /// Where the kubelet cannot read a log, or not further, it writes why into the log that it sends (`GetContainerLogs`
    /// in pkg/kubelet/kuberuntime), without a stamp and without a line's end. Of a pod that is being deleted it has
    /// removed the log, before the pod says that the container ended.
    fn hear_what_took_its_place(&mut self, read: &Read, around: &Surroundings<'_>) {
        let words = match &mut self.replay {
            Some(replay) => replay.take_foreign_partial(),
            None => self.lines.take_foreign_partial(),
        };
        match (words, read) {
            (None, _) => {}
            (Some(_), Read::Rest { .. }) => self.say_that_the_rest_is_missing(),
            (Some(_), _) if around.options.follow && self.pod_is >= PodIs::Going => {}
            (Some(words), _) if around.options.follow => self.say_lost(words, around.now),
            (Some(words), _) => self.note(Note::Denied(words)),
        }
    }

    /// The last stream of the run had ended well, and after it there is nothing to be had. Where the pod is being
    /// deleted that is as it should be.
    fn say_that_the_rest_is_missing(&mut self) {
        if self.pod_is < PodIs::Going {
            self.note_gap(None);
        }
    }

    fn begin_if_new(&mut self, around: &Surroundings<'_>) {
        let Some(runtime) = self.runtime.clone() else { return };
        let is_read = self.run.as_ref().is_some_and(|run| run.id == runtime.instance.id);
        if is_read || !has_log(&runtime) {
            self.say_what_is_waited_for(&runtime.state);
            return;
        }
        let read = if let Some(run) = &self.run {
            if !around.options.follow {
                return;
            }
            let skipped = runtime.instance.restarts.saturating_sub(run.restarts + 1);
            // The last of those that were skipped can be had.
            if !self.run_is_complete || skipped > 1 {
                self.note_gap(None);
            }
            self.is_new = true;
            if let Some(missed) = runtime.last_termination.as_ref().filter(|_| skipped > 0) {
                self.note(Note::Restarted(runtime.instance.restarts - 1));
                return self.begin_with_missed_run(missed, &runtime, around.now);
            }
            self.note(Note::Restarted(runtime.instance.restarts));
            Read::NewRun
        } else if let Some(missed) = self.missed_run(&runtime) {
            if runtime.instance.restarts > 1 {
                self.note_gap(None);
            }
            return self.begin_with_missed_run(missed, &runtime, around.now);
        } else {
            Read::Begin
        };
        self.begin(runtime.instance, read, around.now);
    }

    fn begin(&mut self, run: Instance, read: Read, now: Tick) {
        self.run = Some(run);
        self.run_is_complete = false;
        self.anchor = Anchor::default();
        self.doubt = Doubt::None;
        self.live_since = None;
        self.tries = 0;
        self.state = State::Due { since: now, at: now, read };
    }

    /// The run before the current one, where the first run was waited for, and has come and gone unseen.
    fn missed_run<'a>(&self, runtime: &'a Runtime) -> Option<&'a Termination> {
        let was_waited_for = self.run.is_none() && self.waiting_said.is_some();
        runtime.last_termination.as_ref().filter(|last| was_waited_for && last.id != runtime.instance.id)
    }

    fn begin_with_missed_run(&mut self, missed: &Termination, runtime: &Runtime, now: Tick) {
        let run = Instance { id: missed.id.clone(), restarts: runtime.instance.restarts.saturating_sub(1) };
        self.begin(run, Read::Rest { previous: true, ended: Ended::from(missed) }, now);
    }

    /// Before anything of it was read, another run began: that one is the current one, which was asked for.
    fn begin_anew_if_replaced(&mut self, around: &Surroundings<'_>) {
        let runs = self.run.as_ref().zip(self.runtime.as_ref());
        if runs.is_some_and(|(run, runtime)| run.id != runtime.instance.id && has_log(runtime)) {
            self.run = None;
            self.begin_if_new(around);
        }
    }

    fn say_what_is_waited_for(&mut self, state: &RunState) {
        let RunState::Waiting { reason, message } = state else { return };
        if self.run.is_none() && self.waiting_said.as_ref() != Some(reason) {
            self.waiting_said = Some(reason.clone());
            self.note(Note::Waiting { reason: reason.clone(), message: message.clone() });
        }
    }

    /// A stream was opened: is it of the run that was meant?
    fn judge_beginning(&mut self, fresh: bool, around: &mut Surroundings<'_>) {
        let (Some(runtime), Some(run), State::Reading { read, .. }) = (&self.runtime, &self.run, &self.state) else {
            return;
        };
        let is_meant = match (read, fate(run, runtime)) {
            (Read::Rest { previous, .. }, fate) => match fate {
                Fate::Replaced(_) => *previous,
                Fate::Ended(_) => !*previous,
                Fate::Running | Fate::Forgotten => false,
            },
            (_, fate) => matches!(fate, Fate::Running | Fate::Ended(_)),
        };
        if is_meant {
            if fresh {
                self.prove(around);
            }
            return;
        }
        let is_first = *read == Read::Begin;
        // What this stream brings is of nobody knows which run. It is asked for anew.
        self.request += 1;
        self.replay = None;
        if is_first {
            self.run = None;
            self.asks_since = None;
            self.begin_if_new(around);
        } else {
            self.ask_what_that_means(around.now);
            self.judge_end(fresh, around);
        }
    }

    /// The stream is of the run that was meant.
    fn prove(&mut self, around: &mut Surroundings<'_>) {
        let State::Reading { proof, .. } = &mut self.state else { return };
        self.asks_since = None;
        let Proof::Awaited { ended } = std::mem::replace(proof, Proof::Given) else { return };
        if self.replay.as_ref().is_some_and(|replay| replay.is_first() || replay.is_too_long()) {
            self.line_up();
        }
        if let Some(ending) = ended {
            self.closed(ending, around);
        }
    }

    fn ask_what_that_means(&mut self, now: Tick) {
        self.state = State::Unexplained { since: now };
        self.asks_since = Some(now);
    }

    /// The stream of the current run ended, or is to be taken up again: what does the pod say?
    fn judge_end(&mut self, fresh: bool, around: &mut Surroundings<'_>) {
        let (Some(runtime), Some(run)) = (&self.runtime, &self.run) else { return };
        let read = match fate(run, runtime) {
            Fate::Replaced(ended) => Read::Rest { previous: true, ended: ended.into() },
            Fate::Running if fresh && self.pod_is == PodIs::Over => return self.end_without_the_rest(around.now),
            Fate::Running | Fate::Ended(_) if self.doubt == Doubt::Over => return self.ask_again(fresh, around),
            Fate::Ended(ended) => Read::Rest { previous: false, ended: ended.into() },
            Fate::Running if fresh => {
                self.was_lost();
                Read::Resume
            }
            Fate::Running => return,
            Fate::Forgotten => {
                self.finish_partial(around.now);
                self.state = State::Idle;
                self.asks_since = None;
                return self.begin_if_new(around);
            }
        };
        if matches!(&self.state, State::Due { read: due, .. } if *due == read) {
            return;
        }
        // The first try to read the rest waits for nothing.
        let waits = read == Read::Resume || self.tries > 1;
        let at = if waits { next_try(self.tries, around.now, around.random) } else { around.now };
        self.asks_since = None;
        self.state = State::Due { since: around.now, at, read };
    }

    /// The stream ended, and the run goes on: a connection was lost, as one of many where a node's kubelet is started
    /// again. One that is lost time and again holds nobody up.
    fn was_lost(&mut self) {
        if let State::Unexplained { since } = self.state
            && self.tries <= 1
        {
            self.lost.get_or_insert(Lost { since, broke: false, is_said: false });
        }
    }

    /// The pod says that the run goes on, but its log says that it is over: the pod's word is late.
    fn ask_again(&mut self, fresh: bool, around: &mut Surroundings<'_>) {
        if fresh {
            self.tries += 1;
            self.asks_since = Some(next_try(self.tries, around.now, around.random));
        }
    }

    /// Whether what is held may be of another run than the one that is read.
    fn is_doubtful(&self) -> bool {
        self.doubt != Doubt::Current && !self.is_unseen && self.replay.as_ref().is_some_and(Replay::is_doubtful)
    }

    fn line_up_if_it_is_of_this_run(&mut self, now: Tick) {
        match &self.state {
            State::Reading { read: Read::Previous, .. } => {}
            State::Reading { read: Read::Rest { previous: true, .. }, .. } => self.line_up(),
            _ if self.is_doubtful() => self.ask_for_the_log_before(now),
            _ => self.line_up(),
        }
    }

    fn ask_for_the_log_before(&mut self, now: Tick) {
        // What the stream brought comes again.
        self.request += 1;
        self.replay = None;
        self.asks_since = None;
        self.tries = 0;
        self.state = State::Due { since: now, at: now, read: Read::Previous };
    }

    /// The last line of the log before the current one was read, or there is none.
    fn judge_previous(&mut self, around: &mut Surroundings<'_>) {
        let last = self.replay.take().and_then(|replay| replay.last());
        let is_older = last.is_none_or(|last| Some(last) < self.anchor.oldest());
        if last.is_none() && self.tries < SILENT_AT_MOST {
            // It may have broken off before it said anything.
            let at = next_try(self.tries, around.now, around.random);
            self.asks_since = None;
            self.state = State::Due { since: around.now, at, read: Read::Previous };
        } else if is_older {
            self.is_current(around.now);
        } else {
            self.doubt = Doubt::Over;
            self.ask_what_that_means(around.now);
        }
    }

    /// The current log is of the run that is read.
    fn is_current(&mut self, now: Tick) {
        self.doubt = Doubt::Current;
        self.asks_since = None;
        self.state = State::Due { since: now, at: now, read: Read::Resume };
    }

    /// Finds out which of the held lines are new, with what there is by now.
    fn line_up(&mut self) {
        if let Some(mut replay) = self.replay.take() {
            self.go_on(replay.give_up_waiting());
        }
    }

    fn go_on(&mut self, resumed: Resumed) {
        if resumed.gap {
            let to = resumed.lines.front().map(|line| line.stamp);
            self.note_gap(to);
        }
        if !resumed.lines.is_empty() {
            self.tries = 0;
        }
        let anchor = &mut self.anchor;
        self.lines.absorb(resumed.lines, |line| anchor.commit(line));
        self.replay = None;
    }

    /// All of the stream was had, and no more will come of this run.
    fn end_with_all(&mut self, read: Read, around: &Surroundings<'_>) {
        self.state = State::Idle;
        self.asks_since = None;
        self.lost = None;
        self.run_is_complete = true;
        self.finish_partial(around.now);
        match read {
            Read::Rest { ended, .. } => {
                self.note(Note::Terminated(ended));
                self.begin_if_new(around);
            }
            _ if matches!(self.pod_is, PodIs::Gone(_)) => self.say_how_it_ended(),
            _ => {}
        }
    }

    /// No more can be had, though there may have been more.
    fn end_without_the_rest(&mut self, now: Tick) {
        self.state = State::Idle;
        self.asks_since = None;
        self.finish_partial(now);
        if self.lost.take().is_some_and(|lost| lost.broke) {
            self.note_gap(None);
        }
        self.say_how_it_ended();
    }

    /// The last word of a pod that is gone may be how its containers ended.
    fn say_how_it_ended(&mut self) {
        if let (Some(runtime), Some(run)) = (&self.runtime, &self.run)
            && let Fate::Ended(ended) = fate(run, runtime)
        {
            let ended = Ended::from(ended);
            self.note(Note::Terminated(ended));
        }
    }

    fn say_lost(&mut self, why: String, now: Tick) {
        let lost = self.lost.get_or_insert(Lost { since: now, broke: true, is_said: false });
        if !std::mem::replace(&mut lost.is_said, true) {
            self.note(Note::Lost(why));
        }
    }

    /// From where, and how many of the last lines. What was had before goes before what the user asked for.
    fn range(&self, read: &Read, around: &Surroundings<'_>) -> (Option<Since>, Option<u64>) {
        if *read == Read::Previous {
            return (None, Some(1));
        }
        if let Some(stamp) = self.anchor.resume_from().filter(|_| *read != Read::NewRun) {
            return (Some(Since::Time(stamp)), None);
        }
        match self.live_since {
            _ if self.is_new => (None, None),
            // Nothing was there when it was read first: only what was written since is missing.
            Some(since) => {
                let age = around.now.saturating_sub(since) + self.patience.read + AGE_MARGIN;
                (Some(Since::Age(age.as_secs() + 1)), None)
            }
            None => (around.options.since, around.options.tail),
        }
    }

    /// Lines may be missing here. Where no line came since that was said, it is the same gap.
    fn note_gap(&mut self, to: Option<Stamp>) {
        let at = self.written + self.lines.len() as u64;
        if self.last_gap.replace(at) != Some(at) {
            self.note(Note::Gap { from: self.anchor.last(), to });
        }
    }

    /// To be told when all lines that are here now were written.
    fn note(&mut self, note: Note) {
        self.notes.push_back((self.written + self.lines.len() as u64, note));
    }
}
