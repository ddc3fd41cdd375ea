//! Whether a stream that says nothing has nothing to say.
//!
//! Kubelets stop following a log at its rotation without ending the stream (kubernetes#115701, #108678, #126564), and a
//! connection can be dead without an end. So the last line is asked for now and then, less often each time; where it is
//! newer than what the stream brought, and the stream does not bring it either, the stream stands still.

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
    /// What the first check found of a stream that never brought a line.
    first_found: Option<Stamp>,
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
    pub(super) fn new() -> Self {
        Self { since: Tick::ZERO, wait: FIRST_CHECK, check: Check::None, first_found: None }
    }

    /// The stream said something. `random`: from 0 to 1, so that many are not checked at once.
    pub(super) fn heard(&mut self, now: Tick, random: f64) {
        *self = Self { since: now, wait: FIRST_CHECK.mul_f64(1.0 + random), check: Check::None, ..Self::new() };
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

    /// The answer is over. `last`: the last line that the stream brought.
    pub(super) fn answered(&mut self, last: Option<Stamp>, now: Tick) {
        self.since = now;
        self.wait = (self.wait * 2).min(LONGEST);
        let Check::Asked { answer, .. } = std::mem::replace(&mut self.check, Check::None) else { return };
        let Some((found, _)) = answer.front_key() else { return };
        let known = last.or(self.first_found);
        self.first_found.get_or_insert(found);
        if known.is_some_and(|known| found > known) {
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
        let checked = |last| checked(&mut Quiet::new(), line, Some(Stamp(last)));
        assert_eq!(checked(2_000_000_000), None);
        assert_eq!(checked(1_000_000_000), Some(Due::GiveUp));
    }

    #[test]
    fn one_that_comes_does_not() {
        let mut quiet = Quiet::new();
        checked(&mut quiet, "1970-01-01T00:00:02Z x\n", Some(Stamp(0)));
        quiet.heard(LATER, 0.0);
        assert_eq!(quiet.due(LATER + ON_ITS_WAY), None);
    }

    #[test]
    fn what_was_there_before_a_stream_that_never_brought_a_line_is_no_news() {
        let mut quiet = Quiet::new();
        assert_eq!(checked(&mut quiet, "1970-01-01T00:00:02Z x\n", None), None);
        assert_eq!(quiet.first_found, Some(Stamp(2_000_000_000)));
    }

    #[test]
    fn it_is_checked_less_often_each_time() {
        let mut quiet = Quiet::new();
        quiet.ask(1);
        quiet.answered(None, LATER);
        assert_eq!(quiet.deadline(), Some(LATER + 2 * FIRST_CHECK));
    }
}
