//! What a stream that is taken up again brings: lines that are new, or perhaps those of another run.
//!
//! The pod's word is late at times. Where a stream does not go on where the run broke off, the log before the current one
//! tells whether the run is over, or parts of its log were rotated away.

use super::{SILENT_AT_MOST, Surroundings, Track};
use crate::logs::anchor::{Replay, Resumed};
use crate::logs::protocol::Tick;
use crate::logs::state::{Doubt, Read, State, next_try};

impl Track {
    pub(super) fn line_up_if_it_is_of_this_run(&mut self, now: Tick) {
        match &self.state {
            State::Reading { read: Read::Previous, .. } => {}
            State::Reading { read: Read::Rest { previous: true, .. }, .. } => self.line_up(),
            _ if self.is_doubtful() => self.ask_for_the_log_before(now),
            _ => self.line_up(),
        }
    }

    /// Whether what is held may be of another run than the one that is read.
    pub(super) fn is_doubtful(&self) -> bool {
        self.doubt != Doubt::Current && !self.is_unseen && self.replay.as_ref().is_some_and(Replay::is_doubtful)
    }

    pub(super) fn ask_for_the_log_before(&mut self, now: Tick) {
        // What the stream brought comes again.
        self.request += 1;
        self.replay = None;
        self.asks_since = None;
        self.tries = 0;
        self.state = State::Due { since: now, at: now, read: Read::Previous };
    }

    /// The last line of the log before the current one was read, or there is none.
    pub(super) fn judge_previous(&mut self, around: &mut Surroundings<'_>) {
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
    pub(super) fn is_current(&mut self, now: Tick) {
        self.doubt = Doubt::Current;
        self.asks_since = None;
        self.state = State::Due { since: now, at: now, read: Read::Resume };
    }

    /// Finds out which of the held lines are new, with what there is by now. Where there is none yet, that waits.
    pub(super) fn line_up(&mut self) {
        if let Some(mut replay) = self.replay.take_if(|replay| !replay.is_only_a_beginning()) {
            self.go_on(replay.give_up_waiting());
        }
    }

    pub(super) fn go_on(&mut self, resumed: Resumed) {
        if resumed.gap {
            let to = resumed.lines.front().map(|line| line.stamp);
            self.note_gap(to);
        }
        self.missed = None;
        if !resumed.lines.is_empty() {
            self.tries = 0;
        }
        let Self { lines, anchor, rhythm, .. } = self;
        lines.absorb(resumed.lines, |line| {
            anchor.commit(line);
            rhythm.line(line.stamp);
        });
        self.replay = None;
    }
}
