//! A preset's file → the preset, or all that is wrong with it.

mod objects;
mod parameters;

use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::nearest::did_you_mean;
use super::placeholder::is_name;
use super::{Preset, Problem, Problems};
use crate::document::{Document, FieldPath, Mismatch, Position, UnknownField, documents};

/// What a preset's file may say. Which of it must be there is decided below, where it can be said why.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    name: Option<String>,
    summary: Option<String>,
    description: Option<String>,
    sources: Option<Vec<String>>,
    verified: Option<String>,
    unverified: Option<String>,
    native: Option<bool>,
    parameters: Option<Vec<WrittenParameter>>,
    container: Option<IgnoredAny>,
    #[serde(rename = "volumes")]
    _volumes: Option<IgnoredAny>,
    #[serde(rename = "mainMounts")]
    _main_mounts: Option<IgnoredAny>,
    notes: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenParameter {
    name: Option<String>,
    description: Option<String>,
    kind: Option<String>,
    pattern: Option<String>,
    repeatable: Option<bool>,
    main_port: Option<bool>,
    #[serde(rename = "default")]
    _default: Option<IgnoredAny>,
}

pub(super) fn preset(file: &str, text: &str) -> Result<Preset, Problems> {
    let text: Arc<str> = text.into();
    let document = only_document(file, &text)?;
    let mut reading = Reading { file, document: &document, problems: Vec::new() };
    let Some(written) = reading.written() else { return Err(reading.problems) };
    let parameters = reading.parameters(written.parameters.unwrap_or_default());
    reading.placeholders(&parameters);
    if reading.problems.is_empty() {
        reading.objects(&parameters);
    }
    let preset = Preset {
        name: reading.required("name", written.name, "what it is called, such as my-logger"),
        summary: reading.required("summary", written.summary, "what it is for, in one line"),
        description: written.description.unwrap_or_default().trim_end().to_owned(),
        sources: written.sources.unwrap_or_default(),
        verified: written.verified.map(in_one_line),
        unverified: written.unverified.map(in_one_line),
        native: written.native.unwrap_or_default(),
        parameters,
        notes: written.notes.unwrap_or_default(),
        file: file.to_owned(),
        document: document.clone(),
        text,
    };
    if written.native.is_none() {
        let why = "true for an init container that goes on running, false for an ordinary container";
        reading.missing("native", why);
    }
    if written.container.is_none() {
        reading.missing("container", "the sidecar, as in a pod's containers");
    }
    if preset.verified.is_none() && preset.unverified.is_none() {
        reading.missing("verified", "what of it was seen, and where; or \"unverified\": what nobody has seen");
    }
    if !preset.name.is_empty() && !is_name(&preset.name) {
        reading.wrong(&FieldPath::ROOT.key("name"), format!("{:?} is no name for a preset: {NAMES}", preset.name));
    }
    reading.problems.sort_by_key(|problem| problem.at);
    if reading.problems.is_empty() { Ok(preset) } else { Err(reading.problems) }
}

const NAMES: &str = "write lower case letters, digits and '-', beginning with a letter";

/// The one document of the file.
fn only_document(file: &str, text: &Arc<str>) -> Result<Document, Problems> {
    let problem = |at, message: String| vec![Problem { file: file.to_owned(), at, message }];
    let mut documents = documents(text);
    let first = match documents.next() {
        Some(Ok(document)) => document,
        Some(Err(error)) => return Err(problem(error.at, format!("this is not valid YAML: {}", error.problem))),
        None => return Err(problem(Position { line: 1, column: 1 }, "the file says nothing".to_owned())),
    };
    match documents.next() {
        None => Ok(first),
        Some(Err(error)) => Err(problem(error.at, format!("this is not valid YAML: {}", error.problem))),
        Some(Ok(second)) => {
            let message = "a preset's file has one document, and this is a second one".to_owned();
            Err(problem(second.root().span.start, message))
        }
    }
}

struct Reading<'a> {
    file: &'a str,
    document: &'a Document,
    problems: Problems,
}

impl Reading<'_> {
    fn wrong(&mut self, at: &FieldPath, message: impl Into<String>) {
        self.wrong_at(self.document.position(at), message);
    }

    fn wrong_at(&mut self, at: Position, message: impl Into<String>) {
        self.problems.push(Problem { file: self.file.to_owned(), at, message: message.into() });
    }

    fn missing(&mut self, key: &str, what: &str) {
        self.wrong(&FieldPath::ROOT, format!("{key:?} is missing: {what}"));
    }

    fn required(&mut self, key: &str, value: Option<String>, what: &str) -> String {
        let value = value.map(in_one_line).unwrap_or_default();
        if value.is_empty() {
            self.missing(key, what);
        }
        value
    }

    fn written(&mut self) -> Option<Written> {
        for duplicate in self.document.duplicates() {
            let message = format!("{} is given twice, first in line {}", duplicate.at, duplicate.first.line);
            self.wrong_at(duplicate.again, message);
        }
        match self.document.typed::<Written>(&FieldPath::ROOT) {
            Ok(typed) => {
                self.unknown(&typed.unknown);
                Some(typed.object)
            }
            Err(Mismatch { at, problem }) => {
                self.wrong(&at, told(&at, &problem.replace("struct Written", "a preset")));
                None
            }
        }
    }

    fn unknown(&mut self, fields: &[UnknownField]) {
        for field in fields {
            let inside = match field.inside {
                "Written" => "a preset",
                "WrittenParameter" => "a parameter",
                other => other,
            };
            let meant = did_you_mean(&field.key, field.known.iter().copied());
            let at = self.document.key_position(&field.at);
            self.wrong_at(at, format!("{inside} has no field {:?}{meant}", field.key));
        }
    }
}

fn told(at: &FieldPath, problem: &str) -> String {
    let field = at.to_string();
    if field.is_empty() { problem.to_owned() } else { format!("{field}: {problem}") }
}

/// A text that YAML folded or not, without its line ends.
fn in_one_line(text: String) -> String {
    if text.contains('\n') { text.split_whitespace().collect::<Vec<_>>().join(" ") } else { text }
}
