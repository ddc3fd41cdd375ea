//! A preset's file → the preset, or all that is wrong with it.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::fill::{self, PARTS, Parts, Values};
use super::nearest::did_you_mean;
use super::parameter::Pattern;
use super::placeholder::{Malformed, Piece, is_name, pieces, whole};
use super::{Kind, Parameter, Preset, Problem, Problems};
use crate::document::{Document, FieldPath, Mismatch, Node, Position, UnknownField, Value, documents};

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

    fn parameters(&mut self, written: Vec<WrittenParameter>) -> Vec<Parameter> {
        let mut parameters: Vec<Parameter> = Vec::new();
        for (index, written) in written.into_iter().enumerate() {
            let at = FieldPath::ROOT.key("parameters").index(index);
            let name = written.name.clone().unwrap_or_default();
            if !is_name(&name) {
                self.wrong(&at.key("name"), format!("{name:?} is no name for a parameter: {NAMES}"));
            }
            if parameters.iter().any(|other| other.name == name) {
                self.wrong(&at.key("name"), format!("there is a parameter {name:?} already"));
            }
            let parameter = self.parameter(&at, name, written);
            parameters.push(parameter);
        }
        parameters
    }

    fn parameter(&mut self, at: &FieldPath, name: String, written: WrittenParameter) -> Parameter {
        let description = written.description.map(in_one_line).unwrap_or_default();
        if description.is_empty() {
            self.wrong(at, format!("the parameter {name:?} has no description"));
        }
        let kind = written.kind.map_or(Kind::Text, |word| self.kind(&at.key("kind"), &word));
        let pattern = written.pattern.and_then(|pattern| self.pattern(&at.key("pattern"), &pattern));
        let repeatable = written.repeatable.unwrap_or_default();
        let mut parameter = Parameter { name, description, kind, pattern, repeatable, default: None };
        let default = self.document.get(&at.key("default")).filter(|node| node.value != Value::Null);
        parameter.default = default.map(|node| self.default(&at.key("default"), node, &parameter));
        parameter
    }

    fn kind(&mut self, at: &FieldPath, word: &str) -> Kind {
        let words = Kind::ALL.map(Kind::as_str);
        Kind::ALL.into_iter().find(|kind| kind.as_str() == word).unwrap_or_else(|| {
            let meant = did_you_mean(word, words);
            self.wrong(at, format!("{word:?} is no kind of parameter, which are {}{meant}", words.join(", ")));
            Kind::Text
        })
    }

    fn pattern(&mut self, at: &FieldPath, written: &str) -> Option<Pattern> {
        let parsed = Pattern::parse(written);
        if let Err(error) = &parsed {
            let text = error.to_string();
            let why = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
            self.wrong(at, format!("{written:?} is no regular expression: {why}"));
        }
        parsed.ok()
    }

    fn default(&mut self, at: &FieldPath, node: &Node, parameter: &Parameter) -> Vec<String> {
        if !node.items().is_empty() && !parameter.repeatable {
            self.wrong(at, "a parameter with several values needs repeatable: true");
            return Vec::new();
        }
        let values = match &node.value {
            Value::List(items) => items.iter().collect(),
            _ => vec![node],
        };
        let mut texts = Vec::new();
        for value in values {
            let text = match &value.value {
                Value::Text(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Bool(value) => value.to_string(),
                Value::Null | Value::List(_) | Value::Map(_) => {
                    self.wrong_at(value.span.start, "a default is text, a number, true or false");
                    continue;
                }
            };
            if let Err(wanted) = parameter.value(&text) {
                self.wrong_at(value.span.start, format!("the default {text:?} is not {wanted}"));
            }
            texts.push(text);
        }
        texts
    }

    /// Placeholders name parameters, and every parameter has one.
    fn placeholders(&mut self, parameters: &[Parameter]) {
        let mut used = BTreeSet::new();
        for part in PARTS {
            if let Some(node) = self.document.root().field(part) {
                self.placeholders_in(node, false, parameters, &mut used);
            }
        }
        let notes = self.document.root().field("notes").map(Node::items).unwrap_or_default();
        for note in notes {
            let of_notes = |parameter: &Parameter| Parameter { repeatable: false, ..parameter.clone() };
            let parameters: Vec<Parameter> = parameters.iter().map(of_notes).collect();
            self.placeholders_in(note, false, &parameters, &mut used);
        }
        for (index, parameter) in parameters.iter().enumerate() {
            if !used.contains(&parameter.name) && is_name(&parameter.name) {
                let at = FieldPath::ROOT.key("parameters").index(index).key("name");
                let (name, usage) = (&parameter.name, format!("${{{}}}", parameter.name));
                self.wrong(
                    &at,
                    format!("parameter {name:?} is declared and not used: write {usage} where its value belongs"),
                );
            }
        }
    }

    fn placeholders_in(&mut self, node: &Node, is_item: bool, parameters: &[Parameter], used: &mut BTreeSet<String>) {
        for field in node.fields() {
            if field.key.contains("${") {
                self.wrong_at(field.key_span.start, "a placeholder stands in values, not in keys");
            }
            self.placeholders_in(&field.value, false, parameters, used);
        }
        for item in node.items() {
            self.placeholders_in(item, true, parameters, used);
        }
        let Some(text) = node.text() else { return };
        let is_whole_item = is_item && whole(text).is_some();
        match pieces(text) {
            Err(Malformed(written)) => {
                let message = format!(
                    "{written:?} is no placeholder: write ${{NAME}} for a parameter's value, or $${{ for a plain ${{"
                );
                self.wrong_at(node.span.start, message);
            }
            Ok(pieces) => {
                for piece in pieces {
                    let Piece::Placeholder(name) = piece else { continue };
                    used.insert(name.to_owned());
                    self.placeholder(name, node.span.start, is_whole_item, parameters);
                }
            }
        }
    }

    fn placeholder(&mut self, name: &str, at: Position, is_whole_item: bool, parameters: &[Parameter]) {
        match parameters.iter().find(|parameter| parameter.name == name) {
            None => {
                let meant = did_you_mean(name, parameters.iter().map(|parameter| parameter.name.as_str()));
                self.wrong_at(at, format!("parameter {name:?} is used and not declared{meant}"));
            }
            Some(parameter) if parameter.repeatable && !is_whole_item => {
                let message = format!("parameter {name:?} is repeatable: it can only be an item of a list, by itself");
                self.wrong_at(at, message);
            }
            Some(_) => {}
        }
    }

    /// What the preset makes are objects of the API, and volumes that are mounted are there.
    fn objects(&mut self, parameters: &[Parameter]) {
        if self.document.root().field("container").is_none() {
            return;
        }
        let samples = |parameter: &Parameter| {
            let texts = parameter.sample();
            let values = texts.into_iter().filter_map(|text| Some((text.clone(), parameter.kind.value(&text)?)));
            (parameter.name.clone(), values.collect())
        };
        let values: Values = parameters.iter().map(samples).collect();
        match fill::parts(self.document, &values) {
            Ok(parts) => {
                self.unknown(&parts.unknown);
                self.makes_sense(&parts);
            }
            Err((at, problem)) => self.wrong(&at, told(&at, &problem)),
        }
    }

    fn makes_sense(&mut self, parts: &Parts) {
        let container = FieldPath::ROOT.key("container");
        if parts.container.name.is_empty() {
            self.wrong(&container, "the container has no name");
        }
        if parts.container.image.as_deref().unwrap_or_default().is_empty() {
            self.wrong(&container, "the container has no image");
        }
        if parts.container.restart_policy.is_some() {
            let at = self.document.key_position(&container.key("restartPolicy"));
            self.wrong_at(at, "native says that already: take restartPolicy away");
        }
        let volumes: Vec<&str> = parts.volumes.iter().map(|volume| volume.name.as_str()).collect();
        let in_container = parts.container.volume_mounts.as_deref().unwrap_or_default();
        let lists =
            [(container.key("volumeMounts"), in_container), (FieldPath::ROOT.key(PARTS[2]), &parts.main_mounts)];
        for (list, mounts) in lists {
            for (index, mount) in mounts.iter().enumerate().filter(|(_, mount)| !volumes.contains(&mount.name.as_str()))
            {
                let meant = did_you_mean(&mount.name, volumes.iter().copied());
                let message = format!("the volume {:?} is mounted and not declared in volumes{meant}", mount.name);
                self.wrong(&list.index(index).key("name"), message);
            }
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
