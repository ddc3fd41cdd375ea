//! A command line that makes no sense, told in kubectl's words, with what was probably meant.
//!
//! Decides wording only: what is wrong, and what is like it, clap knows.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::error::Error;

/// What to say of it.
pub(super) fn worded(error: &clap::Error) -> Error {
    let text = error.to_string();
    let command = command_in(&text);
    let mut told = Error::usage(message(error, &text, command.as_deref()));
    for suggestion in suggestions(error, command.as_deref()) {
        told = told.hint(format!("did you mean {suggestion}?"));
    }
    match command {
        Some(command) => told.hint(format!("see how it is used with: {command} --help")),
        None => told,
    }
}

fn message(error: &clap::Error, text: &str, command: Option<&str>) -> String {
    let of = |kind| one(error, kind);
    match (error.kind(), of(ContextKind::InvalidSubcommand), of(ContextKind::InvalidArg)) {
        (ErrorKind::InvalidSubcommand, Some(word), _) => {
            format!("unknown command {word:?} for {:?}", command.unwrap_or("kubectl sidecar"))
        }
        (ErrorKind::InvalidValue, _, Some(flag))
            if of(ContextKind::InvalidValue).is_some_and(|value| value.is_empty()) =>
        {
            let values = first_part(text);
            let (_, values) = values.split_once('\n').unwrap_or_default();
            format!("flag needs an argument: {flag}\n{values}").trim_end().to_owned()
        }
        (ErrorKind::UnknownArgument, _, Some(flag)) if flag.starts_with("--") => format!("unknown flag: {flag}"),
        (ErrorKind::UnknownArgument, _, Some(flag)) if flag.starts_with('-') => {
            format!("unknown shorthand flag: {flag}")
        }
        (ErrorKind::UnknownArgument, _, Some(word)) => format!("unexpected argument {word:?}"),
        (ErrorKind::ValueValidation, ..) => in_words(&first_part(text)),
        _ => first_part(text),
    }
}

/// What Rust says of numbers, as it is said.
fn in_words(text: &str) -> String {
    let text = text.replace("invalid digit found in string", "write a whole number");
    text.replace(" is not in ", " is not one of ").replace("..=", " to ")
}

/// What clap says before it goes on to tips and usage.
fn first_part(text: &str) -> String {
    let text = text.trim_start_matches("error: ");
    let ends = ["\n\n  tip: ", "\n\nUsage: ", "\n\nFor more information"];
    let end = ends.iter().filter_map(|end| text.find(end)).min().unwrap_or(text.len());
    text[..end].trim_end().to_owned()
}

/// What is like the word that is none.
fn suggestions(error: &clap::Error, command: Option<&str>) -> Vec<String> {
    let flags = all(error, ContextKind::SuggestedArg);
    let commands = all(error, ContextKind::SuggestedSubcommand);
    match error.kind() {
        // A flag that another command has.
        ErrorKind::UnknownArgument => match (flags.as_slice(), commands.as_slice()) {
            ([flag], [command]) => vec![format!("{command} {flag}")],
            _ => flags,
        },
        ErrorKind::InvalidSubcommand if commands.is_empty() && command == Some("kubectl sidecar presets") => {
            let name = one(error, ContextKind::InvalidSubcommand);
            name.map(|name| format!("kubectl sidecar presets show {name}")).into_iter().collect()
        }
        // The nearest is the last.
        ErrorKind::InvalidSubcommand => commands.into_iter().rev().collect(),
        ErrorKind::InvalidValue => all(error, ContextKind::SuggestedValue),
        _ => Vec::new(),
    }
}

fn one(error: &clap::Error, kind: ContextKind) -> Option<String> {
    all(error, kind).into_iter().next()
}

fn all(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(word)) => vec![word.clone()],
        Some(ContextValue::Strings(words)) => words.clone(),
        _ => Vec::new(),
    }
}

/// The command that was meant, as its usage begins: `kubectl sidecar presets show`.
fn command_in(text: &str) -> Option<String> {
    let (_, usage) = text.split_once("\nUsage: ")?;
    let is_name = |word: &&str| word.chars().all(|letter| letter.is_ascii_lowercase());
    let words: Vec<&str> = usage.split_whitespace().take_while(is_name).collect();
    (!words.is_empty()).then(|| words.join(" "))
}
