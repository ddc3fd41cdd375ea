//! How the parts of a workload are written on a command line: `--volume`, `--mount`, `--env` and their like.
//!
//! Decides what a text means, or says how it should have been written. Whether the names in it are there is `check`'s.

mod container;
mod mount;
mod volume;

use std::collections::BTreeMap;
use std::fmt;

use super::nearest;

pub use container::{container_port, env, env_from, resources};
pub use mount::{MountPlace, Share};
pub use volume::NewVolume;

/// A text that cannot be understood: what is wrong, and how to write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong.
    pub problem: String,
    /// How to write it, or what was probably meant.
    pub hint: String,
}

impl Malformed {
    fn new(problem: impl fmt::Display, hint: impl Into<String>) -> Self {
        Self { problem: problem.to_string(), hint: hint.into() }
    }
}

/// What to write in place of a word that is not known: the nearest, or else all there are.
pub fn unknown<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(word, known.clone()) {
        return format!("did you mean {near:?}?");
    }
    let all: Vec<&str> = known.into_iter().collect();
    if all.is_empty() { "there are none".to_owned() } else { format!("there are: {}", all.join(", ")) }
}

/// `KEY=VALUE`.
///
/// # Errors
/// There is no `=`, or nothing before it.
pub fn pair<'a>(text: &'a str, form: &str) -> Result<(&'a str, &'a str), Malformed> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key, value)),
        _ => Err(Malformed::new(format_args!("{text:?} is not of the form {form}"), format!("write it as {form}"))),
    }
}

/// `a=b,c=d`, several times.
///
/// # Errors
/// One of them is no pair, or the same key has two values.
pub fn split_list<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    form: &str,
) -> Result<BTreeMap<String, String>, Malformed> {
    let mut all = BTreeMap::new();
    for part in texts.into_iter().flat_map(|text| text.split(',')) {
        let (key, value) = pair(part, form)?;
        if all.insert(key.to_owned(), value.to_owned()).is_some_and(|before| before != value) {
            return Err(Malformed::new(format_args!("{key:?} is given twice"), "give it once"));
        }
    }
    Ok(all)
}

/// The words of a command, as a shell reads them: `sh -c 'date; sleep 1'`.
///
/// # Errors
/// A quote that is not closed, or no word at all.
pub fn words(text: &str) -> Result<Vec<String>, Malformed> {
    match shlex::split(text) {
        Some(words) if !words.is_empty() => Ok(words),
        Some(_) => Err(Malformed::new("a command has at least one word", "leave it out for the image's own command")),
        None => {
            Err(Malformed::new(format_args!("{text:?} has a quote that is not closed"), "close it, as for a shell"))
        }
    }
}

#[cfg(test)]
mod tests;
