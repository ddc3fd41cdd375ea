//! Watching a pod, through whatever a server does to the connection.

use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1;

use super::loopback::{Answer, Server, chunked, json};
use crate::cluster::{Cluster, PodEvent, PodWatch, Selection, Settings};
use crate::error::Result;

fn pod(version: u32) -> String {
    format!(r#"{{"metadata": {{"name": "webserver", "resourceVersion": "{version}"}}, "spec": {{"containers": []}}}}"#)
}

fn list(version: u32, pods: &[String]) -> Answer {
    json(200, &format!(r#"{{"metadata": {{"resourceVersion": "{version}"}}, "items": [{}]}}"#, pods.join(",")))
}

fn changes(changes: &[(&str, String)]) -> Answer {
    let lines: Vec<String> =
        changes.iter().map(|(kind, object)| format!("{{\"type\": \"{kind}\", \"object\": {object}}}\n")).collect();
    Answer::Send(chunked(&lines.iter().map(String::as_bytes).collect::<Vec<_>>()))
}

/// What happens next; one that waits in vain fails the test, and says what was told before.
async fn next(watch: &mut PodWatch, before: &[String]) -> Option<Result<PodEvent>> {
    let next = tokio::time::timeout(Duration::from_secs(30), watch.next()).await;
    next.unwrap_or_else(|_| panic!("nothing comes in 30 s after {before:?}"))
}

/// A line for each event: what happened, and to which version.
async fn told(server: &Server, events: usize) -> Vec<String> {
    told_to(&server.cluster().await, events).await
}

async fn told_to(cluster: &Cluster, events: usize) -> Vec<String> {
    let mut watch = cluster.pods("lessons").watch(Selection::Named("webserver".to_owned()));
    let mut told = Vec::new();
    for _ in 0..events {
        let version = |pod: v1::Pod| pod.metadata.resource_version.unwrap_or_default();
        told.push(match next(&mut watch, &told).await {
            Some(Ok(PodEvent::Changed(pod))) => format!("changed {}", version(*pod)),
            Some(Ok(PodEvent::Gone(pod))) => format!("gone {}", pod.map(|pod| version(*pod)).unwrap_or_default()),
            Some(Ok(PodEvent::Lost(error))) => format!("lost {:?}", error.kind()),
            Some(Ok(PodEvent::Left(uid))) => format!("left {uid}"),
            Some(Ok(PodEvent::Listed)) => "listed".to_owned(),
            Some(Ok(PodEvent::Regained)) => "regained".to_owned(),
            Some(Err(error)) => format!("error {:?}", error.kind()),
            None => "end".to_owned(),
        });
    }
    told
}

fn lines(server: &Server) -> Vec<String> {
    server.received().into_iter().map(|request| request.line).collect()
}

#[tokio::test]
async fn the_state_comes_first_and_then_every_change() {
    let server =
        Server::start([list(5, &[pod(3)]), changes(&[("MODIFIED", pod(6)), ("DELETED", pod(7)), ("ADDED", pod(9))])]);
    assert_eq!(told(&server, 4).await, ["changed 3", "changed 6", "gone 7", "changed 9"]);
    let selector = "fieldSelector=metadata.name%3Dwebserver";
    let pods = "GET /api/v1/namespaces/lessons/pods";
    let lines = lines(&server);
    assert_eq!(lines[0], format!("{pods}?{selector}"));
    let watch = "watch=true&allowWatchBookmarks=true&timeoutSeconds=290";
    assert_eq!(lines[1], format!("{pods}?{watch}&{selector}&resourceVersion=5"));
}

#[tokio::test]
async fn a_watch_that_ends_goes_on_from_what_was_last_seen() {
    let bookmark = r#"{"kind": "Pod", "apiVersion": "v1", "metadata": {"resourceVersion": "8"}}"#.to_owned();
    let server = Server::start([
        list(5, &[]),
        changes(&[("ADDED", pod(6)), ("BOOKMARK", bookmark)]),
        changes(&[("MODIFIED", pod(10))]),
    ]);
    assert_eq!(told(&server, 3).await, ["gone ", "changed 6", "changed 10"]);
    assert!(lines(&server)[2].ends_with("resourceVersion=8"), "{:?}", lines(&server));
}

/// However short a request must be.
#[tokio::test]
async fn a_watch_lasts_as_long_as_it_does() {
    let (go, came) = mpsc::channel();
    let Answer::Send(bytes) = changes(&[("MODIFIED", pod(6))]) else { unreachable!() };
    let server = Server::start([list(5, &[pod(3)]), Answer::SendWhen(Arc::new(Mutex::new(came)), bytes), changes(&[])]);
    let timeout = Duration::from_millis(500);
    let cluster = server.with(Settings { request_timeout: Some(timeout), ..Settings::default() }).await;
    let (told, ()) = tokio::join!(told_to(&cluster, 2), async {
        tokio::time::sleep(timeout * 2).await;
        go.send(()).unwrap();
    });
    assert_eq!(told, ["changed 3", "changed 6"]);
}

#[tokio::test]
async fn a_server_that_ends_every_watch_at_once_is_asked_more_and_more_seldom() {
    let server =
        Server::start([list(5, &[pod(3)]), changes(&[]), changes(&[]), changes(&[]), changes(&[("MODIFIED", pod(6))])]);
    let begun = Instant::now();
    assert_eq!(told(&server, 2).await, ["changed 3", "changed 6"]);
    // At least half of 0.25 s, 0.5 s and 1 s.
    assert!(begun.elapsed() >= Duration::from_millis(875), "four watches in {:?}", begun.elapsed());
}

#[tokio::test]
async fn what_is_too_old_is_listed_anew() {
    let gone = r#"{"kind": "Status", "status": "Failure", "code": 410, "reason": "Expired", "message": "too old"}"#;
    let server = Server::start([
        list(5, &[pod(3)]),
        changes(&[("ERROR", gone.to_owned())]),
        list(50, &[pod(40)]),
        json(410, gone),
        list(60, &[pod(55)]),
    ]);
    assert_eq!(told(&server, 3).await, ["changed 3", "changed 40", "changed 55"]);
}

#[tokio::test]
async fn lost_contact_is_told_once_and_so_is_its_return() {
    let hang_up = || Answer::SendAndClose(Vec::new());
    let server = Server::start([list(5, &[pod(3)]), hang_up(), hang_up(), list(9, &[pod(8)]), changes(&[])]);
    assert_eq!(told(&server, 4).await, ["changed 3", "lost Unreachable", "changed 8", "regained"]);
}

#[tokio::test]
async fn who_may_not_watch_is_told_at_once_and_not_asked_again() {
    let no = r#"{"kind": "Status", "code": 403, "reason": "Forbidden", "message": "pods is forbidden: x cannot list"}"#;
    let server = Server::start([json(403, no)]);
    assert_eq!(told(&server, 2).await, ["error Forbidden", "end"]);
    assert_eq!(server.received().len(), 1);

    let server = Server::start([list(5, &[pod(3)]), json(403, no)]);
    assert_eq!(told(&server, 3).await, ["changed 3", "error Forbidden", "end"]);
}

#[tokio::test]
async fn a_refusal_in_the_middle_is_a_loss_of_contact() {
    let no =
        r#"{"kind": "Status", "code": 403, "reason": "Forbidden", "message": "pods is forbidden: x cannot watch"}"#;
    let server = Server::start([list(5, &[pod(3)]), changes(&[]), json(403, no), list(6, &[pod(3)]), changes(&[])]);
    assert_eq!(told(&server, 4).await, ["changed 3", "lost Forbidden", "changed 3", "regained"]);
}

#[tokio::test]
async fn a_stream_that_breaks_is_begun_anew_without_a_word() {
    let Answer::Send(mut bytes) = changes(&[("MODIFIED", pod(6)), ("MODIFIED", pod(7))]) else { unreachable!() };
    bytes.truncate(bytes.len() - 30);
    let server = Server::start([list(5, &[pod(3)]), Answer::SendAndClose(bytes), changes(&[("MODIFIED", pod(8))])]);
    assert_eq!(told(&server, 3).await, ["changed 3", "changed 6", "changed 8"]);
    assert!(lines(&server)[2].ends_with("resourceVersion=6"), "{:?}", lines(&server));

    let nonsense = Answer::SendAndClose(chunked(&[b"no json\n"]));
    let server = Server::start([list(5, &[pod(3)]), nonsense, list(9, &[pod(8)])]);
    assert_eq!(told(&server, 2).await, ["changed 3", "changed 8"]);
}

fn named_page(next: &str, pods: &[&str]) -> Answer {
    let named =
        |name: &&str| format!(r#"{{"metadata": {{"name": "{name}", "uid": "{name}", "resourceVersion": "1"}}}}"#);
    let pods: Vec<_> = pods.iter().map(named).collect();
    let metadata = format!(r#"{{"resourceVersion": "1", "continue": "{next}"}}"#);
    json(200, &format!(r#"{{"metadata": {metadata}, "items": [{}]}}"#, pods.join(",")))
}

const EXPIRED: &str =
    r#"{"kind": "Status", "code": 410, "reason": "Expired", "status": "Failure", "message": "too old"}"#;

/// A line for each event of a selection: what happened, and to whom.
async fn told_of_selection(server: &Server, events: usize) -> Vec<String> {
    let pods = server.cluster().await.pods("lessons");
    let mut watch = pods.watch(Selection::labels("app=web"));
    let mut told = Vec::new();
    while told.len() < events {
        told.push(match next(&mut watch, &told).await {
            Some(Ok(PodEvent::Changed(pod))) => format!("changed {}", pod.metadata.name.unwrap_or_default()),
            Some(Ok(PodEvent::Left(uid))) => format!("left {uid}"),
            Some(Ok(PodEvent::Listed)) => "listed".to_owned(),
            other => format!("{other:?}"),
        });
    }
    told
}

#[tokio::test]
async fn a_selection_is_listed_page_by_page_and_says_who_left() {
    let server = Server::start([
        named_page("more", &["a", "b"]),
        named_page("", &["c"]),
        changes(&[("ERROR", EXPIRED.to_owned())]),
        named_page("", &["b", "d"]),
    ]);
    let expected =
        ["changed a", "changed b", "changed c", "listed", "changed b", "changed d", "left a", "left c", "listed"];
    assert_eq!(told_of_selection(&server, 9).await, expected);
    let asked = lines(&server);
    assert_eq!(asked[0], "GET /api/v1/namespaces/lessons/pods?labelSelector=app%3Dweb&limit=500");
    assert_eq!(asked[1], "GET /api/v1/namespaces/lessons/pods?labelSelector=app%3Dweb&limit=500&continue=more");
}

#[tokio::test]
async fn pages_that_the_server_forgot_are_asked_for_at_once_and_no_contact_is_lost() {
    let server = Server::start([
        named_page("more", &["a", "b"]),
        json(410, EXPIRED),
        named_page("", &["a", "c"]),
        changes(&[("ERROR", EXPIRED.to_owned())]),
        json(410, EXPIRED),
        json(410, EXPIRED),
        named_page("", &["c"]),
    ]);
    let expected =
        ["changed a", "changed b", "changed a", "changed c", "left b", "listed", "changed c", "left a", "listed"];
    assert_eq!(told_of_selection(&server, 9).await, expected);
    assert_eq!(lines(&server)[2], "GET /api/v1/namespaces/lessons/pods?labelSelector=app%3Dweb");
}
