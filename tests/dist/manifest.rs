//! The manifest that was rendered, by the rules of krew's validator (`internal/index/validation` and
//! `cmd/validate-krew-manifest` of krew v0.4.3) and of its index.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::process::Command;
use std::sync::Arc;

use kubectl_sidecar::document::{FieldPath, documents};
use regex::Regex;
use ring::digest::{SHA256, digest};
use serde::Deserialize;

use crate::{folder, platform};

/// What our manifest has; krew takes no field that it does not know.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Plugin {
    api_version: String,
    kind: String,
    metadata: Metadata,
    spec: Spec,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    version: String,
    homepage: String,
    short_description: String,
    description: String,
    caveats: String,
    platforms: Vec<Platform>,
}

#[derive(Deserialize)]
struct Platform {
    selector: Selector,
    uri: String,
    sha256: String,
    bin: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Selector {
    match_labels: BTreeMap<String, String>,
}

/// The pairs that krew knows.
const PLATFORMS: &[(&str, &[&str])] = &[
    ("linux", &["amd64", "arm64", "arm", "386", "ppc64le"]),
    ("darwin", &["amd64", "arm64"]),
    ("windows", &["amd64", "arm64", "386"]),
];

#[test]
fn every_rule_of_krew_is_kept() {
    let text: Arc<str> = fs::read_to_string(folder().join("plugins/sidecar.yaml")).unwrap().into();
    assert!(!text.contains('@'), "something was not filled in:\n{text}");
    let document = documents(&text).next().unwrap().unwrap();
    let typed = document.typed::<Plugin>(&FieldPath::default()).unwrap();
    assert!(typed.unknown.is_empty(), "{:?}", typed.unknown);
    let plugin = typed.object;
    assert_eq!(plugin.api_version, "krew.googlecontainertools.github.com/v1alpha2");
    assert_eq!(plugin.kind, "Plugin");
    assert_eq!(plugin.metadata.name, "sidecar", "the name of the file");

    let spec = plugin.spec;
    assert_eq!(spec.version, concat!("v", env!("CARGO_PKG_VERSION")));
    let is_version = Regex::new(r"^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$").unwrap();
    assert!(is_version.is_match(&spec.version), "no version: {}", spec.version);
    assert!(spec.homepage.starts_with("https://"), "no address: {}", spec.homepage);
    let short = &spec.short_description;
    let length = short.chars().count();
    assert!((1..=50).contains(&length), "1 to 50 characters are allowed, these are {length}: {short}");
    assert!(!short.contains(['\r', '\n']) && !short.ends_with('.'), "one line without a full stop: {short:?}");
    for line in spec.description.lines().chain(spec.caveats.lines()) {
        assert!(line.chars().count() <= 80, "more than 80 characters: {line}");
    }

    let is_sum = Regex::new("^[a-f0-9]{64}$").unwrap();
    let mut seen = HashSet::new();
    let mut has_ours = false;
    assert!(!spec.platforms.is_empty(), "no platform");
    for platform in &spec.platforms {
        let labels = &platform.selector.match_labels;
        assert_eq!(labels.keys().collect::<Vec<_>>(), ["arch", "os"], "exactly one pair, and so none overlap");
        let (os, arch) = (labels["os"].as_str(), labels["arch"].as_str());
        let is_known = PLATFORMS.iter().any(|(known, arches)| *known == os && arches.contains(&arch));
        assert!(is_known, "krew does not know {os} {arch}");
        assert!(seen.insert((os, arch)), "{os} {arch} twice");
        has_ours |= (os, arch) == crate::platform();
        assert_eq!(platform.bin, if os == "windows" { "kubectl-sidecar.exe" } else { "kubectl-sidecar" });
        let file = format!("kubectl-sidecar-{os}-{arch}.tar.gz");
        assert_eq!(platform.uri, format!("{}/releases/download/{}/{file}", spec.homepage, spec.version));
        let sum = sum(&fs::read(folder().join(&file)).unwrap());
        assert!(is_sum.is_match(&platform.sha256), "no sum: {}", platform.sha256);
        assert_eq!(platform.sha256, sum, "{file}");
        // What krew's own validator looks at only where it installs.
        let names = names_in(&file);
        for name in ["LICENSE", &platform.bin] {
            assert!(names.lines().any(|found| found == name), "{name} is not in {file}: {names}");
        }
    }
    assert!(has_ours, "{:?} is what was built", platform());
}

#[test]
fn the_sums_are_of_all_that_is_released() {
    let sums = fs::read_to_string(folder().join("SHA256SUMS")).unwrap();
    let mut named: Vec<&str> = sums.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    for line in sums.lines() {
        let (expected, file) = line.split_once("  ").unwrap();
        assert_eq!(sum(&fs::read(folder().join(file)).unwrap()), expected, "{file}");
    }
    let mut files: Vec<String> =
        fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    files.retain(|file| file.starts_with("kubectl-sidecar-"));
    files.sort();
    named.sort_unstable();
    assert_eq!(named, files);
}

/// The names of what an archive holds, a line each.
fn names_in(file: &str) -> String {
    let list = Command::new("tar").arg("-tzf").arg(folder().join(file)).output().unwrap();
    assert!(list.status.success(), "{file}: {}", String::from_utf8_lossy(&list.stderr));
    String::from_utf8(list.stdout).unwrap()
}

fn sum(bytes: &[u8]) -> String {
    use std::fmt::Write;
    digest(&SHA256, bytes).as_ref().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
