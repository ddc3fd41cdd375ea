//! What the end of a stream means: that all was had, or that it is to be taken up again.

use super::{PodIs, SILENT_AT_MOST, Surroundings, Track};
use crate::logs::anchor::Replay;
use crate::logs::bounds::Reached;
use crate::logs::protocol::{Ended, Ending, Note, Tick};
use crate::logs::run::{Fate, fate};
use crate::logs::state::{Doubt, LONGEST_WAIT, Lost, Proof, Read, State, next_try};
use crate::pod::RunState;

impl Track {
    /// The stream ended.
    pub(in crate::logs) fn closed(&mut self, ending: Ending, around: &mut Surroundings<'_>) {
        self.opened(around);
        let is_gone = matches!(self.pod_is, PodIs::Gone(_));
        // Of a pod that is gone it does not come again.
        if let State::Reading { proof: Proof::Awaited { ended }, .. } = &mut self.state
            && (ending == Ending::Clean || is_gone)
        {
            *ended = Some(ending);
            return;
        }
        let unexplained = State::Unexplained { since: around.now };
        let State::Reading { read, .. } = std::mem::replace(&mut self.state, unexplained) else { return };
        self.asks_since = Some(around.now);
        if self.doubt == Doubt::Current {
            self.line_up();
            if self.replay.is_none() {
                self.doubt = Doubt::None;
            }
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
    pub(super) fn extent(&self) -> (u64, usize) {
        let partial = self.replay.as_ref().map_or(self.lines.partial(), Replay::partial);
        (self.written + self.lines.len() as u64, partial)
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

    /// Whether the kubelet cannot find the container any more, as at times that of an evicted pod.
    fn is_out_of_sight(&self) -> bool {
        let state = self.runtime.as_ref().map(|runtime| &runtime.state);
        matches!(state, Some(RunState::Terminated(ended)) if ended.id.is_empty())
    }

    /// The last stream of the run had ended well, and after it there is nothing to be had. Where the pod is being
    /// deleted that is as it should be.
    pub(super) fn say_that_the_rest_is_missing(&mut self) {
        if self.pod_is < PodIs::Going && !self.is_out_of_sight() {
            self.note_gap(None);
        }
    }

    pub(super) fn finish_partial(&mut self, now: Tick) {
        if let Some(replay) = &mut self.replay {
            replay.finish_partial(now);
            self.line_up();
        }
        let anchor = &mut self.anchor;
        self.lines.finish_partial(now, |line| anchor.commit(line));
    }

    /// All of the stream was had, and no more will come of this run.
    pub(super) fn end_with_all(&mut self, read: Read, around: &Surroundings<'_>) {
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

    /// Where all that was asked for was read, the rest is left.
    pub(in crate::logs) fn end_if_enough(&mut self) {
        let Some(reached) = self.lines.reached().filter(|_| !self.is_enough) else { return };
        self.is_enough = true;
        self.state = State::Idle;
        self.asks_since = None;
        self.lost = None;
        self.replay = None;
        self.lines.drop_partial();
        if reached == Reached::Bytes {
            self.note(Note::Limited);
        }
    }

    /// No more can be had, though there may have been more.
    pub(super) fn end_without_the_rest(&mut self, now: Tick) {
        let state = std::mem::replace(&mut self.state, State::Idle);
        self.asks_since = None;
        let is_unproven = matches!(state, State::Reading { proof: Proof::Awaited { .. }, .. });
        // It may be of another pod, which has the name now.
        let unproven = self.replay.take_if(|_| is_unproven).is_some_and(|replay| replay.held_bytes() > 0);
        self.finish_partial(now);
        if self.lost.take().is_some_and(|lost| lost.broke) || unproven {
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
}
