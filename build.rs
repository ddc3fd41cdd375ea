//! Tells the crate what it is built for, and from which commit (`src/release.rs`).
//!
//! The commit is what `KUBECTL_SIDECAR_COMMIT` says (the Makefile sets it for what is installed or released), else what
//! cargo wrote into a package when it was published. git is not asked: the crate would be built anew at each commit.

use std::env::{self, VarError};
use std::fs;

const ASKED: &str = "KUBECTL_SIDECAR_COMMIT";
const PUBLISHED: &str = ".cargo_vcs_info.json";

fn main() -> Result<(), String> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed={ASKED}");
    let target = env::var("TARGET").map_err(|error| format!("cargo sets TARGET: {error}"))?;
    println!("cargo:rustc-env=KUBECTL_SIDECAR_BUILT_FOR={target}");
    if let Some(commit) = commit()? {
        println!("cargo:rustc-env=KUBECTL_SIDECAR_BUILT_FROM={commit}");
    }
    Ok(())
}

fn commit() -> Result<Option<String>, String> {
    match env::var(ASKED) {
        Ok(commit) if commit.is_empty() => Ok(None),
        Ok(commit) if is_commit(&commit) => Ok(Some(commit)),
        Ok(other) => {
            Err(format!("{ASKED} is the full name of a commit, with -dirty after it where files differ: {other:?}"))
        }
        Err(VarError::NotUnicode(_)) => Err(format!("{ASKED} is no text")),
        Err(VarError::NotPresent) => Ok(published()),
    }
}

/// From `{"git": {"sha1": "…"}, …}`.
fn published() -> Option<String> {
    let text = fs::read_to_string(PUBLISHED).ok()?;
    println!("cargo:rerun-if-changed={PUBLISHED}");
    let commit = text.split_once("\"sha1\"")?.1.split('"').nth(1)?;
    is_commit(commit).then(|| commit.to_owned())
}

fn is_commit(text: &str) -> bool {
    let hash = text.strip_suffix("-dirty").unwrap_or(text);
    matches!(hash.len(), 40 | 64) && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}
