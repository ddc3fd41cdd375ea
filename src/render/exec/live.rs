//! What a command writes, shown on a terminal as it comes.

use crate::render::terminal_text::push_safe;

/// No sequence that colours text is longer.
const LONGEST_SEQUENCE: usize = 32;

/// One stream of a command, made safe for a terminal piece by piece: a piece may end anywhere.
#[derive(Debug, Default)]
pub struct Live {
    /// The beginning of something that cannot be shown in parts.
    held: Vec<u8>,
}

impl Live {
    /// What can be shown of it with that piece.
    pub fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(piece);
        let rest = self.held.split_off(whole(&self.held));
        shown(&std::mem::replace(&mut self.held, rest))
    }

    /// What is left at the end.
    pub fn end(&mut self) -> Vec<u8> {
        shown(&std::mem::take(&mut self.held))
    }
}

fn shown(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let (line, end) = line.strip_suffix(b"\n").map_or((line, &b""[..]), |line| (line, b"\n"));
        push_safe(&mut out, line);
        out.extend_from_slice(end);
    }
    out
}

/// How much of the text is not the beginning of a colour or of a character.
fn whole(text: &[u8]) -> usize {
    let from = text.len().saturating_sub(LONGEST_SEQUENCE);
    let last = text[from..].iter().rposition(|byte| *byte == 0x1b).map(|at| from + at);
    if let Some(at) = last.filter(|at| is_begun(&text[*at..])) {
        return at;
    }
    let cut = (1..=text.len().min(3)).rev().map(|count| text.len() - count);
    cut.into_iter().find(|at| is_cut(&text[*at..])).unwrap_or(text.len())
}

/// Whether a sequence of colours may go on.
fn is_begun(text: &[u8]) -> bool {
    match text {
        [_] => true,
        [_, b'[', parameters @ ..] => parameters.iter().all(|byte| matches!(byte, b'0'..=b'9' | b';' | b':')),
        _ => false,
    }
}

/// Whether it is a character of which the end is missing.
fn is_cut(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn live(pieces: &[&[u8]]) -> String {
        let mut live = Live::default();
        let mut out: Vec<u8> = pieces.iter().flat_map(|piece| live.push(piece)).collect();
        out.extend(live.end());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_is_cut_in_the_middle_is_shown_whole() {
        assert_eq!(live(&[b"a\xc3", b"\xbcb\x1b", b"[31", b"mred\n"]), "aüb\x1b[31mred\x1b[0m\n");
        assert_eq!(live(&[b"dots..", b".\n\x1b[2"]), "dots...\n^[[2");
        assert_eq!(Live::default().push(b"no end yet"), b"no end yet");
    }

    proptest! {
        #[test]
        fn wherever_it_is_cut_nothing_drives_the_terminal(text in prop::collection::vec(any::<u8>(), 0..60), cut in 0_usize..60) {
            let (one, other) = text.split_at(cut.min(text.len()));
            let shown = live(&[one, other]).replace("\x1b[0m", "");
            let whole = live(&[&text]).replace("\x1b[0m", "");
            prop_assert_eq!(shown, whole);
        }
    }
}
