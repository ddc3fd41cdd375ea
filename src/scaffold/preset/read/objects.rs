//! Whether what a preset makes are objects of the API, and its placeholders its parameters'.

use std::collections::BTreeSet;

use super::super::Parameter;
use super::super::fill::{self, PARTS, Parts, Values};
use super::super::placeholder::{Malformed, Piece, is_name, pieces, whole};
use super::{Reading, told};
use crate::document::{FieldPath, Node, Position};
use crate::scaffold::nearest::did_you_mean;

impl Reading<'_> {
    /// Placeholders name parameters, and every parameter has one.
    pub(super) fn placeholders(&mut self, parameters: &[Parameter]) {
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
    pub(super) fn objects(&mut self, parameters: &[Parameter]) {
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
