//! `inspect --usage`: how much there is in volumes, logs and writable layers.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Ended, Namespace, Program, pod};

/// The pod `web`: a disk's volume and one in memory, both nearly full, and one that nobody mounts.
fn web() -> Value {
    let fill = "dd if=/dev/zero of=/logs/a bs=1M count=61; dd if=/dev/zero of=/memory/b bs=512k count=15; echo said
        dd if=/dev/zero of=/written bs=1M count=3; touch /tmp/filled; exec sleep 86400";
    let mut web = pod("web", &[("app", fill), ("other", "exec sleep 86400")]);
    let mounts = json!([{"name": "logs", "mountPath": "/logs"}, {"name": "memory", "mountPath": "/memory"}]);
    let containers = web["spec"]["containers"].as_array_mut().unwrap();
    for container in containers.iter_mut() {
        container["volumeMounts"] = mounts.clone();
    }
    containers[0]["readinessProbe"] = json!({"exec": {"command": ["test", "-e", "/tmp/filled"]}, "periodSeconds": 1});
    containers[0]["resources"] = json!({"limits": {"ephemeral-storage": "1Gi"}});
    web["spec"]["volumes"] = json!([
        {"name": "logs", "emptyDir": {"sizeLimit": "64Mi"}},
        {"name": "memory", "emptyDir": {"medium": "Memory", "sizeLimit": "8Mi"}},
        {"name": "unused", "emptyDir": {}},
    ]);
    web
}

#[track_caller]
fn start(namespace: &Namespace) {
    namespace.create(&web());
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
}

#[track_caller]
fn run(command: Command) -> (Value, Ended) {
    let ended = Program::start(command).finish();
    (serde_json::from_slice(&ended.stdout).unwrap(), ended)
}

#[track_caller]
fn run_as(namespace: &Namespace, role: &[&str], args: &[&str]) -> Command {
    let kubeconfig = namespace.kubeconfig_of("visitor", role);
    let mut inspect = namespace.sidecar(&[&["inspect", "web", "--usage"], args].concat());
    inspect.env("KUBECONFIG", kubeconfig.into_temp_path().keep().unwrap());
    inspect
}

fn causes(document: &Value) -> Vec<&str> {
    document["findings"].as_array().unwrap().iter().map(|finding| finding["cause"].as_str().unwrap()).collect()
}

const FULL: [&str; 2] = [
    "logs holds 61Mi of 64Mi: past the limit the pod is evicted",
    "memory holds 7.5Mi of 8Mi: when it is full, writes fail with ENOSPC (no space left on device), and it counts as memory \
     of who writes",
];

/// The kubelet measures about once a minute.
#[test]
fn as_the_kubelet_measured_it() {
    let namespace = Namespace::new();
    start(&namespace);
    let deadline = Instant::now() + Duration::from_secs(180);
    let (document, ended) = loop {
        let (document, ended) = run(namespace.sidecar(&["inspect", "web", "--usage", "-o", "json"]));
        let volumes = &document["usage"]["volumes"];
        let is_measured = [0, 1]
            .iter()
            .all(|at| volumes[at]["source"] == "kubelet" && volumes[at]["usedBytes"].as_u64().unwrap() > 7 << 20);
        let of_app = &document["usage"]["containers"][0];
        if is_measured && of_app["writableLayer"]["usedBytes"].as_u64().is_some_and(|bytes| bytes > 3 << 20) {
            break (document, ended);
        }
        assert!(Instant::now() < deadline, "not measured: {document:#}");
    };
    assert_eq!(ended.code(), Some(0));
    let logs = &document["usage"]["volumes"][0];
    assert_eq!(logs["limit"], json!({"bytes": 64 << 20, "written": "64Mi"}));
    assert!(logs["measuredAt"].is_string() && logs["availableBytes"].is_u64(), "{logs}");
    assert_eq!(document["usage"]["volumes"][1]["memory"], true);
    assert_eq!(document["usage"]["containers"][0]["limit"]["written"], "1Gi");
    assert!(document["usage"]["containers"][0]["log"]["usedBytes"].as_u64().unwrap() > 0);
    assert_eq!(causes(&document), FULL);

    let program = Program::start_on_terminal(namespace.sidecar(&["inspect", "web", "--usage"]), 100);
    program.wait_for("by the kubelet");
    program.wait_for("95%");
}

#[test]
fn measured_by_du_where_the_kubelet_may_not_be_asked() {
    let namespace = Namespace::new();
    start(&namespace);
    let role = ["--verb=get,create", "--resource=pods,pods/exec"];
    let (document, ended) = run(run_as(&namespace, &role, &["-o", "json"]));
    let logs = &document["usage"]["volumes"][0];
    assert_eq!((&logs["source"], &logs["limit"]["written"]), (&json!("du"), &json!("64Mi")));
    assert_eq!(logs["usedBytes"].as_u64().unwrap() >> 20, 61);
    let reason = "no permission to ask the kubelet (nodes/proxy)";
    assert_eq!(document["usage"]["containers"][0]["log"], json!({"reason": reason}));
    assert_eq!(document["usage"]["volumes"][2]["reason"], "no container mounts it");
    assert_eq!(causes(&document), FULL);
    assert_eq!(ended.code(), Some(1), "logs and layers could not be had");
    assert!(!ended.stderr().contains("nodes/proxy"), "nobody should be told to ask for it");
}

#[test]
fn a_dash_and_the_reason_where_nothing_may_be_asked() {
    let namespace = Namespace::new();
    start(&namespace);
    let ended = Program::start(run_as(&namespace, &["--verb=get", "--resource=pods"], &[])).finish();
    let text = namespace.told("inspect web --usage", &ended);
    let (_, usage) = text.split_once("VOLUME   USED").unwrap();
    insta::assert_snapshot!(usage);
}
