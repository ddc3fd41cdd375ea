//! Holds the arrows between the rooms of `src/`, as the map in `src/lib.rs` states them: who may name whom, what the
//! pure rooms must not know, and the two things that only one place does.
//!
//! Reads the source as text, without comments and tests. A new room must be entered here.

#![expect(clippy::unwrap_used, reason = "a source tree that cannot be read fails the test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A room, and the other rooms that may be named in it.
const ARROWS: &[(&str, &[&str])] = &[
    ("document", &[]),
    ("pod", &["document"]),
    ("scaffold", &["pod", "document"]),
    ("logs", &["pod", "document"]),
    ("diagnosis", &["pod", "document"]),
    ("probe", &["pod", "document"]),
    ("release", &[]),
    ("system", &[]),
    ("error", &[]),
    ("cluster", &["scaffold", "logs", "diagnosis", "pod", "document", "release", "error"]),
    ("manifest", &["document", "error"]),
    ("render", &["scaffold", "logs", "diagnosis", "probe", "pod", "document", "error"]),
    ("ui", &["render", "system", "error"]),
    ("follow", &["cluster", "render", "ui", "logs", "diagnosis", "pod", "document", "error"]),
    (
        "commands",
        &[
            "cluster",
            "follow",
            "manifest",
            "render",
            "ui",
            "scaffold",
            "logs",
            "diagnosis",
            "probe",
            "pod",
            "document",
            "release",
            "system",
            "error",
        ],
    ),
    ("cli", &["commands", "ui", "release", "error"]),
    ("main", &["cli", "ui", "error"]),
];

/// The rooms that only compute, and what would make them depend on more than their input.
const PURE: &[&str] = &["document", "pod", "scaffold", "logs", "diagnosis", "probe"];
const EFFECTS: &[&str] = &[
    "clap::",
    "kube::",
    "tokio::",
    "comfy_table::",
    "owo_colors::",
    "std::io",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "Instant::now",
    "SystemTime::now",
    "Timestamp::now",
    "Zoned::now",
];

/// What only one place does.
const STREAMS: &[&str] =
    &["print!", "println!", "eprint!", "eprintln!", "dbg!", "io::stdout", "io::stderr", "Stdout", "Stderr"];
const ENDINGS: &[&str] = &["process::ExitCode", "ExitCode::", "process::exit", "process::abort"];

/// A source file: its room, and its code.
struct Source {
    path: PathBuf,
    room: String,
    code: String,
}

#[test]
fn every_room_is_entered_here_and_on_the_map() {
    let rooms: BTreeSet<String> = sources().into_iter().map(|source| source.room).collect();
    let known: BTreeSet<String> = ARROWS.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert!(rooms.is_subset(&known), "not in this table: {:?}", rooms.difference(&known).collect::<Vec<_>>());

    let map = fs::read_to_string(source_folder().join("lib.rs")).unwrap();
    for room in rooms.iter().filter(|room| *room != "main") {
        assert!(map.contains(&format!("//! | [`{room}`] |")), "src/lib.rs does not say what {room} decides");
    }
}

#[test]
fn arrows_point_one_way() {
    let mut wrong = Vec::new();
    for source in sources() {
        let (_, allowed) = ARROWS.iter().find(|(room, _)| *room == source.room).unwrap();
        let named = rooms_named(&source.code).into_iter().filter(|room| *room != source.room);
        wrong.extend(named.filter(|room| !allowed.contains(&room.as_str())).map(|room| found(&source, &room)));
    }
    assert!(wrong.is_empty(), "these name a room they must not know:\n{}", wrong.join("\n"));
}

#[test]
fn pure_rooms_know_nothing_of_the_world() {
    let pure = sources().into_iter().filter(|source| PURE.contains(&source.room.as_str()));
    let wrong: Vec<String> = pure.flat_map(|source| all_found(&source, EFFECTS)).collect();
    assert!(wrong.is_empty(), "a pure room must be a function of its input:\n{}", wrong.join("\n"));
}

#[test]
fn only_the_ui_writes_to_the_terminal() {
    let others = sources().into_iter().filter(|source| source.room != "ui");
    let wrong: Vec<String> = others.flat_map(|source| all_found(&source, STREAMS)).collect();
    assert!(wrong.is_empty(), "only src/ui may write to stdout or stderr:\n{}", wrong.join("\n"));
}

#[test]
fn only_main_ends_the_process() {
    let others = sources().into_iter().filter(|source| source.room != "main");
    let wrong: Vec<String> = others.flat_map(|source| all_found(&source, ENDINGS)).collect();
    assert!(wrong.is_empty(), "only src/main.rs may pick an exit code:\n{}", wrong.join("\n"));
}

#[test]
fn this_test_sees_what_it_looks_for() {
    let text = "\
use crate::{cluster::{Pods, Settings}, ui};
use crate::pod::Pod; // crate::comment
/// crate::doc
let at = kubectl_sidecar::render::Style::PLAIN;
#[cfg(test)]
mod one_liner;
#[cfg(test)]
mod tests {
    use crate::follow;
}
";
    let code = code_of(text);
    let named: Vec<String> = rooms_named(&code).into_iter().collect();
    assert_eq!(named, ["cluster", "pod", "render", "ui"]);
    assert!(mentions("use kube::Client;", "kube::") && mentions("std::io::Read", "std::io"));
    assert!(!mentions("my_kube::Client", "kube::") && !mentions("std::iot", "std::io"));
    assert!(mentions("println!(\"\")", "println!") && !mentions("eprintln!(\"\")", "println!"));
}

fn found(source: &Source, what: &str) -> String {
    format!("{} names {what}", source.path.display())
}

fn all_found(source: &Source, words: &[&str]) -> Vec<String> {
    words.iter().filter(|word| mentions(&source.code, word)).map(|word| found(source, word)).collect()
}

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every file of every room. `lib.rs` is the map, and no room.
fn sources() -> Vec<Source> {
    let root = source_folder();
    let mut sources = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.extend(read(&root, path));
            }
        }
    }
    assert!(!sources.is_empty(), "no sources in {}", root.display());
    sources
}

fn read(root: &Path, path: PathBuf) -> Option<Source> {
    let within = path.strip_prefix(root).unwrap().with_extension("");
    let parts: Vec<&str> = within.iter().map(|part| part.to_str().unwrap()).collect();
    if parts == ["lib"] || parts.contains(&"tests") {
        return None;
    }
    let code = code_of(&fs::read_to_string(&path).unwrap());
    Some(Source { room: parts[0].to_owned(), path, code })
}

/// The text without comments, and without the tests at its end.
fn code_of(text: &str) -> String {
    let tests = ["#[cfg(test)]\nmod tests {", "#[cfg(all(test, unix))]\nmod tests {"];
    let end = tests.iter().filter_map(|start| text.find(start)).min().unwrap_or(text.len());
    let code = &text[..end];
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The rooms after `crate::`, also within braces.
fn rooms_named(code: &str) -> BTreeSet<String> {
    let paths = ["crate::", "kubectl_sidecar::"].iter().flat_map(|start| code.split(start).skip(1));
    paths.flat_map(first_segments).collect()
}

/// `a` of `a::b`, `a` and `b` of `{a::{c, d}, b}`.
fn first_segments(path: &str) -> Vec<String> {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let name = |text: &str| text.trim_start().chars().take_while(|letter| is_name(*letter)).collect::<String>();
    let Some(group) = path.strip_prefix('{') else {
        return vec![name(path)];
    };
    let (mut depth, mut names, mut start) = (0_usize, Vec::new(), 0);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(name(&group[start..at]));
                start = at + 1;
                if letter == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// Whether the code has that word, and not as a part of a longer one.
fn mentions(code: &str, word: &str) -> bool {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let joined = |left: Option<char>, right: Option<char>| left.is_some_and(is_name) && right.is_some_and(is_name);
    code.match_indices(word).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + word.len()..]);
        !joined(before.chars().next_back(), word.chars().next())
            && !joined(word.chars().next_back(), after.chars().next())
    })
}
