//! A Kubernetes API server as far as `create`, `inspect` and `logs` ask one: it takes a pod, and tells how that fares.

#![expect(clippy::unwrap_used, reason = "a test whose server does not work has failed")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::plugin;

/// The pod's life as the server tells it.
#[derive(Clone, Default)]
pub(crate) struct Life {
    /// What creating is refused with, if it is.
    pub refusal: Option<(u16, Value)>,
    /// What listing pods is refused with, if it is.
    pub blind: Option<(u16, Value)>,
    /// The pod's `spec`, where it matters.
    pub spec: Value,
    /// Its `status` as it is first, and as it changes.
    pub statuses: Vec<Value>,
    /// What becomes of it then.
    pub end: End,
    /// The events about it, from the beginning.
    pub events: Vec<Value>,
    /// What its containers' logs hold.
    pub log: &'static str,
    /// What else is there, or refused: the path that is asked for, and the answer. With the code 0 there is none.
    pub others: Vec<(&'static str, u16, Value)>,
    /// A warning that comes with the answer to creating it.
    pub warning: Option<&'static str>,
}

/// What becomes of the pod after its last state.
#[derive(Clone, Copy, Default)]
pub(crate) enum End {
    /// It stays.
    #[default]
    Stays,
    /// It is being deleted: its containers have ended.
    Terminating,
    /// It is gone.
    Deleted,
}

/// The server, and a kubeconfig that leads to it.
pub(crate) struct FakeServer {
    folder: TempDir,
}

/// How long the pod stays in each state.
pub(crate) const STEP: Duration = Duration::from_millis(30);

impl FakeServer {
    /// Starts it. It ends with the test.
    pub(crate) fn start(life: Life) -> Self {
        Self::answering(move |connection| life.serve(connection))
    }

    /// One that answers each connection's request so.
    pub(crate) fn answering(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for connection in listener.incoming() {
                let serve = Arc::clone(&serve);
                thread::spawn(move || serve(connection.unwrap()));
            }
        });
        let folder = tempfile::tempdir().unwrap();
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "school",
            "clusters": [{ "name": "c", "cluster": { "server": format!("http://{address}") } }],
            "users": [{ "name": "u", "user": {} }],
            "contexts": [{ "name": "school", "context": { "cluster": "c", "user": "u", "namespace": "lessons" } }],
        });
        std::fs::write(folder.path().join("config"), config.to_string()).unwrap();
        Self { folder }
    }

    /// The program with a kubeconfig that leads here.
    pub(crate) fn command(&self, args: &[&str]) -> std::process::Command {
        let mut command = plugin::command(args);
        command.env("KUBECONFIG", self.folder.path().join("config"));
        command
    }

    /// Runs it, and shows all that a user sees.
    pub(crate) fn sidecar(&self, line: &str) -> String {
        let args: Vec<&str> = line.split(' ').collect();
        plugin::shown(&args, &self.command(&args).output().unwrap())
    }
}

impl Life {
    fn serve(&self, mut connection: TcpStream) {
        let (line, body) = request(&connection);
        let path = line.split([' ', '?']).nth(1).unwrap_or_default();
        if let Some((_, code, answer)) = self.others.iter().find(|(other, ..)| *other == path) {
            if *code == 0 {
                let _ = connection.read(&mut [0]); // until the client has waited enough
                return;
            }
            self.answer(&mut connection, *code, answer);
        } else if line.starts_with("POST ") {
            let (code, answer) = self.refusal.clone().unwrap_or_else(|| (201, created(&body)));
            self.answer(&mut connection, code, &answer);
        } else if line.contains("watch=true") {
            self.watch(&mut connection, &pod_name(&line));
        } else if line.contains("/log?") {
            send(&mut connection, 200, "", self.log);
        } else if line.contains("/events?") {
            self.answer(&mut connection, 200, &json!({ "metadata": {}, "items": self.events }));
        } else if path == "/api/v1/namespaces/lessons" {
            self.answer(&mut connection, 200, &json!({ "metadata": { "name": "lessons" } }));
        } else if let Some(name) = named_pod(&line) {
            let (code, answer) = match &self.blind {
                Some(refusal) => refusal.clone(),
                None if name == "gone" => (404, not_found(name)),
                None => (200, self.pod(name, 0)),
            };
            self.answer(&mut connection, code, &answer);
        } else {
            let pods = || json!({ "metadata": { "resourceVersion": "1" }, "items": [self.pod(&pod_name(&line), 0)] });
            let (code, answer) = self.blind.clone().unwrap_or_else(|| (200, pods()));
            self.answer(&mut connection, code, &answer);
        }
    }

    fn answer(&self, connection: &mut TcpStream, code: u16, body: &Value) {
        let warning = self.warning.map(|text| format!("Warning: 299 - \"{text}\"\r\n")).unwrap_or_default();
        send(connection, code, &warning, &body.to_string());
    }

    /// One state after the other, and then nothing more.
    fn watch(&self, connection: &mut TcpStream, name: &str) {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        let changes = (1..self.statuses.len()).map(|at| ("MODIFIED", self.pod(name, at)));
        let last = self.pod(name, self.statuses.len() - 1);
        let end = match self.end {
            End::Stays => None,
            End::Terminating => Some(("MODIFIED", terminating(last))),
            End::Deleted => Some(("DELETED", last)),
        };
        for (kind, pod) in changes.chain(end) {
            thread::sleep(STEP);
            let _ = writeln!(connection, "{}", json!({ "type": kind, "object": pod }));
        }
        let _ = connection.read(&mut [0]); // until the client has heard enough
    }

    fn pod(&self, name: &str, at: usize) -> Value {
        let version = (at + 1).to_string();
        json!({
            "metadata": { "name": name, "uid": "uid-1", "resourceVersion": version },
            "spec": self.spec,
            "status": self.statuses.get(at),
        })
    }
}

/// The object that was sent, with what a server adds.
pub(crate) fn created(body: &[u8]) -> Value {
    let mut object: Value = serde_json::from_slice(body).unwrap();
    object["metadata"]["uid"] = json!("uid-1");
    object["metadata"]["managedFields"] = json!([{ "manager": "kubectl-sidecar" }]);
    object
}

/// The pod in its last seconds.
fn terminating(mut pod: Value) -> Value {
    pod["metadata"]["deletionTimestamp"] = json!("2026-01-02T03:04:05Z");
    pod["status"]["phase"] = json!("Failed");
    pod
}

/// The first line of a request, and its body.
pub(crate) fn request(connection: &TcpStream) -> (String, Vec<u8>) {
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    let _ = reader.read_line(&mut line);
    let mut length = 0;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).unwrap_or(0) == 0 || header == "\r\n" {
            break;
        }
        if let Some(value) = header.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    let _ = reader.read_exact(&mut body);
    (line, body)
}

/// `GET /api/v1/namespaces/lessons/pods/webserver HTTP/1.1` → `webserver`.
fn named_pod(line: &str) -> Option<&str> {
    line.split_once("/pods/")?.1.split(' ').next().filter(|name| !name.contains(['?', '/']))
}

fn not_found(name: &str) -> Value {
    let message = format!("pods \"{name}\" not found");
    json!({ "kind": "Status", "status": "Failure", "message": message, "reason": "NotFound", "code": 404 })
}

/// `…fieldSelector=metadata.name%3Dwebserver…` → `webserver`.
fn pod_name(line: &str) -> String {
    let (_, rest) = line.split_once("metadata.name%3D").unwrap();
    rest.split(['&', ' ']).next().unwrap().to_owned()
}

pub(crate) fn send(connection: &mut TcpStream, code: u16, headers: &str, body: &str) {
    let length = body.len();
    let head = format!("HTTP/1.1 {code} -\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
    let _ = connection.write_all((head + body).as_bytes());
}
