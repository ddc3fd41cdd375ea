//! `inspect` without a cluster: what it shows, in every form and width.

use std::process::Stdio;
use std::sync::Arc;

use insta::assert_snapshot;
use kubectl_sidecar::diagnosis::manifest::mistakes;
use kubectl_sidecar::document::{FieldPath, documents};
use kubectl_sidecar::pod::{Object, objects};
use kubectl_sidecar::render::Style;
use kubectl_sidecar::render::inspect::{Detail, Insight, Inspection, Origin, text};

use proptest::prelude::*;

use super::plugin::{command, shown, sidecar, sidecar_each};

const GUIDE: &str = "guide/webserver-pod.yaml";

/// Runs `inspect` beside the fixtures, so that their names are the same everywhere.
pub(super) fn inspect(words: &str) -> String {
    let args: Vec<&str> = std::iter::once("inspect").chain(words.split(' ')).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    shown(&args, &command(&args).current_dir(folder).output().unwrap())
}

#[test]
fn help() {
    assert_snapshot!(sidecar(&["inspect", "--help"]));
}

#[test]
fn short_help() {
    assert_snapshot!(sidecar(&["volumes", "-h"]));
}

#[test]
fn the_guides_pod() {
    assert_snapshot!(inspect(&format!("-f {GUIDE}")));
}

#[test]
fn the_guides_pod_in_every_form() {
    let forms = ["wide", "json", "yaml", "name"].map(|form| inspect(&format!("-f {GUIDE} -o {form}")));
    assert_snapshot!(forms.join("\n"));
}

#[test]
fn several_documents_and_kinds() {
    assert_snapshot!(inspect("-f manifests/many-kinds.yaml"));
}

#[test]
fn several_documents_for_other_programs() {
    assert_snapshot!(inspect("-f manifests/many-kinds.yaml -o json"));
    assert_snapshot!(inspect("-f manifests/many-kinds.yaml -o name"));
}

#[test]
fn volumes_that_are_shared_in_all_ways() {
    assert_snapshot!(inspect("-f manifests/shared-in-all-ways.yaml"));
    assert_snapshot!(inspect("-f manifests/shared-in-all-ways.yaml -o wide"));
    assert_snapshot!(inspect("-f manifests/shared-in-all-ways.yaml -o json"));
}

#[test]
fn pods_that_were_dumped_from_a_cluster() {
    assert_snapshot!(inspect("-f manifests/live.json"));
}

#[test]
fn dumped_pods_with_all_there_is() {
    assert_snapshot!(inspect("-f manifests/live.json --all-volumes -o wide"));
    assert_snapshot!(inspect("-f manifests/live.json -o json"));
}

#[test]
fn colours() {
    assert_snapshot!(inspect("-f manifests/live.json --color always").replace('\x1b', "␛"));
}

#[test]
fn standard_input() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let file = std::fs::File::open(format!("{folder}/manifests/name-mismatch.yaml")).unwrap();
    let args = ["inspect", "-f", "-"];
    assert_snapshot!(shown(&args, &command(&args).stdin(Stdio::from(file)).output().unwrap()));
}

#[test]
fn a_folder() {
    assert_snapshot!(inspect("-f guide -o name"));
}

#[test]
fn kubectls_own_commands() {
    assert_snapshot!(sidecar_each(&[
        "inspect webserver pod/blog --show-kubectl -n demo",
        "inspect deploy/web svc/db rc/old cronjob/nightly --show-kubectl --context school",
        "inspect -l app=web --node n1 --show-kubectl -n a -n b",
        "inspect -A --match web-.* --show-kubectl",
        "inspect -f gone.yaml -f - --show-kubectl",
        "inspect webserver --files --usage --show-kubectl -n demo --context school",
    ]));
}

#[test]
fn targets_that_are_none() {
    assert_snapshot!(sidecar_each(&["inspect pod/", "inspect a/b/c", "inspect node/one", "inspect deploy"]));
}

#[test]
fn custom_resources() {
    assert_snapshot!(inspect("-f manifests/custom.yaml"));
    assert_snapshot!(inspect("-f manifests/custom.yaml -o json"));
    assert_snapshot!(inspect("-f manifests/custom.yaml -o name"));
}

#[test]
fn volumes_of_every_kind() {
    assert_snapshot!(inspect("-f manifests/volumes.yaml -o wide"));
    assert_snapshot!(inspect("-f manifests/volumes.yaml -o yaml"));
}

#[test]
fn flags_that_make_no_sense() {
    assert_snapshot!(sidecar_each(&[
        "inspect",
        "inspect webserver -f webserver.yaml",
        "inspect -f - -f -",
        "inspect -f web.yaml -l app=web",
        "inspect -f web.yaml -A",
        "inspect -f guide/webserver-pod.yaml -n a -n b",
        "inspect webserver -l app=web",
        "inspect -A -n demo",
        "inspect webserver -o table",
        "inspect webserver",
    ]));
}

/// Every workload of a fixture as text, where a terminal is as wide as that.
fn at_width(file: &str, detail: Detail, width: u16) -> String {
    let path = format!("{}/tests/fixtures/{file}", env!("CARGO_MANIFEST_DIR"));
    let content: Arc<str> = std::fs::read_to_string(path).unwrap().into();
    let mut texts = vec![format!("width {width}\n{}\n", "-".repeat(usize::from(width)))];
    for document in documents(&content) {
        let document = document.unwrap();
        for object in objects(&document) {
            let Object::Workload(workload) = object else { continue };
            let origin = Origin::Manifest { file: file.to_owned(), at: document.position(&FieldPath::ROOT) };
            let (kind, name, pod) = (workload.kind, workload.name, workload.pod.without_token_volumes());
            let inspection = Inspection { kind, name, pod, origin, findings: Vec::new(), insight: Insight::default() };
            texts.push(text(&inspection, detail, Style { width: Some(width), ..Style::PLAIN }));
        }
    }
    texts.join("\n")
}

#[test]
fn terminals_of_every_width() {
    for width in [40, 80, 200] {
        assert_snapshot!(format!("guide_{width}"), at_width(GUIDE, Detail::Normal, width));
        assert_snapshot!(format!("kinds_{width}"), at_width("manifests/many-kinds.yaml", Detail::Normal, width));
        assert_snapshot!(format!("wide_{width}"), at_width("manifests/live.json", Detail::Wide, width));
    }
}

#[test]
fn no_table_is_wider_than_its_terminal_and_no_path_is_cut() {
    for width in [40, 60, 80, 120] {
        let text = at_width("manifests/many-kinds.yaml", Detail::Normal, width);
        let is_table = |line: &&str| line.contains("  ") && !line.ends_with('.');
        let too_wide: Vec<_> = text.lines().filter(is_table).filter(|line| line.len() > usize::from(width)).collect();
        assert!(too_wide.is_empty(), "{width}: {too_wide:#?}");
        assert!(!text.contains('…'), "{text}");
    }
}

#[test]
fn a_manifest_cannot_drive_the_terminal() {
    let manifest = "{apiVersion: v1, kind: Pod, metadata: {name: \"a\\e[2Jb\"}, spec: {\"x\\e[1m\": 1, volumes: \
                    [{name: \"v\\n\\e]0;t\\a\"}], containers: [{name: \"c\\e[31m\", image: \"i\\u202e\", volumeMounts: [{name: \
                    \"w\\r\", mountPath: \"/\\x9b\"}]}]}}";
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.yaml"), manifest).unwrap();
    let args = ["inspect", "-f", "a.yaml"];
    let output = command(&args).current_dir(folder.path()).output().unwrap();
    let text = shown(&args, &output);
    assert!(!text.chars().any(|letter| letter.is_control() && letter != '\n'), "{text:?}");
    assert_snapshot!(text);
}

/// A manifest with some of its lines gone, doubled, swapped, indented otherwise or broken.
fn spoilt(text: &str, changes: &[(usize, u8)]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (at, change) in changes {
        let at = at % lines.len();
        match change % 6 {
            0 if lines.len() > 1 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => lines[at].insert_str(0, "  "),
            3 => lines[at] = lines[at].replace("  ", ""),
            4 => lines[at] = lines[at].replace(": ", ":\n"),
            _ => lines.swap(at, 0),
        }
    }
    lines.join("\n")
}

proptest! {
    #[test]
    fn no_manifest_makes_it_panic(
        changes in prop::collection::vec((any::<usize>(), any::<u8>()), 0..8),
        width in 1_u16..100,
    ) {
        let fixtures = ["no-command", "misspelt", "many-kinds", "mounts-for-volumes"];
        let fixture = fixtures[changes.len() % fixtures.len()];
        let path = format!("{}/tests/fixtures/manifests/{fixture}.yaml", env!("CARGO_MANIFEST_DIR"));
        let content: Arc<str> = spoilt(&std::fs::read_to_string(path).unwrap(), &changes).into();
        for document in documents(&content).flatten() {
            for object in objects(&document) {
                let Object::Workload(workload) = object else { continue };
                for mistake in mistakes(&document, &workload) {
                    prop_assert!(!mistake.diagnosis.cause.is_empty() && mistake.diagnosis.at.is_some());
                }
                let (kind, name, pod) = (workload.kind, workload.name, workload.pod);
                let inspection = Inspection { kind, name, pod, origin: Origin::Cluster, findings: Vec::new(), insight: Insight::default() };
                text(&inspection, Detail::Wide, Style { color: true, width: Some(width), ..Style::PLAIN });
            }
        }
    }
}
