//! Pictures of pods by chance: nothing is lost, nothing lies upon something else, and nothing is wider than it may be.

use k8s_openapi::api::core::v1;
use proptest::prelude::*;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::fold::{clusters, width};
use super::graph::{Access, Graph};
use super::layout::{Layout, Shape, Stroke};
use super::{layout, mermaid, svg, text};
use crate::pod::{Pod, WorkloadKind};
use crate::render::inspect::{Insight, Inspection, Origin};
use crate::render::{Charset, Style};

fn inspection(spec: &Value) -> Inspection {
    let pod: v1::Pod = serde_json::from_value(json!({"metadata": {"name": "web"}, "spec": spec})).unwrap();
    let pod = Pod::from(&pod);
    Inspection {
        kind: WorkloadKind::Pod.into(),
        name: pod.name.clone(),
        pod,
        origin: Origin::Cluster,
        findings: Vec::new(),
        insight: Insight::default(),
    }
}

fn drawn(spec: &Value, columns: u16) -> String {
    let style = Style { width: Some(columns), charset: Charset::Unicode, ..Style::PLAIN };
    text(&inspection(spec), style)
}

#[test]
fn lines_that_cross_do_not_look_like_lines_that_meet() {
    let mount = |name: &str| json!({"name": name, "mountPath": format!("/{name}")});
    let spec = json!({
        "volumes": [{"name": "a", "emptyDir": {}}, {"name": "b", "emptyDir": {}}],
        "containers": [
            {"name": "one", "volumeMounts": [mount("a"), mount("b")]},
            {"name": "two", "volumeMounts": [mount("a"), mount("b")]},
        ],
    });
    let expected = "\
┌ pod/web ────────────────────────┐
│ ┌ one ────┐                     │
│ │ main    │        ┌ a ───────┐ │
│ │ /a   rw ╞══╦════►│ emptyDir │ │
│ │ /b   rw ╞══║═╗   │ shared   │ │
│ └─────────┘  ║ ║   └──────────┘ │
│ ┌ two ────┐  ║ ║   ┌ b ───────┐ │
│ │ sidecar │  ║ ╠══►│ emptyDir │ │
│ │ /a   rw ╞══╝ ║   │ shared   │ │
│ │ /b   rw ╞════╝   └──────────┘ │
│ └─────────┘                     │
└─────────────────────────────────┘
──► volume: can write (rw)   ═══: shared
";
    assert_eq!(drawn(&spec, 80), expected);
}

#[test]
fn a_pod_of_nothing_is_drawn() {
    assert_eq!(drawn(&json!({"containers": []}), 80), "┌ pod/web ───┐\n│ no volumes │\n└────────────┘\n");
    assert_eq!(svg(&[]), "");
    assert_eq!(mermaid(&[]), "");
}

#[test]
fn what_does_not_stay_is_marked() {
    let spec = json!({
        "initContainers": [{"name": "setup"}, {"name": "proxy", "restartPolicy": "Always"}],
        "containers": [{"name": "app"}],
        "ephemeralContainers": [{"name": "look"}],
    });
    let inspection = inspection(&spec);
    let roles: Vec<String> = Graph::from(&inspection).containers.into_iter().map(|node| node.role).collect();
    assert_eq!(roles, ["init", "sidecar (native)", "main", "debug (ephemeral)"]);
    assert_eq!(mermaid(std::slice::from_ref(&inspection)).matches(":::passing").count(), 2);
    assert_eq!(svg(std::slice::from_ref(&inspection)).matches("\"container passing\"").count(), 2);
}

#[test]
fn characters_that_xml_forbids_are_replaced() {
    let svg = svg(&[inspection(&json!({"containers": [{"name": "a\u{fffe}b\u{ffff}c\u{1}d"}]}))]);
    assert!(svg.contains(">a\u{fffd}b\u{fffd}c\\u{1}d<"), "{svg}");
}

#[test]
fn an_arrow_that_writes_does_not_begin_at_who_only_reads() {
    let spec = json!({
        "volumes": [{"name": "v", "emptyDir": {}}],
        "containers": [
            {"name": "reads", "volumeMounts": [{"name": "v", "mountPath": "/v", "readOnly": true}]},
            {"name": "writes", "volumeMounts": [{"name": "v", "mountPath": "/v"}]},
        ],
    });
    let drawn = drawn(&spec, 80);
    assert!(!drawn.lines().any(|line| line.contains('◄') && line.contains('►') && !line.contains(':')), "{drawn}");
}

#[test]
fn what_is_said_below_boxes_side_by_side_is_folded_below_all_of_them() {
    let spec = json!({"containers": [{"name": "a", "image": "nginx"}, {"name": "b", "image": "nginx"}]});
    let expected = "\
┌ pod/web ─────────────────┐
│ ┌ a ──────┐  ┌ b ──────┐ │
│ │ main    │  │ sidecar │ │
│ │ nginx   │  │ nginx   │ │
│ └─────────┘  └─────────┘ │
│ no volumes: the          │
│ containers share no      │
│ files                    │
└──────────────────────────┘
";
    assert_eq!(drawn(&spec, 28), expected);
}

/// Names as clusters have them, and others.
fn name() -> BoxedStrategy<String> {
    let names = prop_oneof!["[a-z]{1,8}", "[a-z][a-z0-9-]{20,50}[a-z]", "[日本語가나]{1,9}", "[a-z]e\u{301}[a-z]{3}"];
    names.boxed()
}

fn path() -> impl Strategy<Value = String> {
    prop_oneof!["(/[a-z]{1,9}){1,9}", "/[a-z]{30,60}", "/[日本語]{1,30}"]
}

prop_compose! {
    fn mount()(volume in 0_usize..5, path in path(), read_only: bool, part in prop::option::of("[a-z/]{1,30}")) -> (usize, Value) {
        (volume, json!({"mountPath": path, "readOnly": read_only, "subPath": part}))
    }
}

prop_compose! {
    fn spec(names: BoxedStrategy<String>)(
        volumes in prop::collection::vec(names.clone(), 0..7),
        containers in prop::collection::vec((names, prop::collection::vec(mount(), 0..4)), 0..7),
        inits in 0_usize..3,
    ) -> Value {
        let of = |at: usize| volumes.get(at).map_or_else(|| format!("missing-{at}"), |name| format!("{name}{at}"));
        let listed: Vec<Value> = (0..volumes.len()).map(|at| json!({"name": of(at), "emptyDir": {}})).collect();
        let mut made = Vec::new();
        for (at, (name, mounts)) in containers.iter().enumerate() {
            let mut mounts: Vec<(usize, Value)> = mounts.clone();
            for (volume, mount) in &mut mounts {
                mount["name"] = json!(of(*volume));
            }
            let mounts: Vec<Value> = mounts.into_iter().map(|(_, mount)| mount).collect();
            made.push(json!({"name": format!("{name}{at}"), "image": name, "volumeMounts": mounts}));
        }
        let others = made.split_off(inits.min(made.len()));
        json!({"volumes": listed, "initContainers": made, "containers": others})
    }
}

/// All text of a layout, box by box, without what folding leaves out.
fn words(layout: &Layout) -> String {
    let titles = layout.frames.iter().filter_map(|frame| frame.title.as_deref());
    let texts = layout.texts.iter().map(|text| text.words.as_str()).filter(|text| !matches!(*text, "rw" | "ro"));
    titles.chain(texts).collect::<String>().replace(' ', "")
}

/// What stands in a line from a column on.
fn from_column(line: &str, column: usize) -> String {
    let mut at = 0;
    let is_before = |cluster: &super::fold::Cluster| {
        at += cluster.width;
        at <= column
    };
    clusters(line).into_iter().skip_while(is_before).map(|cluster| cluster.text).collect()
}

/// The cells that a line goes through.
fn cells(stroke: &Stroke) -> Vec<(bool, usize, usize)> {
    match *stroke {
        Stroke::Across { line, from, to } => (from..=to).map(|column| (true, column, line)).collect(),
        Stroke::Down { column, from, to } => (from..=to).map(|line| (false, column, line)).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_picture_is_wider_than_its_terminal(spec in spec(name()), columns in 20_u16..230) {
        for line in drawn(&spec, columns).lines() {
            prop_assert!(line.width() <= usize::from(columns), "{line}");
            prop_assert!(!line.contains(['╬', '┼']), "do they meet, or cross? {line}");
        }
    }

    #[test]
    fn nothing_is_cut_off_or_covered(spec in spec(name()), columns in 20_u16..230) {
        let inspection = inspection(&spec);
        let graph = Graph::from(&inspection);
        let layout = layout(&graph, Some(columns.into()));
        let words = words(&layout);
        let names = graph.containers.iter().map(|node| &node.name).chain(graph.volumes.iter().map(|node| &node.name));
        for name in names.chain(graph.mounts.iter().map(|mount| &mount.path)) {
            prop_assert!(words.contains(&name.replace(' ', "")), "{name} is not in {words}");
        }
        let drawn = drawn(&spec, columns);
        let lines: Vec<&str> = drawn.lines().collect();
        for text in &layout.texts {
            let there = from_column(lines[text.at.line], text.at.column);
            prop_assert!(there.starts_with(&text.words), "{:?} is covered in\n{drawn}", text.words);
        }
    }

    #[test]
    fn every_mount_has_its_line(spec in spec(name()), columns in 60_u16..230) {
        let inspection = inspection(&spec);
        let graph = Graph::from(&inspection);
        let layout = layout(&graph, Some(columns.into()));
        let heads: usize = layout.wires.iter().map(|wire| wire.heads.len()).sum();
        let readers = graph.mounts.iter().filter(|mount| mount.access == Access::ReadOnly).count();
        prop_assert!(heads >= readers);
        let mounted = (0..graph.volumes.len()).filter(|volume| graph.mounts.iter().any(|mount| mount.volume == *volume));
        prop_assert_eq!(layout.wires.len(), mounted.count());
        for (at, wire) in layout.wires.iter().enumerate() {
            let mine: Vec<_> = wire.strokes.iter().flat_map(cells).collect();
            for other in &layout.wires[at + 1..] {
                let shared: Vec<_> = other.strokes.iter().flat_map(cells).filter(|cell| mine.contains(cell)).collect();
                prop_assert!(shared.is_empty(), "two volumes' lines run along each other at {shared:?}");
            }
        }
    }

    #[test]
    fn boxes_do_not_cover_each_other(spec in spec(name()), columns in 20_u16..230) {
        let inspection = inspection(&spec);
        let layout = layout(&Graph::from(&inspection), Some(columns.into()));
        let boxes: Vec<_> = layout.frames.iter().filter(|frame| frame.shape != Shape::Pod).collect();
        for (at, one) in boxes.iter().enumerate() {
            prop_assert!(one.right() + 1 < layout.columns && one.bottom() + 1 < layout.lines);
            for other in &boxes[at + 1..] {
                let beside = one.right() < other.at.column || other.right() < one.at.column;
                let below = one.bottom() < other.at.line || other.bottom() < one.at.line;
                prop_assert!(beside || below, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn any_name_can_be_drawn(spec in spec(any::<String>().boxed()), columns in 0_u16..100) {
        let inspection = inspection(&spec);
        let style = Style { width: Some(columns), color: true, ..Style::PLAIN };
        text(&inspection, style);
        mermaid(std::slice::from_ref(&inspection));
        let plain = text(&inspection, Style { color: false, ..style });
        for line in plain.lines().filter(|_| columns >= 20) {
            prop_assert!(width(line) <= usize::from(columns), "{line}");
            prop_assert!(!line.chars().any(char::is_control), "{line:?}");
        }
    }

    #[test]
    fn any_name_gives_xml(spec in spec(any::<String>().boxed())) {
        let inspections = [inspection(&spec), inspection(&spec)];
        let svg = svg(&inspections);
        let document = roxmltree::Document::parse(&svg).unwrap();
        let texts: String = document.descendants().filter(|node| node.has_tag_name("text")).filter_map(|node| node.text()).collect();
        for container in &Graph::from(&inspections[0]).containers {
            let name: String = container.name.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}").replace(' ', "");
            prop_assert!(texts.replace(' ', "").contains(&name), "{name:?}");
        }
    }
}
