//! Lines of one track, however its bytes are cut.

use super::*;
use proptest::prelude::*;

fn messages(lines: &mut Lines) -> Vec<(Vec<u8>, i64, u64)> {
    let mut all = Vec::new();
    while let Some(line) = lines.front() {
        all.push((line.message.to_vec(), line.stamp.0, line.cut));
        lines.pop();
    }
    all
}

#[test]
fn a_line_without_a_stamp_inherits_the_one_before_it() {
    let mut lines = Lines::default();
    lines.push(b"1970-01-01T00:00:00.000000007Z a\nno stamp\n", Tick::ZERO, |_| ());
    assert_eq!(messages(&mut lines), [(b"a".to_vec(), 7, 0), (b"no stamp".to_vec(), 7, 0)]);
}

#[test]
fn the_beginning_of_a_line_is_told_from_words_of_others() {
    for (text, words) in [
        ("1970-01-01T00:00:00Z a\nfailed to open log file", Some("failed to open log file")),
        ("1970-01-01T00:00:00Z half a line", None),
        ("1970-01-0", None),
        ("whole line\n", None),
    ] {
        let mut lines = Lines::default();
        lines.push(text.as_bytes(), Tick::ZERO, |_| ());
        assert_eq!(lines.take_foreign_partial().as_deref(), words, "{text:?}");
    }
}

#[test]
fn the_beginning_of_a_stamp_is_no_line() {
    for (text, expected) in [
        ("2001-09-09T01:46:40", None),
        ("2001-09-09T01:46:40.000000001Z", None),
        ("2001-09-09T01:46:40.000000001Z ", Some("")),
        ("2001-09-09T01:46:40.000000001Z 1", Some("1")),
    ] {
        let mut lines = Lines::default();
        lines.push(text.as_bytes(), Tick::ZERO, |_| ());
        lines.finish_partial(Tick::ZERO, |_| ());
        let all: Vec<_> = messages(&mut lines).into_iter().map(|(message, ..)| message).collect();
        assert_eq!(all, expected.map(|message| message.as_bytes().to_vec()).into_iter().collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn a_message_past_1_mib_is_cut_and_measured() {
    let mut lines = Lines::default();
    lines.push(b"1970-01-01T00:00:00Z ", Tick::ZERO, |_| ());
    for _ in 0..3 {
        lines.push(&vec![b'x'; LONGEST_MESSAGE], Tick::ZERO, |_| ());
    }
    lines.push(b"\n1970-01-01T00:00:01Z next\n", Tick::ZERO, |_| ());
    let all = messages(&mut lines);
    assert_eq!((all[0].0.len(), all[0].2), (LONGEST_MESSAGE, 2 * LONGEST_MESSAGE as u64));
    assert_eq!(all[1].0, b"next");
    assert_eq!(lines.bytes(), 0);
}

#[test]
fn a_message_of_1_mib_is_whole() {
    let mut lines = Lines::default();
    lines.push(b"1970-01-01T00:00:00.123456789+00:00 ", Tick::ZERO, |_| ());
    lines.push(&vec![b'x'; LONGEST_MESSAGE], Tick::ZERO, |_| ());
    lines.push(b"\n", Tick::ZERO, |_| ());
    assert_eq!(lines.front().map(|line| (line.message.len(), line.cut)), Some((LONGEST_MESSAGE, 0)));
}

proptest! {
    /// Where the network cuts the bytes makes no difference.
    #[test]
    fn any_cut_gives_the_same_lines(
        text in prop::collection::vec(prop::sample::select(b"ab\n\xff1970-01-01T00:00:00Z ".to_vec()), 0..200),
        cuts in prop::collection::vec(0_usize..200, 0..20),
    ) {
        let mut whole = Lines::default();
        whole.push(&text, Tick::ZERO, |_| ());
        whole.finish_partial(Tick::ZERO, |_| ());
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
        cuts.sort_unstable();
        let mut parts = Lines::default();
        let mut from = 0;
        for cut in cuts.into_iter().chain([text.len()]) {
            parts.push(&text[from..cut], Tick::ZERO, |_| ());
            from = cut;
        }
        parts.finish_partial(Tick::ZERO, |_| ());
        prop_assert_eq!(messages(&mut whole), messages(&mut parts));
    }
}
