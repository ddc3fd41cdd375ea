//! Strings with escapes, as they are shown: printable characters as themselves, everything else stays escaped.

use crate::render::terminal_text::drives_a_terminal;

/// The string as it is read: without quotes.
pub(super) fn bare(escaped: &str) -> String {
    shown(escaped, true)
}

/// The string as one word: in quotes, unless it is one without them.
pub(super) fn word(escaped: &str) -> String {
    let breaks_it =
        |character: char| character.is_whitespace() || character.is_control() || "\"=\\".contains(character);
    if escaped.is_empty() || escaped.starts_with(['{', '[']) || escaped.contains(breaks_it) {
        format!("\"{}\"", shown(escaped, false))
    } else {
        escaped.to_owned()
    }
}

/// `without_quotes`: a quote or a backslash is shown as itself.
fn shown(escaped: &str, without_quotes: bool) -> String {
    let mut shown = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(at) = rest.find('\\') {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        let step = match (rest.as_bytes().get(1), unicode(rest)) {
            (_, Some((character, length))) if is_printable(character, without_quotes) => {
                shown.push(character);
                length
            }
            (Some(quote @ (b'"' | b'\\')), _) if without_quotes => {
                shown.push(char::from(*quote));
                2
            }
            (Some(b'/'), _) => {
                shown.push('/');
                2
            }
            _ => {
                // The escape as it is, and the character after the backslash with it: it may be another backslash.
                let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                shown.push_str(&rest[..length]);
                length
            }
        };
        rest = &rest[step..];
    }
    shown.push_str(rest);
    shown
}

fn is_printable(character: char, without_quotes: bool) -> bool {
    !character.is_control() && !drives_a_terminal(character) && (without_quotes || !matches!(character, '"' | '\\'))
}

/// The character of the `\uXXXX` that the text begins with, or of two of them, and their length.
fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
    };
    let first = unit(text)?;
    let units = [first, text.get(6..).and_then(unit).unwrap_or_default()];
    let character = char::decode_utf16(units).next()?.ok()?;
    Some((character, 6 * character.len_utf16()))
}
