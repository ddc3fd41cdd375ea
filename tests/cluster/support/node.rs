//! Which cluster the tests run on, and its kubectl.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use super::namespace;
use super::onenode::tell;

/// The cluster all tests of this run share.
pub(crate) struct Node {
    pub(crate) kubeconfig: PathBuf,
    pub(crate) kubectl: PathBuf,
    /// Held for as long as this process lives, so that nobody breaks or replaces the node meanwhile.
    _use: Option<File>,
}

/// How tests take the cluster into use.
pub(crate) struct Use {
    pub(crate) try_lock: fn(&File) -> Result<(), TryLockError>,
    pub(crate) lock: fn(&File) -> std::io::Result<()>,
    /// Whom they wait for.
    pub(crate) others: &'static str,
}

/// The cluster. The first call takes it into use.
pub(crate) fn node() -> &'static Node {
    static NODE: OnceLock<Node> = OnceLock::new();
    NODE.get_or_init(|| {
        let node = Node::find();
        namespace::sweep(&node);
        node
    })
}

impl Node {
    fn find() -> Self {
        let named = std::env::var_os("SIDECAR_TEST_KUBECONFIG").filter(|path| !path.is_empty());
        let ours = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/cluster/kubeconfig");
        let kubeconfig = named.map_or_else(ours, PathBuf::from);
        assert!(
            kubeconfig.exists(),
            "no kubeconfig at {}: run `make cluster` first, or name one with SIDECAR_TEST_KUBECONFIG",
            kubeconfig.display()
        );
        let beside = |name: &str| Some(kubeconfig.with_file_name(name)).filter(|path| path.exists());
        Self {
            kubectl: beside("bin/kubectl").unwrap_or_else(|| "kubectl".into()),
            _use: beside("lock").map(|path| take_into_use(&path)),
            kubeconfig,
        }
    }

    /// What `kubectl ARGS` says. It must succeed.
    #[track_caller]
    pub(crate) fn kubectl(&self, args: &[&str], input: &str) -> String {
        let output = self.try_kubectl(args, input);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "kubectl {}: {error}", args.join(" "));
        String::from_utf8(output.stdout).unwrap()
    }

    /// How `kubectl ARGS` ends.
    #[track_caller]
    pub(crate) fn try_kubectl(&self, args: &[&str], input: &str) -> Output {
        let mut command = self.kubectl_command(args);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut command = command.unwrap_or_else(|error| panic!("{}: {error}", self.kubectl.display()));
        // Small enough for a pipe; and a kubectl that does not read it says why.
        let _ = command.stdin.take().unwrap().write_all(input.as_bytes());
        command.wait_with_output().unwrap()
    }

    /// `kubectl ARGS`, not yet started.
    pub(crate) fn kubectl_command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.kubectl);
        command.args(args).env("KUBECONFIG", &self.kubeconfig);
        command
    }
}

fn take_into_use(path: &Path) -> File {
    let file = File::open(path).unwrap();
    match (crate::USE.try_lock)(&file) {
        Ok(()) => return file,
        Err(TryLockError::WouldBlock) => tell(&format!("waiting for {}", crate::USE.others)),
        Err(TryLockError::Error(error)) => panic!("locking {}: {error}", path.display()),
    }
    (crate::USE.lock)(&file).unwrap();
    file
}
