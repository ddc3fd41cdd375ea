//! A namespace of its own for each test.

use std::process::Command;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::node::{Node, node};
use super::program;
use super::proxy::Proxy;

/// By this label the namespaces of all tests are found again.
const LABEL: &str = "sidecar-test=true";

/// No run of the tests takes so long: what is older was left behind by one that was killed.
const LEFT_BEHIND: Duration = Duration::from_secs(3600);

/// How long anything may take to happen on a busy machine, as kubectl takes it.
const TIMEOUT: &str = "--timeout=120s";

/// A namespace that is deleted in the end, whatever the end is.
pub(crate) struct Namespace {
    name: String,
}

impl Namespace {
    /// A new one, ready for pods.
    pub(crate) fn new() -> Self {
        let suffix: String = std::iter::repeat_with(fastrand::lowercase).take(8).collect();
        let name = format!("sidecar-test-{suffix}");
        node().kubectl(&["create", "namespace", &name], "");
        let namespace = Self { name };
        node().kubectl(&["label", "namespace", &namespace.name, LABEL], "");
        namespace.kubectl(&["wait", "--for=create", "serviceaccount/default", TIMEOUT]);
        namespace
    }

    /// One that is not there.
    pub(crate) fn missing() -> Self {
        // It is asked for in vain on the tests' cluster: fails here without one.
        node();
        // Like no other: what is like it is suggested.
        Self { name: "nowhere-to-be-found".to_owned() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What `kubectl ARGS` says here. It must succeed.
    #[track_caller]
    pub(crate) fn kubectl(&self, args: &[&str]) -> String {
        node().kubectl(&[&["--namespace", &self.name], args].concat(), "")
    }

    /// Creates what the manifest says.
    #[track_caller]
    pub(crate) fn create(&self, manifest: &Value) {
        node().kubectl(&["--namespace", &self.name, "create", "-f", "-"], &manifest.to_string());
    }

    /// Waits until `kubectl wait ARGS` is content.
    #[track_caller]
    pub(crate) fn wait(&self, args: &[&str]) {
        self.kubectl(&[&["wait", TIMEOUT], args].concat());
    }

    /// Runs a shell script in a container.
    #[track_caller]
    pub(crate) fn exec(&self, pod: &str, container: &str, script: &str) {
        self.kubectl(&["exec", pod, "-c", container, "--", "/bin/sh", "-c", script]);
    }

    /// Lets a container that runs write a line to its log.
    #[track_caller]
    pub(crate) fn say(&self, pod: &str, container: &str, line: &str) {
        self.exec(pod, container, &format!("echo '{line}' > /proc/1/fd/1"));
    }

    /// Lets a container that listens end.
    #[track_caller]
    pub(crate) fn end(&self, pod: &str, container: &str) {
        /// What runs in a container that ends is killed.
        const KILLED: i32 = 137;
        let args = ["exec", pod, "-c", container, "--", "touch", "/tmp/end"];
        let told = node().try_kubectl(&[&["--namespace", &self.name], &args[..]].concat(), "");
        let error = String::from_utf8_lossy(&told.stderr);
        assert!(told.status.success() || told.status.code() == Some(KILLED), "{error}");
    }

    /// The program, with arguments, in this namespace.
    pub(crate) fn sidecar(&self, args: &[&str]) -> Command {
        let mut command = program::sidecar(args);
        command.args(["--namespace", &self.name]);
        command
    }

    /// The same, with a proxy between it and the cluster.
    pub(crate) fn sidecar_through(&self, proxy: &Proxy, args: &[&str]) -> Command {
        let mut command = self.sidecar(args);
        command.env("KUBECONFIG", proxy.kubeconfig().path());
        command
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // Nobody waits until it is gone. A test that fails already must be able to say why.
        let _ = node().try_kubectl(&["delete", "namespace", &self.name, "--wait=false"], "");
    }
}

/// Deletes what killed runs left behind.
pub(super) fn sweep(node: &Node) {
    let all = node.kubectl(&["get", "namespaces", "--selector", LABEL, "-o", "json"], "");
    let all: Value = serde_json::from_str(&all).unwrap();
    for namespace in all["items"].as_array().unwrap() {
        let metadata = &namespace["metadata"];
        let created: Timestamp = metadata["creationTimestamp"].as_str().unwrap().parse().unwrap();
        if Timestamp::now().duration_since(created) > LEFT_BEHIND.try_into().unwrap() {
            let name = metadata["name"].as_str().unwrap();
            node.kubectl(&["delete", "namespace", name, "--wait=false", "--ignore-not-found"], "");
        }
    }
}
