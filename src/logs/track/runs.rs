//! Which run of the container is read: what the pod's word means for the log.
//!
//! Every end of a stream is a question to the pod: does that run still go on (take the stream up again), is it over (read
//! the rest), or has another one begun (read the rest of the old one first)? And so is every beginning: is this stream of
//! the run that was meant?
//!
//! Past 300 lines, because each answer leads to the next question, and they are best followed in one place.

use super::{PodIs, Surroundings, Track};
use crate::logs::anchor::Anchor;
use crate::logs::protocol::{Ended, Note, Tick};
use crate::logs::run::{Fate, fate, has_log};
use crate::logs::state::{Doubt, Lost, Proof, Read, State, next_try};
use crate::pod::{Instance, RunState, Runtime, Termination};

impl Track {
    /// The cluster says how the container does. `asked`: when the pod was asked; `None`: the watch says so.
    pub(in crate::logs) fn see(&mut self, runtime: &Runtime, asked: Option<Tick>, around: &mut Surroundings<'_>) {
        if self.run.as_ref().is_some_and(|run| is_from_before(runtime, run)) {
            return;
        }
        self.runtime = Some(runtime.clone());
        let fresh = self.is_answered_by(asked);
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
    pub(in crate::logs) fn begin_unseen(&mut self, now: Tick) {
        self.is_unseen = true;
        self.state = State::Due { since: now, at: now, read: Read::Begin };
    }

    fn hear_whether_it_is_over(&mut self, now: Tick) {
        let runs = self.run.as_ref().zip(self.runtime.as_ref());
        let is_over = runs.is_some_and(|(run, runtime)| fate(run, runtime) != Fate::Running);
        self.over_since = is_over.then(|| self.over_since.unwrap_or(now));
    }

    /// The pod is gone, and its logs with it. A stream that is open may still bring the last lines.
    pub(in crate::logs) fn pod_gone(&mut self, last: Option<&Runtime>, around: &mut Surroundings<'_>) {
        self.pod_is = self.pod_is.max(PodIs::Gone(around.now));
        self.runtime = last.cloned().or(self.runtime.take());
        match self.state {
            State::Due { .. } | State::Unexplained { .. } => self.end_without_the_rest(around.now),
            // Another pod may have its name by now, and may have answered: the question stands.
            State::Reading { proof: Proof::Awaited { .. }, .. } => {}
            _ => self.asks_since = None,
        }
    }

    /// The pod was asked for, and is gone; another one has its name, or none. A stream whose beginning was to be judged is
    /// of the one that is gone, or nobody knows whose.
    pub(in crate::logs) fn hear_of_successor(
        &mut self,
        has_one: bool,
        asked: Option<Tick>,
        around: &mut Surroundings<'_>,
    ) {
        let is_awaited = matches!(self.state, State::Reading { proof: Proof::Awaited { .. }, .. });
        if !is_awaited || !self.is_answered_by(asked) {
            return;
        }
        if has_one {
            self.request += 1;
            self.end_without_the_rest(around.now);
        } else {
            self.prove(around);
        }
    }

    /// Whether the pod was asked late enough for what it is to tell. `None`: the watch says so.
    fn is_answered_by(&self, asked: Option<Tick>) -> bool {
        asked.is_some_and(|asked| self.asks_since.is_some_and(|since| since <= asked))
    }

    /// The pod is not meant any more. What was received is written; streams are closed, since nobody awaits them.
    pub(in crate::logs) fn leave(&mut self, now: Tick) {
        match self.state {
            // The last line of the log before the current one was asked for to know what it is.
            State::Reading { read: Read::Previous, .. } => self.replay = None,
            _ => self.line_up(),
        }
        self.quiet.heard(now);
        self.state = State::Idle;
        (self.asks_since, self.lost, self.over_since) = (None, None, None);
        self.doubt = Doubt::None;
    }

    /// The pod is meant again: the run that was read is taken up where it was left.
    pub(in crate::logs) fn come_back(&mut self, now: Tick) {
        if self.is_idle() && self.run.is_some() && !self.run_is_complete && !self.is_closed() {
            self.tries = 0;
            self.state = State::Due { since: now, at: now, read: Read::Resume };
        }
    }

    pub(super) fn begin_if_new(&mut self, around: &Surroundings<'_>) {
        let Some(runtime) = self.runtime.clone().filter(|_| !self.is_enough) else { return };
        if around.options.previous {
            return self.begin_with_previous(&runtime, around.now);
        }
        let is_read = self.run.as_ref().is_some_and(|run| run.id == runtime.instance.id);
        if is_read || !has_log(&runtime) {
            self.say_what_is_waited_for(&runtime.state);
            return;
        }
        let read = if let Some(run) = &self.run {
            let goes_on = around.options.follow || self.was_followed;
            let skipped = runtime.instance.restarts.saturating_sub(run.restarts + 1);
            // The last of those that were skipped can be had.
            if !self.run_is_complete || (goes_on && skipped > 1) {
                self.note_gap(None);
            }
            if !goes_on {
                return;
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
            self.say_that_it_started();
            Read::Begin
        };
        self.begin(runtime.instance, read, around.now);
    }

    /// Only the run before the current one is wanted, where there was one. While a container waits to be started again,
    /// that is the one that ended last.
    fn begin_with_previous(&mut self, runtime: &Runtime, now: Tick) {
        if let Some(last) = runtime.last_termination.as_ref().filter(|_| self.run.is_none()) {
            self.begin_with_missed_run(last, runtime, now);
        }
    }

    fn begin(&mut self, run: Instance, read: Read, now: Tick) {
        self.begin_lines_of(&run);
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

    /// Who was told that a container is waited for is told when it is there.
    fn say_that_it_started(&mut self) {
        if self.waiting_said.is_some() && self.source.restart.is_none() {
            self.note(Note::Started);
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
                Fate::Ended(_) => *previous == around.options.previous,
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
            self.state = State::Idle;
            self.begin_if_new(around);
        } else {
            self.ask_what_that_means(around.now);
            self.judge_end(fresh, around);
        }
    }

    /// The stream is of the run that was meant.
    pub(super) fn prove(&mut self, around: &mut Surroundings<'_>) {
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

    pub(super) fn ask_what_that_means(&mut self, now: Tick) {
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
            Fate::Ended(ended) => Read::Rest { previous: around.options.previous, ended: ended.into() },
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
        // A stream that ended with its run was not lost.
        self.lost = self.lost.filter(|lost| lost.broke || read == Read::Resume);
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
}

/// Whether that was said before the run began: answers and the watch overtake one another. A restart is never taken back,
/// nor is a beginning.
fn is_from_before(runtime: &Runtime, run: &Instance) -> bool {
    let has_not_begun = runtime.instance.id.is_empty()
        && runtime.last_termination.is_none()
        && matches!(runtime.state, RunState::Waiting { .. });
    runtime.instance.restarts < run.restarts || (has_not_begun && runtime.instance.restarts == run.restarts)
}
