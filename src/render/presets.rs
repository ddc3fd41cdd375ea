//! Presets: the list, one of them for people, and both for programs.

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::table::{Cell, Column, Table, one_line};
use super::{Paint, Style};
use crate::scaffold::preset::{Parameter, Pattern, Preset};

const API_VERSION: &str = "sidecar.kubectl/v1";

/// A row for each.
pub fn table(presets: &[Preset], style: Style) -> String {
    let columns = [Column::from("NAME"), "NATIVE".into(), Column::folding("IMAGE"), Column::folding("SUMMARY")];
    let mut table = Table::new(columns);
    for preset in presets {
        let image = preset.image();
        table.row([Cell::from(&preset.name), yes_or_no(preset.native).into(), image.into(), (&preset.summary).into()]);
    }
    table.render(style)
}

fn yes_or_no(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

/// All there is to know of one, each line ended.
pub fn text(preset: &Preset, style: Style) -> String {
    let kind = if preset.native { "native sidecar" } else { "sidecar" };
    let name = style.paint(Paint::Strong, &one_line(&preset.name));
    let mut parts = vec![format!("{name}   {kind}\n{}", prose(&preset.summary, style))];
    parts.push(prose(&preset.description, style));
    parts.push(if preset.parameters.is_empty() { String::new() } else { settings(&preset.parameters).render(style) });
    let image = Some(preset.image());
    let facts = [("Image", &image), ("Verified", &preset.verified), ("Not verified", &preset.unverified)];
    let facts = facts.into_iter().filter_map(|(head, text)| Some(prose(&format!("{head}: {}", text.as_ref()?), style)));
    parts.push(facts.collect());
    let sources = preset.sources.iter().map(|source| format!("  {}\n", one_line(source)));
    parts.push(if preset.sources.is_empty() {
        String::new()
    } else {
        "Sources:\n".to_owned() + &sources.collect::<String>()
    });
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// Paragraphs as they are written, or as wide as the terminal; what is indented keeps its lines.
fn prose(text: &str, style: Style) -> String {
    let paragraph = |text: &str| {
        let lines: Vec<String> = text.lines().map(one_line).collect();
        match style.width {
            Some(width) if !lines.iter().any(|line| line.starts_with(' ')) => folded(&lines.join(" "), width.into()),
            _ => lines,
        }
    };
    let ended = |text: &str| paragraph(text).into_iter().flat_map(|line| [line, "\n".to_owned()]).collect::<String>();
    text.split("\n\n").map(ended).collect::<Vec<_>>().join("\n")
}

/// Lines of that width at most, but for longer words.
fn folded(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => line.extend([" ", word]),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn settings(parameters: &[Parameter]) -> Table {
    let columns = [Column::from("SETTING"), "TAKES".into(), Column::folding("DEFAULT"), Column::folding("DESCRIPTION")];
    let mut table = Table::new(columns);
    for parameter in parameters {
        let default = match &parameter.default {
            None => "(required)".to_owned(),
            Some(values) => values.join(", "),
        };
        let kind = parameter.kind.as_str();
        let takes = if parameter.repeatable { format!("{kind}, repeatable") } else { kind.to_owned() };
        table.row([Cell::from(&parameter.name), takes.into(), Cell::or_dash(default), (&parameter.description).into()]);
    }
    table
}

/// Several presets as a document of our own. Scripts rely on these names: `docs/presets-output.md` tells users what they mean,
/// and its schema is held by tests.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PresetList<'p> {
    api_version: &'static str,
    kind: &'static str,
    items: Vec<Document<'p>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'p> {
    api_version: &'static str,
    kind: &'static str,
    name: &'p str,
    summary: &'p str,
    description: &'p str,
    native: bool,
    image: String,
    settings: Vec<Setting<'p>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unverified: Option<&'p str>,
    sources: &'p [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Setting<'p> {
    name: &'p str,
    description: &'p str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'p str>,
    repeatable: bool,
    required: bool,
    /// Its values where it is not given: several, where it is repeatable.
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'p [String]>,
}

impl<'p> From<&'p Preset> for Document<'p> {
    fn from(preset: &'p Preset) -> Self {
        Self {
            api_version: API_VERSION,
            kind: "Preset",
            name: &preset.name,
            summary: &preset.summary,
            description: &preset.description,
            native: preset.native,
            image: preset.image(),
            settings: preset.parameters.iter().map(Setting::from).collect(),
            verified: preset.verified.as_deref(),
            unverified: preset.unverified.as_deref(),
            sources: &preset.sources,
        }
    }
}

impl<'p> From<&'p Parameter> for Setting<'p> {
    fn from(parameter: &'p Parameter) -> Self {
        Self {
            name: &parameter.name,
            description: &parameter.description,
            kind: parameter.kind.as_str(),
            pattern: parameter.pattern.as_ref().map(Pattern::as_str),
            repeatable: parameter.repeatable,
            required: parameter.default.is_none(),
            default: parameter.default.as_deref(),
        }
    }
}

/// The presets as JSON.
///
/// # Errors
/// None that is known: what serde could refuse is not in it.
pub fn list(presets: &[Preset]) -> serde_json::Result<String> {
    let items = presets.iter().map(Document::from).collect();
    json(&PresetList { api_version: API_VERSION, kind: "PresetList", items })
}

/// One preset as JSON.
///
/// # Errors
/// None that is known: what serde could refuse is not in it.
pub fn document(preset: &Preset) -> serde_json::Result<String> {
    json(&Document::from(preset))
}

fn json(document: &impl Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(document)? + "\n")
}
