//! What `make dist` made, in the folder that `SIDECAR_DIST` names: is it what krew takes, and nothing of this machine?
//!
//! `make dist-test` makes it and runs this; `cargo test` alone does not. `SIDECAR_KUBECTL` is the kubectl that runs what was
//! installed, `SIDECAR_KREW` a folder with the real krew and its validator.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a release that cannot be read fails")]

mod archive;
mod krew;
mod manifest;
mod material;

use std::env;
use std::path::PathBuf;

/// What the release has for this machine.
fn folder() -> PathBuf {
    setting("SIDECAR_DIST")
}

fn setting(name: &str) -> PathBuf {
    env::var_os(name).map_or_else(|| panic!("{name} is not set: run make dist-test"), PathBuf::from)
}

/// This machine as krew names it.
fn platform() -> (&'static str, &'static str) {
    let os = if env::consts::OS == "macos" { "darwin" } else { env::consts::OS };
    (os, if env::consts::ARCH == "x86_64" { "amd64" } else { "arm64" })
}

fn archive_path() -> PathBuf {
    let (os, arch) = platform();
    folder().join(format!("kubectl-sidecar-{os}-{arch}.tar.gz"))
}
