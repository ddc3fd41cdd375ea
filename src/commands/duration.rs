//! Durations as kubectl's flags take them: Go's `300ms`, `1.5h`, `1h30m`, and a bare `0`.

use std::num::IntErrorKind;
use std::time::Duration;

/// The longest there is: Go counts nanoseconds in an `int64`.
const LONGEST: Duration = Duration::from_nanos(i64::MAX as u64);

/// Reads a duration that is not negative.
///
/// # Errors
/// What is wrong with it, and how to write it.
pub fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || format!("time: invalid duration {text:?}: write it as 30s, 5m or 1h30m");
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    if text.is_empty() {
        return Err(wrong());
    }
    let mut rest = text;
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').ok_or_else(wrong)?;
        let (number, tail) = rest.split_at(digits);
        let end = tail.find(|letter: char| letter.is_ascii_digit() || letter == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(end);
        let number: f64 = number.parse().map_err(|_| wrong())?;
        seconds += number * unit_seconds(unit).ok_or_else(wrong)?;
        rest = tail;
    }
    // No duration at all is one that is longer still: there are no negative ones.
    bounded(text, Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

fn bounded(text: &str, duration: Duration) -> Result<Duration, String> {
    if duration > LONGEST {
        return Err(format!("time: invalid duration {text:?}: it is longer than 292 years, and no duration can be"));
    }
    Ok(duration)
}

/// The same for `--request-timeout`, which also takes a bare number of seconds, and nothing: no end.
///
/// # Errors
/// As [`parse`].
pub fn parse_or_seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<u64>() {
        _ if text.is_empty() => Ok(Duration::ZERO),
        Ok(seconds) => bounded(text, Duration::from_secs(seconds)),
        Err(error) if *error.kind() == IntErrorKind::PosOverflow => bounded(text, Duration::MAX),
        Err(_) => parse(text),
    }
}

fn unit_seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1e-9,
        "us" | "µs" | "μs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_go_reads() {
        let cases =
            [("0", 0), ("300ms", 300), ("1.5s", 1500), ("5m", 300_000), ("1h30m", 5_400_000), ("2h0m1s", 7_201_000)];
        for (text, millis) in cases {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in ["", "5", "m", "-5m", "5 m", "5x", "1..5s", "5m3"] {
            assert!(parse(text).unwrap_err().contains("write it as 30s"), "{text}");
        }
    }

    #[test]
    fn refuses_what_go_has_no_room_for() {
        for text in ["9223372037s", "2562048h", "9999999999999999999s", "99999999999999999999h"] {
            assert!(parse(text).unwrap_err().contains("longer than 292 years"), "{text}");
        }
        for text in ["9223372037", "18446744073709551615", "18446744073709551616"] {
            assert!(parse_or_seconds(text).unwrap_err().contains("longer than 292 years"), "{text}");
        }
        assert_eq!(parse("2562047h"), parse_or_seconds("9223369200"));
        assert_eq!(parse_or_seconds("9223372036"), Ok(Duration::from_secs(9_223_372_036)));
    }
}
