//! Logs that are taken up again, whole and rotated.

use super::*;
use proptest::prelude::*;

/// Lines as a runtime writes them: (milliseconds, text).
fn text(lines: &[(i64, u8)]) -> Vec<u8> {
    let stamp = |millis: i64| jiff::Timestamp::from_millisecond(millis).unwrap();
    lines.iter().flat_map(|(millis, text)| format!("{:.9} {text}\n", stamp(*millis)).into_bytes()).collect()
}

fn commit(lines: &[(i64, u8)]) -> Anchor {
    let (mut anchor, mut queue) = (Anchor::default(), Lines::default());
    queue.push(&text(lines), Tick::ZERO, |line| anchor.commit(line));
    anchor
}

fn resumed(anchor: &Anchor, lines: &[(i64, u8)]) -> (Vec<String>, bool) {
    let mut replay = anchor.replay();
    let Resumed { mut lines, gap } = replay.push(&text(lines), Tick::ZERO).unwrap_or_else(|| replay.give_up_waiting());
    let mut messages = Vec::new();
    while let Some(line) = lines.front() {
        messages.push(String::from_utf8_lossy(line.message).into_owned());
        lines.pop();
    }
    (messages, gap)
}

#[test]
fn goes_on_after_what_was_committed() {
    let anchor = commit(&[(1_000, 1), (1_500, 2)]);
    assert_eq!(resumed(&anchor, &[(1_000, 1), (1_500, 2), (1_600, 3)]), (vec!["3".to_owned()], false));
}

#[test]
fn counts_equal_lines_with_equal_stamps() {
    let anchor = commit(&[(1_000, 1), (1_000, 1)]);
    let replay = [(1_000, 1), (1_000, 1), (1_000, 1)];
    assert_eq!(resumed(&anchor, &replay), (vec!["1".to_owned()], false));
}

#[test]
fn counts_more_equal_lines_than_are_remembered() {
    let mut replay = vec![(1_000, 1); 3 * MOST_REMEMBERED];
    let anchor = commit(&replay);
    replay.extend([(1_000, 1); 2]);
    assert_eq!(resumed(&anchor, &replay), (vec!["1".to_owned(); 2], false));
}

#[test]
fn goes_on_when_the_older_part_was_rotated_away() {
    let anchor = commit(&[(1_000, 1), (1_100, 2), (1_200, 3)]);
    assert_eq!(resumed(&anchor, &[(1_200, 3), (1_300, 4)]), (vec!["4".to_owned()], false));
}

#[test]
fn says_that_lines_may_be_missing_when_nothing_is_found_again() {
    let anchor = commit(&[(1_000, 1)]);
    assert_eq!(resumed(&anchor, &[(9_000, 7)]), (vec!["7".to_owned()], true));
}

#[test]
fn says_nothing_when_nothing_is_new() {
    let anchor = commit(&[(1_000, 1)]);
    assert_eq!(resumed(&anchor, &[]), (vec![], false));
}

#[test]
fn a_line_that_was_forgotten_is_no_news() {
    let log = [(5_000, 1), (5_013, 2), (4_995, 3), (7_001, 4)];
    let mut replay = commit(&log).replay();
    assert!(replay.push(&text(&log[..1]), Tick::ZERO).is_none());
    assert!(!replay.has_news());
}

#[test]
fn goes_on_after_more_than_is_held() {
    let lines = |numbers: std::ops::Range<i64>| -> Vec<u8> {
        let long = "x".repeat(MOST_HELD / 1000);
        let stamp = |number: i64| jiff::Timestamp::from_millisecond(number).unwrap();
        numbers.flat_map(|number| format!("{:.9} {number} {long}\n", stamp(number)).into_bytes()).collect()
    };
    let (mut anchor, mut queue) = (Anchor::default(), Lines::default());
    queue.push(&lines(0..3000), Tick::ZERO, |line| anchor.commit(line));
    let mut replay = anchor.replay();
    let resumed = lines(0..3001).chunks(1 << 16).find_map(|piece| replay.push(piece, Tick::ZERO)).unwrap();
    assert!(replay.held.bytes() <= MOST_HELD + (1 << 16));
    assert_eq!((resumed.lines.len(), resumed.gap), (1, false));
    assert!(resumed.lines.front().unwrap().message.starts_with(b"3000 "));
}

proptest! {
    /// A log, committed up to any line, and replayed from any second before it: what is new comes once.
    #[test]
    fn any_replay_from_an_earlier_second_gives_the_rest_once(
        steps in prop::collection::vec((-50_i64..900, 0_u8..3), 1..60),
        committed in 1_usize..60,
    ) {
        let mut now = 10_000;
        let log: Vec<(i64, u8)> = steps.into_iter().map(|(step, text)| { now += step; (now, text) }).collect();
        let committed = committed.min(log.len());
        let anchor = commit(&log[..committed]);
        let from = anchor.resume_from().unwrap().whole_seconds() * 1000;
        let replay: Vec<_> = log.iter().copied().filter(|(millis, _)| *millis >= from).collect();
        let rest: Vec<String> = log[committed..].iter().map(|(_, text)| text.to_string()).collect();
        prop_assert_eq!(resumed(&anchor, &replay), (rest, false));
    }
}
