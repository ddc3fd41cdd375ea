//! Tried on what others wrote: the manifests inside the Kubernetes module that the one-node cluster is built from, read where
//! they are. Nothing may crash, no volume may be of an unknown type, and the mounts in our model must be those that another
//! reader finds, which knows YAML and nothing else (`mounts/main.go`).
//!
//! Files that cannot be read as they are stand in `EXPECTED`, each with the reason: none is left out in silence.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod files;
mod model;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use serde::Deserialize;

use files::{File, module, read};
use model::Model;

/// Fewer than that are not all that there were.
const LEAST_WORKLOADS: usize = 150;

/// What is not to be read as it is, by the end of its path, and the words that say why.
const EXPECTED: &[(&str, &str)] = &[
    // Mistakes that kubectl's own tests want to see told: the key `ind` in place of `kind`.
    ("recursive/rc/rc/busybox-broken.yaml", "kind is not set"),
    ("recursive/pod/pod/busybox-broken.yaml", "kind is not set"),
    ("recursive/pod-modify/pod/busybox-broken.yaml", "kind is not set"),
    ("recursive/deployment/deployment/nginx-broken.yaml", "kind is not set"),
    // Versions that are no longer served, for `kubectl convert`.
    ("cmd/convert/appsdeployment.yaml", "no matches for kind \"Deployment\" in version \"apps/v1beta2\""),
    ("cmd/convert/extensionsdeployment.yaml", "no matches for kind \"Deployment\" in version \"extensions/v1beta1\""),
];

/// What the other reader says of a file.
#[derive(Deserialize)]
struct Raw {
    mounts: Vec<String>,
    error: String,
}

#[test]
fn what_others_wrote_is_read_as_they_meant_it() {
    let Some(module) = module() else { return };
    let files = read(&module);
    let models: Vec<_> = files.iter().map(|file| (file, Model::of(&file.text))).collect();

    let mut wrong = Vec::new();
    for (file, model) in &models {
        let expected = EXPECTED.iter().find(|(end, _)| file.path.ends_with(end)).map(|(_, why)| *why);
        let why = model.problems.join("; ");
        match expected {
            Some(words) if !why.contains(words) => wrong.push(format!("{}: not {words:?}, but {why:?}", file.path)),
            None if !why.is_empty() => wrong.push(format!("{}: {why}", file.path)),
            _ => wrong.extend(model.unknown.iter().map(|kind| format!("{}: the volume type {kind}", file.path))),
        }
    }
    for (end, _) in EXPECTED {
        let count = files.iter().filter(|file| file.path.ends_with(end)).count();
        if count != 1 {
            wrong.push(format!("{end}: expected once, and {count} are there"));
        }
    }
    let raw = mounts(&files);
    for (file, model) in models.iter().filter(|(_, model)| model.problems.is_empty()) {
        let Raw { mounts, error } = &raw[&file.path];
        let mut mounts = mounts.clone();
        mounts.sort();
        if !error.is_empty() || mounts != model.mounts {
            wrong.push(format!("{}: {error} the mounts are {mounts:#?}, not {:#?}", file.path, model.mounts));
        }
    }
    let workloads: usize = models.iter().map(|(_, model)| model.workloads).sum();
    let mounts: usize = models.iter().map(|(_, model)| model.mounts.len()).sum();
    assert!(wrong.is_empty(), "of {} files:\n{}", files.len(), wrong.join("\n"));
    assert!(workloads >= LEAST_WORKLOADS && mounts >= LEAST_WORKLOADS / 2, "{workloads} workloads, {mounts} mounts");
    files::tell(&format!("read {} files: {workloads} workloads, {mounts} mounts", files.len()));
}

#[test]
fn the_program_ends_well_with_each_of_them() {
    let Some(module) = module() else { return };
    for file in read(&module) {
        for form in ["wide", "json"] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-sidecar"));
            command.args(["inspect", "-f", "-", "-o", form]).env_clear();
            let told = fed(command, &file.text);
            let error = String::from_utf8_lossy(&told.stderr);
            let is_well = matches!(told.status.code(), Some(0 | 1)) && !error.contains("panicked");
            assert!(is_well, "{} -o {form}: {}: {error}", file.path, told.status);
        }
    }
}

/// The mounts that the other reader finds, by the path of the file.
fn mounts(files: &[File]) -> BTreeMap<String, Raw> {
    let texts: BTreeMap<&str, &str> = files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let mut command = Command::new("go");
    command.args(["run", "."]).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/mounts"));
    let told = fed(command, &serde_json::to_string(&texts).unwrap());
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    serde_json::from_slice(&told.stdout).unwrap()
}

fn fed(mut command: Command, input: &str) -> std::process::Output {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Both programs read all before they write.
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}
