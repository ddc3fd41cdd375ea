//! The parameters of a preset's file.

use super::super::parameter::Pattern;
use super::super::placeholder::is_name;
use super::super::{Kind, Parameter};
use super::{NAMES, Reading, WrittenParameter, in_one_line};
use crate::document::{FieldPath, Node, Value};
use crate::scaffold::nearest::did_you_mean;

impl Reading<'_> {
    pub(super) fn parameters(&mut self, written: Vec<WrittenParameter>) -> Vec<Parameter> {
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
        let is_main_port = written.main_port.unwrap_or_default();
        if is_main_port && kind != Kind::Port {
            self.wrong(&at.key("mainPort"), "the main container's port is a parameter of the kind port");
        }
        let mut parameter = Parameter { name, description, kind, pattern, repeatable, is_main_port, default: None };
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
            self.wrong(at, format!("{written:?} is not a valid regular expression: {why}"));
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
}
