//! `inspect --prove`: what containers share, proven on a real cluster, and nothing left behind.

use std::time::{Duration, Instant};

use insta::assert_snapshot;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::{LISTENS, Namespace, Program, container, node, pod};

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/guide/webserver-pod.yaml");

/// What is proven of the pod `web`: what is said on standard error, and from the proofs on.
fn proven(namespace: &Namespace, words: &[&str]) -> String {
    let ended = Program::start(namespace.sidecar(&[&["inspect", "web"], words].concat())).finish();
    let stdout = ended.stdout();
    let proofs = ["is proven", "is not proven", "is not tried"].iter().filter_map(|words| stdout.find(words)).min();
    let begin = stdout[..proofs.unwrap()].rfind('\n').map_or(0, |at| at + 1);
    let (stderr, code) = (ended.stderr(), ended.code().unwrap());
    without_names(&namespace.the_same(&format!("stderr:\n{stderr}stdout:\n{}exit {code}\n", &stdout[begin..])))
}

/// Nobody can guess what markers are called.
fn without_names(text: &str) -> String {
    let name = regex::Regex::new(r"\.kubectl-sidecar-[0-9a-f]{32}").unwrap();
    name.replace_all(text, ".kubectl-sidecar-NAME").into_owned()
}

/// A pod of containers of busybox with one emptyDir, which each of them mounts like that.
fn sharing(containers: &[(&str, &str, Value)]) -> Value {
    let scripts: Vec<_> = containers.iter().map(|(name, script, _)| (*name, *script)).collect();
    let mut web = pod("web", &scripts);
    web["spec"]["volumes"] = json!([{"name": "shared", "emptyDir": {}}]);
    for (at, (_, _, mount)) in containers.iter().enumerate() {
        let mut mount = mount.clone();
        mount["name"] = json!("shared");
        web["spec"]["containers"][at]["volumeMounts"] = json!([mount]);
    }
    web
}

fn at(path: &str) -> Value {
    json!({"mountPath": path})
}

#[track_caller]
fn create(namespace: &Namespace, web: &Value) {
    namespace.create(web);
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
}

#[test]
fn the_guides_pod_both_ways() {
    let namespace = Namespace::new();
    namespace.kubectl(&["apply", "-f", GUIDE]);
    namespace.wait(&["--for=condition=Ready", "pod/webserver"]);
    let shown = namespace.shown("inspect webserver --prove");
    assert_snapshot!(without_names(&shown));
    let files = namespace.kubectl(&["exec", "webserver", "-c", "nginx-container", "--", "ls", "-A", "/var/log/nginx"]);
    assert_eq!(files, "access.log\nerror.log\n");

    let ended = Program::start(namespace.sidecar(&["inspect", "webserver", "--prove", "-o", "json"])).finish();
    let document: Value = serde_json::from_str(&ended.stdout()).unwrap();
    assert_eq!(document["proofs"].as_array().unwrap().len(), 1);
    let verdicts: Vec<_> =
        document["proofs"][0]["pairs"].as_array().unwrap().iter().map(|pair| pair["verdict"].clone()).collect();
    assert_eq!(verdicts, ["proven", "proven"]);
    let schema: Value = serde_json::from_str(include_str!("../../docs/inspect-output.v1.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&document), "{document:#}");
    let plain = Program::start(namespace.sidecar(&["inspect", "webserver", "-o", "json"])).finish();
    assert!(!plain.stdout().contains("proofs"));
}

/// The paths differ, and one of them would be something else to a shell.
#[test]
fn who_only_reads_and_who_sees_a_part() {
    let namespace = Namespace::new();
    let web = sharing(&[
        ("writer", LISTENS, at("/a $(touch run) 'b\"*")),
        ("reader", LISTENS, json!({"mountPath": "/r", "readOnly": true})),
        ("part", LISTENS, json!({"mountPath": "/p", "subPath": "some/part"})),
    ]);
    create(&namespace, &web);
    assert_snapshot!(proven(&namespace, &["--prove"]));
}

#[test]
fn parts_that_share_nothing() {
    let namespace = Namespace::new();
    let part = |part: &str| json!({"mountPath": "/p", "subPath": part});
    create(&namespace, &sharing(&[("a", LISTENS, part("x")), ("b", LISTENS, part("y"))]));
    assert_snapshot!(proven(&namespace, &["--prove"]));
}

#[test]
fn another_user_is_denied_and_told_why() {
    let namespace = Namespace::new();
    let closes = format!("chmod 700 /shared; {LISTENS}");
    let mut web = sharing(&[("root", &closes, at("/shared")), ("other", LISTENS, at("/shared"))]);
    web["spec"]["containers"][1]["securityContext"] = json!({"runAsUser": 1000, "runAsGroup": 1000});
    create(&namespace, &web);
    wait_for(&namespace, "root", "[ \"$(stat -c %a /shared)\" = 700 ]");
    assert_snapshot!(proven(&namespace, &["--prove"]));
}

#[test]
fn a_full_volume() {
    let namespace = Namespace::new();
    let fills = format!("dd if=/dev/zero of=/shared/full bs=64k; {LISTENS}");
    let mut web = sharing(&[("full", &fills, at("/shared")), ("other", LISTENS, at("/shared"))]);
    web["spec"]["volumes"][0]["emptyDir"] = json!({"medium": "Memory", "sizeLimit": "1Mi"});
    create(&namespace, &web);
    wait_for(&namespace, "full", "[ \"$(stat -c %s /shared/full)\" = 1048576 ]");
    assert_snapshot!(proven(&namespace, &["--prove"]));
    assert_eq!(namespace.kubectl(&["exec", "web", "-c", "full", "--", "ls", "-A", "/shared"]), "full\n");
}

/// Waits until that is so in a container.
#[track_caller]
fn wait_for(namespace: &Namespace, container: &str, test: &str) {
    let script = format!("until {test}; do usleep 50000; done");
    namespace.exec("web", container, &script);
}

/// A volume hides all that is in /bin. What runs was brought by an init container.
fn without_tools(tools: &str) -> Value {
    let mut web = sharing(&[("full", LISTENS, at("/shared")), ("bare", LISTENS, at("/shared"))]);
    let spec = &mut web["spec"];
    spec["volumes"].as_array_mut().unwrap().push(json!({"name": "tools", "emptyDir": {}}));
    let mut brings = container("brings", &format!("cp /bin/busybox /tools/; {tools}"));
    brings["volumeMounts"] = json!([{"name": "tools", "mountPath": "/tools"}]);
    spec["initContainers"] = json!([brings]);
    spec["containers"][1]["command"] = json!(["/tools/busybox", "sleep", "86400"]);
    let mounts = spec["containers"][1]["volumeMounts"].as_array_mut().unwrap();
    for path in ["/tools", "/bin", "/usr/bin", "/sbin", "/usr/sbin"] {
        let part = if path == "/tools" { json!(null) } else { json!("bin") };
        mounts.push(json!({"name": "tools", "mountPath": path, "subPath": part}));
    }
    web
}

#[test]
fn a_container_without_tools() {
    let namespace = Namespace::new();
    create(&namespace, &without_tools("mkdir /tools/bin"));
    assert_snapshot!(proven(&namespace, &["--prove"]));
}

/// As in an image that was made without a shell.
#[test]
fn reading_takes_no_shell() {
    let namespace = Namespace::new();
    create(&namespace, &without_tools("mkdir /tools/bin; cp /bin/busybox /tools/bin/cat"));
    assert_snapshot!(proven(&namespace, &["--prove"]));
}

/// A shell reads where there is no cat.
#[test]
fn reading_takes_no_cat() {
    let namespace = Namespace::new();
    create(&namespace, &without_tools("mkdir /tools/bin; cp /bin/busybox /tools/bin/sh"));
    let shown = proven(&namespace, &["--prove"]);
    assert!(shown.contains("full     -        proven\n"), "{shown}");
}

#[test]
fn who_does_not_run_proves_nothing() {
    let namespace = Namespace::new();
    let mut web =
        sharing(&[("up", LISTENS, at("/shared")), ("down", "exit 3", at("/shared")), ("too", LISTENS, at("/shared"))]);
    let mut prepares = container("prepares", "true");
    prepares["volumeMounts"] = json!([{"name": "shared", "mountPath": "/shared"}]);
    web["spec"]["initContainers"] = json!([prepares]);
    namespace.create(&web);
    for (name, state) in
        [("up", "running.startedAt}"), ("too", "running.startedAt}"), ("down", "terminated.exitCode}=3")]
    {
        let path = format!("{{.status.containerStatuses[?(@.name=='{name}')].state.{state}");
        namespace.wait(&[&format!("--for=jsonpath={path}"), "pod/web"]);
    }
    assert_snapshot!(proven(&namespace, &["--prove"]));
}

#[test]
fn folders_of_the_node_only_when_asked_for() {
    let namespace = Namespace::new();
    let mut web = sharing(&[("a", LISTENS, at("/shared")), ("b", LISTENS, at("/shared"))]);
    let path = format!("/tmp/{}", namespace.name());
    web["spec"]["volumes"][0] = json!({"name": "shared", "hostPath": {"path": path, "type": "DirectoryOrCreate"}});
    create(&namespace, &web);
    assert_snapshot!(proven(&namespace, &["--prove"]));
    assert_snapshot!(proven(&namespace, &["--prove=all"]));
    namespace.exec("web", "a", "[ -z \"$(ls -A /shared)\" ]");
}

#[test]
fn who_may_not_run_commands() {
    let namespace = Namespace::new();
    create(&namespace, &sharing(&[("a", LISTENS, at("/shared")), ("b", LISTENS, at("/shared"))]));
    let kubeconfig = namespace.kubeconfig_of("visitor", &["--verb=get", "--resource=pods"]);
    let mut inspect = namespace.sidecar(&["inspect", "web", "--prove"]);
    inspect.env("KUBECONFIG", kubeconfig.path());
    let ended = Program::start(inspect).finish();
    assert_snapshot!(without_names(&namespace.told("inspect web --prove", &ended)));
}

/// How many markers are there.
fn markers(namespace: &Namespace) -> usize {
    let files = namespace.kubectl(&["exec", "web", "-c", "writer", "--", "ls", "-A", "/shared"]);
    files.lines().filter(|file| file.starts_with(".kubectl-sidecar-")).count()
}

#[track_caller]
fn wait_for_markers(namespace: &Namespace, count: usize) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while markers(namespace) != count {
        assert!(Instant::now() < deadline, "waited, and there are not {count} markers");
    }
}

/// The reader never ends, so the marker is there when we are stopped.
#[test]
fn whatever_stops_us_the_marker_goes() {
    let namespace = Namespace::new();
    let never =
        format!("rm /bin/cat; printf '#!/bin/sh\\nexec sleep 1000\\n' > /bin/cat; chmod +x /bin/cat; {LISTENS}");
    let mut web = sharing(&[
        ("writer", LISTENS, at("/shared")),
        ("reader", &never, json!({"mountPath": "/r", "readOnly": true})),
    ]);
    web["spec"]["restartPolicy"] = json!("Always");
    create(&namespace, &web);
    wait_for(&namespace, "reader", "[ -x /bin/cat ] && [ ! -L /bin/cat ]");
    for signal in [Signal::INT, Signal::KILL, Signal::TERM] {
        let mut program = Program::start(namespace.sidecar(&["inspect", "web", "--prove"]));
        program.wait_for_note("Will write a file of 64 bytes");
        wait_for_markers(&namespace, 1);
        program.signal(signal);
        let status = program.wait_for_exit();
        assert_eq!(status.code(), (signal == Signal::INT).then_some(130), "{status}");
        wait_for_markers(&namespace, 0);
    }
    // And when a reader takes too long.
    let shown = proven(&namespace, &["--prove"]);
    assert!(shown.contains("  reader: no answer after 20 s\n"), "{shown}");
    assert_eq!(markers(&namespace), 0);
    // What holds it has ended, too.
    let processes = node().kubectl(&["--namespace", namespace.name(), "exec", "web", "-c", "writer", "--", "ps"], "");
    assert!(!processes.contains("kubectl-sidecar"), "{processes}");
}
