//! `logs` of what has pods, on a server that says no, or what nothing follows from.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::fake_server::{FakeServer, Life};

fn server(others: Vec<(&'static str, u16, Value)>) -> FakeServer {
    FakeServer::start(Life { others, ..Life::default() })
}

fn status(reason: &str, code: u16, message: &str) -> Value {
    json!({ "kind": "Status", "status": "Failure", "message": message, "reason": reason, "code": code })
}

fn cannot(verb: &str, resource: &str, group: &str, place: &str) -> Value {
    let user = "User \"learner\" cannot";
    status(
        "Forbidden",
        403,
        &format!("{resource} is forbidden: {user} {verb} resource \"{resource}\" in API group \"{group}\" {place}"),
    )
}

const DEPLOYMENT: &str = "/apis/apps/v1/namespaces/lessons/deployments/web";
const SERVICE: &str = "/api/v1/namespaces/lessons/services/db";

#[test]
fn what_is_not_there_or_not_to_be_seen() {
    let none = status("NotFound", 404, "deployments.apps \"web\" not found");
    assert_snapshot!(server(vec![(DEPLOYMENT, 404, none)]).sidecar("logs deploy/web"));
    let no = cannot("get", "deployments", "apps", "in the namespace \"lessons\"");
    assert_snapshot!(server(vec![(DEPLOYMENT, 403, no)]).sidecar("logs deploy/web"));
    let no = cannot("list", "pods", "", "at the cluster scope");
    assert_snapshot!(server(vec![("/api/v1/pods", 403, no)]).sidecar("logs -A --no-follow"));
    let cron_job = json!({ "metadata": { "name": "nightly", "uid": "1" }, "spec": {} });
    let no = cannot("list", "jobs", "batch", "in the namespace \"lessons\"");
    let server = server(vec![
        ("/apis/batch/v1/namespaces/lessons/cronjobs/nightly", 200, cron_job),
        ("/apis/batch/v1/namespaces/lessons/jobs", 403, no),
    ]);
    assert_snapshot!(server.sidecar("logs cronjob/nightly"));
}

#[test]
fn services_behind_which_nobody_knows_who_is() {
    let service = |spec: Value| server(vec![(SERVICE, 200, json!({ "metadata": { "name": "db" }, "spec": spec }))]);
    assert_snapshot!(service(json!({ "selector": null })).sidecar("logs svc/db"));
    assert_snapshot!(service(json!({ "type": "ExternalName" })).sidecar("logs web-0 svc/db"));
}

#[test]
fn nothing_found_is_no_error() {
    let none = || json!({ "metadata": { "resourceVersion": "1" }, "items": [] });
    let selector =
        json!({ "metadata": { "name": "web" }, "spec": { "selector": { "matchLabels": { "app": "web" } } } });
    let server = server(vec![
        ("/api/v1/pods", 200, none()),
        ("/api/v1/namespaces/a/pods", 200, none()),
        ("/api/v1/namespaces/b/pods", 200, none()),
        ("/api/v1/namespaces/lessons/pods", 200, none()),
        ("/api/v1/namespaces/a", 200, json!({})),
        ("/api/v1/namespaces/b", 403, cannot("get", "namespaces", "", "in the namespace \"b\"")),
        ("/api/v1/namespaces/lessons", 200, json!({})),
        (DEPLOYMENT, 200, selector),
    ]);
    let lines = [
        "logs -l app=web --no-follow",
        "logs --match .* -n a -n b --no-follow",
        "logs -A --no-follow",
        "logs deploy/web --no-follow",
    ];
    assert_snapshot!(lines.map(|line| server.sidecar(line)).join("\n"));
}
