//! What is written, and that it is read back.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::document::documents;
use crate::scaffold::comments;
use crate::scaffold::samples::{guide, samples};

/// What kubectl reads in that text.
fn read(text: &str) -> Value {
    let document = documents(&text.into()).next().unwrap().unwrap();
    document.typed(&FieldPath::ROOT).unwrap().object
}

#[test]
fn the_guides_pod_is_written_as_in_the_guide() {
    let text = include_str!("../../../tests/fixtures/guide/webserver-pod.yaml");
    assert_eq!(yaml(&guide().to_object()), text);
}

#[test]
fn comments_change_nothing() {
    for scaffold in samples() {
        let object = scaffold.to_object();
        assert_eq!(read(&annotated_yaml(&object, &comments(&scaffold, &object))), object);
    }
}

/// The lines of a text after `|` are the text's own.
#[test]
fn each_line_of_an_annotated_manifest_has_a_comment() {
    for scaffold in samples() {
        let object = scaffold.to_object();
        let annotated = annotated_yaml(&object, &comments(&scaffold, &object));
        let lines: Vec<&str> = annotated.lines().collect();
        let indent = |line: &str| line.len() - line.trim_start().len();
        let mut text = None;
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            if text.is_some_and(|indent_of_text| indent(line) > indent_of_text) {
                continue;
            }
            let has_comment = line.contains("# ") || lines[at - 1].trim_start().starts_with('#');
            assert!(has_comment, "{line}\n{annotated}");
            let begins = line.split("  # ").next().unwrap().trim_end();
            text = (begins.ends_with(" |") || begins.ends_with(" |-")).then(|| indent(line));
        }
    }
}

#[test]
fn texts_of_several_lines_stand_as_they_are() {
    let object = json!({ "a": "x\n\n y\n", "args": ["set -e\ndate", "z"], "b": " x\ny", "c": "x\n \ny", "d": "\n" });
    let text = "a: |\n  x\n\n   y\nargs:\n- |-\n  set -e\n  date\n- z\n";
    let yaml = yaml(&object);
    assert!(yaml.starts_with(text), "{yaml}");
    assert_eq!(read(&yaml), object);
}

#[test]
fn a_command_too_wide_for_a_line_has_a_line_for_each_word() {
    let wide = "x".repeat(60);
    let object = json!({ "command": ["a", "b"], "args": [wide, wide] });
    assert_eq!(yaml(&object), format!("command: [\"a\", \"b\"]\nargs:\n- {wide}\n- {wide}\n"));
    let one = json!({ "args": ["y".repeat(150)] });
    assert_eq!(yaml(&one).lines().count(), 1);
}

#[test]
fn strings_that_look_like_something_else_are_quoted() {
    let object = json!({ "a": "yes", "b": "0644", "c": "", "d": "x: y", "n": null, "e": 1, "f": true });
    assert_eq!(yaml(&object), "a: \"yes\"\nb: \"0644\"\nc: \"\"\nd: \"x: y\"\n\"n\": null\ne: 1\nf: true\n");
}

#[test]
fn lists_stand_under_their_keys() {
    let object = json!({ "l": [{ "a": [1, [2, 3], []], "b": {} }, "s"], "args": ["a\\b", "\"", "yes", "a\u{1b}"] });
    let text = "l:\n- a:\n  - 1\n  - - 2\n    - 3\n  - []\n  b: {}\n- s\nargs: [\"a\\\\b\", \"\\\"\", \"yes\", \"a\\u001b\"]\n";
    assert_eq!(yaml(&object), text);
}

#[test]
fn a_scalar_alone_is_a_document() {
    assert_eq!(yaml(&json!("a")), "a\n");
    assert_eq!(yaml(&json!([])), "[]\n");
}

fn objects() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "[a #:|\n\t-]{0,12}".prop_map(Value::from),
        "[-:#,.?!&*%@|>{}\\[\\]'\"~=0-9_oxeyn \n\t]{0,6}".prop_map(Value::from),
    ];
    let key = "name|args|command|[a-z]{0,3}|[-:# 0-9]{1,3}";
    scalar.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(object in objects()) {
        let object = json!({ "spec": object }); // an empty document is none
        prop_assert_eq!(read(&yaml(&object)), object);
    }
}
