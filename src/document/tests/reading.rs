//! Places, several documents, and texts that mean harm.

use std::fmt::Write;

use serde_json::{Value as Json, json};

use super::super::*;
use super::{first, read};

#[test]
fn places_are_those_an_editor_shows() {
    let text = "# über\nspec:\n  volumes:\n  - name: a\n    emptyDir: {}\n  - {name: é, x: \"q\"}\n";
    let document = read(text).remove(0).unwrap();
    let place = |path: FieldPath| document.position(&path).to_string();
    let volumes = FieldPath::ROOT.key("spec").key("volumes");
    assert_eq!(place(volumes.clone()), "3:3", "a list stands at its key");
    assert_eq!(place(volumes.index(0)), "4:5");
    assert_eq!(place(volumes.index(0).key("name")), "4:11", "a plain value stands at itself");
    assert_eq!(place(volumes.index(1).key("x")), "6:18", "columns are characters, not bytes");
    assert_eq!(place(volumes.index(1).key("gone").key("further")), "6:5", "the nearest field that is there");
}

#[test]
fn later_documents_count_lines_from_the_top_of_the_file() {
    let documents = read("a: 1\n---\n# nothing\n---\nb: 2\n...\n---\n- c\n");
    let starts: Vec<_> =
        documents.into_iter().map(|document| document.unwrap().root().span.start.to_string()).collect();
    assert_eq!(starts, ["1:1", "5:1", "8:1"]);
}

#[test]
fn a_broken_document_does_not_hide_the_others() {
    let documents = read("a: 1\n---\nb: [1\nc: 3\n---\nd: 4\n");
    assert_eq!(documents.len(), 3);
    assert_eq!(documents[1].as_ref().unwrap_err().at.to_string(), "4:2");
    assert_eq!(documents[2].as_ref().unwrap().root().field("d").unwrap().value, Value::Number(4.into()));
}

#[test]
fn json_objects_need_no_separator() {
    let documents = read("{\"a\": 1}\n  {\"b\":\n \"\\ud83d\\ude00\"}{\"c\": 3}");
    let documents: Vec<_> = documents.into_iter().map(Result::unwrap).collect();
    let starts: Vec<_> = documents.iter().map(|document| document.root().span.start.to_string()).collect();
    assert_eq!(starts, ["1:1", "2:3", "3:17"]);
    assert_eq!(documents[1].position(&FieldPath::ROOT.key("b")).to_string(), "3:2");
    assert_eq!(Json::from(documents[1].root()), json!({"b": "😀"}));
}

#[test]
fn repeated_keys_are_told_with_both_places() {
    let document = read("a:\n- b: 1\n  c: 2\n  b: 3\n").remove(0).unwrap();
    let [duplicate] = document.duplicates() else { panic!("{:?}", document.duplicates()) };
    assert_eq!(duplicate.at.to_string(), "a[0].b");
    assert_eq!((duplicate.first.to_string(), duplicate.again.to_string()), ("2:3".into(), "4:3".into()));
    assert_eq!(Json::from(document.root()), json!({"a": [{"b": 3, "c": 2}]}));
}

#[test]
fn a_laugh_is_not_multiplied() {
    let mut bomb = String::from("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for level in 1..12 {
        let alias = format!("*a{}, ", level - 1).repeat(9);
        writeln!(bomb, "a{level}: &a{level} [{alias}]").unwrap();
    }
    assert_eq!(first(&bomb).unwrap_err(), "the document contains excessive aliasing");
    let long = format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(1 << 20), "*a, ".repeat(100));
    assert_eq!(first(&long).unwrap_err(), "the document contains excessive aliasing");
}

#[test]
fn nesting_has_an_end() {
    assert_eq!(first(&"[".repeat(100_000)).unwrap_err(), "the document is nested too deeply");
    assert_eq!(first(&"{\"a\":".repeat(100_000)).unwrap_err(), "the document is nested too deeply");
    assert_eq!(first(&"- ".repeat(100_000)).unwrap_err(), "the document is nested too deeply");
    let mut tower = String::from("a0: &a0 [x]\n");
    for level in 1..2000 {
        writeln!(tower, "a{level}: &a{level} [*a{}]", level - 1).unwrap();
    }
    assert_eq!(first(&tower).unwrap_err(), "the document is nested too deeply");
}

#[test]
fn many_documents_take_no_longer_than_one() {
    assert_eq!(read(&"{}".repeat(100_000)).len(), 100_000);
    assert_eq!(read(&"[\n---\n".repeat(20_000)).len(), 20_000);
}

#[test]
fn many_keys_take_no_longer_than_many_values() {
    let lines: Vec<_> = (0..200_000).map(|number| format!("k{number}: {number}")).collect();
    let text = lines.join("\n");
    let document = read(&text).remove(0).unwrap();
    assert_eq!(document.root().fields().len(), 200_000);
    assert_eq!(document.duplicates(), []);
}

#[test]
fn templates_are_recognised_where_they_break_the_syntax() {
    let error = read("a: {{ .Values.x }}\n").remove(0).unwrap_err();
    assert!(error.in_template);
    assert!(!read("a: [").remove(0).unwrap_err().in_template);
}
