//! Presets on a real cluster: the server takes what they make, and those whose images can be had do their job.
//!
//! Not run is fluent-bit: neither Debian nor a Go module has it. git-sync's image cannot be had either: in its container git itself does
//! what it is told to do.

use jiff::Timestamp;
use kubectl_sidecar::scaffold::preset::{Choice, Filled, known, names};
use serde_json::{Value, json};

use crate::support::{Namespace, Program, node};

/// Ends at SIGTERM, after a last word in a file.
pub(crate) const LAST_WORD: &str =
    "trap 'echo last >> /logs/a.log; exit 0' TERM; touch /tmp/up; while true; do sleep 60 & wait; done";

/// The sidecar that `NAME,SETTING=VALUE,…` means.
#[track_caller]
pub(crate) fn filled(choice: &str) -> Filled {
    let Choice { preset, settings } = Choice::parse(choice).unwrap();
    let preset = known().find(|known| known.name == preset).unwrap();
    preset.fill(&settings).unwrap_or_else(|problems| panic!("{choice}: {problems:?}"))
}

/// A pod of a main container and those sidecars, which share volumes of the same name.
pub(crate) fn pod(main: Value, sidecars: &[Filled]) -> Value {
    let mut containers = vec![main];
    let mut init_containers: Vec<Value> = Vec::new();
    let mut volumes: Vec<Value> = Vec::new();
    let mut mounts: Vec<Value> = Vec::new();
    for sidecar in sidecars {
        let mut container = json!(sidecar.container);
        container["imagePullPolicy"] = json!("IfNotPresent");
        if sidecar.native {
            container["restartPolicy"] = json!("Always");
            init_containers.push(container);
        } else {
            containers.push(container);
        }
        volumes.extend(sidecar.volumes.iter().map(|volume| json!(volume)));
        mounts.extend(sidecar.main_mounts.iter().map(|mount| json!(mount)));
    }
    for list in [&mut volumes, &mut mounts] {
        let mut names = Vec::new();
        list.retain(|item| {
            !names.contains(&item["name"]) && {
                names.push(item["name"].clone());
                true
            }
        });
    }
    containers[0]["volumeMounts"] = json!(mounts);
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "webserver"},
        "spec": {"volumes": volumes, "initContainers": init_containers, "containers": containers, "restartPolicy": "Never"},
    })
}

/// The guide's main container.
pub(crate) fn nginx() -> Value {
    json!({"name": "nginx-container", "image": "nginx:latest", "imagePullPolicy": "IfNotPresent"})
}

/// A main container that runs a script.
pub(crate) fn main(script: &str) -> Value {
    json!({
        "name": "main", "image": "busybox:latest", "imagePullPolicy": "IfNotPresent",
        "command": ["/bin/sh", "-c", script],
    })
}

/// Creates the pod, and waits until it is ready.
#[track_caller]
pub(crate) fn ready(namespace: &Namespace, pod: &Value) {
    namespace.create(pod);
    namespace.wait(&["--for=condition=Ready", "pod/webserver"]);
}

/// Waits until a container's log looks like that.
#[track_caller]
fn wait_for_log(namespace: &Namespace, container: &str, what: &str, looks_like_that: impl Fn(&str) -> bool) {
    let logs = node().kubectl_command(&["-n", namespace.name(), "logs", "-f", "webserver", "-c", container]);
    Program::start(logs).wait_until(what, |output| looks_like_that(&output.stdout()));
}

/// Lets the pod end as it ends when it is deleted, but stay there to be looked at.
#[track_caller]
pub(crate) fn end(namespace: &Namespace) {
    namespace.kubectl(&["patch", "pod", "webserver", "-p", r#"{"spec":{"activeDeadlineSeconds":1}}"#]);
    namespace.wait(&["--for=jsonpath={.status.phase}=Failed", "pod/webserver"]);
}

/// A container's exit code, and when it ended.
#[track_caller]
pub(crate) fn ending(namespace: &Namespace, container: &str) -> (i64, Timestamp) {
    let pod: Value = serde_json::from_str(&namespace.kubectl(&["get", "pod", "webserver", "-o", "json"])).unwrap();
    let lists = ["initContainerStatuses", "containerStatuses"].map(|list| pod["status"][list].as_array().cloned());
    let all = lists.into_iter().flatten().flatten();
    let status = all.into_iter().find(|status| status["name"] == container).unwrap();
    let ended = &status["state"]["terminated"];
    let at = ended["finishedAt"].as_str().unwrap_or_else(|| panic!("{container} has not ended: {status}"));
    (ended["exitCode"].as_i64().unwrap(), at.parse().unwrap())
}

/// What is sent to the server for each preset: with what it needs, and nothing else set.
fn each() -> impl Iterator<Item = (String, Filled)> {
    assert_eq!(known().count(), names().count(), "one of them cannot be read");
    known().map(|preset| {
        let required = preset.parameters.iter().filter(|parameter| parameter.default.is_none());
        let settings: Vec<_> =
            required.map(|parameter| (parameter.name.clone(), "https://a.example/b".to_owned())).collect();
        let filled = preset.fill(&settings).unwrap();
        (preset.name, filled)
    })
}

#[test]
fn the_server_takes_every_preset_and_warns_of_nothing() {
    let namespace = Namespace::new();
    let args = ["-n", namespace.name(), "create", "--dry-run=server", "--validate=strict", "-o", "name", "-f", "-"];
    for (name, filled) in each() {
        let pod = pod(nginx(), &[filled]);
        let told = node().try_kubectl(&args, &pod.to_string());
        let [stdout, stderr] = [told.stdout, told.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!((stdout.as_str(), stderr.as_str()), ("pod/webserver\n", ""), "{name}");
    }
}

/// The strictest of Kubernetes's security standards.
#[test]
fn every_preset_may_run_in_a_restricted_namespace() {
    let namespace = Namespace::new();
    let level = "pod-security.kubernetes.io/enforce=restricted";
    node().kubectl(&["label", "namespace", namespace.name(), level], "");
    let args = ["-n", namespace.name(), "create", "--dry-run=server", "--validate=strict", "-o", "name", "-f", "-"];
    for (name, filled) in each() {
        let mut main = nginx();
        main["securityContext"] = json!(filled.container.security_context);
        let pod = pod(main, &[filled]);
        let told = node().try_kubectl(&args, &pod.to_string());
        assert!(told.status.success(), "{name}: {}", String::from_utf8_lossy(&told.stderr));
    }
}

/// Also a file whose name is a variable of the container to the kubelet, were it not kept from it.
#[test]
fn cat_logs_prints_the_files_again_and_again() {
    let namespace = Namespace::new();
    let pod = pod(
        main(LAST_WORD),
        &[filled("cat-logs,directory=/logs,file=a.log,file=\"b, c.log\",file=$(PAUSE)$$.log,seconds=1")],
    );
    ready(&namespace, &pod);
    namespace.exec("webserver", "main", "echo one > /logs/a.log; echo two > '/logs/b, c.log'");
    namespace.exec("webserver", "main", "echo three > '/logs/$(PAUSE)$$.log'");
    wait_for_log(&namespace, "cat-logs", "all files twice", |log| log.matches("one\ntwo\nthree\n").count() >= 2);
}

/// With both implementations of tail, beside each other.
#[test]
fn tail_logs_misses_nothing_and_ends_when_it_is_told() {
    let namespace = Namespace::new();
    let settings = "directory=/logs,file=a.log,file=b c.log";
    let tailers =
        ["busybox", "ubuntu"].map(|image| filled(&format!("tail-logs,name={image},image={image}:latest,{settings}")));
    let mut pod = pod(main(LAST_WORD), &tailers);
    // More than the ten lines that tail begins with by itself.
    let mut before = main("for number in $(seq 30); do echo early $number; done > /logs/a.log");
    before["name"] = json!("before");
    before["volumeMounts"] = json!([{"name": "shared-logs", "mountPath": "/logs"}]);
    pod["spec"]["initContainers"].as_array_mut().unwrap().insert(0, before);
    ready(&namespace, &pod);
    let is_there = |container: &str, line: &str| {
        wait_for_log(&namespace, container, line, |log| log.lines().any(|other| other == line));
    };
    for container in ["busybox", "ubuntu"] {
        is_there(container, "early 30");
    }
    namespace.exec("webserver", "main", "echo late > '/logs/b c.log'");
    namespace.exec("webserver", "main", "mv /logs/a.log /logs/a.log.1; echo rotated > /logs/a.log");
    for container in ["busybox", "ubuntu"] {
        is_there(container, "late");
        is_there(container, "rotated");
    }
    end(&namespace);
    let (code, main_ended) = ending(&namespace, "main");
    assert_eq!(code, 0);
    let mut expected: Vec<String> = (1..=30).map(|number| format!("early {number}")).collect();
    expected.extend(["late", "rotated", "last"].map(str::to_owned));
    expected.sort();
    for container in ["busybox", "ubuntu"] {
        let (code, ended) = ending(&namespace, container);
        // Killed it would be 137, after the grace period of 30 s.
        assert_eq!(code, 0, "{container}");
        let after = ended.duration_since(main_ended).as_secs();
        assert!((0..10).contains(&after), "{container} ended {after} s after the main container");
        let log = namespace.kubectl(&["logs", "webserver", "-c", container]);
        let mut lines: Vec<&str> = log.lines().filter(|line| !line.starts_with("tail: ")).collect();
        lines.sort_unstable();
        assert_eq!(lines, expected, "{container}");
    }
}

/// In the guide's pod, as it comes but for the image.
#[test]
fn tail_logs_shows_what_the_guides_web_server_logs() {
    let namespace = Namespace::new();
    ready(&namespace, &pod(nginx(), &[filled("tail-logs,image=busybox:latest")]));
    namespace.exec("webserver", "nginx-container", "curl -s http://127.0.0.1/hello > /dev/null");
    wait_for_log(&namespace, "tail-logs", "the request", |log| log.contains("GET /hello"));
}

#[test]
fn the_proxy_passes_requests_on_to_the_main_container() {
    let namespace = Namespace::new();
    ready(&namespace, &pod(nginx(), &[filled("nginx-proxy,image=nginx:latest,port=8081")]));
    let page = |port: u16| {
        let url = format!("http://127.0.0.1:{port}/");
        namespace.kubectl(&["exec", "webserver", "-c", "nginx-container", "--", "curl", "-sSf", &url])
    };
    assert_eq!(page(8081), page(80));
    namespace.exec("webserver", "nginx-container", "curl -s http://127.0.0.1:8081/hello > /dev/null");
    for container in ["nginx-proxy", "nginx-container"] {
        wait_for_log(&namespace, container, "the request", |log| log.contains("GET /hello"));
    }
    end(&namespace);
    assert_eq!(ending(&namespace, "nginx-proxy").0, 0);
}

#[test]
fn the_shell_is_there_for_looking_around() {
    let namespace = Namespace::new();
    let shells = ["busybox", "ubuntu"].map(|image| filled(&format!("shell,name={image},image={image}:latest")));
    ready(&namespace, &pod(nginx(), &shells));
    for container in ["busybox", "ubuntu"] {
        let listed = namespace.kubectl(&["exec", "webserver", "-c", container, "--", "ls"]);
        assert_eq!(listed, "access.log\nerror.log\n", "{container}");
        let args = ["-n", namespace.name(), "exec", "webserver", "-c", container, "--", "touch", "new"];
        assert!(!node().try_kubectl(&args, "").status.success(), "{container} can write");
    }
    end(&namespace);
    for container in ["busybox", "ubuntu"] {
        assert_eq!(ending(&namespace, container).0, 0, "{container}");
    }
}
