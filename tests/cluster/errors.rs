//! The ways in which beginners and engineers on call fail, each with the whole text that is said: what, where, and what to do
//! next. One table, to be read; those that need no cluster are in `tests/cli/errors.rs`.

use std::io::Write;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use insta::assert_snapshot;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::support::{LISTENS, Namespace, Program, kubeconfig, openssl, pod, sidecar, template, workload};

/// The table, as it grows.
struct Table<'a> {
    namespace: &'a Namespace,
    text: String,
}

impl Table<'_> {
    /// A way to fail: its name, and the words after `kubectl sidecar`.
    #[track_caller]
    fn row(&mut self, name: &str, words: &str) {
        self.row_with(name, words, |_| {});
    }

    /// The same as somebody else, or elsewhere.
    #[track_caller]
    fn row_by(&mut self, name: &str, words: &str, kubeconfig: &NamedTempFile) {
        self.row_with(name, words, |command| _ = command.env("KUBECONFIG", kubeconfig.path()));
    }

    #[track_caller]
    fn row_with(&mut self, name: &str, words: &str, change: impl FnOnce(&mut Command)) {
        let mut command = self.command(words);
        change(&mut command);
        let ended = Program::start(command).finish();
        assert_ne!(ended.code(), Some(0), "{name}");
        let told = self.namespace.told(words, &ended);
        self.text.extend(["## ", name, "\n", &told, "\n"]);
    }

    /// The flags stand before the command: what comes after `--` is not ours.
    fn command(&self, words: &str) -> Command {
        let words: Vec<&str> = words.split(' ').collect();
        sidecar(&[&["--namespace", self.namespace.name()], words.as_slice()].concat())
    }
}

fn table(namespace: &Namespace) -> Table<'_> {
    Table { namespace, text: String::new() }
}

/// The kubeconfig with that in its cluster's entry.
fn with_server(change: impl FnOnce(&mut Value)) -> NamedTempFile {
    kubeconfig(|config| change(&mut config["clusters"][0]["cluster"]))
}

#[test]
fn on_the_way_to_the_server() {
    let namespace = Namespace::missing();
    let mut table = table(&namespace);
    let words = "logs webserver";
    let closed = with_server(|cluster| cluster["server"] = json!("https://127.0.0.1:1"));
    table.row_by("the server is down", words, &closed);
    let plain = with_server(|cluster| {
        let server = cluster["server"].as_str().unwrap().replace("https://", "http://");
        cluster["server"] = json!(server);
    });
    table.row_by("http to a port that speaks https", words, &plain);
    let nowhere =
        with_server(|cluster| cluster["server"] = json!(format!("{}/x", cluster["server"].as_str().unwrap())));
    table.row_by("a path at which there is no API", words, &nowhere);
    table.row_by("and no version", "version", &nowhere);
    let other = with_server(|cluster| {
        cluster.as_object_mut().unwrap().remove("certificate-authority-data");
        cluster["certificate-authority"] =
            json!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls/another-ca.pem"));
    });
    table.row_by("the certificate of another authority", words, &other);
    let expired = kubeconfig(|config| config["users"][0]["user"] = json!({"token": "expired"}));
    table.row_by("a token that is not valid any more", words, &expired);
    let unsupported = kubeconfig(|config| config["users"][0]["user"] = of_a_key_that_cannot_sign());
    table.row_by("a client key on a curve that this plugin does not know", words, &unsupported);
    table.row("no such namespace", words);
    table.row("no such namespace to create in", "create --wait=false");
    table.row("a namespace whose name is mistyped", "logs webserver -n kube-sytem");
    assert_snapshot!(table.text);
}

/// A user whose key kubectl signs with.
fn of_a_key_that_cannot_sign() -> Value {
    let key = openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521");
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(&key).unwrap();
    let certificate = openssl(&format!("req -new -x509 -key {} -subj /CN=me", file.path().display()));
    json!({"client-certificate-data": STANDARD.encode(certificate), "client-key-data": STANDARD.encode(key)})
}

#[test]
fn what_may_not_be_done() {
    let namespace = Namespace::new();
    namespace.create(&pod("webserver", &[("main", LISTENS)]));
    namespace.wait(&["--for=condition=Ready", "pod/webserver"]);
    let nobody = namespace.kubeconfig_of("nobody", &[]);
    let onlooker = namespace.kubeconfig_of("onlooker", &["--verb=get,list,watch", "--resource=pods"]);
    let mut table = table(&namespace);
    table.row_by("may not get pods", "inspect webserver", &nobody);
    table.row_by("may not list pods", "logs -l app=web", &nobody);
    table.row_by("may not read logs", "logs webserver --no-follow", &onlooker);
    table.row_by("may not run commands", "exec webserver -- ls", &onlooker);
    table.row_by("may not create pods", "create blog", &onlooker);
    table.row_by("may not act as somebody else", "inspect webserver --as admin", &nobody);
    table.row_by("may not list what there is: nothing is suggested", "inspect webservr", &nobody);
    namespace.create(&json!({
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "small"}, "spec": {"hard": {"pods": "1"}},
    }));
    namespace.wait(&["--for=jsonpath={.status.used.pods}=1", "resourcequota/small"]);
    table.row("a quota is used up", "create blog");
    assert_snapshot!(table.text);
}

#[test]
fn what_is_not_there() {
    let namespace = Namespace::new();
    namespace.create(&pod("webserver", &[("nginx-container", LISTENS), ("sidecar-container", LISTENS)]));
    namespace.create(&workload("StatefulSet", "api", Some(1), &template("api", LISTENS)));
    namespace.wait(&["--for=create", "pod/api-0"]);
    namespace.wait(&["--for=condition=Ready", "pod/webserver"]);
    let mut table = table(&namespace);
    table.row("a pod's name is mistyped", "logs webservr");
    table.row("inspect says it too", "inspect webservr");
    table.row("what to do next is done in the same cluster", "inspect webservr --request-timeout=1m");
    table.row("and exec", "exec web-server -- ls");
    table.row("a pod is called by its workload's name", "logs api");
    table.row("a workload that is not there", "logs deploy/gone");
    let (elsewhere, name) = (Namespace::new(), format!("only-in-{}", namespace.name()));
    elsewhere.create(&pod(&name, &[("main", LISTENS)]));
    table.row("a pod of another namespace", &format!("logs {name}"));
    table.text = table.text.replace(elsewhere.name(), "ELSEWHERE");
    table.row("a container's name is mistyped", "logs webserver -c sidecar");
    table.row("a container stands behind the pod, as kubectl takes it", "logs webserver sidecar-container");
    table.row("and where a command is to run", "exec webserver -c sidecar-contaner -- ls");
    table.row("previous log of a container that was never restarted", "logs webserver --previous");
    table.row("a service that is not there", "exec svc/gone -- ls");
    table.row("a selector that is none", "logs -l app=(web");
    table.row("a field that pods are not chosen by", "inspect --field-selector spec.image=nginx");
    assert_snapshot!(table.text);
}

#[test]
fn what_does_not_run() {
    let namespace = Namespace::new();
    let mut table = table(&namespace);
    table.row("an image's name is mistyped", "create blog --sidecar-image=ubunto:latest");
    table.row("a container that has not started", "exec blog -c sidecar-container -- ls");
    let busybox = "--image busybox:latest --image-pull-policy IfNotPresent --command -- ";
    table.row("a container that crashes", &format!("create crashing {busybox}ls /nowhere"));
    let mut once = pod("", &[("main", "false")]);
    once["spec"]["restartPolicy"] = json!("Never");
    namespace.create(&json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "failing"},
        "spec": {"backoffLimit": 0, "template": {"spec": once["spec"]}},
    }));
    namespace.wait(&["--for=condition=Failed", "job/failing"]);
    table.row("a job that failed", "exec job/failing -- ls");
    assert_snapshot!(table.text);
}

#[test]
fn commands_in_containers() {
    let namespace = Namespace::new();
    let mut webserver = pod("webserver", &[("one", LISTENS), ("two", LISTENS)]);
    webserver["spec"]["volumes"] = json!([{"name": "logs", "emptyDir": {"medium": "Memory", "sizeLimit": "64Ki"}}]);
    for at in 0..2 {
        webserver["spec"]["containers"][at]["volumeMounts"] = json!([{"name": "logs", "mountPath": "/logs"}]);
    }
    namespace.create(&webserver);
    namespace.create(&pod("done", &[("main", "true")]));
    namespace.wait(&["--for=condition=Ready", "pod/webserver"]);
    namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", "pod/done"]);
    let mut table = table(&namespace);
    table.row("no such shell in the image", "exec webserver -c one -- bash");
    table.row("no such command in any container", "exec webserver -- curl localhost");
    table.row("a command that fails in each", "exec webserver -- ls /nowhere");
    table.row("a terminal for several containers", "exec webserver -it -- sh");
    table.row("a pod that is done", "exec done -- ls");
    namespace.exec("webserver", "one", "yes > /logs/full || true");
    table.row("a volume that is full", "inspect webserver --prove");
    assert_snapshot!(table.text);
}

#[test]
fn ends_that_are_no_failures() {
    let namespace = Namespace::new();
    namespace.create(&pod("webserver", &[("main", &format!("echo hello; {LISTENS}"))]));
    namespace.wait(&["--for=condition=Ready", "pod/webserver"]);
    let table = table(&namespace);
    let logs = Program::start(table.command("logs webserver"));
    logs.wait_for("hello\n");
    logs.interrupt();
    let ended = logs.finish();
    assert_eq!((ended.code(), ended.stderr().as_str()), (Some(130), ""), "Ctrl-C is not commented on");

    let mut command = table.command("inspect webserver");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0), "nobody is left to tell");
}
