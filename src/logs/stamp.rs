//! The stamp in front of each line: read from bytes, fast, because every line has one.
//!
//! The runtime writes RFC 3339 with up to nine digits of a second and any zone offset, not only `Z`; so stamps
//! are parsed, never compared as text.

use serde::{Deserialize, Serialize};

/// Length of `2026-11-22T18:23:24`.
const SECONDS_TEXT: usize = 19;

/// Stamps of one stream can step back by so much, since stdout and stderr are stamped apart.
pub(super) const STEP_BACK_SECONDS: i64 = 2;

/// A point in time: nanoseconds since 1970-01-01T00:00:00Z. Good from 1677 to 2262.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Stamp(pub i64);

impl Stamp {
    /// The message of a line that begins with a stamp; `None` where it does not.
    pub fn strip(line: &[u8]) -> Option<&[u8]> {
        StampReader::default().read(line).map(|(_, at)| &line[at..])
    }

    /// The whole second it lies in, since the epoch.
    pub fn whole_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000_000)
    }

    /// This much earlier.
    #[must_use]
    pub fn minus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_sub(seconds.saturating_mul(1_000_000_000)))
    }
}

/// Reads stamps. Remembers the last second it read: in a busy log most lines share it.
#[derive(Debug, Clone, Default)]
pub(super) struct StampReader {
    text: [u8; SECONDS_TEXT],
    seconds: i64,
}

impl StampReader {
    /// The stamp at the start of a line, and where the message begins. `None` where there is no stamp.
    pub(super) fn read(&mut self, line: &[u8]) -> Option<(Stamp, usize)> {
        let text: &[u8; SECONDS_TEXT] = line.first_chunk()?;
        if *text != self.text {
            self.seconds = civil_seconds(text)?;
            self.text = *text;
        }
        let (nanos, at) = fraction(line)?;
        let (offset, at) = zone(line, at)?;
        match line.get(at) {
            Some(b' ') => Some((self.stamp(nanos, offset), at + 1)),
            None | Some(b'\n') => Some((self.stamp(nanos, offset), at)),
            Some(_) => None,
        }
    }

    fn stamp(&self, nanos: i64, offset: i64) -> Stamp {
        Stamp((self.seconds - offset).saturating_mul(1_000_000_000).saturating_add(nanos))
    }
}

/// Nanoseconds after the whole second, and where the zone begins.
fn fraction(line: &[u8]) -> Option<(i64, usize)> {
    if line.get(SECONDS_TEXT) != Some(&b'.') {
        return Some((0, SECONDS_TEXT));
    }
    let digits = &line[SECONDS_TEXT + 1..];
    let count = digits.iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
    let value = digits[..count].iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    let scale = (count..9).fold(1, |scale, _| scale * 10);
    (count > 0).then_some((value * scale, SECONDS_TEXT + 1 + count))
}

/// Seconds east of Greenwich, and where the zone ends.
fn zone(line: &[u8], at: usize) -> Option<(i64, usize)> {
    match line.get(at)? {
        b'Z' => Some((0, at + 1)),
        sign @ (b'+' | b'-') => {
            let text = line.get(at + 1..at + 6).filter(|text| text[2] == b':')?;
            let seconds = number(&text[..2])? * 3600 + number(&text[3..])? * 60;
            Some((if *sign == b'+' { seconds } else { -seconds }, at + 6))
        }
        _ => None,
    }
}

/// `2026-11-22T18:23:24` as seconds since the epoch, as if in UTC.
fn civil_seconds(text: &[u8; SECONDS_TEXT]) -> Option<i64> {
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators.iter().any(|(at, byte)| text[*at] != *byte) {
        return None;
    }
    let (year, month, day) = (number(&text[..4])?, number(&text[5..7])?, number(&text[8..10])?);
    let (hour, minute, second) = (number(&text[11..13])?, number(&text[14..16])?, number(&text[17..])?);
    let is_time = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    is_time.then(|| days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Days since 1970-01-01 in the Gregorian calendar, with years that begin in March so that leap days come last
/// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + i64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(line: &str) -> Option<(i64, &str)> {
        StampReader::default().read(line.as_bytes()).map(|(stamp, at)| (stamp.0, &line[at..]))
    }

    #[test]
    fn reads_what_runtimes_write() {
        assert_eq!(read("1970-01-01T00:00:01.000000002Z hello"), Some((1_000_000_002, "hello")));
        assert_eq!(read("1970-01-01T01:00:00.5+01:00 x"), Some((500_000_000, "x")));
        assert_eq!(read("1969-12-31T23:00:00-01:00 x"), Some((0, "x")));
        assert_eq!(read("1970-01-01T00:00:00Z "), Some((0, "")));
        assert_eq!(read("1970-01-01T00:00:00Z"), Some((0, "")));
    }

    #[test]
    fn refuses_what_only_looks_like_a_stamp() {
        for line in ["", "hello", "1970-01-01T00:00:00", "1970-01-01T00:00:00.Z x", "1970-13-01T00:00:00Z x"] {
            assert_eq!(read(line), None, "{line:?}");
        }
        assert_eq!(read("1970-01-01T00:00:00Zx"), None);
        assert_eq!(read("1970-01-01T00:00:00+0100 x"), None);
    }

    #[test]
    fn a_bad_second_is_not_remembered() {
        let mut reader = StampReader::default();
        assert_eq!(reader.read(b"1970-13-01T00:00:00Z x"), None);
        assert_eq!(reader.read(b"1970-13-01T00:00:00Z x"), None);
    }

    proptest! {
        #[test]
        fn agrees_with_a_library(seconds in -5_000_000_000_i64..5_000_000_000, nanos in 0_i32..1_000_000_000, offset in -14_i8..=14) {
            let time = jiff::Timestamp::new(seconds, if seconds < 0 { 0 } else { nanos }).unwrap();
            let zone = jiff::tz::Offset::constant(offset);
            let text = format!("{} x", time.display_with_offset(zone));
            let (stamp, at) = StampReader::default().read(text.as_bytes()).unwrap();
            prop_assert_eq!(i128::from(stamp.0), time.as_nanosecond());
            prop_assert_eq!(&text[at..], "x");
        }

        #[test]
        fn never_panics(line in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = StampReader::default().read(&line);
        }
    }
}
