//! The beginner's guide to the sidecar pattern: its pod, the steps that verify it, and its four pitfalls.

use std::cell::Cell;
use std::io::{Read, Write};
use std::net::TcpStream;

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{Namespace, Program, node, pod};

/// The manifest in the guide's text.
const GUIDE: &str = include_str!("../fixtures/guide/webserver-pod.yaml");

/// Applies a manifest, as `kubectl apply -f FILE` does.
#[track_caller]
fn apply(namespace: &Namespace, manifest: &str, more: &[&str]) -> String {
    node().kubectl(&[&["--namespace", namespace.name(), "apply", "-f", "-"], more].concat(), manifest)
}

/// The pod as the server has it, without what differs between two pods of the same manifest.
fn without_what_differs(text: &str) -> Value {
    let mut pod: Value = serde_json::from_str(text).unwrap();
    let metadata = pod["metadata"].as_object_mut().unwrap();
    for field in ["uid", "creationTimestamp", "resourceVersion", "namespace", "managedFields", "generation"] {
        metadata.remove(field);
    }
    // kubectl apply keeps in it what it was given.
    metadata.remove("annotations");
    pod.as_object_mut().unwrap().remove("status");
    pod["spec"].as_object_mut().unwrap().remove("nodeName");
    let volumes = pod["spec"]["volumes"].as_array().unwrap();
    let token = volumes[1]["name"].as_str().unwrap().to_owned();
    serde_json::from_str(&pod.to_string().replace(&token, "kube-api-access")).unwrap()
}

#[test]
fn the_pod_is_the_same_however_it_is_made() {
    let (ours, kubectls, dry) = (Namespace::new(), Namespace::new(), Namespace::new());
    let get = |namespace: &Namespace| {
        without_what_differs(&namespace.kubectl(&["get", "pod", "webserver", "--output", "json"]))
    };
    apply(&kubectls, GUIDE, &[]);
    let expected = get(&kubectls);
    assert_eq!(expected["spec"]["containers"][1]["name"], "sidecar-container");

    assert_eq!(Program::start(ours.sidecar(&["create", "--wait=false"])).finish().code(), Some(0));
    assert_eq!(get(&ours), expected);

    let create = |args: &[&str]| Program::start(dry.sidecar(&[&["create"], args].concat())).finish().stdout();
    assert_eq!(without_what_differs(&create(&["--dry-run=server", "-o", "json"])), expected);
    for form in [&["-o", "yaml"][..], &["-o", "yaml", "--annotate"], &["-o", "json"]] {
        let manifest = create(&[&["--dry-run=client"], form].concat());
        let taken = apply(&dry, &manifest, &["--dry-run=server", "--output", "json"]);
        assert_eq!(without_what_differs(&taken), expected, "{form:?}");
    }
}

/// Asks the pod's web server for a page, through the port that `kubectl port-forward` opens.
fn visit(namespace: &Namespace, path: &str) -> String {
    let command = node().kubectl_command(&["--namespace", namespace.name(), "port-forward", "pod/webserver", ":80"]);
    let forward = Program::start(command);
    let port = Cell::new(None);
    forward.wait_until("a port is forwarded", |output| {
        port.set(forwarded_port(&output.stdout()));
        port.get().is_some()
    });
    let mut connection = TcpStream::connect(("127.0.0.1", port.get().unwrap())).unwrap();
    write!(connection, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}

/// `Forwarding from 127.0.0.1:34567 -> 80` → 34567.
fn forwarded_port(text: &str) -> Option<u16> {
    let (_, rest) = text.split_once("Forwarding from 127.0.0.1:")?;
    rest.split_once(" -> ")?.0.parse().ok()
}

#[test]
fn the_guides_steps_come_true() {
    let (ours, kubectls) = (Namespace::new(), Namespace::new());
    apply(&kubectls, GUIDE, &[]);
    assert_snapshot!("create", ours.shown("create"));
    kubectls.wait(&["--for=condition=Ready", "pod/webserver"]);
    // Both at once: the sidecar looks at the log every 30 s.
    let begun = [&ours, &kubectls].map(|namespace| {
        let line = runs_and_was_visited(namespace);
        (Program::start(namespace.sidecar(&["logs", "webserver"])), line)
    });
    for (logs, line) in begun {
        logs.wait_for(&format!("[pod/webserver/sidecar-container] {line}\n"));
    }
}

/// The guide's verification up to the logs: READY 2/2, what is shared, a visit, the same files in both containers. The
/// line that nginx wrote about the visit.
fn runs_and_was_visited(namespace: &Namespace) -> String {
    let row = namespace.kubectl(&["get", "pods", "--no-headers"]);
    let columns: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(columns[..3], ["webserver", "2/2", "Running"]);
    assert_snapshot!("inspect", namespace.shown("inspect webserver"));

    let path = format!("/{}", namespace.name());
    let answer = visit(namespace, &path);
    assert!(answer.starts_with("HTTP/1.1 404") && answer.contains("nginx"), "{answer}");
    let exec = |container, command: &[&str]| {
        namespace.kubectl(&[&["exec", "webserver", "-c", container, "--"], command].concat())
    };
    for command in [&["ls", "/var/log/nginx"][..], &["cat", "/var/log/nginx/access.log"]] {
        assert_eq!(exec("nginx-container", command), exec("sidecar-container", command));
    }
    let log = exec("nginx-container", &["cat", "/var/log/nginx/access.log"]);
    log.lines().find(|line| line.contains(&path)).unwrap().to_owned()
}

#[test]
fn first_pitfall_a_forgotten_c() {
    let namespace = Namespace::new();
    let containers = [("nginx-container", "echo from nginx"), ("sidecar-container", "echo from the sidecar")];
    namespace.create(&pod("webserver", &containers));
    namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", "pod/webserver"]);

    let kubectl = namespace.kubectl(&["logs", "webserver"]);
    assert_eq!(kubectl, "from nginx\n", "kubectl shows one of the two");
    // They begin at the same time: which line is first is up to the node.
    let ended = Program::start(namespace.sidecar(&["logs", "webserver", "--no-follow"])).finish();
    let mut lines: Vec<_> = ended.stdout().lines().map(str::to_owned).collect();
    lines.sort();
    let both = ["[pod/webserver/nginx-container] from nginx", "[pod/webserver/sidecar-container] from the sidecar"];
    assert_eq!(lines, both);
    assert_snapshot!(namespace.shown("logs webserver --no-follow --show-kubectl -c sidecar-container"));
    let shown = Program::start(namespace.sidecar(&["logs", "webserver", "--no-follow", "--show-kubectl"])).finish();
    for command in shown.stderr().lines() {
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        node().kubectl(&words, "");
    }
    assert_snapshot!(namespace.the_same(&shown.stderr()));
}

/// What `inspect -f` says of a manifest before, and what `kubectl apply -f` says then.
fn before_and_then(namespace: &Namespace, manifest: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("webserver-pod.yaml"), manifest).unwrap();
    let mut inspect = namespace.sidecar(&["inspect", "-f", "webserver-pod.yaml"]);
    inspect.current_dir(folder.path());
    let before = namespace.told("inspect -f webserver-pod.yaml", &Program::start(inspect).finish());
    let args = ["--namespace", namespace.name(), "apply", "-f", "-"];
    let output = node().try_kubectl(&args, manifest);
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{before}\n$ kubectl apply -f webserver-pod.yaml\n{stdout}{stderr}{}\n", output.status)
}

#[test]
fn second_pitfall_volumes_for_volume_mounts() {
    let namespace = Namespace::new();
    let volumes_in_container = GUIDE.replace("volumeMounts:", "volumes:");
    assert_snapshot!(before_and_then(&namespace, &volumes_in_container));
    let mounts_in_pod = GUIDE.replacen("  volumes:", "  volumeMounts:", 1);
    assert_snapshot!(before_and_then(&namespace, &mounts_in_pod));
}

#[test]
fn third_pitfall_names_that_do_not_match() {
    let namespace = Namespace::new();
    // The sidecar's volumeMount is the last one.
    let (before, after) = GUIDE.rsplit_once("shared-logs").unwrap();
    assert_snapshot!(before_and_then(&namespace, &format!("{before}shared-log{after}")));
}

#[test]
fn fourth_pitfall_no_command() {
    let namespace = Namespace::new();
    let keeps_running = |line: &&str| !line.contains("command:") && !line.contains("args:");
    let manifest: String = GUIDE.lines().filter(keeps_running).flat_map(|line| [line, "\n"]).collect();
    let before = before_and_then(&namespace, &manifest);
    let container = |name: &str| format!("--for=jsonpath={{.status.containerStatuses[?(@.name=='{name}')]");
    namespace.wait(&[&format!("{}.ready}}=true", container("nginx-container")), "pod/webserver"]);
    let reason = ".state.waiting.reason}=CrashLoopBackOff";
    namespace.wait(&[&format!("{}{reason}", container("sidecar-container")), "pod/webserver"]);
    assert_snapshot!(format!("{before}\n{}", namespace.shown("inspect webserver")));
}

/// Where `inspect -f` says that `kubectl apply` refuses a manifest, it does, in those very words; and where it does not
/// say so, the server takes it.
#[test]
fn what_inspect_foretells_the_server_does() {
    let namespace = Namespace::new();
    let fixtures = [
        "guide/webserver-pod.yaml",
        "manifests/crlf.yaml",
        "manifests/misspelt.yaml",
        "manifests/mount-path-in-volume.yaml",
        "manifests/mounts-for-volumes.yaml",
        "manifests/mounts-in-pod.yaml",
        "manifests/name-mismatch.yaml",
        "manifests/no-command-needed.yaml",
        "manifests/no-command.yaml",
        "manifests/no-volumes.yaml",
        "manifests/source-in-mount.yaml",
        "manifests/volumes-for-mounts.yaml",
        "manifests/volumes-in-container.yaml",
    ];
    for fixture in fixtures {
        let file = format!("{}/tests/fixtures/{fixture}", env!("CARGO_MANIFEST_DIR"));
        let ended = Program::start(namespace.sidecar(&["inspect", "-f", &file])).finish();
        let args = ["--namespace", namespace.name(), "apply", "--dry-run=server", "-f", &file];
        let output = node().try_kubectl(&args, "");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(ended.code() == Some(0), output.status.success(), "{fixture}: {said}");
        for foretold in ended.stdout().lines().filter_map(|line| line.split_once("kubectl apply would say: ")) {
            // Of several unknown fields it makes one list, with the common words in front.
            let words = foretold.1.trim_start_matches("strict decoding error: ");
            assert!(said.contains(words), "{fixture}: {words} is not in {said}");
        }
    }
}
