//! Which part of each log: the flags of `logs` for that, but for those that say where it begins.

use std::time::Duration;

use clap::Args;
use jiff::Timestamp;

use crate::commands::duration;
use crate::error::{Error, Result};
use crate::logs::{Since, Stamp, UpTo};

/// Which part of each log.
#[derive(Debug, Args)]
pub(super) struct RangeArgs {
    /// The log of the previous run of each container that was restarted
    ///
    /// It is not followed, as it does not grow. A container without a previous run is left out; that is an error only
    /// if no container has one.
    #[arg(short, long, value_name = "BOOL", num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = false, default_missing_value = "true", action = clap::ArgAction::Set)]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    pub(super) previous: bool,
    /// End with lines from this time (RFC 3339), or of this age, such as 5m
    ///
    /// Following ends then, too. An age is counted back from now by this machine's clock.
    #[arg(long, value_name = "TIME|DURATION", value_parser = moment)]
    pub(super) until: Option<Moment>,
    /// At most this many bytes of each container's log, as whole lines without prefix and time; 0: all
    ///
    /// Counted after --tail and --since, and before --include and --exclude. Following a container ends there, too.
    #[arg(long, value_name = "BYTES", value_parser = bytes, default_value = "0", hide_default_value = true)]
    #[arg(allow_hyphen_values = true)]
    pub(super) limit_bytes: u64,
}

/// `--until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    At(Timestamp),
    Before(Duration),
}

impl Moment {
    /// When that is.
    pub(super) fn time(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::Before(age) => before(now, age),
        }
    }
}

/// The end of what is to be read, and whether that is over.
///
/// # Errors
/// Nothing can be between the beginning and the end, or lines are to be counted from another end.
pub(super) fn up_to(
    until: Option<Moment>,
    since: Option<Since>,
    tail: Option<i64>,
    now: Timestamp,
) -> Result<Option<(UpTo, bool)>> {
    let Some(time) = until.map(|until| until.time(now)) else { return Ok(None) };
    let end = stamp(time);
    let begin = since.map(|since| match since {
        Since::Time(begin) => begin,
        Since::Age(seconds) => stamp(before(now, Duration::from_secs(seconds))),
    });
    if begin.is_some_and(|begin| begin >= end) {
        return Err(Error::usage("--until is before --since: no line can be between them"));
    }
    let is_over = time <= now;
    if is_over && tail.is_some_and(|tail| tail >= 0) {
        return Err(Error::usage("--tail counts from the end of a log, and --until ends before that")
            .hint("say where to begin with --since or --since-time"));
    }
    let at = Duration::try_from(time.duration_since(now)).unwrap_or_default();
    Ok(Some((UpTo { stamp: end, at }, is_over)))
}

/// Nanoseconds since 1970, as far as they go.
pub(super) fn stamp(time: Timestamp) -> Stamp {
    let nanoseconds = time.as_nanosecond();
    Stamp(i64::try_from(nanoseconds).unwrap_or(if nanoseconds < 0 { i64::MIN } else { i64::MAX }))
}

fn before(now: Timestamp, age: Duration) -> Timestamp {
    now.checked_sub(age).unwrap_or(Timestamp::MIN)
}

fn moment(text: &str) -> std::result::Result<Moment, String> {
    match (text.parse(), duration::parse(text)) {
        (Ok(time), _) => Ok(Moment::At(time)),
        (_, Ok(age)) => Ok(Moment::Before(age)),
        _ => Err("write a time as RFC 3339 has it, such as 2026-01-31T08:00:00Z, or an age, such as 5m".to_owned()),
    }
}

fn bytes(text: &str) -> std::result::Result<u64, String> {
    text.parse().map_err(|_| "write a whole number of bytes, or 0 for all of them".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-31T08:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_moment_is_a_time_or_an_age() {
        let time = |text| moment(text).unwrap().time(now()).to_string();
        assert_eq!(time("2026-01-31T07:00:00+01:00"), "2026-01-31T06:00:00Z");
        assert_eq!(time("1h30m"), "2026-01-31T06:30:00Z");
        assert!(moment("yesterday").is_err() && moment("-5m").is_err());
        assert_eq!(time("2562047h"), "1733-10-22T09:00:00Z");
    }

    #[test]
    fn what_is_yet_to_come_is_not_over() {
        let of = |text| up_to(Some(moment(text).unwrap()), None, None, now()).unwrap().unwrap();
        let (five, is_over) = of("5m");
        assert_eq!((five.stamp, five.at, is_over), (Stamp(1_769_846_100_000_000_000), Duration::ZERO, true));
        let (later, is_over) = of("2026-01-31T08:00:30Z");
        assert_eq!((later.at, is_over), (Duration::from_secs(30), false));
    }

    #[test]
    fn the_end_is_after_the_beginning() {
        let of = |until, since| up_to(Some(moment(until).unwrap()), Some(since), None, now());
        assert!(of("5m", Since::Age(600)).is_ok() && of("5m", Since::Age(300)).is_err());
        assert!(of("5m", Since::Time(stamp(now()))).is_err());
    }
}
