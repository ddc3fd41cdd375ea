//! The same with few lines: runs that are small enough to be recorded (`tests/traces/record.sh`), and replayed without a
//! cluster.

use super::stamps::{Cut, EACH_TIME, FIVE_MINUTES, Lines, all_come, and_the_end, lines};
use super::streams::all_are_cut;

/// Each answer has the log from its beginning.
const LATER_AND_LATER: Cut = |number| 4_000 * number;

/// 20 ms apart, but for what that adds by their number. An answer begins up to five seconds before the last line that was
/// had, so they are of more than that.
fn stamped(and: impl Fn(i64) -> i64) -> Lines {
    lines((0..600).map(|number| number * 20 + and(number)))
}

#[test]
fn cut_anywhere_in_any_way() {
    all_are_cut(80, 150);
}

#[test]
fn equal_stamps_and_equal_texts() {
    let lines = (0..600).map(|number| (number / 100 * 100, "tick".to_owned())).collect();
    all_come(&and_the_end(lines), 4, LATER_AND_LATER);
}

#[test]
fn stamps_that_step_back() {
    all_come(&stamped(|number| if number % 7 == 0 { -50 } else { 0 }), 5, EACH_TIME);
}

#[test]
fn stamps_that_step_back_over_the_border_of_a_second() {
    all_come(&stamped(|number| if number % 50 == 2 { -50 } else { 0 }), 5, EACH_TIME);
}

#[test]
fn a_clock_that_jumps_ahead() {
    all_come(&stamped(|number| if number >= 300 { FIVE_MINUTES } else { 0 }), 3, EACH_TIME);
}

#[test]
fn a_clock_that_jumps_back() {
    all_come(&stamped(|number| if number >= 300 { -FIVE_MINUTES } else { 0 }), 3, EACH_TIME);
}
