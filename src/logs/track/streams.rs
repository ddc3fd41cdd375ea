//! What the answers of the server mean: bytes, silence, the end of a stream, a refusal.

use std::time::Duration;

use super::{Answer, PodIs, Surroundings, Track};
use crate::logs::anchor::Anchor;
use crate::logs::protocol::{Ending, Note, Refusal, Tick};
use crate::logs::state::{Flow, GONE_FOR, Lost, Proof, Read, State, next_try};

/// A connection that is back sooner is not worth a word.
const WORTH_SAYING: Duration = Duration::from_secs(1);

/// A run whose end the pod tells has ended its stream after so long, or the stream is dead.
const OVER_FOR: Duration = Duration::from_secs(10);

impl Track {
    /// An answer to the request for the last line of a quiet stream, if it is one.
    pub(in crate::logs) fn take_check(&mut self, request: u32, answer: Answer<'_>, now: Tick) -> bool {
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
    pub(in crate::logs) fn opened(&mut self, around: &mut Surroundings<'_>) {
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
        self.quiet.heard(now);
        if self.is_unseen {
            self.prove(around);
        }
    }

    /// Bytes came.
    pub(in crate::logs) fn bytes(&mut self, bytes: &[u8], around: &mut Surroundings<'_>) {
        self.opened(around);
        self.last = around.now;
        self.quiet.heard(around.now);
        if let Some(replay) = &mut self.replay {
            if let Some(resumed) = replay.push(bytes, around.now) {
                // It goes on where that run broke off: it is that run.
                self.go_on(resumed);
                self.prove(around);
            } else if replay.is_too_long() && self.is_proven() {
                self.line_up_if_it_is_of_this_run(around.now);
            }
        } else {
            let Self { lines, anchor, rhythm, .. } = self;
            lines.push(bytes, around.now, |line| {
                anchor.commit(line);
                rhythm.line(line.stamp);
            });
            if self.extent() > self.had {
                self.tries = 0;
            }
        }
    }

    /// Nothing was there to be read since that time.
    pub(in crate::logs) fn drained(&mut self, since: Tick, around: &mut Surroundings<'_>) {
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
                if self.anchor.last().is_none() && self.lines.partial() == 0 {
                    self.live_since.get_or_insert(since);
                }
            }
        }
    }

    /// It was past its budget, and not read: what waits in the connection counts as backlog.
    pub(in crate::logs) fn not_read(&mut self, now: Tick) {
        if let State::Reading { flow, .. } = &mut self.state {
            *flow = Flow::Backlog;
            self.last = now;
        }
    }

    /// The server did not send the log.
    pub(in crate::logs) fn refused(&mut self, refusal: Refusal, around: &mut Surroundings<'_>) {
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
            (Refusal::NothingThere(message), _) if around.options.previous => self.note(Note::Denied(message)),
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

    /// The stream that is read is dead, though nobody said so.
    pub(super) fn give_up(&mut self, why: &str, around: &mut Surroundings<'_>) {
        let ending = Ending::Broken(why.to_owned());
        self.request += 1;
        self.closed(ending, around);
    }

    /// When a silent stream of a run that is over, or of a pod that is gone, is given up.
    pub(super) fn given_up_at(&self) -> Option<Tick> {
        match (self.pod_is, &self.state) {
            (PodIs::Gone(since), State::Asked { .. } | State::Reading { .. }) => Some(since.max(self.last) + GONE_FOR),
            _ if self.can_be_quiet() => self.over_since.map(|since| since.max(self.last) + OVER_FOR),
            _ => None,
        }
    }

    fn is_proven(&self) -> bool {
        matches!(self.state, State::Reading { proof: Proof::Given, .. })
    }

    /// No time is left to wait: what is held becomes lines. The beginning of a line is none.
    pub(in crate::logs) fn release(&mut self) {
        self.line_up();
    }

    pub(super) fn say_lost(&mut self, why: String, now: Tick) {
        let lost = self.lost.get_or_insert(Lost { since: now, broke: true, is_said: false });
        if !std::mem::replace(&mut lost.is_said, true) {
            self.note(Note::Lost(why));
        }
    }
}
