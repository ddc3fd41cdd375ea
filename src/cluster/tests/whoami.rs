//! As whom requests are made.

use serde_json::json;

use super::loopback::{Server, json as answer};
use crate::cluster::{Impersonation, Settings};
use crate::error::Kind;

#[tokio::test]
async fn who_is_impersonated_stands_in_the_headers_and_who_we_are_in_the_answer() {
    let body =
        json!({"status": {"userInfo": {"username": "jane", "uid": "7", "groups": ["a"], "extra": {"k": ["v"]}}}});
    let server = Server::start([answer(201, &body.to_string())]);
    let text = str::to_owned;
    let impersonation = Impersonation {
        user: Some(text("jane")),
        groups: vec![text("a"), text("b")],
        uid: Some(text("7")),
        extra: vec![(text("example.org/Scopes%"), text("x")), (text("example.org/Scopes%"), text("y"))],
    };
    let user = server.with(Settings { impersonation, ..Settings::default() }).await.whoami().await.unwrap();
    assert_eq!(
        (user.name.as_str(), user.uid.as_deref(), user.groups.as_slice()),
        ("jane", Some("7"), [text("a")].as_slice())
    );
    assert_eq!(user.extra["k"], ["v"]);

    let received = server.received().remove(0);
    assert_eq!(received.line, "POST /apis/authentication.k8s.io/v1/selfsubjectreviews");
    let mut sent = received.headers;
    sent.retain(|header| header.starts_with("impersonate"));
    let escaped = |value: &str| format!("impersonate-extra-example.org%2fscopes%25: {value}");
    let expected = ["impersonate-user: jane", "impersonate-uid: 7", "impersonate-group: a", "impersonate-group: b"];
    assert_eq!(sent, [&expected.map(str::to_owned)[..], &[escaped("x"), escaped("y")]].concat());
}

#[tokio::test]
async fn a_server_that_is_too_old_to_be_asked_is_told_from_one_that_breaks() {
    let server = Server::start([answer(404, "404 page not found"), answer(500, "{}")]);
    let cluster = server.cluster().await;
    assert_eq!(cluster.whoami().await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(cluster.whoami().await.unwrap_err().kind(), Kind::Server);
}
