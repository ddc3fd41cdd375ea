//! Text from elsewhere, made safe to show on a terminal: it can be read, and it cannot drive anything.
//!
//! Colours and weights (SGR, `ESC [ … m`) pass, and are reset at the end; those that hide text or make it blink do not.
//! Every other control character is made visible: C0 as `^X`, C1 and bidirectional controls as `<U+202E>`, bytes that are
//! no UTF-8 as `\xNN`. Tabs pass.

const ESCAPE: u8 = 0x1b;
pub(super) const RESET: &[u8] = b"\x1b[0m";

/// Appends the text to `out`, safe for a terminal.
pub fn push_safe(out: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    let mut colored = false;
    loop {
        let plain = rest.iter().take_while(|byte| matches!(byte, b' '..=b'~' | b'\t')).count();
        out.extend_from_slice(&rest[..plain]);
        let mut pieces = Pieces(&rest[plain..]);
        let Some(piece) = pieces.next() else { break };
        colored |= matches!(piece, Piece::Color(_));
        piece.push_safe(out);
        rest = pieces.0;
    }
    if colored {
        out.extend_from_slice(RESET);
    }
}

/// The text, safe for a terminal.
pub fn safe(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    push_safe(&mut out, text.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}

/// A text as a terminal takes it in, piece by piece.
#[derive(Debug, Clone)]
pub(super) struct Pieces<'a>(pub(super) &'a [u8]);

/// What cannot be parted: a colour, a character, or a byte that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A whole SGR sequence.
    Color(&'a [u8]),
    /// All else.
    Character(&'a [u8]),
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let first = *self.0.first()?;
        let color = sgr_length(self.0);
        let length = match color {
            Some(length) => length,
            None if first.is_ascii() => 1,
            None => first_character(self.0).map_or(1, char::len_utf8),
        };
        let (piece, rest) = self.0.split_at(length);
        self.0 = rest;
        Some(if color.is_some() { Piece::Color(piece) } else { Piece::Character(piece) })
    }
}

impl<'a> Piece<'a> {
    /// As it was written.
    pub(super) fn bytes(self) -> &'a [u8] {
        match self {
            Self::Color(bytes) | Self::Character(bytes) => bytes,
        }
    }

    /// Appends it, safe for a terminal.
    pub(super) fn push_safe(self, out: &mut Vec<u8>) {
        match self {
            Self::Color(bytes) => out.extend_from_slice(bytes),
            Self::Character([byte]) if byte.is_ascii() => push_ascii(out, *byte),
            Self::Character(bytes) => push_character(out, bytes),
        }
    }
}

/// The length of the SGR sequence that the text begins with.
fn sgr_length(text: &[u8]) -> Option<usize> {
    let parameters = text.strip_prefix(&[ESCAPE, b'['])?;
    let count = parameters.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b';' | b':')).count();
    let is_sgr = parameters.get(count) == Some(&b'm') && !hides_or_blinks(&parameters[..count]);
    is_sgr.then_some(count + 3)
}

/// Whether one of the attributes is 5 or 6 (blink) or 8 (conceal).
fn hides_or_blinks(parameters: &[u8]) -> bool {
    attributes(parameters).any(|attribute| matches!(attribute, "5" | "6" | "8"))
}

/// The attributes that the parameters of an SGR sequence set, without leading zeros; an empty one resets all. Behind 38, 48
/// and 58 numbers name a colour, as `5;N` or `2;R;G;B`: they are no attributes.
pub(super) fn attributes(parameters: &[u8]) -> impl Iterator<Item = &str> {
    let mut numbers = parameters.split(|byte| *byte == b';').map(|number| {
        let text = std::str::from_utf8(number).unwrap_or_default();
        // With colons, what belongs together is one parameter.
        let (first, rest) = text.split_once(':').unwrap_or((text, ""));
        (first.trim_start_matches('0'), rest.is_empty())
    });
    std::iter::from_fn(move || {
        let (attribute, is_alone) = numbers.next()?;
        if is_alone && matches!(attribute, "38" | "48" | "58") {
            let more = match numbers.next() {
                Some(("5", _)) => 1,
                Some(("2", _)) => 3,
                _ => 0,
            };
            numbers.by_ref().take(more).for_each(drop);
        }
        Some(attribute)
    })
}

fn push_ascii(out: &mut Vec<u8>, byte: u8) {
    match byte {
        b' '..=b'~' | b'\t' => out.push(byte),
        // 0x00 is ^@, 0x1b is ^[, 0x7f is ^?, as terminals have always shown them.
        _ => out.extend_from_slice(&[b'^', byte ^ 0x40]),
    }
}

/// The character that the text begins with; `None`: its first byte is no UTF-8.
fn first_character(text: &[u8]) -> Option<char> {
    let head = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    valid.chars().next()
}

fn push_character(out: &mut Vec<u8>, bytes: &[u8]) {
    match first_character(bytes) {
        Some(character) if drives_a_terminal(character) => {
            out.extend_from_slice(format!("<U+{:04X}>", u32::from(character)).as_bytes());
        }
        Some(_) => out.extend_from_slice(bytes),
        None => out.extend_from_slice(format!("\\x{:02x}", bytes[0]).as_bytes()),
    }
}

/// C1 controls, and what changes the direction of the text around it (Unicode 16, `Bidi_Control`).
pub(super) fn drives_a_terminal(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(character, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &[u8]) -> String {
        let mut out = Vec::new();
        push_safe(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn plain_text_and_colours_pass() {
        assert_eq!(shown(b"a\tb"), "a\tb");
        assert_eq!(shown("日本 ü".as_bytes()), "日本 ü");
        assert_eq!(shown(b"\x1b[1;31mred\x1b[0m"), "\x1b[1;31mred\x1b[0m\x1b[0m");
        for colour in ["38;5;8", "1;48;2;5;6;8", "38:5:8", "4;38;5;6;7", "0;58;5;5", "18", "15"] {
            assert_eq!(shown(format!("\x1b[{colour}mx").as_bytes()), format!("\x1b[{colour}mx\x1b[0m"));
        }
    }

    #[test]
    fn text_can_neither_hide_nor_blink() {
        for hidden in ["8", "31;8", "5", "6", "008", "8:1", "38;5;1;8", "38;2;1;2;3;5", "8;38"] {
            assert_eq!(shown(format!("\x1b[{hidden}mx").as_bytes()), format!("^[[{hidden}mx"));
        }
    }

    #[test]
    fn everything_that_drives_a_terminal_is_shown() {
        assert_eq!(shown(b"\x1b]52;c;eHh4\x07"), "^[]52;c;eHh4^G");
        assert_eq!(shown(b"\x1b[2J\rgone"), "^[[2J^Mgone");
        assert_eq!(shown("\u{9b}2J \u{202e}txt".as_bytes()), "<U+009B>2J <U+202E>txt");
        assert_eq!(shown(b"\x00\x7f\xff"), "^@^?\\xff");
    }

    proptest! {
        #[test]
        fn no_control_but_colour_ever_comes_out(text in prop::collection::vec(any::<u8>(), 0..100)) {
            let shown = shown(&text);
            let without_colours = shown.split("\x1b[").enumerate().map(|(at, part)| {
                if at == 0 { part } else { part.split_once('m').unwrap().1 }
            });
            for part in without_colours {
                prop_assert!(part.chars().all(|character| character == '\t' || !character.is_control()), "{part:?}");
            }
        }
    }
}
