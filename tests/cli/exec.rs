//! `exec` without a cluster, and on a server that knows no WebSockets.

use insta::assert_snapshot;
use serde_json::json;

use super::fake_server::{FakeServer, Life};
use super::plugin::{sidecar, sidecar_each};

#[test]
fn help() {
    assert_snapshot!(sidecar(&["exec", "--help"]));
}

#[test]
fn what_makes_no_sense() {
    assert_snapshot!(sidecar_each(&[
        "exec",
        "exec webserver",
        "exec webserver ls",
        "exec webserver ls -l",
        "exec webserver db -- ls",
        "exec deploy -- ls",
        "exec node/one -- ls",
        "exec webserver --all-pods -- ls",
        "exec webserver -it -o json -- sh",
        "exec webserver -c a( -- ls",
        "exec webserver --role boss -- ls",
        "exec webserver --timeout soon -- ls",
        "exec webserver -o yaml -- ls",
    ]));
}

/// They go together: what is missing is a cluster. What stands behind `--` is the command's, whatever it is.
#[test]
fn what_goes_together() {
    for line in [
        "exec webserver -- ls --help -o json",
        "exec deploy/web --all-pods --role main,sidecar --no-mesh -c a.* --exclude-container b -o json -- ls",
        "exec svc/web -i -t --timeout 5s -c a -n shop -- sh",
        "exec pod/web -t -o json -- ls",
    ] {
        let shown = sidecar(&line.split(' ').collect::<Vec<_>>());
        assert!(shown.contains("error: no kubeconfig found"), "{shown}");
    }
}

fn pod(state: &serde_json::Value) -> Life {
    let status = json!({ "name": "app", "ready": true, "restartCount": 0, "image": "", "imageID": "", "state": state });
    let status = json!({ "phase": "Running", "containerStatuses": [status] });
    Life { spec: json!({ "containers": [{ "name": "app" }] }), statuses: vec![status], ..Life::default() }
}

#[test]
fn a_pod_that_is_not_there_or_does_not_run() {
    let server = FakeServer::start(pod(
        &json!({ "waiting": { "reason": "CrashLoopBackOff", "message": "back-off 10s\u{1b}[2J" } }),
    ));
    assert_snapshot!(server.sidecar("exec gone -- ls"));
    assert_snapshot!(server.sidecar("exec web -- ls"));
}

/// As a proxy that lets no WebSockets through.
#[test]
fn a_server_without_web_sockets() {
    let mut life = pod(&json!({ "running": {} }));
    life.others = vec![("/api/v1/namespaces/lessons/pods/web/exec", 200, json!({}))];
    assert_snapshot!(FakeServer::start(life).sidecar("exec web -- ls"));
}
