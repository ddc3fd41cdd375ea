//! What breaks between the program and the cluster, by way of a proxy: no line is lost, doubled or out of order.

mod answers;
mod away;
mod few;
mod rotation;
mod stamps;
mod streams;

use serde_json::{Value, json};

use crate::support::{LISTENS, Namespace, Program, pod};

/// A container that writes `… NAME 1` and so on at once, with characters of several bytes; then it listens.
fn writes(name: &str, count: usize) -> String {
    format!("for i in $(seq {count}); do echo «ü…€𝄞» {name} $i; done; {LISTENS}")
}

/// What that writes.
fn written(name: &str, count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("«ü…€𝄞» {name} {number}")).collect()
}

/// A pod of containers, by name and script, that runs.
fn running(containers: &[(&str, &str)]) -> Namespace {
    let namespace = Namespace::new();
    namespace.create(&pod("web", containers));
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
    namespace
}

/// Lets its containers end, and waits for the program.
#[track_caller]
fn end_all(namespace: &Namespace, containers: &[&str], logs: Program) -> crate::support::Ended {
    for container in containers {
        namespace.end("web", container);
    }
    let ended = logs.finish();
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
    ended
}

/// A pod named `web` with a container `main` that is started again whenever it ends, with what it has in `/memory` kept.
fn restarting(script: &str) -> Value {
    let mut pod = pod("web", &[("main", script)]);
    pod["spec"]["restartPolicy"] = json!("Always");
    pod["spec"]["volumes"] = json!([{"name": "memory", "emptyDir": {}}]);
    pod["spec"]["containers"][0]["volumeMounts"] = json!([{"name": "memory", "mountPath": "/memory"}]);
    pod
}
