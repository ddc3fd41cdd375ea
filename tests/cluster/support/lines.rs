//! What is written, line by line.

use jiff::Timestamp;

/// What one container wrote, by kubectl's prefix.
pub(crate) fn messages<'a>(stdout: &'a str, pod: &str, container: &str) -> Vec<&'a str> {
    let prefix = format!("[pod/{pod}/{container}] ");
    stdout.lines().filter_map(|line| line.strip_prefix(&prefix)).collect()
}

/// `NAME 1`, `NAME 2`, and so on up to that number.
pub(crate) fn numbered(name: &str, count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("{name} {number}")).collect()
}

/// Nothing lost, nothing doubled, nothing reordered; says where it differs.
#[track_caller]
pub(crate) fn assert_same(written: &[&str], expected: &[String]) {
    let same = written.iter().zip(expected).take_while(|(written, expected)| *written == expected).count();
    let [at, should_be] = [written.get(same).copied(), expected.get(same).map(String::as_str)];
    assert_eq!(at, should_be, "line {} of {} written, {} expected", same + 1, written.len(), expected.len());
}

/// The stamps of lines written with `--timestamps` and kubectl's prefix.
pub(crate) fn stamps(stdout: &str) -> Vec<Timestamp> {
    let stamp = |line: &str| line.split(' ').nth(1).and_then(|stamp| stamp.parse().ok());
    stdout.lines().map(|line| stamp(line).unwrap_or_else(|| panic!("no stamp: {line}"))).collect()
}
