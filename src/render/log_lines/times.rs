//! The time in front of a message, in each form. The text of a second is made once: most lines share it.

use std::io::Write as _;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::logs::Stamp;

const NANOSECONDS: i64 = 1_000_000_000;

/// Which time stands before the message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Times {
    /// None.
    #[default]
    None,
    /// The runtime's own text, as kubectl has it.
    Runtime,
    /// `2026-01-31T08:00:00.123Z`
    Utc,
    /// `2026-01-31T09:00:00.123+01:00`
    Local(TimeZone),
    /// `+12.034s`, since the first line that is shown.
    Relative,
}

/// Writes stamps as text.
#[derive(Debug)]
pub(super) struct Clock {
    zone: TimeZone,
    second: Option<i64>,
    /// `2026-01-31T08:00:00` of that second.
    date: String,
    /// `Z` or `+01:00`.
    offset: String,
    /// What is relative is since then.
    first: Option<Stamp>,
}

/// Digits of a second.
#[derive(Debug, Clone, Copy)]
pub(super) enum Precision {
    Milliseconds,
    Nanoseconds,
}

impl Clock {
    pub(super) fn utc() -> Self {
        Self::at(TimeZone::UTC)
    }

    /// The clock for that form.
    pub(super) fn for_times(times: &Times) -> Self {
        match times {
            Times::Local(zone) => Self::at(zone.clone()),
            _ => Self::utc(),
        }
    }

    fn at(zone: TimeZone) -> Self {
        Self { zone, second: None, date: String::new(), offset: String::new(), first: None }
    }

    /// Appends the point in time, as RFC 3339 has it.
    pub(super) fn push(&mut self, out: &mut Vec<u8>, stamp: Stamp, precision: Precision) {
        let (second, nanos) = (stamp.whole_seconds(), stamp.0.rem_euclid(NANOSECONDS));
        if self.second != Some(second) {
            self.read_second(second);
        }
        out.extend_from_slice(self.date.as_bytes());
        let (value, digits) = match precision {
            Precision::Milliseconds => (nanos / 1_000_000, 3),
            Precision::Nanoseconds => (nanos, 9),
        };
        push_fraction(out, value, digits);
        out.extend_from_slice(self.offset.as_bytes());
    }

    /// Appends how long after the first stamp that was seen that is: `+12.034s`. Lines that are late are before it.
    pub(super) fn push_relative(&mut self, out: &mut Vec<u8>, stamp: Stamp, least_columns: usize) {
        let first = *self.first.get_or_insert(stamp);
        let milliseconds = stamp.0.saturating_sub(first.0) / 1_000_000;
        let sign = if milliseconds < 0 { '-' } else { '+' };
        let (seconds, rest) = (milliseconds.unsigned_abs() / 1000, milliseconds.unsigned_abs() % 1000);
        let text = format!("{sign}{seconds}.{rest:03}s");
        // Writing to memory cannot fail.
        let _ = write!(out, "{text:>least_columns$}");
    }

    fn read_second(&mut self, second: i64) {
        self.second = Some(second);
        let time = Timestamp::from_second(second).unwrap_or_default().to_zoned(self.zone.clone());
        self.date = time.datetime().to_string();
        self.offset = if self.zone == TimeZone::UTC { "Z".to_owned() } else { offset(time.offset().into()) };
    }
}

/// `+01:00`
fn offset(east: SignedDuration) -> String {
    let sign = if east.is_negative() { '-' } else { '+' };
    let minutes = east.as_secs().unsigned_abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

fn push_fraction(out: &mut Vec<u8>, mut value: i64, digits: usize) {
    let at = out.len();
    out.resize(at + digits + 1, b'.');
    for place in out[at + 1..].iter_mut().rev() {
        *place = b'0' + u8::try_from(value % 10).unwrap_or_default();
        value /= 10;
    }
}

/// A stamp as RFC 3339 has it.
pub fn time(stamp: Stamp) -> String {
    Timestamp::from_nanosecond(i128::from(stamp.0)).map_or_else(|_| "?".to_owned(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 2026-01-31T08:00:00.1234Z
    const MORNING: Stamp = Stamp(1_769_846_400_123_400_000);

    fn shown(mut clock: Clock, stamp: Stamp, precision: Precision) -> String {
        let mut out = Vec::new();
        clock.push(&mut out, stamp, precision);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_form() {
        assert_eq!(shown(Clock::utc(), MORNING, Precision::Milliseconds), "2026-01-31T08:00:00.123Z");
        assert_eq!(shown(Clock::utc(), MORNING, Precision::Nanoseconds), "2026-01-31T08:00:00.123400000Z");
        let zone = TimeZone::fixed(jiff::tz::Offset::from_seconds(5 * 3600 + 1800).unwrap());
        let clock = Clock::for_times(&Times::Local(zone));
        assert_eq!(shown(clock, MORNING, Precision::Milliseconds), "2026-01-31T13:30:00.123+05:30");
        let zone = TimeZone::fixed(jiff::tz::Offset::constant(-8));
        let clock = Clock::for_times(&Times::Local(zone));
        assert_eq!(shown(clock, MORNING, Precision::Milliseconds), "2026-01-31T00:00:00.123-08:00");
    }

    #[test]
    fn what_is_relative_is_since_the_first() {
        let mut clock = Clock::utc();
        let mut at = |nanoseconds: i64, columns| {
            let mut out = Vec::new();
            clock.push_relative(&mut out, Stamp(MORNING.0 + nanoseconds), columns);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(at(0, 0), "+0.000s");
        assert_eq!(at(12_034_999_999, 0), "+12.034s");
        assert_eq!(at(-10_000_000, 0), "-0.010s");
        assert_eq!(at(3_600_000_000_000, 11), " +3600.000s");
    }

    proptest! {
        #[test]
        fn agrees_with_a_library(nanoseconds in any::<i64>(), before in any::<i64>()) {
            let mut clock = Clock::utc();
            let mut out = Vec::new();
            clock.push(&mut out, Stamp(before), Precision::Nanoseconds);
            out.clear();
            clock.push(&mut out, Stamp(nanoseconds), Precision::Nanoseconds);
            let read: Timestamp = String::from_utf8(out).unwrap().parse().unwrap();
            prop_assert_eq!(read.as_nanosecond(), i128::from(nanoseconds));
        }
    }
}
