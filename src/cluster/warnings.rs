//! The warnings a server sends along with an answer, such as the use of a deprecated field.
//!
//! Kubernetes sends them as `Warning: 299 - "text"` headers (RFC 7234, section 5.5), and kubectl prints each once.

use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderMap;
use http::header::WARNING;

/// The warnings heard so far, shared by all who send requests.
#[derive(Clone, Default)]
pub(super) struct Warnings(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    all: Vec<String>,
    taken: usize,
}

impl Warnings {
    /// Keeps the warnings of a response that were not heard before.
    pub(super) fn note(&self, headers: &HeaderMap) {
        let values = headers.get_all(WARNING).iter().filter_map(|value| value.to_str().ok());
        for text in values.flat_map(texts) {
            let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if !heard.all.contains(&text) {
                heard.all.push(text);
            }
        }
    }

    /// The warnings heard since the last call.
    pub(super) fn take(&self) -> Vec<String> {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = heard.all[heard.taken..].to_vec();
        heard.taken = heard.all.len();
        new
    }
}

/// The texts of one header value, which may hold several warnings: the quoted string after code and agent, and not
/// the date that may follow in quotes of its own.
fn texts(value: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = value;
    while let Some((text, after)) = quoted(rest) {
        texts.push(text);
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
