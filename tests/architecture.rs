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
    ("follow", &["cluster", "render", "ui", "logs", "diagnosis", "pod", "document", "system", "error"]),
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

/// A source file: its room, how deep its module is below the crate, and its code.
struct Source {
    path: PathBuf,
    room: String,
    depth: usize,
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
        let named = rooms_named(&source.code, source.depth).into_iter().filter(|(_, room)| *room != source.room);
        let wrong_ones = named.filter(|(_, room)| !allowed.contains(&room.as_str()));
        wrong.extend(wrong_ones.map(|(at, room)| found(&source, at, &room)));
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
#[cfg(all(test, not(windows)))]
mod tests {
    use crate::follow;
}
";
    let code = code_of(text);
    let named = |code: &str, depth| -> Vec<String> {
        rooms_named(code, depth).into_iter().map(|(at, room)| format!("{} {room}", line_of(code, at))).collect()
    };
    assert_eq!(named(&code, 1), ["1 cluster", "1 ui", "2 pod", "4 render"]);
    assert_eq!(named(&code_of(&text.replace("(all(test, not(windows)))", "(test)")), 1), named(&code, 1));
    // Below the crate there are other ways to it.
    let code = "use super::super::{ui, pod::Pod};\nuse super::inner;\nfn f(at: super::super::logs::At) {}";
    assert_eq!(named(code, 2), ["1 ui", "1 pod", "3 logs"]);
    assert_eq!(named(code, 3), [""; 0]);
    assert_eq!(named("use super::ui::Ui;", 1), ["1 ui"]);
    let mentions = |code: &str, word: &str| !mentions(code, word).is_empty();
    assert!(mentions("use kube::Client;", "kube::") && mentions("std::io::Read", "std::io"));
    assert!(!mentions("my_kube::Client", "kube::") && !mentions("std::iot", "std::io"));
    assert!(mentions("println!(\"\")", "println!") && !mentions("eprintln!(\"\")", "println!"));
}

/// `src/pod/mod.rs:7 names cluster`.
fn found(source: &Source, at: usize, what: &str) -> String {
    let path = source.path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
    format!("{}:{} names {what}", path.display(), line_of(&source.code, at))
}

fn all_found(source: &Source, words: &[&str]) -> Vec<String> {
    let all = words.iter().flat_map(|word| mentions(&source.code, word).into_iter().map(move |at| (at, word)));
    all.map(|(at, word)| found(source, at, word)).collect()
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
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
    let depth = parts.iter().filter(|part| **part != "mod").count();
    Some(Source { room: parts[0].to_owned(), depth, path, code })
}

/// The text without comments, and without the tests at its end, also where they are for one system only.
fn code_of(text: &str) -> String {
    let is_of_tests = |at: &usize| {
        let condition = text[..*at].trim_end().lines().next_back().unwrap_or_default();
        condition == "#[cfg(test)]" || condition.starts_with("#[cfg(all(test, ")
    };
    let end = text.match_indices("\nmod tests {").map(|(at, _)| at).find(is_of_tests).unwrap_or(text.len());
    let code = &text[..end];
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The rooms after `crate::`, or after as many `super::` as lead there, also within braces; and where.
fn rooms_named(code: &str, depth: usize) -> Vec<(usize, String)> {
    let starts = ["crate::".to_owned(), "kubectl_sidecar::".to_owned(), "super::".repeat(depth)];
    let ends = |start: &str| -> Vec<(usize, usize)> {
        let found = mentions(code, start).into_iter().filter(|at| !code[..*at].ends_with("::"));
        found.map(|at| (at, at + start.len())).collect()
    };
    let mut paths: Vec<(usize, usize)> = starts.iter().flat_map(|start| ends(start)).collect();
    paths.sort_unstable();
    paths
        .into_iter()
        .flat_map(|(at, end)| first_segments(&code[end..]).into_iter().map(move |room| (at, room)))
        .collect()
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

/// Where the code has that word, and not as a part of a longer one.
fn mentions(code: &str, word: &str) -> Vec<usize> {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let joined = |left: Option<char>, right: Option<char>| left.is_some_and(is_name) && right.is_some_and(is_name);
    let is_whole = |at: usize| {
        let (before, after) = (&code[..at], &code[at + word.len()..]);
        !joined(before.chars().next_back(), word.chars().next())
            && !joined(word.chars().next_back(), after.chars().next())
    };
    code.match_indices(word).map(|(at, _)| at).filter(|at| is_whole(*at)).collect()
}
