//! Installed as krew installs it, by hand and by the real one.

use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

use tempfile::TempDir;

use crate::archive::unpack;
use crate::{archive_path, folder, setting};

const VERSION: &str = concat!("v", env!("CARGO_PKG_VERSION"));

/// `kubectl sidecar version`, with that folder before all others on PATH. Whether a server answers does not matter.
fn version_by_kubectl(links: &Path) -> String {
    let kubectl = setting("SIDECAR_KUBECTL");
    let mut path = vec![links.to_owned()];
    path.extend(env::split_paths(&env::var_os("PATH").unwrap()));
    let mut command = Command::new(kubectl);
    let said = command.args(["sidecar", "version"]).env("PATH", env::join_paths(path).unwrap()).output().unwrap();
    String::from_utf8(said.stdout).unwrap()
}

/// krew unpacks an archive into a store of its own, and links `bin` from the one folder that is on PATH.
#[cfg(unix)]
#[test]
fn unpacked_and_linked_it_runs() {
    let (store, links) = (unpack(), TempDir::new().unwrap());
    assert!(store.path().join("LICENSE").is_file(), "krew's index wants each archive to have it");
    std::os::unix::fs::symlink(store.path().join("kubectl-sidecar"), links.path().join("kubectl-sidecar")).unwrap();
    let said = version_by_kubectl(links.path());
    assert!(said.contains(VERSION), "{said}");
}

/// krew itself, with a folder of its own.
struct Krew(TempDir);

impl Krew {
    fn run(&self, program: &str, args: &[&str]) -> Output {
        let mut command = Command::new(setting("SIDECAR_KREW").join(program));
        command.args(args).env("KREW_ROOT", self.0.path()).env("KREW_NO_UPGRADE_CHECK", "1").output().unwrap()
    }

    #[track_caller]
    fn does(&self, args: &[&str]) -> String {
        let said = self.run("krew", args);
        let error = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(said.status.success(), "krew {args:?}: {error}");
        String::from_utf8(said.stdout).unwrap() + &error
    }
}

/// A repository with the manifest in it, as an index: `kubectl krew index add NAME REPOSITORY`.
fn index() -> TempDir {
    let index = TempDir::new().unwrap();
    fs::create_dir(index.path().join("plugins")).unwrap();
    fs::copy(folder().join("plugins/sidecar.yaml"), index.path().join("plugins/sidecar.yaml")).unwrap();
    let who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"];
    for words in [&["init", "--quiet"][..], &["add", "--all"], &["commit", "--quiet", "--message", "index"]] {
        let done = Command::new("git").args(who).args(words).current_dir(index.path()).output().unwrap();
        assert!(done.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
    index
}

/// The validator takes the manifest, krew the index that has it; and it installs from the archive, whose address in the
/// manifest is where it will be.
#[test]
fn krew_takes_index_manifest_and_archive() {
    if env::var_os("SIDECAR_KREW").is_none() {
        return;
    }
    let (krew, index) = (Krew(TempDir::new().unwrap()), index());
    let manifest = folder().join("plugins/sidecar.yaml");
    let validated = krew.run("validate-krew-manifest", &["-skip-install", "-manifest", manifest.to_str().unwrap()]);
    assert!(validated.status.success(), "{}", String::from_utf8_lossy(&validated.stderr));

    // krew wants the one that is named so.
    krew.does(&["index", "add", "default", &format!("file://{}", index.path().display())]);
    let said = krew.does(&["info", "sidecar"]);
    assert!(said.contains(&format!("VERSION: {VERSION}")), "{said}");

    let archive = format!("--archive={}", archive_path().display());
    let said = krew.does(&["install", &format!("--manifest={}", manifest.display()), &archive]);
    assert!(said.contains("Installed plugin: sidecar"), "{said}");
    assert!(krew.does(&["list"]).contains("sidecar"));
    let said = version_by_kubectl(&krew.0.path().join("bin"));
    assert!(said.contains(VERSION), "{said}");
    krew.does(&["uninstall", "sidecar"]);
    assert!(!krew.0.path().join("bin/kubectl-sidecar").exists());
}
