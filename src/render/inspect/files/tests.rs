//! What the listings of several containers look like beside one another.

use super::*;

#[test]
fn names_cannot_drive_a_terminal_and_stay_apart() {
    assert_eq!(safe(b"a\nb\t\x1b[31mc\xff\x01"), "a\\nb\\t\\x1b[31mc\\xff^A");
    assert_eq!(safe("ä b'\"\\$(x)".as_bytes()), "ä b'\"\\$(x)");
}

#[test]
fn numbers_have_commas() {
    let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (99_800, "99,800"), (1_234_567, "1,234,567")];
    for (number, expected) in cases {
        assert_eq!(with_commas(number), expected);
    }
}
