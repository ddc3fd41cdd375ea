//! Where the manifests are, and which.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folders of the module that hold manifests.
const FOLDERS: [&str; 4] = ["test/e2e/testing-manifests", "cluster/addons", "test/fixtures", "hack/testdata"];

/// The endings of manifests, and of templates of them.
const ENDINGS: [&str; 6] = [".yaml", ".yml", ".json", ".yaml.in", ".yaml.base", ".yaml.sed"];

/// A manifest.
pub(crate) struct File {
    /// Its path in the module.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The module's folder. `None`, said loudly: it is not there.
pub(crate) fn module() -> Option<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/onenode/kubernetes");
    let mut go = Command::new("go");
    go.args(["list", "-m", "-f", "{{.Dir}}", "k8s.io/kubernetes"]).current_dir(folder).env("GOPROXY", "off");
    let found = go.output().ok().map(|told| PathBuf::from(String::from_utf8_lossy(&told.stdout).trim()));
    let found = found.filter(|module| module.join(FOLDERS[0]).is_dir());
    if found.is_none() {
        tell(
            "corpus: NOT RUN, it needs go and the sources of k8s.io/kubernetes: (cd tests/onenode/kubernetes && go mod download)",
        );
    }
    found
}

/// All manifests, in the order of their paths. Nothing of them is kept.
pub(crate) fn read(module: &Path) -> Vec<File> {
    let mut folders: Vec<PathBuf> = FOLDERS.iter().map(|folder| module.join(folder)).collect();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(module).unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
                files.push(File { path: name, text: rendered(&fs::read_to_string(&path).unwrap()) });
            }
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// A template with a word in each of its holes. A line that is nothing but a hole may be any number of lines: it is none.
fn rendered(text: &str) -> String {
    let is_hole = |line: &str| line.trim().starts_with("{{") && line.trim().ends_with("}}");
    let lines = text.lines().filter(|line| !is_hole(line)).collect::<Vec<_>>().join("\n");
    let mut parts = lines.split("{{");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| match part.split_once("}}") {
        Some((_, rest)) => text + "x" + rest,
        None => text + "{{" + part,
    })
}

/// Says something to who runs the tests, also where the tests' own words are not shown.
pub(crate) fn tell(what: &str) {
    let _ = writeln!(std::io::stderr(), "{what}");
}
