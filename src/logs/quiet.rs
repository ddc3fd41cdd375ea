//! Whether a stream that says nothing has nothing to say.
//!
//! Kubelets stop following a log at its rotation without ending the stream (kubernetes#115701, #108678, #126564), and a
//! connection can be dead without an end. A kubelet also leaves out lines from before the time that was asked for, even if
//! they are written later by a clock that was set back. So the last line is asked for now and then, less often each time;
//! where the stream did not bring it, and does not bring it either, the stream stands still.

use std::time::Duration;

use super::Tick;
use super::lines::Lines;
use super::stamp::Stamp;

/// A stream that said nothing for so long is checked for the first time.
const FIRST_CHECK: Duration = Duration::from_secs(30);

/// The longest time between two checks.
const LONGEST: Duration = Duration::from_secs(16 * 60);

/// A line may still be on its way for so long.
const ON_ITS_WAY: Duration = Duration::from_secs(1);

/// What is known of a stream's silence.
#[derive(Debug)]
pub(super) struct Quiet {
    /// When bytes came last, or it was checked last.
    since: Tick,
    /// How long until it is checked.
    wait: Duration,
    check: Check,
    /// From 0 to 1, so that many are not checked at once.
    jitter: f64,
    /// What the last check found.
    found: Option<Stamp>,
}

#[derive(Debug)]
enum Check {
    None,
    /// The last line was asked for.
    Asked {
        request: u32,
        answer: Lines,
    },
    /// There is a newer line. It must come until then.
    Expected {
        until: Tick,
    },
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// The last line is to be asked for.
    Check,
    /// The stream stands still.
    GiveUp,
}

impl Quiet {
    /// `jitter`: from 0 to 1, so that many are not checked at once.
    pub(super) fn new(jitter: f64) -> Self {
        Self { since: Tick::ZERO, wait: FIRST_CHECK.mul_f64(1.0 + jitter), check: Check::None, jitter, found: None }
    }

    /// The stream said something.
    pub(super) fn heard(&mut self, now: Tick) {
        *self = Self { since: now, ..Self::new(self.jitter) };
    }

    /// When something is to be done, if the stream says nothing until then.
    pub(super) fn deadline(&self) -> Option<Tick> {
        match self.check {
            Check::None => Some(self.since + self.wait),
            Check::Asked { .. } => None,
            Check::Expected { until } => Some(until),
        }
    }

    /// What is to be done now.
    pub(super) fn due(&self, now: Tick) -> Option<Due> {
        self.deadline().filter(|at| *at <= now)?;
        Some(if let Check::Expected { .. } = self.check { Due::GiveUp } else { Due::Check })
    }

    /// The last line is asked for.
    pub(super) fn ask(&mut self, request: u32) {
        self.check = Check::Asked { request, answer: Lines::default() };
    }

    /// Whether that request asks for the last line.
    pub(super) fn awaits(&self, request: u32) -> bool {
        matches!(self.check, Check::Asked { request: asked, .. } if asked == request)
    }

    /// A piece of the answer.
    pub(super) fn bytes(&mut self, bytes: &[u8], now: Tick) {
        if let Check::Asked { answer, .. } = &mut self.check {
            answer.push(bytes, now, |_| ());
        }
    }

    /// The stamp of the last line, where the stream did not bring that line.
    pub(super) fn missed(&self) -> Option<Stamp> {
        self.found.filter(|_| matches!(self.check, Check::Expected { .. }))
    }

    /// The answer is over. `last`: the last line that the stream brought.
    pub(super) fn answered(&mut self, last: Option<Stamp>, now: Tick) {
        self.since = now;
        self.wait = (self.wait * 2).min(LONGEST);
        let Check::Asked { answer, .. } = std::mem::replace(&mut self.check, Check::None) else { return };
        let Some((found, _)) = answer.front_key() else { return };
        // What was there before a stream that never brought a line is no news.
        let known = last.or(self.found);
        self.found = Some(found);
        if known.is_some_and(|known| found != known) {
            self.check = Check::Expected { until: now + ON_ITS_WAY };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATER: Tick = Tick::from_secs(100);

    fn checked(quiet: &mut Quiet, last_line: &str, last: Option<Stamp>) -> Option<Due> {
        assert_eq!(quiet.due(LATER), Some(Due::Check));
        quiet.ask(7);
        assert!(quiet.awaits(7) && !quiet.awaits(6));
        quiet.bytes(last_line.as_bytes(), LATER);
        quiet.answered(last, LATER);
        quiet.due(LATER + ON_ITS_WAY)
    }

    #[test]
    fn a_newer_line_that_does_not_come_means_that_the_stream_stands_still() {
        let line = "1970-01-01T00:00:02Z x\n";
        let checked = |last| checked(&mut Quiet::new(0.0), line, Some(Stamp(last)));
        assert_eq!(checked(2_000_000_000), None);
        assert_eq!(checked(1_000_000_000), Some(Due::GiveUp));
        // The container's clock was set back.
        assert_eq!(checked(3_000_000_000), Some(Due::GiveUp));
    }

    #[test]
    fn one_that_comes_does_not() {
        let mut quiet = Quiet::new(0.0);
        checked(&mut quiet, "1970-01-01T00:00:02Z x\n", Some(Stamp(0)));
        quiet.heard(LATER);
        assert_eq!(quiet.due(LATER + ON_ITS_WAY), None);
    }

    #[test]
    fn what_was_there_before_a_stream_that_never_brought_a_line_is_no_news() {
        assert_eq!(checked(&mut Quiet::new(0.0), "1970-01-01T00:00:02Z x\n", None), None);
        let mut quiet = Quiet { found: Some(Stamp(2_000_000_000)), ..Quiet::new(0.0) };
        assert_eq!(checked(&mut quiet, "1970-01-01T00:00:02Z x\n", None), None);
        let mut quiet = Quiet { found: Some(Stamp(1_000_000_000)), ..Quiet::new(0.0) };
        assert_eq!(checked(&mut quiet, "1970-01-01T00:00:02Z x\n", None), Some(Due::GiveUp));
    }

    #[test]
    fn it_is_checked_less_often_each_time() {
        let mut quiet = Quiet::new(0.0);
        quiet.ask(1);
        quiet.answered(None, LATER);
        assert_eq!(quiet.deadline(), Some(LATER + 2 * FIRST_CHECK));
    }
}
