//! Stamps that no runtime gives on demand: the proxy makes the log up, and breaks it off, time and again.

use jiff::{SignedDuration, Timestamp};

use super::{end_all, running};
use crate::support::{
    Asked, Ending, Fault, LISTENS, Place, Program, Proxy, ServedLog, Spot, assert_same, messages, numbered,
};

/// Lines, stamped so many milliseconds after some time.
pub(super) type Lines = Vec<(i64, String)>;

/// Where an answer is cut, by its number.
pub(super) type Cut = fn(usize) -> usize;

/// All of it was written within two seconds, so every answer has it from its beginning: each is cut later.
const LATER_AND_LATER: Cut = |number| 7_000 * number;

/// An answer begins two seconds before the last line that was had: it is cut after more than is written in two seconds.
pub(super) const EACH_TIME: Cut = |_| 12_000;

/// Each line comes once, in its order, though the log breaks off so many times.
#[track_caller]
pub(super) fn all_come(lines: &Lines, cuts: usize, cut: Cut) {
    let namespace = running(&[("main", LISTENS)]);
    let proxy = Proxy::start();
    let log = ServedLog::default();
    proxy.serve_log("main", &log);
    for number in 1..=cuts {
        let ending = [Ending::Clean, Ending::Reset, Ending::HangUp][number % 3];
        let spot = [Spot::Any, Spot::Stamp, Spot::Lines, Spot::LineAndNewline][number % 4];
        let fault = Fault::Break(Place { after: cut(number), spot }, ending);
        proxy.on(Asked::log("main"), number..=number, fault);
    }
    log.write(stamped(lines));
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web"]));
    let last = format!("[pod/web/main] {}\n", lines.last().unwrap().1);
    logs.wait_until("the last line", |output| output.stdout().ends_with(&last));
    log.end();
    let ended = end_all(&namespace, &["main"], logs);
    let expected: Vec<_> = lines.iter().map(|(_, text)| text.clone()).collect();
    assert_same(&messages(&ended.stdout(), "web", "main"), &expected);
    assert!(!ended.stderr().contains("missing"), "{}", ended.stderr());
    assert!(proxy.count(&Asked::log("main")) > cuts, "it was cut so many times");
}

fn stamped(lines: &Lines) -> impl Iterator<Item = (Timestamp, String)> {
    let start: Timestamp = "2026-03-01T10:00:00Z".parse().unwrap();
    lines.iter().map(move |(after, text)| (start + SignedDuration::from_millis(*after), text.clone()))
}

/// With the numbers from 1 on.
pub(super) fn lines(stamps: impl IntoIterator<Item = i64>) -> Lines {
    let stamps: Vec<_> = stamps.into_iter().collect();
    let texts = numbered("line", stamps.len());
    stamps.into_iter().zip(texts).collect()
}

/// A last line that is like no other.
pub(super) fn and_the_end(mut lines: Lines) -> Lines {
    let last = lines.last().unwrap().0;
    lines.push((last + 1, "end".to_owned()));
    lines
}

/// A runtime may stamp all lines of one read alike.
#[test]
fn equal_stamps() {
    all_come(&lines((0..3_000).map(|number| number / 300 * 100)), 10, LATER_AND_LATER);
}

#[test]
fn equal_stamps_and_equal_texts() {
    let lines = (0..3_000).map(|number| (number / 300 * 100, "tick".to_owned())).collect();
    all_come(&and_the_end(lines), 10, LATER_AND_LATER);
}

#[test]
fn one_long_run_of_equal_lines() {
    let lines = (0..6_000).map(|_| (0, "tick".to_owned())).collect();
    all_come(&and_the_end(lines), 20, LATER_AND_LATER);
}

/// Standard output and error are stamped apart.
#[test]
fn stamps_that_step_back() {
    let step_back = |number: i64| number * 10 - if number % 7 == 0 { 50 } else { 0 };
    all_come(&lines((0..2_000).map(step_back)), 10, EACH_TIME);
}

#[test]
fn stamps_that_step_back_over_the_border_of_a_second() {
    // 30 ms after each full second, the next line is from before it.
    let step_back = |number: i64| number * 10 - if number % 100 == 3 { 50 } else { 0 };
    all_come(&lines((0..2_000).map(step_back)), 10, EACH_TIME);
}

pub(super) const FIVE_MINUTES: i64 = 300_000;

#[test]
fn a_clock_that_jumps_ahead() {
    let jump = |number: i64| number * 10 + if number >= 700 { FIVE_MINUTES } else { 0 };
    all_come(&lines((0..2_000).map(jump)), 10, EACH_TIME);
}

/// A kubelet leaves out every line from before the time that was asked for, also those that are written later.
#[test]
fn a_clock_that_jumps_back() {
    let jump = |number: i64| number * 10 - if number >= 700 { FIVE_MINUTES } else { 0 };
    all_come(&lines((0..2_000).map(jump)), 10, EACH_TIME);
}
