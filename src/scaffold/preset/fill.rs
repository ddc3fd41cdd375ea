//! A preset and settings → a sidecar.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1;

use super::placeholder::{Piece, pieces, whole};
use super::{Filled, Parameter, Preset, Problem, SettingProblem};
use crate::document::{Document, Field, FieldPath, Mismatch, Node, Step, Typed, UnknownField, Value};

/// The parts of a preset's file in which placeholders are replaced, and which become objects of the API.
pub(super) const PARTS: [&str; 3] = ["container", "volumes", "mainMounts"];

/// What was given for each parameter: as text, and as a value.
pub(super) type Values = BTreeMap<String, Vec<(String, Value)>>;

/// The objects that a preset makes, and fields in them that the API does not know.
pub(super) struct Parts {
    pub(super) container: v1::Container,
    pub(super) volumes: Vec<v1::Volume>,
    pub(super) main_mounts: Vec<v1::VolumeMount>,
    pub(super) unknown: Vec<UnknownField>,
}

pub(super) fn fill(preset: &Preset, settings: &[(String, String)]) -> Result<Filled, Vec<SettingProblem>> {
    let values = values(preset, settings)?;
    let unfit = |(at, message)| {
        let at = preset.document.position(&at);
        vec![SettingProblem::Unfit(Problem { file: preset.file.clone(), at, message })]
    };
    let Parts { container, volumes, main_mounts, .. } = parts(&preset.document, &values).map_err(unfit)?;
    Ok(Filled { container, native: preset.native, volumes, main_mounts })
}

pub(super) fn notes(preset: &Preset, settings: &[(String, String)]) -> Vec<String> {
    let values = values(preset, settings).unwrap_or_default();
    preset.notes.iter().map(|note| in_words(note, &values)).collect()
}

/// The text with those defaults that there are.
pub(super) fn by_default(preset: &Preset, text: &str) -> String {
    let default = |parameter: &Parameter| {
        let texts = parameter.default.iter().flatten();
        let values: Vec<(String, Value)> = texts.map(|text| (text.clone(), Value::Text(text.clone()))).collect();
        (!values.is_empty()).then(|| (parameter.name.clone(), values))
    };
    in_words(text, &preset.parameters.iter().filter_map(default).collect())
}

/// Every parameter's values: what was given, or its default.
fn values(preset: &Preset, settings: &[(String, String)]) -> Result<Values, Vec<SettingProblem>> {
    let known: Vec<String> = preset.parameters.iter().map(|parameter| parameter.name.clone()).collect();
    let unknown = settings.iter().map(|(setting, _)| setting).filter(|setting| !known.contains(setting));
    let unknown = unknown.map(|setting| {
        let (preset, setting, known) = (preset.name.clone(), setting.clone(), known.clone());
        SettingProblem::Unknown { preset, setting, known }
    });
    let mut problems: Vec<SettingProblem> = unknown.collect();
    let mut values = Values::new();
    for parameter in &preset.parameters {
        match values_of(parameter, &preset.name, settings) {
            Ok(taken) => drop(values.insert(parameter.name.clone(), taken)),
            Err(more) => problems.extend(more),
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}

fn values_of(
    parameter: &Parameter,
    preset: &str,
    settings: &[(String, String)],
) -> Result<Vec<(String, Value)>, Vec<SettingProblem>> {
    let (preset, setting) = (preset.to_owned(), parameter.name.clone());
    let given = settings.iter().filter(|(other, _)| *other == setting).map(|(_, value)| value);
    let given: Vec<&String> = given.collect();
    let texts: Vec<&String> = match (given.len(), &parameter.default) {
        (0, Some(default)) => default.iter().collect(),
        (0, None) => {
            let description = parameter.description.clone();
            return Err(vec![SettingProblem::Missing { preset, setting, description }]);
        }
        (2.., _) if !parameter.repeatable => return Err(vec![SettingProblem::Twice { preset, setting }]),
        _ => given,
    };
    let (mut taken, mut problems) = (Vec::new(), Vec::new());
    for text in texts {
        match parameter.value(text) {
            Ok(value) => taken.push((text.clone(), value)),
            Err(wanted) => {
                let (preset, setting, value) = (preset.clone(), setting.clone(), text.clone());
                let description = parameter.description.clone();
                problems.push(SettingProblem::Invalid { preset, setting, value, wanted, description });
            }
        }
    }
    if problems.is_empty() { Ok(taken) } else { Err(problems) }
}

/// The objects with those values.
///
/// A number stays a number where the API takes one, and is text where it takes text: which of both is asked of the
/// API's own types.
///
/// # Errors
/// A value that they do not take.
pub(super) fn parts(document: &Document, values: &Values) -> Result<Parts, (FieldPath, String)> {
    let mut as_text = BTreeSet::new();
    loop {
        let mut substitution = Substitution { values, as_text: &as_text, typed: Vec::new() };
        let filled = document.with_root(substitution.root(document.root()));
        let typed = substitution.typed;
        match read(&filled) {
            Ok(parts) => return Ok(parts),
            Err(Mismatch { at, problem }) => match typed.into_iter().find(|place| place.at == at) {
                Some(place) if !place.is_text && as_text.insert(at.clone()) => {}
                Some(Place { parameter, .. }) => return Err((at, unfit(&parameter, &problem))),
                None => return Err((at, problem)),
            },
        }
    }
}

/// `problem` says what a value is that was put in, what belongs there, and what to write instead, which nobody wrote here.
fn unfit(parameter: &str, problem: &str) -> String {
    let wanted = problem.rsplit_once(", not ").and_then(|(_, wanted)| wanted.split(':').next());
    match wanted {
        Some(wanted) => {
            format!("the value of parameter {parameter:?} is put in here, and is not {wanted}: look at its kind")
        }
        None => format!("with the value of parameter {parameter:?}, {problem}"),
    }
}

fn read(document: &Document) -> Result<Parts, Mismatch> {
    let [container, volumes, mounts] = PARTS.map(|part| FieldPath::ROOT.key(part));
    let Typed { object: container, unknown } = document.typed::<v1::Container>(&container)?;
    let volumes = list::<v1::Volume>(document, &volumes)?;
    let mounts = list::<v1::VolumeMount>(document, &mounts)?;
    let unknown = unknown.into_iter().chain(volumes.unknown).chain(mounts.unknown).collect();
    Ok(Parts { container, volumes: volumes.object, main_mounts: mounts.object, unknown })
}

fn list<T>(document: &Document, at: &FieldPath) -> Result<Typed<Vec<T>>, Mismatch>
where
    T: for<'de> serde::Deserialize<'de>,
{
    match document.get(at) {
        Some(_) => document.typed(at),
        None => Ok(Typed { object: Vec::new(), unknown: Vec::new() }),
    }
}

struct Substitution<'v> {
    values: &'v Values,
    /// Where a value of another type is put in as text.
    as_text: &'v BTreeSet<FieldPath>,
    /// Where a whole value is a setting's.
    typed: Vec<Place>,
}

struct Place {
    at: FieldPath,
    parameter: String,
    is_text: bool,
}

impl Substitution<'_> {
    fn root(&mut self, root: &Node) -> Node {
        let parts = root.fields().iter().filter(|field| PARTS.contains(&field.key.as_str()));
        let fields = parts.map(|field| self.field(field, &FieldPath::ROOT)).collect();
        Node { value: Value::Map(fields), span: root.span }
    }

    fn field(&mut self, field: &Field, at: &FieldPath) -> Field {
        let value = self.node(&field.value, at.key(field.key.as_str()));
        Field { key: field.key.clone(), key_span: field.key_span, value }
    }

    fn node(&mut self, node: &Node, at: FieldPath) -> Node {
        let value = match &node.value {
            Value::Text(text) => match whole(text).and_then(|name| Some((name, self.values.get(name)?.first()?))) {
                Some((name, given)) => self.whole(name, given, at),
                None => Value::Text(self.in_text(text, &at)),
            },
            Value::List(items) => Value::List(self.items(items, &at)),
            Value::Map(fields) => Value::Map(fields.iter().map(|field| self.field(field, &at)).collect()),
            other => other.clone(),
        };
        Node { value, span: node.span }
    }

    /// The items, each that is a placeholder as many times as it has values.
    fn items(&mut self, items: &[Node], at: &FieldPath) -> Vec<Node> {
        let mut filled = Vec::new();
        let values = self.values;
        for item in items {
            let given = item.text().and_then(whole).and_then(|name| values.get_key_value(name));
            let Some((name, given)) = given else {
                filled.push(self.node(item, at.index(filled.len())));
                continue;
            };
            for one in given {
                let value = self.whole(name, one, at.index(filled.len()));
                filled.push(Node { value, span: item.span });
            }
        }
        filled
    }

    fn whole(&mut self, parameter: &str, (text, value): &(String, Value), at: FieldPath) -> Value {
        let is_text = matches!(value, Value::Text(_)) || self.as_text.contains(&at);
        let value = if is_text { Value::Text(verbatim(text, &at)) } else { value.clone() };
        self.typed.push(Place { at, parameter: parameter.to_owned(), is_text });
        value
    }

    fn in_text(&self, text: &str, at: &FieldPath) -> String {
        put_in(text, |name| Some(verbatim(&self.values.get(name)?.first()?.0, at)))
    }
}

/// For people: several values of one parameter are listed.
fn in_words(text: &str, values: &Values) -> String {
    let listed =
        |given: &Vec<(String, Value)>| given.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(", ");
    put_in(text, |name| values.get(name).map(listed))
}

/// The text with its placeholders replaced; one without a value stays as it is.
fn put_in(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let Ok(pieces) = pieces(text) else { return text.to_owned() };
    let put_in = |piece: Piece<'_>| match piece {
        Piece::Text(text) => text.to_owned(),
        Piece::Placeholder(name) => value(name).unwrap_or_else(|| format!("${{{name}}}")),
    };
    pieces.into_iter().map(put_in).collect()
}

/// The value, so that the container sees it as it was given: where the kubelet makes `$(NAME)` the value of a variable and
/// `$$` a `$`, every `$` is doubled.
fn verbatim(value: &str, at: &FieldPath) -> String {
    if is_expanded(at) { value.replace('$', "$$") } else { value.to_owned() }
}

/// Where the kubelet expands variables: `command`, `args`, the values of `env`, the commands of probes, `subPathExpr`
/// (`pkg/kubelet/kubelet_pods.go`, `container/helpers.go`, `prober/prober.go`).
fn is_expanded(at: &FieldPath) -> bool {
    let keys: Vec<&str> = at
        .steps()
        .iter()
        .map(|step| match step {
            Step::Key(key) => key.as_str(),
            Step::Index(_) => "[]",
        })
        .collect();
    match keys.as_slice() {
        ["container", probe, "exec", "command", "[]"] => probe.ends_with("Probe"),
        keys => matches!(
            keys,
            ["container", "command" | "args", "[]"] | ["container", "env", "[]", "value"] | [.., "[]", "subPathExpr"]
        ),
    }
}
