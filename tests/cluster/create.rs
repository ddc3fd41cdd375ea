//! `create` on a real cluster: what comes of it, in which words, and with which exit code.

use std::io::Write;
use std::process::Command;

use insta::assert_snapshot;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::support::{Ended, Namespace, Program, node};

#[track_caller]
fn run(command: Command) -> Ended {
    Program::start(command).finish()
}

/// Whether there is a pod of that name.
fn exists(namespace: &Namespace, pod: &str) -> bool {
    !namespace.kubectl(&["get", "pod", pod, "--ignore-not-found", "--output", "name"]).is_empty()
}

/// Containers that do not say how much CPU they need are taken to need more than any node has.
fn without_room() -> Namespace {
    let namespace = Namespace::new();
    let limits = json!({"type": "Container", "default": {"cpu": "100k"}, "defaultRequest": {"cpu": "100k"}});
    namespace.create(&json!({
        "apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "huge"}, "spec": {"limits": [limits]},
    }));
    namespace
}

#[test]
fn a_pod_of_another_name_that_becomes_ready_and_is_there_then() {
    let namespace = Namespace::new();
    assert_snapshot!(namespace.shown("create blog --show-kubectl"));
    let row = namespace.kubectl(&["get", "pod", "blog", "--no-headers"]);
    assert_eq!(row.split_whitespace().nth(1), Some("2/2"));
    assert_snapshot!(namespace.shown("create blog"));
}

#[test]
fn the_object_in_place_of_the_line() {
    // Nothing of this needs a pod that runs.
    let namespace = without_room();
    let create = |name: &str, form: &str| {
        let ended = run(namespace.sidecar(&["create", name, "--wait=false", "-o", form]));
        assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
        ended.stdout()
    };
    assert_eq!(create("a", "name"), "pod/a\n");
    let json: Value = serde_json::from_str(&create("b", "json")).unwrap();
    let uid = namespace.kubectl(&["get", "pod", "b", "--output", "jsonpath={.metadata.uid}"]);
    assert_eq!(json["metadata"]["uid"], uid);
    // kubectl reads it, and knows the pod again.
    let yaml = create("c", "yaml");
    assert_eq!(node().kubectl(&["get", "-f", "-", "--output", "name"], &yaml), "pod/c\n");
    let uid = namespace.kubectl(&["get", "pod", "c", "--output", "jsonpath={.metadata.uid}"]);
    assert!(yaml.contains(&uid), "{yaml}");
}

#[test]
fn what_it_writes_inspect_reads() {
    let namespace = Namespace::new();
    let manifest = run(namespace.sidecar(&["create", "--dry-run=client", "-o", "yaml", "--annotate"])).stdout;
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(&manifest).unwrap();
    let mut inspect = namespace.sidecar(&["inspect", "-f", "-"]);
    inspect.stdin(file.reopen().unwrap());
    assert_snapshot!(namespace.told("inspect -f -", &run(inspect)));
}

#[test]
fn a_dry_run_on_the_server_creates_nothing() {
    let namespace = Namespace::new();
    assert_snapshot!(namespace.shown("create --dry-run=server"));
    assert!(!exists(&namespace, "webserver"));
    namespace.kubectl(&["create", "quota", "small", "--hard=pods=0"]);
    namespace.wait(&["--for=jsonpath={.status.hard.pods}=0", "quota/small"]);
    assert_snapshot!(namespace.shown("create --dry-run=server"));
}

#[test]
fn an_image_that_is_not_there() {
    // It ends long before the five minutes it may take.
    let namespace = Namespace::new();
    assert_snapshot!(namespace.shown("create --image nginx:there-is-no-such-tag"));
    assert!(exists(&namespace, "webserver"));
}

#[test]
fn a_container_that_ends_at_once() {
    let namespace = Namespace::new();
    assert_snapshot!(namespace.shown("create --image ubuntu:latest"));
}

/// Whatever it does just when time is up, running again included: that it ended is said, and what it said last.
#[test]
fn a_container_that_ends_again_and_again() {
    let namespace = Namespace::new();
    let create = |(kind, seconds): (&str, u32)| {
        let (name, timeout) = (format!("{kind}-{seconds}"), format!("--timeout={seconds}s"));
        let pod =
            ["create", &name, "--kind", kind, "--image=busybox:latest", "--image-pull-policy=IfNotPresent", &timeout];
        let script = ["--command", "sh", "--arg=-c", "--arg", "echo no such host: db; sleep 2; exit 3"];
        Program::start(namespace.sidecar(&[&pod[..], &script].concat()))
    };
    let moments = ["pod", "deployment"].into_iter().flat_map(|kind| (6..12).map(move |seconds| (kind, seconds)));
    let all: Vec<Program> = moments.map(create).collect();
    let all: Vec<String> = all.into_iter().map(|create| create.finish().stderr()).collect();
    let ended: Vec<_> = all.iter().filter_map(|said| said.split_once("ended with exit code 3")).collect();
    assert!(!ended.is_empty(), "{all:#?}");
    for (_, then) in ended {
        assert!(then.contains("with exit code 3") && then.contains("log: no such host: db"), "{then}");
    }
}

#[test]
fn no_node_has_room() {
    assert_snapshot!(without_room().shown("create --timeout=5s"));
}

#[test]
fn ctrl_c_leaves_the_pod() {
    let namespace = without_room();
    let create = Program::start(namespace.sidecar(&["create"]));
    create.wait_for_note("still waiting");
    create.interrupt();
    assert_snapshot!(namespace.told("create", &create.finish()));
    assert!(exists(&namespace, "webserver"));
}

#[test]
fn deleted_while_it_is_waited_for() {
    let namespace = without_room();
    let create = Program::start(namespace.sidecar(&["create"]));
    create.wait_for_note("still waiting");
    namespace.kubectl(&["delete", "pod", "webserver"]);
    assert_snapshot!(namespace.told("create", &create.finish()));
}

#[test]
fn a_quota_that_is_used_up() {
    let namespace = Namespace::new();
    namespace.kubectl(&["create", "quota", "small", "--hard=pods=0"]);
    namespace.wait(&["--for=jsonpath={.status.hard.pods}=0", "quota/small"]);
    assert_snapshot!(namespace.shown("create"));
    namespace.kubectl(&["delete", "quota", "small"]);
    namespace.kubectl(&["create", "quota", "compute", "--hard=limits.cpu=1"]);
    namespace.wait(&["--for=jsonpath={.status.hard.limits\\.cpu}=1", "quota/compute"]);
    assert_snapshot!(namespace.shown("create"));
}

#[test]
fn a_namespace_with_a_security_standard() {
    let namespace = Namespace::new();
    let level = "pod-security.kubernetes.io/enforce=restricted";
    node().kubectl(&["label", "namespace", namespace.name(), level], "");
    assert_snapshot!(namespace.shown("create"));
}

#[test]
fn a_namespace_that_is_not_there() {
    let namespace = Namespace::new();
    let mut create = Command::new(env!("CARGO_BIN_EXE_kubectl-sidecar"));
    create.args(["create", "-n", "nowhere-to-be-found"]).env("KUBECONFIG", &node().kubeconfig);
    assert_snapshot!(namespace.told("create -n nowhere-to-be-found", &run(create)));
}

#[test]
fn who_may_not_create_pods() {
    let namespace = Namespace::new();
    let kubeconfig = namespace.kubeconfig_of("visitor", &[]);
    let mut create = namespace.sidecar(&["create"]);
    create.env("KUBECONFIG", kubeconfig.path());
    assert_snapshot!(namespace.told("create", &run(create)));
}

#[test]
fn who_may_create_pods_but_not_look_at_them() {
    let namespace = Namespace::new();
    let kubeconfig = namespace.kubeconfig_of("poster", &["--verb=create", "--resource=pods"]);
    let mut create = namespace.sidecar(&["create"]);
    create.env("KUBECONFIG", kubeconfig.path());
    assert_snapshot!(namespace.told("create", &run(create)));
    assert!(exists(&namespace, "webserver"));
}

/// What needs no server to be known is said in the server's words.
#[test]
fn a_bad_name_as_the_server_words_it() {
    let namespace = Namespace::new();
    for name in ["Bad_Name", "a-", "a..b"] {
        let ours = run(namespace.sidecar(&["create", name])).stderr();
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
            "spec": {"containers": [{"name": "a", "image": "a"}]},
        });
        let args = ["--namespace", namespace.name(), "create", "--dry-run=server", "-f", "-"];
        let servers = node().try_kubectl(&args, &pod.to_string()).stderr;
        assert_eq!(ours.lines().next(), String::from_utf8(servers).unwrap().lines().next());
    }
}
