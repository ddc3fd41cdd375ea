//! The warnings a server sends along with an answer, such as the use of a deprecated field.
//!
//! Kubernetes sends them as `Warning: 299 - "text"` headers (RFC 7234, section 5.5), and kubectl prints each once.

use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderMap;
use http::header::WARNING;

use super::{Listener, Notice};
use crate::error::visible;

/// The warnings heard so far, shared by all who send requests.
#[derive(Clone)]
pub(super) struct Warnings {
    heard: Arc<Mutex<Vec<String>>>,
    listener: Listener,
}

impl Warnings {
    /// None so far.
    pub(super) fn told_to(listener: Listener) -> Self {
        Self { heard: Arc::default(), listener }
    }

    /// Tells the warnings of a response that were not heard before.
    pub(super) fn note(&self, headers: &HeaderMap) {
        let values = headers.get_all(WARNING).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        for text in values.flat_map(|value| texts(&value)).map(visible) {
            if self.is_new(&text) {
                self.listener.tell(Notice::Warning(text));
            }
        }
    }

    fn is_new(&self, text: &String) -> bool {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = !heard.contains(text);
        if is_new {
            heard.push(text.clone());
        }
        is_new
    }
}

/// The texts of one header value, which may hold several warnings, each with code and agent before the text, and
/// perhaps a date in quotes of its own after it.
fn texts(value: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = value;
    while let Some((text, after)) = quoted(rest) {
        texts.push(text);
        let dated = after.trim_start().starts_with('"');
        let after = if dated { quoted(after).map_or("", |(_, after)| after) } else { after };
        rest = after.find(',').map_or("", |comma| &after[comma + 1..]);
    }
    texts
}

/// The first quoted string, unescaped, and what comes after it.
fn quoted(value: &str) -> Option<(String, &str)> {
    let start = value.find('"')? + 1;
    let mut text = String::new();
    let mut characters = value[start..].char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((text, &value[start + at + 1..])),
            '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
            other => text.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    /// What is told of these headers, noted twice.
    fn heard(values: &[&'static [u8]]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(WARNING, HeaderValue::from_bytes(value).unwrap());
        }
        let told = Arc::new(Mutex::new(Vec::new()));
        let teller = Arc::clone(&told);
        let warnings = Warnings::told_to(Listener::new(move |notice| teller.lock().unwrap().push(notice)));
        warnings.note(&headers);
        warnings.note(&headers);
        let told = told.lock().unwrap().clone();
        let text = |notice| if let Notice::Warning(text) = notice { text } else { panic!("{notice:?}") };
        told.into_iter().map(text).collect()
    }

    #[test]
    fn each_warning_is_told_once() {
        assert_eq!(heard(&[b"299 - \"old field\"", b"299 - \"old field\""]), ["old field"]);
    }

    #[test]
    fn quotes_dates_and_several_in_one_header_are_understood() {
        let value = br#"299 - "use \"apps/v1\", please" "Wed, 21 Oct 2026 07:28:00 GMT", 299 - "and this""#;
        assert_eq!(heard(&[value]), ["use \"apps/v1\", please", "and this"]);
    }

    #[test]
    fn what_is_no_warning_is_left_out_and_nothing_drives_a_terminal() {
        assert!(heard(&[b"", b"299 - none", b"299 - \"open"]).is_empty());
        assert_eq!(heard(&[b"299 - \"a\xc2\x9b2Jb\""]), ["a\\u{9b}2Jb"]);
    }
}
