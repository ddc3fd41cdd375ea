//! Marks what was looked for in a message.
//!
//! By reversing the colours: that can be seen on every background and within every colour, and ending it leaves a
//! message's own colours as they are. Where they are reversed by the message itself, the mark is that they are not.

use super::terminal_text::{Piece, Pieces, RESET, attributes, push_safe};
use crate::logs::LinePatterns;

const REVERSE: &[u8] = b"\x1b[7m";
const NOT_REVERSE: &[u8] = b"\x1b[27m";

/// Appends a message, with what was found in it marked; safe where it goes to a terminal, elsewhere as it was written.
pub fn push_message(out: &mut Vec<u8>, message: &[u8], highlight: Option<&LinePatterns>, to_terminal: bool) {
    let mut places = highlight.into_iter().flat_map(|patterns| patterns.places(message)).peekable();
    if places.peek().is_none() {
        if to_terminal {
            push_safe(out, message);
        } else {
            out.extend_from_slice(message);
        }
        return;
    }
    let mut at = 0;
    let mut mark = Mark::default();
    let mut colored = false;
    for piece in Pieces(message) {
        let end = at + piece.bytes().len();
        if let Piece::Color(sequence) = piece {
            out.extend_from_slice(sequence);
            mark.colors_changed(out, sequence);
            colored = true;
        } else {
            while places.peek().is_some_and(|place| place.end <= at) {
                places.next();
            }
            // A character is marked if any byte of it was found.
            mark.set(out, places.peek().is_some_and(|place| place.start < end));
            if to_terminal {
                piece.push_safe(out);
            } else {
                out.extend_from_slice(piece.bytes());
            }
        }
        at = end;
    }
    mark.set(out, false);
    if colored && to_terminal {
        out.extend_from_slice(RESET);
    }
}

/// Whether what comes next is marked, and what the message's own colours are.
#[derive(Debug, Default)]
struct Mark {
    is_on: bool,
    /// The message reverses its colours itself.
    reversed: bool,
}

impl Mark {
    fn set(&mut self, out: &mut Vec<u8>, on: bool) {
        if self.is_on != on {
            self.is_on = on;
            self.push(out);
        }
    }

    /// The message changed its colours: within a mark, it may have ended that.
    fn colors_changed(&mut self, out: &mut Vec<u8>, sequence: &[u8]) {
        self.reversed = reverses(sequence, self.reversed);
        if self.is_on {
            self.push(out);
        }
    }

    fn push(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.is_on == self.reversed { NOT_REVERSE } else { REVERSE });
    }
}

/// Whether colours are reversed after an SGR sequence.
fn reverses(sequence: &[u8], before: bool) -> bool {
    let parameters = sequence.strip_prefix(b"\x1b[").and_then(|rest| rest.strip_suffix(b"m")).unwrap_or_default();
    attributes(parameters).fold(before, |reversed, attribute| match attribute {
        "" | "27" => false,
        "7" => true,
        _ => reversed,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pushed(pattern: &str, message: &[u8], to_terminal: bool) -> Vec<u8> {
        let patterns = LinePatterns::new([pattern], false).unwrap();
        let mut out = Vec::new();
        push_message(&mut out, message, patterns.as_ref(), to_terminal);
        out
    }

    /// `[` and `]` stand for the beginning and the end of reversed colours.
    fn shown(pattern: &str, message: &str) -> String {
        let out = String::from_utf8(pushed(pattern, message.as_bytes(), true)).unwrap();
        out.replace("\x1b[7m", "[").replace("\x1b[27m", "]").replace('\x1b', "^")
    }

    #[test]
    fn what_is_found_is_marked() {
        assert_eq!(shown("b", "abc"), "a[b]c");
        assert_eq!(shown("b", "bb"), "[bb]");
        assert_eq!(shown("x", "abc"), "abc");
        assert_eq!(shown("ü", "grün"), "gr[ü]n");
        assert_eq!(shown("c.?$", "abc"), "ab[c]");
    }

    #[test]
    fn the_messages_own_colours_go_on() {
        assert_eq!(shown("b", "^[31mabc".replace('^', "\x1b").as_str()), "^[31ma[b]c^[0m");
        let across = "\x1b[31ma\x1b[0mb\x1b[1mc";
        assert_eq!(shown("a.*c", across), "^[31m[a^[0m[b^[1m[c]^[0m");
    }

    #[test]
    fn what_is_reversed_already_is_marked_all_the_same() {
        assert_eq!(shown("b", "\x1b[1;7mabc"), "^[1;7ma]b[c^[0m");
        assert_eq!(shown("b", "\x1b[38;5;7mabc"), "^[38;5;7ma[b]c^[0m");
        assert_eq!(shown("b", "\x1b[38;2;7;7;7;7mab\x1b[mb"), "^[38;2;7;7;7;7ma]b^[m[b]^[0m");
    }

    #[test]
    fn what_is_found_may_end_anywhere() {
        // Within a colour, and within a character.
        assert_eq!(shown("31|b", "\x1b[31mab"), "^[31ma[b]^[0m");
        assert_eq!(shown(r"(?-u)\xbc", "grün"), "gr[ü]n");
        assert_eq!(shown("a\r", "a\rb"), "[a^M]b");
    }

    #[test]
    fn elsewhere_than_on_a_terminal_only_marks_are_added() {
        assert_eq!(pushed("b", b"a\rb\xff\x1b[2J\x1b[31m", false), b"a\r\x1b[7mb\x1b[27m\xff\x1b[2J\x1b[31m");
    }

    proptest! {
        /// Without the marks it is what it would be without a highlight: as safe, and as coloured.
        #[test]
        fn a_mark_changes_nothing_else(
            message in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'a'), Just(0x1b), Just(b'['), Just(b'm')], 0..60),
            to_terminal in any::<bool>(),
        ) {
            let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).replace("\x1b[7m", "").replace("\x1b[27m", "");
            prop_assume!(!message.windows(2).any(|pair| pair == b"[7" || pair == b"[2"));
            prop_assert_eq!(text(pushed("a+", &message, to_terminal)), text(pushed("(?-u)[^\\x00-\\xff]", &message, to_terminal)));
        }
    }
}
