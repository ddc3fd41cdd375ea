//! The archive of this machine: what is in it, and what must not be.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use tempfile::TempDir;

use crate::{archive_path, platform};

/// Unpacked as krew does it.
pub(crate) fn unpack() -> TempDir {
    let folder = TempDir::new().unwrap();
    let tar = Command::new("tar").arg("-xzf").arg(archive_path()).arg("-C").arg(folder.path()).status().unwrap();
    assert!(tar.success());
    folder
}

/// All files below a folder, as they are named from there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn all_that_belongs_to_it_is_there() {
    let folder = unpack();
    let names: Vec<String> = files(folder.path())
        .iter()
        .map(|path| path.strip_prefix(folder.path()).unwrap().display().to_string())
        .filter(|name| !name.starts_with("man/"))
        .collect();
    let program = if cfg!(windows) { "kubectl-sidecar.exe" } else { "kubectl-sidecar" };
    let completions = ["_kubectl-sidecar", "_kubectl-sidecar.ps1", "kubectl-sidecar.bash", "kubectl-sidecar.fish"];
    let mut expected: Vec<String> = completions.iter().map(|name| format!("completions/{name}")).collect();
    expected.push("completions/kubectl_complete-sidecar".to_owned());
    expected.extend(["LICENSE", "README.md", "SECURITY.md", "THIRD-PARTY-LICENSES", program].map(str::to_owned));
    expected.sort();
    let mut names = names;
    names.sort();
    assert_eq!(names, expected);
    for (name, path) in expected.iter().map(|name| (name, folder.path().join(name))) {
        assert!(fs::metadata(path).unwrap().len() > 100, "{name}");
    }
}

#[test]
fn each_command_has_a_page_that_reads_kubectl_sidecar() {
    fn named(command: &clap::Command, name: &str, names: &mut Vec<String>) {
        names.push(format!("{name}.1"));
        for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
            named(below, &format!("{name}-{}", below.get_name()), names);
        }
    }
    let folder = unpack();
    let mut expected = Vec::new();
    named(&kubectl_sidecar::cli::command(), "kubectl-sidecar", &mut expected);
    expected.sort();
    let pages = files(&folder.path().join("man/man1"));
    let names: Vec<_> = pages.iter().map(|page| page.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, expected);
    for page in &pages {
        let text = fs::read_to_string(page).unwrap();
        // No command has a hyphen in its name.
        let usage = page.file_stem().unwrap().to_str().unwrap().replace('-', " ");
        assert!(text.contains(&format!("\\fB{usage}\\fR")), "{usage}:\n{text}");
    }
}

/// The folders of whoever built it are of no use to others, and make each build another.
#[test]
fn nothing_tells_of_the_machine_it_was_built_on() {
    let here = [Some(env!("CARGO_MANIFEST_DIR").to_owned()), env::var("HOME").ok(), env::var("CARGO_HOME").ok()];
    let here: Vec<String> = here.into_iter().flatten().map(|folder| format!("{folder}/")).collect();
    let folder = unpack();
    let material = archive_path().to_str().unwrap().replace(".tar.gz", ".cdx.json");
    for file in files(folder.path()).into_iter().chain([material.into()]) {
        let bytes = fs::read(&file).unwrap();
        for path in &here {
            assert!(memchr::memmem::find(&bytes, path.as_bytes()).is_none(), "{} has {path}", file.display());
        }
    }
}

#[test]
fn owners_and_times_are_not_those_of_the_machine() {
    let archive = fs::read(archive_path()).unwrap();
    let [flags, time @ ..] = &archive[3..8] else { unreachable!() };
    assert_eq!((*flags, time), (0, [0; 4].as_slice()), "gzip tells neither a name nor a time");
    let list = Command::new("tar").args(["--numeric-owner", "-tvzf"]).arg(archive_path()).output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    let column = |line: &str, at: usize| line.split_whitespace().nth(at).unwrap().to_owned();
    if cfg!(target_os = "linux") {
        let first = list.lines().next().unwrap();
        for line in list.lines() {
            assert_eq!(column(line, 1), "0/0", "{line}");
            assert_eq!([column(line, 3), column(line, 4)], [column(first, 3), column(first, 4)], "{line}");
        }
    }
    let names: Vec<&str> = list.lines().map(|line| line.split_whitespace().last().unwrap()).collect();
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn it_is_small_and_on_linux_needs_nothing() {
    let folder = unpack();
    let program = fs::read(folder.path().join(format!("kubectl-sidecar{}", env::consts::EXE_SUFFIX))).unwrap();
    assert!(program.len() <= 10_000_000, "{} bytes", program.len());
    if platform().0 == "linux" {
        assert!(memchr::memmem::find(&program, b"ld-linux").is_none(), "it asks for a dynamic loader");
    }
}
