//! `inspect` of several pods, of what has pods, and of what their volumes are made from, on a server that knows some of it.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::fake_server::{FakeServer, Life};
use super::inspect_schema::errors;

fn server(others: Vec<(&'static str, u16, Value)>) -> FakeServer {
    FakeServer::start(Life { others, ..Life::default() })
}

fn status(reason: &str, code: u16, message: &str) -> Value {
    json!({ "kind": "Status", "status": "Failure", "message": message, "reason": reason, "code": code })
}

fn list(items: &[Value]) -> Value {
    json!({ "metadata": { "resourceVersion": "1" }, "items": items })
}

/// A pod with one container, which is ready or waits.
fn pod(namespace: &str, name: &str, ready: bool) -> Value {
    let state = if ready { json!({"running": {}}) } else { json!({"waiting": {"reason": "ContainerCreating"}}) };
    let container = json!({
        "name": "app", "ready": ready, "restartCount": 0, "image": "", "imageID": "", "state": state,
    });
    json!({
        "metadata": { "name": name, "namespace": namespace, "uid": format!("{namespace}/{name}") },
        "spec": { "nodeName": "node-1", "containers": [{ "name": "app", "image": "nginx" }] },
        "status": { "phase": if ready { "Running" } else { "Pending" }, "containerStatuses": [container] },
    })
}

/// The same, with these volumes, each mounted.
fn with_volumes(mut pod: Value, volumes: &Value) -> Value {
    let mount = |volume: &Value| json!({ "name": volume["name"], "mountPath": format!("/{}", volume["name"].as_str().unwrap()) });
    let mounts: Vec<_> = volumes.as_array().unwrap().iter().map(mount).collect();
    pod["spec"]["containers"][0]["volumeMounts"] = json!(mounts);
    pod["spec"]["volumes"] = volumes.clone();
    pod
}

/// The same, of the Deployment `web`.
fn of_web(mut pod: Value) -> Value {
    pod["metadata"]["labels"] = json!({ "app": "web", "pod-template-hash": "7d9c5" });
    pod["metadata"]["ownerReferences"] =
        json!([{ "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-7d9c5", "uid": "r", "controller": true }]);
    pod
}

fn deployment() -> Value {
    let template = json!({
        "metadata": { "labels": { "app": "web" } },
        "spec": {
            "volumes": [{ "name": "logs", "emptyDir": {} }],
            "containers": [
                { "name": "app", "image": "nginx", "volumeMounts": [{ "name": "logs", "mountPath": "/logs" }] },
                { "name": "shipper", "image": "fluentd", "volumeMounts": [{ "name": "logs", "mountPath": "/in", "readOnly": true }] },
            ],
        },
    });
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web", "namespace": "lessons" },
        "spec": { "replicas": 0, "selector": { "matchLabels": { "app": "web" } }, "template": template },
    })
}

const DEPLOYMENT: &str = "/apis/apps/v1/namespaces/lessons/deployments/web";
const SERVICE: &str = "/api/v1/namespaces/lessons/services/db";
const PODS: &str = "/api/v1/namespaces/lessons/pods";
const ALL_PODS: &str = "/api/v1/pods";

#[test]
fn what_has_pods_stands_for_them() {
    let pods = [
        of_web(pod("lessons", "web-7d9c5-b", true)),
        pod("lessons", "stranger", true),
        of_web(pod("lessons", "web-7d9c5-a", true)),
    ];
    let server = server(vec![
        (DEPLOYMENT, 200, deployment()),
        (PODS, 200, list(&pods)),
        ("/api/v1/namespaces/lessons/pods/web-7d9c5-a", 200, pods[2].clone()),
    ]);
    assert_snapshot!(server.sidecar("inspect deploy/web"));
    assert_snapshot!(server.sidecar("inspect pod/web-7d9c5-a deploy/web -o name"));
    let document: Value = json_of(&server, "inspect deploy/web -o json");
    assert_eq!(
        (&document["kind"], &document["items"][1]["metadata"]["name"]),
        (&json!("PodInspectionList"), &json!("web-7d9c5-b"))
    );
}

#[test]
fn what_has_no_pods_now_shows_its_template() {
    let service = json!({ "metadata": { "name": "db" }, "spec": { "selector": { "app": "db" } } });
    let server = server(vec![(DEPLOYMENT, 200, deployment()), (SERVICE, 200, service), (PODS, 200, list(&[]))]);
    assert_snapshot!(server.sidecar("inspect deploy/web svc/db"));
    assert_snapshot!(server.sidecar("inspect deploy/web -o name"));
    let document: Value = json_of(&server, "inspect deploy/web -o json");
    assert_eq!(document["items"][0]["workloadKind"], "Deployment");
    let wide = server.sidecar("inspect deploy/web -o wide");
    assert!(wide.contains("logs is shared by app and shipper"), "{wide}");
}

#[test]
fn nothing_found_is_no_error() {
    let namespace = || json!({});
    let server = server(vec![
        (ALL_PODS, 200, list(&[])),
        (PODS, 200, list(&[])),
        ("/api/v1/namespaces/a/pods", 200, list(&[])),
        ("/api/v1/namespaces/gone/pods", 200, list(&[])),
        ("/api/v1/namespaces/lessons", 200, namespace()),
        ("/api/v1/namespaces/a", 200, namespace()),
        ("/api/v1/namespaces/gone", 404, status("NotFound", 404, "namespaces \"gone\" not found")),
    ]);
    let lines = [
        "inspect -l app=web",
        "inspect -A -o json",
        "inspect --match .* -n a -n lessons -o name",
        "inspect -l app=web -n gone",
    ];
    assert_snapshot!(lines.map(|line| server.sidecar(line)).join("\n"));
}

#[test]
fn what_is_missing_or_forbidden_hides_nothing_else() {
    let no = status(
        "Forbidden",
        403,
        "deployments.apps \"web\" is forbidden: User \"learner\" cannot get resource \"deployments\"",
    );
    let no_pods = status(
        "Forbidden",
        403,
        "pods is forbidden: User \"learner\" cannot list resource \"pods\" in the namespace \"a\"",
    );
    let server = server(vec![
        (DEPLOYMENT, 403, no),
        (SERVICE, 200, json!({ "metadata": { "name": "db" }, "spec": {} })),
        ("/api/v1/namespaces/lessons/pods/one", 200, pod("lessons", "one", true)),
        ("/api/v1/namespaces/a/pods", 403, no_pods),
        ("/api/v1/namespaces/b/pods", 200, list(&[pod("b", "two", true)])),
    ]);
    assert_snapshot!(server.sidecar("inspect deploy/web gone svc/db one -o name"));
    assert_snapshot!(server.sidecar("inspect -l app=web -n a -n b -o name"));
}

#[test]
fn pods_of_several_namespaces_are_told_apart() {
    let pods = [pod("shop", "web", true), pod("lessons", "web", false), pod("lessons", "app", true)];
    let events = (200, list(&[]));
    let server =
        server(vec![(ALL_PODS, 200, list(&pods)), ("/api/v1/namespaces/lessons/events", events.0, events.1.clone())]);
    assert_snapshot!(server.sidecar("inspect -A"));
    assert_snapshot!(server.sidecar("inspect -A -o name"));
}

#[test]
fn of_many_that_are_not_well_not_all_are_asked_about() {
    let pods: Vec<_> = (0..60).map(|index| pod("lessons", &format!("web-{index:02}"), false)).collect();
    let event = json!({
        "metadata": {}, "involvedObject": {}, "reason": "FailedMount", "type": "Warning", "count": 3,
        "message": "MountVolume.SetUp failed for volume \"x\" : no such luck", "lastTimestamp": "2026-01-02T03:04:05Z",
    });
    let server = server(vec![(PODS, 200, list(&pods)), ("/api/v1/namespaces/lessons/events", 200, list(&[event]))]);
    let told = server.sidecar("inspect -l app=web");
    assert!(told.contains("\n-- events and logs were read for only 50 of the 60 unhealthy pods\n"), "{told}");
    assert_eq!(told.matches("STATUS ContainerCreating").count(), 60);
    assert_eq!(told.matches("no such luck").count(), 50);
    assert!(!server.sidecar("inspect -l app=web -o name").contains("stderr"));
}

/// What volumes are made from, and what a server says of it that has most of it, and of a Secret more than is shown.
fn made_from() -> Vec<(&'static str, u16, Value)> {
    let forbidden = "secrets \"hidden\" is forbidden: User \"learner\" cannot get resource \"secrets\"";
    let data = json!({ "metadata": {}, "data": { "a": "c2VjcmV0", "b": "dG9w" } });
    let claim = json!({
        "metadata": {},
        "spec": { "volumeName": "pv-1", "storageClassName": "fast", "accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem" },
        "status": { "phase": "Bound", "capacity": { "storage": "1Gi" }, "accessModes": ["ReadWriteOnce"] },
    });
    vec![
        ("/api/v1/namespaces/lessons/configmaps/settings", 200, json!({ "metadata": {}, "binaryData": { "k": "" } })),
        ("/api/v1/namespaces/lessons/configmaps/gone", 404, status("NotFound", 404, "configmaps \"gone\" not found")),
        ("/api/v1/namespaces/lessons/configmaps/spare", 404, status("NotFound", 404, "configmaps \"spare\" not found")),
        ("/api/v1/namespaces/lessons/secrets/tls", 200, data),
        ("/api/v1/namespaces/lessons/secrets/hidden", 403, status("Forbidden", 403, forbidden)),
        ("/api/v1/namespaces/lessons/persistentvolumeclaims/data", 200, claim),
        ("/api/v1/namespaces/lessons/events", 200, list(&[])),
    ]
}

fn volumes() -> Value {
    let item = |key: &str| json!([{ "key": key, "path": "p" }]);
    json!([
        { "name": "settings", "configMap": { "name": "settings", "items": item("k") } },
        { "name": "gone", "configMap": { "name": "gone" } },
        { "name": "spare", "configMap": { "name": "spare", "optional": true } },
        { "name": "tls", "secret": { "secretName": "tls", "items": item("c") } },
        { "name": "hidden", "secret": { "secretName": "hidden" } },
        { "name": "data", "persistentVolumeClaim": { "claimName": "data" } },
        { "name": "new", "holoDeck": { "program": "beach" } },
    ])
}

#[test]
fn what_volumes_are_made_from_is_looked_at_and_never_its_contents() {
    for ready in [false, true] {
        let mut answers = made_from();
        answers.push((
            "/api/v1/namespaces/lessons/pods/web",
            200,
            with_volumes(pod("lessons", "web", ready), &volumes()),
        ));
        let server = server(answers);
        let text = server.sidecar("inspect web -o wide");
        assert_snapshot!(format!("made_from_{}", if ready { "ready" } else { "waiting" }), text);
        assert_eq!(errors(&json_of(&server, "inspect web -o json")), [""; 0]);
        let yaml = server.sidecar("inspect web -o yaml");
        assert!(!yaml.contains("c2VjcmV0"), "{yaml}");
        if !ready {
            assert_snapshot!("made_from_yaml", yaml);
        }
    }
}

fn json_of(server: &FakeServer, line: &str) -> Value {
    let args: Vec<&str> = line.split(' ').collect();
    serde_json::from_slice(&server.command(&args).output().unwrap().stdout).unwrap()
}
