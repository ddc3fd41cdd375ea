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
    pod_of(&["app".to_owned()], state)
}

fn pod_of(names: &[String], state: &serde_json::Value) -> Life {
    let status = |name: &String| json!({ "name": name, "ready": true, "restartCount": 0, "image": "", "imageID": "", "state": state });
    let statuses: Vec<_> = names.iter().map(status).collect();
    let status = json!({ "phase": "Running", "containerStatuses": statuses });
    let containers: Vec<_> = names.iter().map(|name| json!({ "name": name })).collect();
    Life { spec: json!({ "containers": containers }), statuses: vec![status], ..Life::default() }
}

#[test]
fn a_pod_that_is_not_there_or_does_not_run() {
    let server = FakeServer::start(pod(
        &json!({ "waiting": { "reason": "CrashLoopBackOff", "message": "back-off 10s\u{1b}[2J" } }),
    ));
    assert_snapshot!(server.sidecar("exec gone -- ls"));
    assert_snapshot!(server.sidecar("exec web -- ls"));
    let shown = server.sidecar("exec web -n lessons --context school -- ls");
    assert!(shown.contains("kubectl sidecar inspect web -n lessons --context school\n"), "{shown}");
}

/// As a proxy that lets no WebSockets through.
#[test]
fn a_server_without_web_sockets() {
    let mut life = pod(&json!({ "running": {} }));
    life.others = vec![("/api/v1/namespaces/lessons/pods/web/exec", 200, json!({}))];
    assert_snapshot!(FakeServer::start(life).sidecar("exec web -- ls"));
}

/// A server that takes commands, and answers nothing.
fn silent(names: &[String]) -> FakeServer {
    let mut life = pod_of(names, &json!({ "running": {} }));
    life.others = vec![("/api/v1/namespaces/lessons/pods/web/exec", 0, json!({}))];
    FakeServer::start(life)
}

/// Of two of these nobody asked anything before time was up.
#[test]
fn what_never_began_does_not_go_on() {
    let names: Vec<String> = (1..=34).map(|at| format!("c{at}")).collect();
    let server = silent(&names);
    let shown = server.sidecar("exec web --timeout 1s -- ls");
    assert_eq!(shown.matches(": no end after 1s; the command may go on\n").count(), 32, "{shown}");
    assert!(shown.contains("\nc32: no end"), "{shown}");
    for name in ["c33", "c34"] {
        assert!(shown.contains(&format!("\n{name}: not started: time was up after 1s\n")), "{shown}");
    }
    let output = server.command(&["exec", "web", "--timeout=1s", "-o", "json", "--", "ls"]).output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let reasons = |at: usize| document["results"][at]["error"]["reason"].clone();
    assert_eq!((reasons(31), reasons(32)), (json!("TimedOut"), json!("NotStarted")));
}

/// Connecting takes a part of the time.
#[test]
fn one_container_that_nobody_can_get_to_in_time() {
    let server = silent(&["app".to_owned()]);
    assert_snapshot!(server.sidecar("exec web --timeout 1s -- ls"));
}
