//! `create` on a cluster: what it says while it waits, and how that ends.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Output, Stdio};

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::fake_server::{End, FakeServer, Life};
use super::plugin::shown;

fn spec() -> Value {
    json!({
        "nodeName": "node-1",
        "containers": [
            { "name": "nginx-container", "image": "nginx:latest" },
            { "name": "sidecar-container", "image": "ubuntu:latest" },
        ],
    })
}

/// A status with those states of the two containers; `null` for one that is ready.
fn status(states: [Value; 2]) -> Value {
    let [nginx, sidecar] = states;
    let container = |name: &str, state: Value| match state {
        Value::Null => json!({ "name": name, "ready": true, "state": { "running": {} } }),
        state => {
            json!({ "name": name, "ready": false, "restartCount": 1, "state": state["state"], "lastState": state["last"] })
        }
    };
    let statuses = [container("nginx-container", nginx), container("sidecar-container", sidecar)];
    json!({ "phase": "Pending", "containerStatuses": statuses })
}

fn waiting(reason: &str, message: &str) -> Value {
    json!({ "state": { "waiting": { "reason": reason, "message": message } } })
}

fn creating() -> Value {
    waiting("ContainerCreating", "")
}

fn ready() -> Value {
    status([Value::Null, Value::Null])
}

fn looping(code: i32) -> Value {
    let times = ["2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z"];
    let mut state = waiting("CrashLoopBackOff", "back-off 10s restarting failed container=sidecar-container");
    state["last"] = json!({ "terminated": {
        "exitCode": code, "reason": "Error", "startedAt": times[0], "finishedAt": times[1],
    }});
    state
}

fn unschedulable() -> Value {
    let message = "0/1 nodes are available: 1 Insufficient memory.";
    json!({ "phase": "Pending", "conditions": [
        { "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message },
    ]})
}

fn life(statuses: Vec<Value>) -> Life {
    Life { spec: spec(), statuses, ..Life::default() }
}

/// The time it took differs from run to run.
fn without_time(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once("READY 2/2 after ") {
        Some((before, _)) => format!("{before}READY 2/2 after …"),
        None => line.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}

#[test]
fn it_becomes_ready() {
    let pulling = json!({
        "reason": "Pulling", "message": "Pulling image \"nginx:latest\"", "metadata": {},
        "involvedObject": { "fieldPath": "spec.containers{nginx-container}" },
    });
    let steps = vec![json!({}), status([creating(), creating()]), status([creating(), Value::Null]), ready()];
    let server = FakeServer::start(Life { events: vec![pulling], warning: Some("old"), ..life(steps) });
    assert_snapshot!(without_time(&server.sidecar("create")));
}

#[test]
fn what_to_try_next_leads_to_the_same_cluster_and_fits_the_image() {
    let server = FakeServer::start(life(vec![ready()]));
    assert_snapshot!(without_time(&server.sidecar("create blog --image httpd:2 -n demo --context school")));
}

#[test]
fn the_object_in_place_of_the_line() {
    let server = FakeServer::start(life(vec![ready()]));
    assert_snapshot!(without_time(&server.sidecar("create -o yaml --wait=false")));
    assert_snapshot!(without_time(&server.sidecar("create -o name --timeout 1m")));
    assert_snapshot!(without_time(&server.sidecar("create --dry-run=server")));
}

#[test]
fn a_container_that_ends_right_after_it_was_ready_is_not_ready() {
    let server = FakeServer::start(life(vec![ready(), status([Value::Null, looping(0)])]));
    assert_snapshot!(server.sidecar("create"));
}

#[test]
fn a_crash_loop_shows_its_last_lines() {
    let mut crashing = status([Value::Null, looping(3)]);
    crashing["containerStatuses"][1]["restartCount"] = json!(2);
    let server = FakeServer::start(Life {
        log: "2026-01-02T03:04:05.6Z starting\n2026-01-02T03:04:05.6Z no such file: \x1b[2Jx\n",
        ..life(vec![crashing])
    });
    assert_snapshot!(server.sidecar("create"));
}

#[test]
fn an_image_that_is_not_there_ends_the_waiting() {
    let message =
        "failed to resolve reference \"docker.io/library/nginx:nope\": docker.io/library/nginx:nope: not found";
    let states = [waiting("ErrImagePull", message), creating()];
    let server = FakeServer::start(life(vec![status([creating(), creating()]), status(states)]));
    assert_snapshot!(server.sidecar("create web -n demo"));
}

#[test]
fn no_room_is_waited_for_until_time_is_up() {
    let without_node = json!({ "containers": spec()["containers"] });
    let server = FakeServer::start(Life { spec: without_node, ..life(vec![json!({}), unschedulable()]) });
    assert_snapshot!(server.sidecar("create --timeout 2s"));
}

#[test]
fn out_of_time_with_nothing_wrong() {
    let server = FakeServer::start(life(vec![status([creating(), Value::Null])]));
    assert_snapshot!(server.sidecar("create --timeout 2s"));
}

#[test]
fn deleted_meanwhile() {
    let states = || life(vec![status([creating(), creating()])]);
    let deleted = FakeServer::start(Life { end: End::Deleted, ..states() }).sidecar("create");
    assert_snapshot!(deleted);
    let terminating = FakeServer::start(Life { end: End::Terminating, ..states() }).sidecar("create");
    assert_eq!(terminating, deleted);
}

#[test]
fn native_sidecars_need_a_server_and_nodes_that_know_them() {
    let node = |name: &str, version: &str| {
        let info = json!({ "kubeletVersion": version, "architecture": "", "bootID": "", "containerRuntimeVersion": "",
            "kernelVersion": "", "kubeProxyVersion": "", "machineID": "", "operatingSystem": "", "osImage": "", "systemUUID": "" });
        json!({ "metadata": { "name": name }, "status": { "nodeInfo": info } })
    };
    let create = |server: &str, nodes: (u16, Value)| {
        let version = ("/version", 200, json!({ "gitVersion": server }));
        let others = vec![version, ("/api/v1/nodes", nodes.0, nodes.1)];
        FakeServer::start(Life { others, ..Life::default() }).sidecar("create --native --wait=false -o name")
    };
    let nodes = |versions: [&str; 2]| {
        let items = [node("new", versions[0]), node("other", versions[1])];
        (200, json!({ "metadata": { "resourceVersion": "1" }, "items": items }))
    };
    let message = "nodes is forbidden: User \"jane\" cannot list resource \"nodes\" in API group \"\"";
    let all = [
        create("v1.28.9", nodes(["v1.28.9", "v1.28.9"])),
        create("v1.30.1-eks-1", nodes(["v1.30.1", "v1.28.4-eks-2"])),
        create("v1.30.1", nodes(["v1.30.1", "v1.29.0"])),
        create("v1.30.1", refusal(403, "Forbidden", message, &json!({ "kind": "nodes" }))),
    ];
    assert_snapshot!(all.join("\n"));
}

fn refusal(code: u16, reason: &str, message: &str, details: &Value) -> (u16, Value) {
    (code, json!({ "kind": "Status", "reason": reason, "message": message, "details": details, "code": code }))
}

#[test]
fn refusals() {
    let create = |refusal: (u16, Value)| {
        FakeServer::start(Life { refusal: Some(refusal), ..Life::default() }).sidecar("create --context school")
    };
    let named = json!({ "kind": "pods", "name": "webserver" });
    let pss = "pods \"webserver\" is forbidden: violates PodSecurity \"restricted:latest\": runAsNonRoot != true (…)";
    let quota =
        "pods \"webserver\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=0, limited: pods=0";
    let rbac = "pods is forbidden: User \"jane\" cannot create resource \"pods\" in API group \"\" in the namespace \
                \"lessons\"";
    let all = [
        create(refusal(409, "AlreadyExists", "pods \"webserver\" already exists", &named)),
        create(refusal(404, "NotFound", "namespaces \"lessons\" not found", &json!({ "kind": "namespaces" }))),
        create(refusal(403, "Forbidden", rbac, &json!({ "kind": "pods" }))),
        create(refusal(403, "Forbidden", quota, &named)),
        create(refusal(403, "Forbidden", pss, &named)),
    ];
    assert_snapshot!(all.join("\n"));
}

#[test]
fn who_may_create_but_not_watch_is_told_that_the_pod_is_there() {
    let message = "pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\"";
    let blind = refusal(403, "Forbidden", message, &json!({ "kind": "pods" }));
    let server = FakeServer::start(Life { blind: Some(blind), ..Life::default() });
    assert_snapshot!(server.sidecar("create"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_the_pod() {
    let server = FakeServer::start(life(vec![status([creating(), creating()])]));
    let args = ["create", "-n", "demo"];
    let mut child = server.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("sidecar-container: being created") {
        assert_ne!(stderr.read_line(&mut said).unwrap(), 0, "{said}");
    }
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    stderr.read_to_string(&mut said).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_snapshot!(shown(&args, &Output { stderr: said.into_bytes(), ..output }));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let server = FakeServer::start(life(vec![ready()]));
    let mut child =
        server.command(&["create", "-o", "yaml"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && !stderr.contains("error"), "{}: {stderr}", output.status);
}
