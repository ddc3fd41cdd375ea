//! What volumes are made from: what is asked of the server, and that contents are neither asked for nor kept.

use super::loopback::{Server, json as answer};
use crate::error::Kind;
use crate::pod::ReferenceKind;

#[tokio::test]
async fn whether_something_is_there_is_asked_without_its_contents() {
    let server = Server::start([answer(200, r#"{"metadata": {"name": "tls"}}"#)]);
    server.cluster().await.has(ReferenceKind::Secret, "lessons", "tls").await.unwrap();
    let received = server.received().remove(0);
    assert_eq!(received.line, "GET /api/v1/namespaces/lessons/secrets/tls");
    let accept = "accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    assert!(received.headers.iter().any(|sent| sent == accept), "{:?}", received.headers);
}

#[tokio::test]
async fn keys_are_those_of_both_kinds_of_data() {
    let map = r#"{"metadata": {}, "data": {"a": "1", "b": "2"}, "binaryData": {"c": "AA=="}}"#;
    let server = Server::start([answer(200, map), answer(200, r#"{"metadata": {}, "data": null}"#)]);
    let cluster = server.cluster().await;
    assert_eq!(cluster.keys(ReferenceKind::ConfigMap, "lessons", "settings").await.unwrap(), ["a", "b", "c"]);
    assert!(cluster.keys(ReferenceKind::Secret, "lessons", "empty").await.unwrap().is_empty());
    let lines: Vec<_> = server.received().into_iter().map(|received| received.line).collect();
    assert_eq!(lines[1], "GET /api/v1/namespaces/lessons/secrets/empty");
}

#[tokio::test]
async fn what_is_not_there_is_told_as_the_server_tells_it() {
    let status = r#"{"kind": "Status", "status": "Failure", "reason": "NotFound", "message": "secrets \"x\" not found", "code": 404}"#;
    let server = Server::start([answer(404, status)]);
    let error = server.cluster().await.claim("lessons", "x").await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);
    // A name that no object can have is not sent.
    assert!(server.cluster().await.has(ReferenceKind::Secret, "lessons", "../x").await.is_err());
    assert_eq!(server.received().len(), 1);
}
