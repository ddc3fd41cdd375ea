//! Bytes → text: UTF-8, or UTF-16 where a byte order mark says so, as kubectl's YAML reader takes it.

use std::fmt;

/// Bytes that are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotText {
    /// Neither UTF-8 nor marked as UTF-16.
    Utf8 {
        /// Where the first byte stands that cannot be read, from 0.
        offset: usize,
    },
    /// Marked as UTF-16, and broken.
    Utf16,
}

impl fmt::Display for NotText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utf8 { offset } => write!(out, "this is not text: the byte at offset {offset} is not valid UTF-8"),
            Self::Utf16 => out.write_str("this is not text: it is marked as UTF-16, and is not valid UTF-16"),
        }
    }
}

/// Reads bytes as text, and takes the byte order mark away. PowerShell's `>` writes UTF-16.
///
/// # Errors
/// The bytes are no text.
pub fn text(bytes: Vec<u8>) -> Result<String, NotText> {
    let units = |bytes: &[u8], unit: fn([u8; 2]) -> u16| -> Result<String, NotText> {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
        let text = String::from_utf16(&units).map_err(|_| NotText::Utf16)?;
        if rest.is_empty() { Ok(text) } else { Err(NotText::Utf16) }
    };
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        _ => {
            let mut text =
                String::from_utf8(bytes).map_err(|error| NotText::Utf8 { offset: error.utf8_error().valid_up_to() })?;
            if text.starts_with('\u{feff}') {
                text.remove(0);
            }
            Ok(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_marks_are_taken_away() {
        assert_eq!(text(b"\xef\xbb\xbfa: 1".to_vec()).unwrap(), "a: 1");
        assert_eq!(text(b"\xff\xfea\0:\0".to_vec()).unwrap(), "a:");
        assert_eq!(text(b"\xfe\xff\0a\0:".to_vec()).unwrap(), "a:");
    }

    #[test]
    fn bytes_that_are_no_text_are_told_with_their_place() {
        assert_eq!(text(b"ab\xffc".to_vec()), Err(NotText::Utf8 { offset: 2 }));
        assert_eq!(text(b"\xff\xfea\0:".to_vec()), Err(NotText::Utf16));
        assert_eq!(text(b"\xff\xfe\x00\xd8".to_vec()), Err(NotText::Utf16));
    }
}
