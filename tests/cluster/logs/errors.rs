//! What cannot be followed: what is said, and what to do next.

use std::process::Command;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{LISTENS, Namespace, Program, kubeconfig, pod, run};

/// The program follows the logs of a pod in another way than usual.
fn logs(namespace: &Namespace, words: &str, change: impl FnOnce(&mut Command)) -> String {
    let mut command = namespace.sidecar(&words.split(' ').collect::<Vec<_>>());
    change(&mut command);
    namespace.told(words, &run(command))
}

/// The same with the tests' kubeconfig, changed.
fn logs_by(namespace: &Namespace, change: impl FnOnce(&mut Value)) -> String {
    let file = kubeconfig(change);
    logs(namespace, "logs webserver", |command| _ = command.env("KUBECONFIG", file.path()))
}

#[test]
fn no_such_pod() {
    let namespace = Namespace::new();
    assert_snapshot!(namespace.shown("logs nobody"));
}

#[test]
fn no_such_namespace() {
    let namespace = Namespace::missing();
    assert_snapshot!(namespace.shown("logs webserver"));
}

#[test]
fn no_such_container() {
    let namespace = Namespace::new();
    namespace.create(&pod("webserver", &[("one", LISTENS), ("two", LISTENS)]));
    assert_snapshot!(namespace.shown("logs webserver -c one -c three"));
}

#[test]
fn no_such_context() {
    let namespace = Namespace::missing();
    let file = kubeconfig(|config| config["contexts"][0]["name"] = json!("school"));
    let words = "logs webserver --context lessons";
    assert_snapshot!(logs(&namespace, words, |command| _ = command.env("KUBECONFIG", file.path())));
}

#[test]
fn no_kubeconfig() {
    let namespace = Namespace::missing();
    let change = |command: &mut Command| _ = command.env_remove("KUBECONFIG").env("HOME", "/nowhere");
    assert_snapshot!(logs(&namespace, "logs webserver", change));
}

#[test]
fn server_down() {
    let namespace = Namespace::missing();
    // Nobody listens at the port of tcpmux.
    let closed = json!("https://127.0.0.1:1");
    assert_snapshot!(logs_by(&namespace, |config| config["clusters"][0]["cluster"]["server"] = closed));
}

#[test]
fn certificate_of_somebody_else() {
    let namespace = Namespace::missing();
    let other = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls/another-ca.pem");
    let change = |config: &mut Value| {
        let cluster = config["clusters"][0]["cluster"].as_object_mut().unwrap();
        cluster.remove("certificate-authority-data");
        cluster.insert("certificate-authority".to_owned(), json!(other));
    };
    assert_snapshot!(logs_by(&namespace, change));
}

#[test]
fn nobody_the_server_knows() {
    let namespace = Namespace::missing();
    assert_snapshot!(logs_by(&namespace, |config| config["users"][0]["user"] = json!({"token": "x"})));
}

#[test]
fn not_allowed() {
    let namespace = Namespace::new();
    let nobody = namespace.kubeconfig_of("nobody", &[]);
    assert_snapshot!(logs(&namespace, "logs webserver", |command| _ = command.env("KUBECONFIG", nobody.path())));
}

#[test]
fn allowed_to_get_the_pod_but_not_its_logs() {
    let namespace = Namespace::new();
    let onlooker = namespace.kubeconfig_of("onlooker", &["--verb=get,list,watch", "--resource=pods"]);
    namespace.create(&pod("webserver", &[("main", "echo hello")]));
    namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", "pod/webserver"]);
    assert_snapshot!(logs(&namespace, "logs webserver", |command| _ = command.env("KUBECONFIG", onlooker.path())));
}

/// It works all the same.
#[test]
fn allowed_to_get_logs_but_not_to_watch() {
    let namespace = Namespace::new();
    let reader = namespace.kubeconfig_of("reader", &["--verb=get", "--resource=pods,pods/log"]);
    namespace.create(&pod("webserver", &[("main", &format!("echo hello; {LISTENS}; echo bye"))]));
    namespace.wait(&["--for=condition=Ready", "pod/webserver"]);
    let mut command = namespace.sidecar(&["logs", "webserver"]);
    command.env("KUBECONFIG", reader.path());
    let logs = Program::start(command);
    logs.wait_for("hello\n");
    namespace.end("webserver", "main");
    assert_snapshot!(namespace.told("logs webserver", &logs.finish()));
}
