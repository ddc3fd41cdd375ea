//! Texts that are quoted in messages.

/// The longest name that an object may have.
const MOST: usize = 253;

/// Enough of a text to recognize it: names may come from anywhere, and be as long as a file.
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
