//! Which run of the container is read: what the pod's word means for the log.
//!
//! Every end of a stream is a question to the pod: does that run still go on (take the stream up again), is it over (read
//! the rest), or has another one begun (read the rest of the old one first)? And so is every beginning: is this stream of
//! the run that was meant?

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
            // Nobody can be asked any more.
            State::Reading { proof: Proof::Awaited { .. }, .. } => self.prove(around),
            _ => {}
        }
        self.asks_since = None;
    }

    pub(super) fn begin_if_new(&mut self, around: &Surroundings<'_>) {
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
            self.say_that_it_started();
            Read::Begin
        };
        self.begin(runtime.instance, read, around.now);
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
