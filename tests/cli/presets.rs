//! `presets`: the list, each of them, one's own, and what is wrong with one's own.

use insta::assert_snapshot;
use kubectl_sidecar::render::Style;
use kubectl_sidecar::render::presets::{table, text};
use kubectl_sidecar::scaffold::preset::{known, names};

use super::plugin::{command, shown, sidecar, sidecar_each};
use super::schema;

/// Runs it beside the fixtures, so that their names are the same everywhere.
fn presets(words: &str) -> String {
    let args: Vec<&str> = std::iter::once("presets").chain(words.split(' ')).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/presets");
    shown(&args, &command(&args).current_dir(folder).output().unwrap())
}

fn presets_each(lines: &[&str]) -> String {
    lines.iter().map(|line| presets(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn help() {
    assert_snapshot!(sidecar_each(&["presets --help", "presets show --help"]));
}

#[test]
fn the_list_in_every_form() {
    assert_snapshot!(sidecar_each(&["presets", "presets -o name"]));
    assert_snapshot!(sidecar(&["presets", "-o", "json"]));
}

#[test]
fn each_of_them() {
    for name in names() {
        assert_snapshot!(name, sidecar(&["presets", "show", name]));
    }
}

#[test]
fn one_for_a_program() {
    assert_snapshot!(sidecar(&["presets", "show", "git-sync", "-o", "json"]));
}

#[test]
fn every_document_is_as_the_schema_says() {
    let schema = include_str!("../../docs/presets-output.v1.schema.json");
    let ours: Vec<_> = names().map(|name| vec!["presets", "show", name, "-o", "json"]).collect();
    for args in ours.iter().map(Vec::as_slice).chain([["presets", "-o", "json"].as_slice()]) {
        let output = command(args).output().unwrap();
        let document = serde_json::from_slice(&output.stdout).unwrap();
        let errors = schema::errors(schema, &document);
        assert!(errors.is_empty(), "{args:?}:\n{}", errors.join("\n"));
    }
}

#[test]
fn the_file_of_each_is_a_preset_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let output = command(args).current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{args:?}: {output:?}");
        output.stdout
    };
    for name in names() {
        let file = run(&["presets", "show", name, "-o", "yaml"]);
        std::fs::write(folder.path().join("own.yaml"), &file).unwrap();
        assert_eq!(run(&["presets", "show", "--preset-file", "own.yaml", "-o", "yaml"]), file);
        assert_eq!(run(&["presets", "show", "--preset-file", "own.yaml"]), run(&["presets", "show", name]));
    }
}

#[test]
fn ones_own() {
    assert_snapshot!(presets_each(&["show --preset-file hello.yaml", "show --preset-file hello.yaml -o json"]));
}

#[test]
fn what_is_wrong_with_ones_own() {
    assert_snapshot!(presets_each(&["show --preset-file tail.yaml", "show --preset-file no-object.yaml"]));
}

#[test]
fn what_is_no_preset() {
    assert_snapshot!(presets_each(&[
        "show tail-log",
        "show mysql",
        "show",
        "show shell --preset-file hello.yaml",
        "show --preset-file gone.yaml",
        "show --preset-file .",
        "show --preset-file -",
        "show shell -o name",
        "-o yaml",
        "shwo shell",
    ]));
}

#[test]
fn a_preset_cannot_drive_the_terminal() {
    let shown = presets("show --preset-file control.yaml");
    assert!(!shown.chars().any(|letter| letter.is_control() && letter != '\n'), "{shown:?}");
    assert_snapshot!(shown);
}

#[test]
fn terminals_of_every_width() {
    let preset = known().find(|preset| preset.name == "fluent-bit").unwrap();
    for width in [40, 80, 120] {
        let style = Style { width: Some(width), ..Style::PLAIN };
        let text = format!("{}\n{}", table(&known().collect::<Vec<_>>(), style), text(&preset, style));
        let too_wide: Vec<_> = text.lines().filter(|line| line.chars().count() > usize::from(width)).collect();
        assert!(
            too_wide.iter().all(|line| !line.contains(' ') || line.starts_with("  http")),
            "{width}: {too_wide:#?}"
        );
        assert_snapshot!(format!("width_{width}"), text);
    }
}
