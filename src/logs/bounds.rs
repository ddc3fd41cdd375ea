//! How far a container's log is read: up to a moment, and up to a number of bytes.
//!
//! Decides line by line which are wanted, and when no more are to be expected. What is bounded is all that is read of a
//! container, through lost connections and restarts.

use serde::{Deserialize, Serialize};

use super::protocol::{Options, Tick};
use super::stamp::{STEP_BACK_SECONDS, Stamp};

/// Lines are read up to a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpTo {
    /// The last moment of which lines are wanted.
    pub stamp: Stamp,
    /// When that is, or was, by the clock of the engine.
    #[serde(with = "super::recorded::seconds")]
    pub at: Tick,
}

impl UpTo {
    /// When nothing more is to be expected of what is read as it is written. Clocks of nodes differ, too.
    pub(super) fn is_over_at(self) -> Tick {
        self.at + Tick::from_secs(STEP_BACK_SECONDS.unsigned_abs())
    }
}

/// What is wanted of one container's log.
#[derive(Debug, Clone, Default)]
pub(super) struct Bounds {
    up_to: Option<Stamp>,
    bytes_left: Option<u64>,
    reached: Option<Reached>,
}

/// Why no more of a log is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// It has come past the last moment.
    Moment,
    /// No line is left that would be within its bytes, or the next one is too long for that.
    Bytes,
}

impl Bounds {
    pub(super) fn new(options: &Options) -> Self {
        let up_to = options.up_to.map(|up_to| up_to.stamp);
        Self { up_to, bytes_left: options.limit_bytes, reached: None }
    }

    /// Whether a line with a message of that length is wanted. To be asked once for each, in order.
    pub(super) fn admit(&mut self, stamp: Stamp, length: usize) -> bool {
        if self.reached.is_some() {
            return false;
        }
        if let Some(up_to) = self.up_to
            && stamp > up_to
        {
            if stamp.minus_seconds(STEP_BACK_SECONDS) > up_to {
                self.reached = Some(Reached::Moment);
            }
            return false;
        }
        let Some(left) = &mut self.bytes_left else { return true };
        // With its line's end, as a server counts that sends no stamps.
        let rest = left.checked_sub(length as u64 + 1);
        *left = rest.unwrap_or_default();
        if *left == 0 {
            self.reached = Some(Reached::Bytes);
        }
        rest.is_some()
    }

    /// Why no more is read, if that is so.
    pub(super) fn reached(&self) -> Option<Reached> {
        self.reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;

    fn admitted(options: &Options, lines: &[(i64, usize)]) -> (Vec<bool>, Option<Reached>) {
        let mut bounds = Bounds::new(options);
        let admitted = lines.iter().map(|(stamp, length)| bounds.admit(Stamp(*stamp), *length)).collect();
        (admitted, bounds.reached())
    }

    #[test]
    fn all_is_wanted_where_nothing_else_is_said() {
        assert_eq!(admitted(&Options::default(), &[(i64::MAX, 1 << 20)]), (vec![true], None));
    }

    #[test]
    fn a_line_from_before_the_moment_may_come_after_one_from_after_it() {
        let up_to = Some(UpTo { stamp: Stamp(10 * SECOND), at: Tick::ZERO });
        let options = Options { up_to, ..Options::default() };
        let lines = [(10 * SECOND, 1), (10 * SECOND + 1, 1), (12 * SECOND, 1), (9 * SECOND, 1)];
        assert_eq!(admitted(&options, &lines), (vec![true, false, false, true], None));
        let past = [(12 * SECOND + 1, 1), (9 * SECOND, 1)];
        assert_eq!(admitted(&options, &past), (vec![false, false], Some(Reached::Moment)));
    }

    #[test]
    fn lines_are_whole_and_end_with_the_first_that_does_not_fit() {
        let options = Options { limit_bytes: Some(10), ..Options::default() };
        assert_eq!(admitted(&options, &[(0, 4), (0, 3)]), (vec![true, true], None));
        assert_eq!(admitted(&options, &[(0, 4), (0, 4)]), (vec![true, true], Some(Reached::Bytes)));
        let lines = [(0, 4), (0, 5), (0, 1)];
        assert_eq!(admitted(&options, &lines), (vec![true, false, false], Some(Reached::Bytes)));
    }
}
