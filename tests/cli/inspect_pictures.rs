//! `inspect` as a picture: in every width and both sets of characters, as Mermaid and as SVG.

use std::sync::Arc;

use insta::assert_snapshot;
use kubectl_sidecar::document::{FieldPath, documents};
use kubectl_sidecar::pod::{Object, objects};
use kubectl_sidecar::render::inspect::{Insight, Inspection, Origin, diagram};
use kubectl_sidecar::render::{Charset, Style};

use super::inspect::inspect;
use super::plugin::{command, sidecar_each};

const GUIDE: &str = "guide/webserver-pod.yaml";
const KINDS: &str = "manifests/many-kinds.yaml";
const LARGE: &str = "manifests/large.yaml";
const HOSTILE: &str = "manifests/hostile-names.yaml";

/// Every workload of a fixture as a picture, where a terminal is as wide as that.
fn drawn(file: &str, charset: Charset, width: u16) -> String {
    let path = format!("{}/tests/fixtures/{file}", env!("CARGO_MANIFEST_DIR"));
    let content: Arc<str> = std::fs::read_to_string(path).unwrap().into();
    let mut texts = Vec::new();
    for document in documents(&content) {
        let document = document.unwrap();
        for object in objects(&document) {
            let Object::Workload(workload) = object else { continue };
            let origin = Origin::Manifest { file: file.to_owned(), at: document.position(&FieldPath::ROOT) };
            let (kind, name, pod) = (workload.kind, workload.name, workload.pod.without_token_volumes());
            let inspection = Inspection { kind, name, pod, origin, findings: Vec::new(), insight: Insight::default() };
            texts.push(diagram::text(&inspection, Style { width: Some(width), charset, ..Style::PLAIN }));
        }
    }
    texts.join("\n")
}

#[test]
fn terminals_of_every_width() {
    for width in [40, 80, 200] {
        assert_snapshot!(format!("guide_{width}"), drawn(GUIDE, Charset::Unicode, width));
        assert_snapshot!(format!("kinds_{width}"), drawn(KINDS, Charset::Unicode, width));
        assert_snapshot!(format!("large_{width}"), drawn(LARGE, Charset::Unicode, width));
        assert_snapshot!(format!("hostile_{width}"), drawn(HOSTILE, Charset::Unicode, width));
    }
}

#[test]
fn terminals_without_unicode() {
    for width in [40, 80, 200] {
        assert_snapshot!(format!("guide_ascii_{width}"), drawn(GUIDE, Charset::Ascii, width));
        assert_snapshot!(format!("kinds_ascii_{width}"), drawn(KINDS, Charset::Ascii, width));
    }
}

#[test]
fn the_locale_decides_what_lines_are_made_of() {
    let drawn = |locale: &str| {
        let path = format!("{}/tests/fixtures/{GUIDE}", env!("CARGO_MANIFEST_DIR"));
        let output = command(&["inspect", "-f", &path, "--diagram"]).env("LC_ALL", locale).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(drawn("C.UTF-8").starts_with("┌ pod/webserver ─"));
    #[cfg(not(windows))]
    assert!(drawn("C").starts_with("+ pod/webserver -") && drawn("C").is_ascii());
}

#[test]
fn a_mistake_is_drawn_and_told() {
    assert_snapshot!(inspect("-f manifests/name-mismatch.yaml --diagram"));
}

#[test]
fn dumped_pods() {
    assert_snapshot!(inspect("-f manifests/live.json --diagram"));
}

#[test]
fn colours() {
    assert_snapshot!(inspect(&format!("-f {KINDS} --diagram --color always")).replace('\x1b', "␛"));
}

#[test]
fn mermaid() {
    assert_snapshot!(inspect(&format!("-f {GUIDE} -o mermaid")));
    assert_snapshot!(inspect(&format!("-f {KINDS} -f {HOSTILE} -o mermaid")));
}

#[test]
fn svg() {
    assert_snapshot!(inspect(&format!("-f {KINDS} -f manifests/name-mismatch.yaml -o svg")));
}

/// What a browser would load, run or refuse.
#[test]
fn svg_is_complete_in_itself() {
    for files in [HOSTILE, LARGE, KINDS] {
        let path = format!("{}/tests/fixtures/{files}", env!("CARGO_MANIFEST_DIR"));
        let output = command(&["inspect", "-f", &path, "-o", "svg"]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            let name = node.tag_name().name();
            let known = ["svg", "title", "desc", "style", "rect", "g", "path", "circle", "text"];
            assert!(known.contains(&name), "{files}: {name}");
            for attribute in node.attributes() {
                assert!(!attribute.name().starts_with("on") && !attribute.value().contains("url("), "{attribute:?}");
                assert!(attribute.name() != "href", "{attribute:?}");
            }
        }
        assert!(!text.contains("@import") && !text.contains("url("));
    }
}

#[test]
fn the_picture_in_the_readme_is_what_the_program_draws() {
    let folder = env!("CARGO_MANIFEST_DIR");
    let path = format!("{folder}/tests/fixtures/{GUIDE}");
    let drawn = command(&["inspect", "-f", &path, "-o", "svg"]).output().unwrap().stdout;
    let kept = std::fs::read_to_string(format!("{folder}/docs/inspect-diagram.svg")).unwrap();
    let how = "kubectl sidecar inspect -f tests/fixtures/guide/webserver-pod.yaml -o svg > docs/inspect-diagram.svg";
    assert_eq!(String::from_utf8(drawn).unwrap(), kept, "if it is meant to be another one: {how}");
    let readme = std::fs::read_to_string(format!("{folder}/README.md")).unwrap();
    assert!(readme.contains("(docs/inspect-diagram.svg)"));
}

#[test]
fn a_picture_goes_without_output() {
    assert_snapshot!(sidecar_each(&["inspect webserver --diagram -o wide", "inspect webserver --diagram -o svg"]));
}
