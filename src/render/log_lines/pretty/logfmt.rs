//! The fields of a logfmt line: `level=info msg="it works" took=3ms`.
//!
//! Many lines have a `=` somewhere. Only one that is nothing but fields, and has a time, a level or a message among them,
//! is taken for logfmt.

use memchr::memchr2;

use super::{Field, LEVELS, MESSAGES, TIMES, Value};

/// The fields in their order. `None`: the line is not logfmt.
pub(super) fn fields(line: &[u8]) -> Option<Vec<Field<'_>>> {
    let line = std::str::from_utf8(line).ok()?;
    if line.bytes().any(|byte| byte.is_ascii_control()) {
        return None;
    }
    let mut fields = Vec::with_capacity(8);
    let mut rest = line.trim_matches(' ');
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').filter(|(name, _)| is_name(name))?;
        let (value, after) = value(after)?;
        fields.push((name, Value::Text(value)));
        rest = after.trim_start_matches(' ');
    }
    let is_known = |(name, _): &Field<'_>| [&TIMES[..], &LEVELS, &MESSAGES].iter().any(|names| names.contains(name));
    fields.iter().any(is_known).then_some(fields)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-@/".contains(&byte))
}

/// The value that the text begins with, and what comes after it.
fn value(text: &str) -> Option<(&str, &str)> {
    let (value, after) = match text.strip_prefix('"') {
        Some(text) => {
            let end = closing_quote(text)?;
            (&text[..end], &text[end + 1..])
        }
        None => text.split_at(text.find(' ').unwrap_or(text.len())),
    };
    let is_bare = !text.starts_with('"');
    let is_whole = after.is_empty() || after.starts_with(' ');
    // A bare value with an escape or a quote in it is none that could be shown and read back.
    (is_whole && !(is_bare && value.contains(['"', '\\']))).then_some((value, after))
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = memchr2(b'"', b'\\', text.get(at..)?.as_bytes()) {
        at += found;
        if text.as_bytes()[at] == b'"' {
            return Some(at);
        }
        // What is escaped is no end. It may be a character of several bytes.
        at += 1 + text[at + 1..].chars().next()?.len_utf8();
    }
    None
}
