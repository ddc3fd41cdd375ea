//! The manager of the one-node cluster, for tests that do to the node what a cluster of somebody else's does not allow.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The node's manager.
pub(crate) struct Onenode {
    program: PathBuf,
}

/// The manager of the node the tests run on. `None`, said loudly: they run on another cluster, and such a test is
/// skipped.
pub(crate) fn onenode() -> Option<Onenode> {
    let named = std::env::var_os("SIDECAR_TEST_KUBECONFIG").is_some_and(|path| !path.is_empty());
    if named {
        let test = std::thread::current().name().unwrap_or_default().to_owned();
        tell(&format!("{test}: SKIPPED, it needs the one-node cluster (SIDECAR_TEST_KUBECONFIG names another)"));
    }
    (!named).then(|| Onenode { program: Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/onenode/run") })
}

impl Onenode {
    /// Rotates a container's log, as the kubelet does when it is too long.
    #[track_caller]
    pub(crate) fn rotate(&self, namespace: &str, pod: &str, container: &str) {
        self.run(&["rotate", &format!("{namespace}/{pod}/{container}")]);
    }

    /// Lets the manager do something. It must succeed.
    #[track_caller]
    pub(crate) fn run(&self, args: &[&str]) {
        let told = Command::new(&self.program).args(args).output().unwrap();
        let error = String::from_utf8_lossy(&told.stderr);
        assert!(told.status.success(), "onenode {}: {error}", args.join(" "));
    }
}

/// Says something to who runs the tests, also where the tests' own words are not shown.
pub(crate) fn tell(what: &str) {
    let _ = writeln!(std::io::stderr(), "{what}");
}
