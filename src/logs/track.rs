//! The life of one container's log: which run of the container is read, from where, and what the end of a
//! stream means.
//!
//! A log request names no run: the server answers for the current one, or for the one before. So every end of a
//! stream is a question to the pod: does that run still go on (take the stream up again), is it over (read the
//! rest), or has another one begun (read the rest of the old one first)?
//!
//! The whole machine is in one file, past 300 lines, because its transitions only make sense side by side.

use std::collections::VecDeque;
use std::time::Duration;

use super::anchor::{Anchor, Replay, Resumed};
use super::lines::Lines;
use super::protocol::{Ended, Ending, Note, Options, Refusal, Request, Since, Source, StreamId, Tick, TrackId};
use super::run::{Fate, fate, has_log};
use crate::pod::{Instance, RunState, Runtime};

/// A stream that was asked and says nothing for so long counts as silent, so that a dead node holds nobody up.
const SILENT_AFTER: Duration = Duration::from_secs(1);

/// A stream that was silent for so long while it was read is past its backlog.
const PAST_BACKLOG_AFTER: Duration = Duration::from_millis(250);

/// A stream that was lost is waited for so long before the others' lines go on.
const LOST_FOR: Duration = Duration::from_secs(5);

/// A connection that is back sooner is not worth a word.
const WORTH_SAYING: Duration = Duration::from_secs(1);

/// The first wait between two tries; each one after it is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// What a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Read {
    /// What the user asked for: since, tail.
    Begin,
    /// A new run, from its beginning.
    NewRun,
    /// The same run, from where it broke off.
    Resume,
    /// The run is over: what is left of it.
    Rest { previous: bool, ended: Ended },
}

/// Where a track stands.
#[derive(Debug)]
enum State {
    /// Nothing to be read now: the container has not started, or its last run was read to the end.
    Idle,
    /// To be asked for then.
    Due { at: Tick, read: Read },
    /// Asked for; nothing came yet.
    Asked { at: Tick, read: Read },
    /// Bytes come.
    Reading { read: Read, flow: Flow },
    /// The stream ended, and the pod must say what that means.
    Over,
}

/// Whether a stream still brings what was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// It may: the last bytes came then.
    Backlog { last: Tick },
    /// It is read as it is written.
    Live,
}

/// A connection that broke, until the next one brings something.
#[derive(Debug, Clone, Copy)]
struct Lost {
    since: Tick,
    is_said: bool,
}

/// What a track without lines means for the others' lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// It will bring nothing that matters now.
    None,
    /// It may bring older lines. They are waited for at least until then.
    Until(Tick),
}

/// What a track needs to decide.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    pub(super) now: Tick,
    pub(super) options: &'a Options,
    pub(super) random: &'a mut fastrand::Rng,
}

/// One container's log.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) pod_uid: String,
    pub(super) source: Source,
    /// What waits to be written.
    pub(super) lines: Lines,
    state: State,
    anchor: Anchor,
    /// A resumed stream that is not lined up yet.
    replay: Option<Replay>,
    /// The run that is read, or was read last.
    run: Option<Instance>,
    /// What the cluster said last.
    runtime: Option<Runtime>,
    /// The pod is being deleted: its logs may go at any time.
    pub(super) pod_is_going: bool,
    pod_is_gone: bool,
    is_denied: bool,
    lost: Option<Lost>,
    /// Requests since the last one that brought something new.
    tries: u32,
    request: u32,
    waiting_said: Option<String>,
    /// Notes, each to be told when so many lines were written.
    notes: VecDeque<(u64, Note)>,
    written: u64,
}

impl Track {
    pub(super) fn new(pod_uid: &str, source: Source) -> Self {
        Self {
            pod_uid: pod_uid.to_owned(),
            source,
            lines: Lines::default(),
            state: State::Idle,
            anchor: Anchor::default(),
            replay: None,
            run: None,
            runtime: None,
            pod_is_going: false,
            pod_is_gone: false,
            is_denied: false,
            lost: None,
            tries: 0,
            request: 0,
            waiting_said: None,
            notes: VecDeque::new(),
            written: 0,
        }
    }

    /// Whether all there is has been read and written.
    pub(super) fn is_settled(&self) -> bool {
        matches!(self.state, State::Idle) && self.lines.is_empty() && self.notes.is_empty()
    }

    /// Whether the server refuses to show this log.
    pub(super) fn is_denied(&self) -> bool {
        self.is_denied
    }

    /// Whether the pod must say what the end of the stream means.
    pub(super) fn asks_for_the_pod(&self) -> bool {
        matches!(self.state, State::Over)
    }

    /// Whether that is the request whose answers are awaited.
    pub(super) fn awaits(&self, stream: StreamId) -> bool {
        stream.request == self.request && matches!(self.state, State::Asked { .. } | State::Reading { .. })
    }

    /// What this track means for the others while it has no lines.
    pub(super) fn hold(&self) -> Hold {
        match (&self.state, self.lost) {
            (State::Due { .. } | State::Over, Some(lost)) => Hold::Until(lost.since + LOST_FOR),
            (State::Idle | State::Over, _) => Hold::None,
            (State::Due { at, .. } | State::Asked { at, .. }, _) => Hold::Until(*at + SILENT_AFTER),
            (State::Reading { flow: Flow::Backlog { last }, .. }, _) => Hold::Until(*last + PAST_BACKLOG_AFTER),
            (State::Reading { flow: Flow::Live, .. }, _) => Hold::Until(Tick::ZERO),
        }
    }

    /// When something is to be done, if nothing happens before.
    pub(super) fn deadline(&self) -> Option<Tick> {
        match (&self.state, &self.replay) {
            (State::Due { at, .. }, _) => Some(*at),
            (State::Reading { flow: Flow::Backlog { last }, .. }, Some(replay)) => {
                replay.has_news().then_some(*last + PAST_BACKLOG_AFTER)
            }
            _ => None,
        }
    }

    /// The cluster says how the container does. `fresh`: it was asked after the stream had ended.
    pub(super) fn see(&mut self, runtime: &Runtime, fresh: bool, around: &mut Surroundings<'_>) {
        self.runtime = Some(runtime.clone());
        match self.state {
            State::Idle => self.begin_if_new(around.now),
            State::Over => self.judge_end(fresh, around),
            State::Due { read: Read::Resume, .. } => self.judge_end(false, around),
            _ => {}
        }
    }

    /// The pod is gone, and its logs with it. A stream that is open may still bring the last lines.
    pub(super) fn pod_gone(&mut self, last: Option<&Runtime>, now: Tick) {
        self.pod_is_gone = true;
        self.runtime = last.cloned().or(self.runtime.take());
        if matches!(self.state, State::Due { .. } | State::Over) {
            self.end_without_the_rest(now);
        }
    }

    /// The request that is due, if one is.
    pub(super) fn take_request(&mut self, id: TrackId, around: &Surroundings<'_>) -> Option<Request> {
        let State::Due { at, ref read } = self.state else { return None };
        if at > around.now {
            return None;
        }
        let read = read.clone();
        self.request += 1;
        let (since, tail) = self.range(&read, around.options);
        let request = Request {
            stream: StreamId { track: id, request: self.request },
            namespace: self.source.namespace.clone(),
            pod: self.source.pod.clone(),
            container: self.source.container.clone(),
            previous: matches!(read, Read::Rest { previous: true, .. }),
            follow: around.options.follow,
            since,
            tail,
        };
        self.state = State::Asked { at: around.now, read };
        Some(request)
    }

    /// The first sign of life of the request.
    pub(super) fn opened(&mut self, now: Tick) {
        let State::Asked { read, .. } = &mut self.state else { return };
        let read = std::mem::replace(read, Read::Resume);
        self.lines.drop_partial();
        self.replay = match read {
            Read::Resume | Read::Rest { .. } => self.anchor.replay(),
            Read::Begin | Read::NewRun => None,
        };
        let away = self.lost.take().map(|lost| now.saturating_sub(lost.since));
        if let Some(away) = away.filter(|away| *away >= WORTH_SAYING) {
            self.note(Note::Reconnected(away));
        }
        self.state = State::Reading { read, flow: Flow::Backlog { last: now } };
    }

    /// Bytes came.
    pub(super) fn bytes(&mut self, bytes: &[u8], now: Tick) {
        self.opened(now);
        if let State::Reading { flow: Flow::Backlog { last }, .. } = &mut self.state {
            *last = now;
        }
        if let Some(replay) = &mut self.replay {
            if let Some(resumed) = replay.push(bytes, now) {
                self.go_on(resumed);
            }
        } else {
            let anchor = &mut self.anchor;
            self.lines.push(bytes, now, |line| anchor.commit(line));
            self.tries = 0;
        }
    }

    /// Nothing was there to be read since that time.
    pub(super) fn drained(&mut self, since: Tick) {
        let State::Reading { flow, .. } = &mut self.state else { return };
        let Flow::Backlog { last } = *flow else { return };
        if since < last + PAST_BACKLOG_AFTER {
            return;
        }
        match &mut self.replay {
            Some(replay) if !replay.has_news() => {}
            Some(replay) => {
                let resumed = replay.give_up_waiting();
                *flow = Flow::Live;
                self.go_on(resumed);
            }
            None => *flow = Flow::Live,
        }
    }

    /// The stream ended.
    pub(super) fn closed(&mut self, ending: &Ending, around: &mut Surroundings<'_>) {
        self.opened(around.now);
        let State::Reading { read, .. } = std::mem::replace(&mut self.state, State::Over) else { return };
        if let Ending::Broken(_) = ending {
            self.lost = Some(Lost { since: around.now, is_said: false });
        }
        self.tries += 1;
        if *ending == Ending::Clean {
            self.hear_what_took_its_place(&read, around);
        }
        let is_over = matches!(read, Read::Rest { .. }) || !around.options.follow || self.pod_is_gone;
        match (ending, read) {
            (Ending::Clean, read) if is_over => self.end_with_all(read, around.now),
            (Ending::Broken(_), _) if self.pod_is_gone => self.end_without_the_rest(around.now),
            (_, read @ Read::Rest { .. }) => self.state = State::Due { at: self.next_try(around), read },
            _ => {}
        }
    }

    /// The server did not send the log.
    pub(super) fn refused(&mut self, refusal: Refusal, around: &mut Surroundings<'_>) {
        let State::Asked { read, .. } = std::mem::replace(&mut self.state, State::Idle) else { return };
        self.tries += 1;
        let at = self.next_try(around);
        match (refusal, read) {
            // Another pod may answer by its name.
            _ if self.pod_is_gone => self.end_without_the_rest(around.now),
            (Refusal::NoSuchPod, _) => self.state = State::Over,
            (Refusal::NothingThere(_), read @ Read::Rest { .. }) => {
                self.say_that_the_rest_is_missing();
                self.end_with_all(read, around.now);
            }
            (Refusal::NothingThere(message), _) if !around.options.follow => {
                self.note(Note::Waiting { reason: String::new(), message });
            }
            (Refusal::NothingThere(_), read) => self.state = State::Due { at, read },
            (Refusal::Never(why), _) => {
                self.is_denied = true;
                self.note(Note::Denied(why));
            }
            (Refusal::Later { why, after }, read) => {
                self.say_lost(why, around.now);
                self.state = State::Due { at: at.max(around.now + after.unwrap_or_default()), read };
            }
        }
    }

    /// The oldest line was written.
    pub(super) fn line_written(&mut self) {
        self.lines.pop();
        self.written += 1;
    }

    /// The note whose place among the lines has come.
    pub(super) fn next_note(&mut self) -> Option<Note> {
        let (after, _) = self.notes.front()?;
        if *after > self.written {
            return None;
        }
        self.notes.pop_front().map(|(_, note)| note)
    }

    /// Where the kubelet cannot read a log, or not further, it writes why into the log that it sends (`GetContainerLogs`
    /// in pkg/kubelet/kuberuntime), without a stamp and without a line's end.
    fn hear_what_took_its_place(&mut self, read: &Read, around: &Surroundings<'_>) {
        let words = match &mut self.replay {
            Some(replay) => replay.take_foreign_partial(),
            None => self.lines.take_foreign_partial(),
        };
        match (words, read) {
            (None, _) => {}
            (Some(_), Read::Rest { .. }) => self.say_that_the_rest_is_missing(),
            (Some(words), _) if around.options.follow => self.say_lost(words, around.now),
            (Some(words), _) => self.note(Note::Denied(words)),
        }
    }

    /// The last stream of the run had ended well, and after it there is nothing to be had. Where the pod is being
    /// deleted that is as it should be.
    fn say_that_the_rest_is_missing(&mut self) {
        if !self.pod_is_going {
            self.note(Note::Gap { from: self.anchor.last(), to: None });
        }
    }

    fn begin_if_new(&mut self, now: Tick) {
        let Some(runtime) = self.runtime.clone() else { return };
        let is_read = self.run.as_ref().is_some_and(|run| run.id == runtime.instance.id);
        if is_read || !has_log(&runtime) {
            self.say_what_is_waited_for(&runtime.state);
            return;
        }
        let read = if let Some(run) = &self.run {
            if runtime.instance.restarts > run.restarts + 1 {
                self.note(Note::Gap { from: self.anchor.last(), to: None });
            }
            self.note(Note::Restarted(runtime.instance.restarts));
            self.anchor = Anchor::default();
            Read::NewRun
        } else {
            Read::Begin
        };
        self.run = Some(runtime.instance);
        self.tries = 0;
        self.state = State::Due { at: now, read };
    }

    fn say_what_is_waited_for(&mut self, state: &RunState) {
        let RunState::Waiting { reason, message } = state else { return };
        if self.run.is_none() && self.waiting_said.as_ref() != Some(reason) {
            self.waiting_said = Some(reason.clone());
            self.note(Note::Waiting { reason: reason.clone(), message: message.clone() });
        }
    }

    /// The stream of the current run ended, or is to be taken up again: what does the pod say?
    fn judge_end(&mut self, fresh: bool, around: &mut Surroundings<'_>) {
        let (Some(runtime), Some(run)) = (&self.runtime, &self.run) else { return };
        let due = |previous, ended: &_| State::Due {
            at: around.now,
            read: Read::Rest { previous, ended: Ended::from(ended) },
        };
        match fate(run, runtime) {
            Fate::Ended(ended) => self.state = due(false, ended),
            Fate::Replaced(ended) => self.state = due(true, ended),
            Fate::Running if fresh => self.state = State::Due { at: self.next_try(around), read: Read::Resume },
            Fate::Running => {}
            Fate::Forgotten => {
                self.note(Note::Gap { from: self.anchor.last(), to: None });
                self.state = State::Idle;
                self.begin_if_new(around.now);
            }
        }
    }

    fn go_on(&mut self, resumed: Resumed) {
        if resumed.gap {
            let to = resumed.lines.front().map(|line| line.stamp);
            self.note(Note::Gap { from: self.anchor.last(), to });
        }
        if !resumed.lines.is_empty() {
            self.tries = 0;
        }
        let anchor = &mut self.anchor;
        self.lines.absorb(resumed.lines, |line| anchor.commit(line));
        self.replay = None;
    }

    /// All of the stream was had, and no more will come of this run.
    fn end_with_all(&mut self, read: Read, now: Tick) {
        self.state = State::Idle;
        self.finish_partial(now);
        match read {
            Read::Rest { ended, .. } => {
                self.note(Note::Terminated(ended));
                self.begin_if_new(now);
            }
            _ if self.pod_is_gone => self.say_how_it_ended(),
            _ => {}
        }
    }

    /// No more can be had, though there may have been more.
    fn end_without_the_rest(&mut self, now: Tick) {
        self.state = State::Idle;
        self.finish_partial(now);
        if self.lost.take().is_some() {
            self.note(Note::Gap { from: self.anchor.last(), to: None });
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

    fn finish_partial(&mut self, now: Tick) {
        if let Some(mut replay) = self.replay.take() {
            replay.finish_partial(now);
            self.go_on(replay.give_up_waiting());
        }
        let anchor = &mut self.anchor;
        self.lines.finish_partial(now, |line| anchor.commit(line));
    }

    fn say_lost(&mut self, why: String, now: Tick) {
        let lost = self.lost.get_or_insert(Lost { since: now, is_said: false });
        if !std::mem::replace(&mut lost.is_said, true) {
            self.note(Note::Lost(why));
        }
    }

    /// Twice the wait of the last try, and up to a quarter more, so that many clients do not come at once.
    fn next_try(&self, around: &mut Surroundings<'_>) -> Tick {
        let wait = FIRST_WAIT.saturating_mul(1 << self.tries.saturating_sub(1).min(6)).min(LONGEST_WAIT);
        around.now + wait + wait.mul_f64(around.random.f64() / 4.0)
    }

    /// From where, and how many of the last lines. What was had before goes before what the user asked for.
    fn range(&self, read: &Read, options: &Options) -> (Option<Since>, Option<u64>) {
        match (read, self.anchor.resume_from()) {
            (Read::NewRun, _) => (None, None),
            (Read::Resume | Read::Rest { .. }, Some(stamp)) => (Some(Since::Time(stamp)), None),
            _ => (options.since, options.tail),
        }
    }

    /// To be told when all lines that are here now were written.
    fn note(&mut self, note: Note) {
        self.notes.push_back((self.written + self.lines.len() as u64, note));
    }
}
