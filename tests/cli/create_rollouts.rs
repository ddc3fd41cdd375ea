//! `create --kind` on a server whose watches break: what a real cluster does only now and then.

#![expect(clippy::unwrap_used, reason = "a test whose server does not work has failed")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::thread;

use insta::assert_snapshot;
use regex::Regex;
use serde_json::{Value, json};

use super::fake_server::{FakeServer, STEP, created, request, send};

/// What a watch of the Deployment tells, and what becomes of it then.
struct Turn {
    tells: Vec<Value>,
    /// What becomes of the Deployment while nobody is told.
    meanwhile: Option<Value>,
    end: End,
}

/// How a watch ends.
#[derive(Clone, Copy)]
enum End {
    /// Not at all.
    Stays,
    /// The connection is closed.
    Breaks,
    /// Its resource version is too old (410).
    TooOld,
    /// The connection is closed, and so are as many others that ask for the Deployment, before anything is answered.
    Away(usize),
}

/// A server with one Deployment, which has no pods.
struct Server {
    state: Mutex<State>,
}

struct State {
    turns: std::vec::IntoIter<Turn>,
    deployment: Value,
    away: usize,
}

impl Server {
    fn start(turns: Vec<Turn>) -> FakeServer {
        let state = State { turns: turns.into_iter(), deployment: deployment(0), away: 0 };
        let server = Self { state: Mutex::new(state) };
        FakeServer::answering(move |connection| server.serve(connection))
    }

    fn serve(&self, mut connection: TcpStream) {
        let (line, body) = request(&connection);
        {
            let mut state = self.state.lock().unwrap();
            if state.away > 0 && line.contains("/deployments") {
                state.away -= 1;
                return;
            }
        }
        let path = line.split([' ', '?']).nth(1).unwrap_or_default();
        let items = match path.rsplit('/').next() {
            _ if line.starts_with("POST ") => return send(&mut connection, 201, "", &created(&body).to_string()),
            Some("deployments") if line.contains("watch=true") => return self.watch(&mut connection),
            _ if line.contains("watch=true") => {
                let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
                let _ = connection.read(&mut [0]);
                return;
            }
            Some("deployments") => json!([self.state.lock().unwrap().deployment]),
            _ => json!([]),
        };
        let list = json!({ "metadata": { "resourceVersion": "1" }, "items": items });
        send(&mut connection, 200, "", &list.to_string());
    }

    fn watch(&self, connection: &mut TcpStream) {
        let turn = self.state.lock().unwrap().turns.next();
        let Turn { tells, meanwhile, end } = turn.unwrap();
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        for object in tells {
            thread::sleep(STEP);
            let _ = writeln!(connection, "{}", json!({ "type": "MODIFIED", "object": object }));
            self.state.lock().unwrap().deployment = object;
        }
        let mut state = self.state.lock().unwrap();
        if let Some(object) = meanwhile {
            state.deployment = object;
        }
        match end {
            End::Stays => {
                drop(state);
                let _ = connection.read(&mut [0]); // until the client has heard enough
            }
            End::Breaks => {}
            End::TooOld => {
                let status = json!({ "kind": "Status", "code": 410, "reason": "Expired", "message": "too old resource version" });
                let _ = writeln!(connection, "{}", json!({ "type": "ERROR", "object": status }));
            }
            End::Away(connections) => state.away = connections,
        }
    }
}

/// The Deployment, with so many of two replicas available.
fn deployment(available: u32) -> Value {
    json!({
        "metadata": { "name": "shop", "uid": "uid-1", "generation": 1, "resourceVersion": available.to_string() },
        "spec": { "replicas": 2, "selector": {}, "template": {} },
        "status": { "observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "availableReplicas": available },
    })
}

fn turn(tells: &[u32], end: End) -> Turn {
    Turn { tells: tells.iter().map(|available| deployment(*available)).collect(), meanwhile: None, end }
}

fn create(turns: Vec<Turn>) -> String {
    let told = Server::start(turns).sidecar("create shop --kind deployment --replicas 2 --image shop:1 --timeout 60s");
    let time = Regex::new(r"(READY 2/2) after .*|127\.0\.0\.1:\d+").unwrap();
    let told = time.replace_all(&told, "$1 …");
    // How far it was seen to come differs from run to run.
    told.split_inclusive('\n').filter(|line| !line.starts_with("deployment/shop: ")).collect()
}

/// Nobody has to know.
#[test]
fn a_watch_that_ends_is_begun_again_without_a_word() {
    let told = create(vec![turn(&[0, 1], End::Breaks), turn(&[], End::Breaks), turn(&[2], End::Stays)]);
    assert_snapshot!(told);
}

/// What happened meanwhile is read off the list.
#[test]
fn a_version_that_is_too_old_is_listed_anew() {
    let unseen = Turn { meanwhile: Some(deployment(2)), ..turn(&[1], End::TooOld) };
    assert_snapshot!(create(vec![unseen, turn(&[], End::Stays)]));
}

#[test]
fn a_server_that_goes_away_is_waited_for() {
    let told = create(vec![turn(&[1], End::Away(4)), turn(&[2], End::Stays)]);
    assert_snapshot!(told);
}

#[test]
fn another_of_its_name_is_another_one() {
    let mut other = deployment(2);
    other["metadata"]["uid"] = json!("uid-2");
    let replaced = Turn { meanwhile: Some(other), ..turn(&[1], End::TooOld) };
    assert_snapshot!(create(vec![replaced, turn(&[], End::Stays)]));
}
