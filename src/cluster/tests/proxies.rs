//! What a proxy is sent that passes requests on one by one. Those with tunnels are tested on the real cluster.

use super::loopback::{Server, json as answer};

const POD: &str = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "webserver"}}"#;

#[tokio::test]
async fn a_request_without_tls_names_the_server_and_shows_the_proxy_who_asks() {
    let proxy = Server::start([answer(200, POD)]);
    let cluster = proxy.leading_to("http://api.example.com:8080/x", "me:p%40ss").await;
    cluster.pods("lessons").get("webserver").await.unwrap();
    let received = proxy.received().remove(0);
    assert_eq!(received.line, "GET http://api.example.com:8080/x/api/v1/namespaces/lessons/pods/webserver");
    let shown = "proxy-authorization: Basic bWU6cEBzcw==";
    assert!(received.headers.iter().any(|sent| sent == shown), "{shown} is not in {:?}", received.headers);
}

#[tokio::test]
async fn a_server_without_tls_never_sees_what_is_for_a_proxy() {
    let server = Server::start([answer(200, POD)]);
    server.cluster().await.pods("lessons").get("webserver").await.unwrap();
    let received = server.received().remove(0);
    assert!(!received.headers.iter().any(|sent| sent.starts_with("proxy-")), "{:?}", received.headers);
}
