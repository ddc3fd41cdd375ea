//! Tokens that the auth provider `oidc` left in a kubeconfig. To the server any token that it takes is as good.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::meant::Setup;
use super::{parts, user};
use crate::support::Namespace;

/// A user of that provider.
fn provider(settings: &Value) -> Value {
    let mut config = json!({"idp-issuer-url": "http://127.0.0.1:1", "client-id": "c"});
    for (name, value) in settings.as_object().unwrap() {
        config[name] = value.clone();
    }
    json!({"auth-provider": {"name": "oidc", "config": config}})
}

/// A token with such claims, whose signature nobody would take.
fn token(claims: &Value) -> String {
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn with(setup: &Setup, settings: &Value) -> Setup {
    setup.kubeconfig(|config| user(config, provider(settings)))
}

#[test]
fn a_token_that_is_good_and_one_that_is_not() {
    let namespace = Namespace::new();
    let good = namespace.kubectl(&["create", "token", "default"]).trim().to_owned();
    let expired = token(&json!({"exp": 1_000_000_000}));
    let (setup, _) = parts();
    with(&setup, &json!({"id-token": good})).agrees(&[]);
    with(&setup, &json!({"id-token": expired})).agrees(&["--token", &good]);
    for (settings, words) in [
        (json!({"id-token": expired}), "oidc: the id-token has expired\nhint: log in again"),
        (json!({"id-token": token(&json!({}))}), "oidc: the id-token has expired"),
        (json!({}), "oidc: no id-token\nhint: log in again"),
        (json!({"id-token": "x", "refresh-token": "r"}), "oidc: the id-token is not a valid JWT\nhint: log in again"),
        (json!({"id-token": good, "idp-issuer-url": ""}), "must provide idp-issuer-url"),
        (json!({"id-token": good, "client-id": ""}), "must provide client-id"),
        // Nobody is there to refresh it.
        (json!({"id-token": expired, "refresh-token": "r"}), "hint: this plugin does not refresh it; kubectl does"),
        // One that the server does not know, and that has not expired.
        (json!({"id-token": token(&json!({"exp": 4_000_000_000_u64}))}), "You must be logged in to the server"),
    ] {
        with(&setup, &settings).both_fail(&[], words);
    }
}

#[test]
fn what_kubectl_refreshes_as_the_hint_says_is_good_again() {
    let namespace = Namespace::new();
    let good = namespace.kubectl(&["create", "token", "default"]).trim().to_owned();
    let expired = token(&json!({"exp": 1_000_000_000}));
    let settings = json!({"id-token": expired, "refresh-token": "r", "idp-issuer-url": issuer(good)});
    let setup = with(&parts().0, &settings);
    let error = setup.ours(&["version"]).stderr();
    let (_, command) = error.split_once("and keeps it: kubectl ").unwrap();
    let command: Vec<&str> = command.lines().next().unwrap().split(' ').collect();
    let (succeeded, _, error) = setup.kubectls(&command);
    assert!(succeeded, "{error}");
    setup.agrees(&[]);
}

/// An issuer that gives that token to whom refreshes.
fn issuer(token: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let issuer = address.clone();
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let mut client = BufReader::new(client);
            let (mut first, mut length) = (String::new(), 0);
            client.read_line(&mut first).unwrap();
            for line in client.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
                let line = line.to_ascii_lowercase();
                length = line.strip_prefix("content-length: ").map_or(length, |text| text.parse().unwrap());
            }
            client.read_exact(&mut vec![0; length]).unwrap();
            let answer = match first.split(' ').nth(1) {
                Some("/.well-known/openid-configuration") => json!({"token_endpoint": format!("{issuer}/token")}),
                _ => json!({"access_token": "a", "token_type": "Bearer", "id_token": token}),
            };
            let answer = answer.to_string();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}", answer.len());
            write!(client.get_mut(), "{head}\r\nConnection: close\r\n\r\n{answer}").unwrap();
        }
    });
    address
}
