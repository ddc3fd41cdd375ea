//! Pods: what is asked of the server, and what its answers come to.

use std::sync::{Arc, Mutex};

use k8s_openapi::api::core::v1;
use serde_json::{Value, json};

use super::loopback::{Answer, Server, connect, json as answer};
use crate::cluster::{CreateMode, Creation, Listener, LogRequest, Notice, Scope, Selection};
use crate::error::{Error, Kind, Result};
use crate::pod::WorkloadKind;

const POD: &str = r#"{"metadata": {"name": "webserver"}, "spec": {"containers": []}}"#;

async fn get(server: &Server) -> Result<v1::Pod> {
    server.cluster().await.pods("lessons").get("webserver").await
}

async fn refusal(code: u16, status: Value) -> Error {
    get(&Server::start([answer(code, &status.to_string())])).await.unwrap_err()
}

#[tokio::test]
async fn a_pod_is_asked_for_by_path_and_under_our_name_and_without_a_token_where_anybody_could_read_it() {
    let server = Server::start([answer(200, POD)]);
    assert_eq!(get(&server).await.unwrap().metadata.name.as_deref(), Some("webserver"));
    let received = server.received().remove(0);
    assert_eq!(received.line, "GET /api/v1/namespaces/lessons/pods/webserver");
    let agent = concat!("user-agent: kubectl-sidecar/v", env!("CARGO_PKG_VERSION"), " (");
    let headers = &received.headers;
    assert!(headers.iter().any(|sent| sent.starts_with(agent)), "{agent} is not in {headers:?}");
    assert!(!headers.iter().any(|sent| sent.starts_with("authorization")), "{headers:?}");
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = Server::start(vec![answer(200, POD); 3]);
    let pods = server.cluster().await.pods("lessons");
    for _ in 0..3 {
        pods.get("webserver").await.unwrap();
    }
    assert_eq!((server.received().len(), server.connections()), (3, 1));
}

#[tokio::test]
async fn creating_names_the_field_manager_and_is_strict() {
    let server = Server::start(vec![answer(201, POD); 2]);
    let cluster = server.cluster().await;
    let pod = json!({"metadata": {"name": "webserver"}});
    let dry_run = Creation { mode: CreateMode::DryRun, ..Creation::default() };
    let kind = WorkloadKind::Pod;
    let created = cluster.create(kind, "lessons", &pod, &Creation::default()).await.unwrap();
    assert_eq!(created["metadata"]["name"], "webserver");
    cluster.create(kind, "lessons", &pod, &dry_run).await.unwrap();
    let received = server.received();
    let path = "POST /api/v1/namespaces/lessons/pods?fieldManager=kubectl-sidecar&fieldValidation=Strict";
    assert_eq!(received[0].line, path);
    assert_eq!(received[1].line, format!("{path}&dryRun=All"));
    assert_eq!(received[0].body, r#"{"metadata":{"name":"webserver"}}"#);
    assert!(received[0].headers.contains(&"content-type: application/json".to_owned()));
}

#[tokio::test]
async fn events_are_those_of_that_very_pod() {
    let server = Server::start([answer(200, r#"{"metadata": {}, "items": []}"#)]);
    let pods = server.cluster().await.pods("lessons");
    assert!(pods.events_of("webserver", "uid-1").await.unwrap().is_empty());
    let selector = "involvedObject.kind%3DPod%2CinvolvedObject.name%3Dwebserver%2CinvolvedObject.uid%3Duid-1";
    let line = format!("GET /api/v1/namespaces/lessons/events?fieldSelector={selector}");
    assert_eq!(server.received()[0].line, line);
}

#[tokio::test]
async fn a_list_whose_pages_the_server_has_forgotten_is_asked_for_as_a_whole_and_once() {
    let list = |next: &str, name: &str| {
        answer(200, &json!({"metadata": {"continue": next}, "items": [{"metadata": {"name": name}}]}).to_string())
    };
    let expired = || answer(410, &json!({"reason": "Expired", "message": "too old", "status": "Failure"}).to_string());
    let selection = Selection::labels("app=web");

    let server = Server::start([list("next", "old"), expired(), list("", "new")]);
    let pods = server.cluster().await.pods_in(Scope::Everywhere).list(&selection).all().await.unwrap();
    assert_eq!(pods.iter().map(|pod| pod.metadata.name.as_deref().unwrap()).collect::<Vec<_>>(), ["new"]);
    let query = |rest| format!("GET /api/v1/pods?labelSelector=app%3Dweb{rest}");
    let lines: Vec<_> = server.received().into_iter().map(|request| request.line).collect();
    assert_eq!(lines, ["&limit=500", "&limit=500&continue=next", ""].map(query));

    let server = Server::start([list("next", "old"), expired(), expired()]);
    let error = server.cluster().await.pods_in(Scope::Everywhere).list(&selection).all().await.unwrap_err();
    assert_eq!(error.to_string(), "Error from server (Expired): too old");
}

#[tokio::test]
async fn warnings_of_an_answer_are_told_and_those_of_a_stream() {
    let warns = |text: &str| {
        let head = format!("HTTP/1.1 200 -\r\nWarning: 299 - \"{text}\"\r\nContent-Length: ");
        Answer::Send(format!("{head}{}\r\n\r\n{POD}", POD.len()).into_bytes())
    };
    let server = Server::start([warns("old"), warns("older")]);
    let told = Arc::new(Mutex::new(Vec::new()));
    let teller = Arc::clone(&told);
    let listener = Listener::new(move |notice| teller.lock().unwrap().push(notice));
    let cluster = server.told(listener).await;
    cluster.pods("lessons").get("webserver").await.unwrap();
    let request = LogRequest { pod: "webserver".to_owned(), ..LogRequest::default() };
    cluster.pods("lessons").open_log(&request).await.unwrap();
    assert_eq!(told.lock().unwrap().as_slice(), ["old", "older"].map(|text| Notice::Warning(text.to_owned())));
}

#[tokio::test]
async fn not_found_is_worded_as_kubectl_words_it_with_a_next_step() {
    let message = "pods \"webserver\" not found";
    let details = json!({"kind": "pods", "name": "webserver"});
    let error = refusal(404, json!({"reason": "NotFound", "message": message, "details": details})).await;
    assert_eq!(error.kind(), Kind::NotFound);
    assert_eq!(error.to_string(), "Error from server (NotFound): pods \"webserver\" not found");
    assert_eq!(error.hints()[0], "see which pods there are with: kubectl get pods -n lessons");
}

#[tokio::test]
async fn a_missing_namespace_is_told_from_a_missing_pod() {
    let not_found = |kind: &str, name: &str| {
        let (message, details) = (format!("{kind} {name:?} not found"), json!({"kind": kind, "name": name}));
        answer(404, &json!({"reason": "NotFound", "message": message, "details": details}).to_string())
    };
    let server = Server::start([not_found("pods", "webserver"), not_found("namespaces", "lessons")]);
    let error = get(&server).await.unwrap_err();
    assert_eq!(server.received()[1].line, "GET /api/v1/namespaces/lessons");
    assert_eq!(error.to_string(), "Error from server (NotFound): namespaces \"lessons\" not found");
    assert_eq!(error.hints()[0], "create it with: kubectl create namespace lessons");
}

#[tokio::test]
async fn who_may_not_is_told_how_to_see_what_he_may() {
    let message = "pods \"webserver\" is forbidden: User \"pupil\" cannot get resource \"pods\" in API group \"\"";
    let error = refusal(403, json!({"reason": "Forbidden", "message": message})).await;
    assert_eq!(error.kind(), Kind::Forbidden);
    assert_eq!(error.hints()[0], "see what you may do with: kubectl auth can-i get pods -n lessons");

    let message =
        "pods \"webserver\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1";
    let error = refusal(403, json!({"reason": "Forbidden", "message": message})).await;
    assert_eq!(error.kind(), Kind::Forbidden);
    assert!(!error.hints().iter().any(|hint| hint.contains("can-i")), "{:?}", error.hints());
}

#[tokio::test]
async fn nobody_is_told_to_log_in() {
    let error = refusal(401, json!({"reason": "Unauthorized", "message": "Unauthorized"})).await;
    assert_eq!(error.to_string(), "error: You must be logged in to the server (Unauthorized)");
}

#[tokio::test]
async fn every_rule_an_object_breaks_is_told() {
    let causes = json!([
        {"field": "spec.containers[0].image", "message": "Required value"},
        {"field": "metadata.name", "message": "Invalid value: \"A\""},
    ]);
    let details = json!({"kind": "Pod", "name": "A", "causes": causes});
    let error = refusal(422, json!({"reason": "Invalid", "message": "Pod \"A\" is invalid: …", "details": details}));
    let expected = "The Pod \"A\" is invalid: \n\
                    * spec.containers[0].image: Required value\n\
                    * metadata.name: Invalid value: \"A\"";
    assert_eq!(error.await.to_string(), expected);
}

#[tokio::test]
async fn who_answers_in_the_servers_place_is_quoted_in_bounds() {
    let page = format!("<html>\x1b[2J{}", "x".repeat(10_000));
    let error = get(&Server::start([answer(502, &page)])).await.unwrap_err().to_string();
    assert!(error.starts_with("Error from server: the server answered 502 Bad Gateway: <html>\\u{1b}[2J"), "{error}");
    assert!(error.len() < 500, "{error}");

    let error = get(&Server::start([answer(200, "<html>")])).await.unwrap_err().to_string();
    assert!(error.contains("gave an answer that cannot be understood"), "{error}");
}

#[tokio::test]
async fn names_that_lead_elsewhere_are_not_sent() {
    let server = Server::start([]);
    let cluster = server.cluster().await;
    for (namespace, name) in [("lessons", ""), ("lessons", ".."), ("lessons", "a/b"), ("..", "a"), ("a", "b?c")] {
        let error = cluster.pods(namespace).get(name).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Usage, "{error}");
    }
    assert!(server.received().is_empty());
}

/// Why the pod cannot be had of that server.
async fn refused_by(server: &str) -> Error {
    connect(server, Listener::silent()).await.pods("lessons").get("webserver").await.unwrap_err()
}

#[tokio::test]
async fn nobody_there_is_worded_as_kubectl_words_it() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    drop(listener);
    let error = refused_by(&format!("https://{host}")).await;
    assert_eq!(error.kind(), Kind::Unreachable);
    let expected = format!("The connection to the server {host} was refused - did you specify the right host or port?");
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_told() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        std::io::Write::write_all(&mut connection, b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        connection
    });
    let error = refused_by(&format!("https://{host}")).await;
    assert!(error.to_string().starts_with("Unable to connect to the server: tls: "), "{error}");
}

#[tokio::test]
async fn a_server_that_hangs_up_is_unreachable() {
    let error = get(&Server::start([])).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unreachable);
    assert!(error.to_string().starts_with("Unable to connect to the server: "), "{error}");
}

#[tokio::test]
async fn a_host_without_address_is_named() {
    let error = refused_by("http://no..where:6443").await;
    assert!(error.to_string().starts_with("Unable to connect to the server: dial tcp: lookup no..where: "), "{error}");
}

#[tokio::test]
async fn a_pod_that_may_only_be_listed_is_found_in_a_list() {
    let no =
        r#"{"reason": "Forbidden", "message": "pods \"webserver\" is forbidden: User \"me\" cannot get resource"}"#;
    let list = format!(r#"{{"metadata": {{}}, "items": [{POD}]}}"#);
    let server = Server::start([answer(403, no), answer(200, &list), answer(403, no), answer(403, no)]);
    let pods = server.cluster().await.pods("lessons");
    let found = pods.find("webserver").await.unwrap().unwrap();
    assert_eq!(found.metadata.name.as_deref(), Some("webserver"));
    assert!(server.received()[1].line.contains("/pods?fieldSelector=metadata.name%3Dwebserver"));
    assert!(pods.find("webserver").await.unwrap_err().to_string().contains("cannot get"));
}
