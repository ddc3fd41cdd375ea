//! `inspect` of pods on a cluster: how they do, and why they do not.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::fake_server::{FakeServer, Life};

fn spec() -> Value {
    let (token, path) = ("kube-api-access-abcde", "/var/run/secrets/kubernetes.io/serviceaccount");
    let mounts = json!([
        { "name": "shared-logs", "mountPath": "/var/log/nginx" },
        { "name": token, "mountPath": path, "readOnly": true },
    ]);
    json!({
        "nodeName": "node-1",
        "volumes": [
            { "name": "shared-logs", "emptyDir": {} },
            { "name": token, "projected": { "sources": [{ "serviceAccountToken": { "path": "token" } }] } },
        ],
        "containers": [
            { "name": "nginx-container", "image": "nginx:latest", "volumeMounts": mounts },
            { "name": "sidecar-container", "image": "ubuntu:latest", "volumeMounts": mounts },
        ],
    })
}

fn life(sidecar: &Value) -> Life {
    let running = json!({
        "name": "nginx-container", "ready": true, "started": true, "restartCount": 0, "image": "", "imageID": "",
        "state": { "running": { "startedAt": "2026-01-02T03:04:00Z" } },
    });
    let status = json!({ "phase": "Running", "containerStatuses": [running, sidecar] });
    Life { spec: spec(), statuses: vec![status], ..Life::default() }
}

fn sidecar(ready: bool, restarts: u32, state: &Value) -> Value {
    let ended = json!({ "terminated": {
        "exitCode": 3, "reason": "Error", "startedAt": "2026-01-02T03:04:05Z", "finishedAt": "2026-01-02T03:04:15Z",
    }});
    json!({
        "name": "sidecar-container", "ready": ready, "started": ready, "restartCount": restarts, "image": "",
        "imageID": "docker.io/library/ubuntu@sha256:0", "state": state,
        "lastState": if restarts > 0 { ended } else { json!({}) },
    })
}

fn ready() -> Value {
    sidecar(true, 0, &json!({ "running": {} }))
}

fn looping() -> Value {
    let message = "back-off 40s restarting failed container=sidecar-container pod=webserver";
    sidecar(false, 4, &json!({ "waiting": { "reason": "CrashLoopBackOff", "message": message } }))
}

#[test]
fn a_pod_that_is_well() {
    let server = FakeServer::start(life(&ready()));
    assert_snapshot!(server.sidecar("inspect webserver -n demo"));
}

#[test]
fn the_token_is_shown_to_whoever_asks() {
    let server = FakeServer::start(life(&ready()));
    assert_snapshot!(server.sidecar("inspect pod/webserver -o wide --all-volumes"));
}

#[test]
fn a_crash_loop_shows_its_cause() {
    let server = FakeServer::start(Life {
        log: "2026-01-02T03:04:05.6Z starting\n2026-01-02T03:04:05.6Z cannot open \x1b[2J/data\n",
        ..life(&looping())
    });
    assert_snapshot!(server.sidecar("inspect webserver --context school"));
}

#[test]
fn a_crash_loop_for_other_programs() {
    let server = FakeServer::start(Life { log: "2026-01-02T03:04:05.6Z cannot open /data\n", ..life(&looping()) });
    assert_snapshot!(server.sidecar("inspect webserver -o yaml"));
}

#[test]
fn a_pod_that_is_not_there_does_not_hide_the_others() {
    let server = FakeServer::start(Life { warning: Some("be careful"), ..life(&ready()) });
    assert_snapshot!(server.sidecar("inspect gone webserver -o name"));
    assert_snapshot!(server.sidecar("inspect gone -o json"));
}

#[test]
fn who_may_not_look_is_told() {
    let message = "pods \"webserver\" is forbidden: User \"learner\" cannot get resource \"pods\" in API group \"\"";
    let refusal =
        json!({ "kind": "Status", "status": "Failure", "message": message, "reason": "Forbidden", "code": 403 });
    let server = FakeServer::start(Life { blind: Some((403, refusal)), ..life(&ready()) });
    assert_snapshot!(server.sidecar("inspect webserver"));
}
