//! `inspect` of pods on a real cluster: what they are, what they share, and why they do not run.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Ended, Namespace, Program, container, node, pod};

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/guide/webserver-pod.yaml");

#[track_caller]
fn run(namespace: &Namespace, args: &[&str]) -> Ended {
    Program::start(namespace.sidecar(args)).finish()
}

#[track_caller]
fn json_of(namespace: &Namespace, args: &[&str]) -> Value {
    serde_json::from_str(&run(namespace, &[&["inspect", "-o", "json"], args].concat()).stdout()).unwrap()
}

/// Waits until a container waits for that reason, and does so for some ten seconds: the kubelet tries again then.
#[track_caller]
fn wait_for_reason(namespace: &Namespace, pod: &str, reason: &str) {
    let states = "{.status.containerStatuses[*].state.waiting.reason}";
    namespace.wait(&[&format!("--for=jsonpath={states}={reason}"), &format!("pod/{pod}")]);
}

/// Waits until that is said about the pod. Events are no state that `kubectl wait` could wait for.
#[track_caller]
fn wait_for_event(namespace: &Namespace, pod: &str, reason: &str) {
    let about = format!("involvedObject.name={pod},reason={reason}");
    let args =
        ["--namespace", namespace.name(), "get", "events", "--watch", "--no-headers", "--field-selector", &about];
    Program::start(node().kubectl_command(&args)).wait_for(reason);
}

/// The same pod, running, and as a manifest: they agree in all that is no matter of the moment.
#[test]
fn live_and_in_its_manifest_a_pod_is_the_same() {
    let namespace = Namespace::new();
    namespace.kubectl(&["apply", "-f", GUIDE]);
    namespace.wait(&["--for=condition=Ready", "pod/webserver"]);
    let mut live = json_of(&namespace, &["webserver"]);
    let mut manifest = json_of(&namespace, &["-f", GUIDE]);

    assert_eq!(live["status"]["ready"], 2);
    assert_eq!(live["status"]["total"], 2);
    assert_eq!(live["status"]["word"], "Running");
    assert_eq!(live["volumes"][0]["sharing"], "shared");
    assert_eq!(live["volumes"][0]["writers"], json!(["nginx-container", "sidecar-container"]));
    let roles = live["containers"].as_array().unwrap().iter().map(|container| container["role"].as_str().unwrap());
    assert_eq!(roles.collect::<Vec<_>>(), ["main", "sidecar"]);

    for container in live["containers"].as_array_mut().unwrap() {
        let runtime = container.as_object_mut().unwrap().shift_remove("runtime").unwrap();
        assert_eq!((&runtime["ready"], &runtime["restarts"]), (&json!(true), &json!(0)));
        assert!(runtime["state"]["running"]["since"].is_string(), "{runtime}");
    }
    let moment = live.as_object_mut().unwrap();
    assert!(moment.shift_remove("status").is_some());
    assert!(moment["metadata"].as_object_mut().unwrap().shift_remove("uid").is_some());
    assert!(manifest.as_object_mut().unwrap().shift_remove("manifest").is_some());
    assert_eq!(live, manifest);

    // What kubectl dumps of it is the live pod once more.
    let dump = namespace.kubectl(&["get", "pod", "webserver", "--output", "yaml"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dump.yaml");
    std::fs::write(&file, dump).unwrap();
    let mut dumped = json_of(&namespace, &["-f", file.to_str().unwrap()]);
    assert!(dumped.as_object_mut().unwrap().shift_remove("manifest").is_some());
    assert_eq!(dumped, json_of(&namespace, &["webserver"]));
}

#[test]
fn the_token_volume_is_shown_only_when_asked_for() {
    let namespace = Namespace::new();
    namespace.create(&pod("web", &[("app", "exec sleep 86400")]));
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
    assert_snapshot!(namespace.shown("inspect web"));
    assert_snapshot!(namespace.shown("inspect web --all-volumes"));
    for form in ["wide", "json", "yaml"] {
        let has_token = |more: &[&str]| {
            let args = [&["inspect", "web", "-o", form], more].concat();
            run(&namespace, &args).stdout().contains("kube-api-access-")
        };
        assert!(!has_token(&[]) && has_token(&["--all-volumes"]), "{form}");
    }
}

#[test]
fn one_that_is_not_there_does_not_hide_the_others() {
    let namespace = Namespace::new();
    for name in ["a", "b"] {
        namespace.create(&pod(name, &[("app", "exec sleep 86400")]));
    }
    namespace.wait(&["--for=condition=Ready", "pod/a", "pod/b"]);
    assert_snapshot!(namespace.shown("inspect a gone pod/b"));
    assert_snapshot!(namespace.shown("inspect a gone b -o name"));
    let list = json_of(&namespace, &["a", "gone", "b"]);
    assert_eq!(list["items"].as_array().unwrap().len(), 2, "{list}");
}

/// Init container, native sidecar, plain containers of which one was restarted, and an ephemeral one.
#[test]
fn every_kind_of_container_in_the_order_in_which_they_start() {
    let namespace = Namespace::new();
    let mut web = pod("web", &[("app", "test -e /data/again || { touch /data/again; exit 3; }; exec sleep 86400")]);
    let spec = &mut web["spec"];
    spec["restartPolicy"] = json!("Always");
    spec["volumes"] = json!([{"name": "data", "emptyDir": {}}]);
    let mount = |read_only: bool| json!([{"name": "data", "mountPath": "/data", "readOnly": read_only}]);
    spec["containers"][0]["volumeMounts"] = mount(false);
    let mut init = container("prepare", "echo prepared > /data/prepared");
    init["volumeMounts"] = mount(false);
    let mut native = container("shipper", "exec sleep 86400");
    native["restartPolicy"] = json!("Always");
    native["volumeMounts"] = mount(true);
    spec["initContainers"] = json!([init, native]);
    namespace.create(&web);
    namespace.wait(&["--for=jsonpath={.status.containerStatuses[0].restartCount}=1", "pod/web"]);
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
    let args = ["debug", "web", "--image=busybox:latest", "--container=debugger", "--profile=general", "--"];
    namespace.kubectl(&[&args, &["sleep", "86400"][..]].concat());
    let running = "{.status.ephemeralContainerStatuses[0].state.running.startedAt}";
    namespace.wait(&[&format!("--for=jsonpath={running}"), "pod/web"]);
    assert_snapshot!(namespace.shown("inspect web"));
}

#[test]
fn a_crash_loop_with_what_the_container_said_last() {
    let namespace = Namespace::new();
    let mut web =
        pod("web", &[("app", "exec sleep 86400"), ("shipper", "(echo reading; echo no such host) >&2; exit 3")]);
    web["spec"]["restartPolicy"] = json!("Always");
    namespace.create(&web);
    namespace.wait(&["--for=jsonpath={.status.containerStatuses[?(@.name=='app')].ready}=true", "pod/web"]);
    wait_for_reason(&namespace, "web", "CrashLoopBackOff");
    assert_snapshot!(namespace.shown("inspect web"));
}

#[test]
fn an_image_that_is_not_there() {
    let namespace = Namespace::new();
    let mut web = pod("web", &[("app", "exec sleep 86400")]);
    web["spec"]["containers"][0]["image"] = json!("nginx:there-is-no-such-tag");
    namespace.create(&web);
    wait_for_reason(&namespace, "web", "ImagePullBackOff");
    assert_snapshot!(namespace.shown("inspect web"));
}

#[test]
fn volumes_that_cannot_be_mounted() {
    let namespace = Namespace::new();
    let sources = [
        ("config", json!({"configMap": {"name": "settings"}})),
        ("secret", json!({"secret": {"secretName": "certificate"}})),
        ("key", json!({"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "gone", "path": "gone"}]}})),
        ("claim", json!({"persistentVolumeClaim": {"claimName": "data"}})),
    ];
    for (name, mut source) in sources {
        let mut web = pod(name, &[("app", "exec sleep 86400")]);
        source["name"] = json!("extra");
        web["spec"]["volumes"] = json!([source]);
        web["spec"]["containers"][0]["volumeMounts"] = json!([{"name": "extra", "mountPath": "/extra"}]);
        namespace.create(&web);
    }
    for name in ["config", "secret", "key"] {
        wait_for_event(&namespace, name, "FailedMount");
    }
    wait_until_unschedulable(&namespace, "claim");
    assert_snapshot!(namespace.shown("inspect config secret key claim"));
}

#[test]
fn no_node_has_the_labels_asked_for() {
    let namespace = Namespace::new();
    let mut web = pod("web", &[("app", "exec sleep 86400")]);
    web["spec"]["nodeSelector"] = json!({"disk": "made-of-stone"});
    namespace.create(&web);
    wait_until_unschedulable(&namespace, "web");
    assert_snapshot!(namespace.shown("inspect web"));
}

#[track_caller]
fn wait_until_unschedulable(namespace: &Namespace, pod: &str) {
    let reason = "{.status.conditions[?(@.type=='PodScheduled')].reason}";
    namespace.wait(&[&format!("--for=jsonpath={reason}=Unschedulable"), &format!("pod/{pod}")]);
}

#[test]
fn who_may_not_look() {
    let namespace = Namespace::new();
    let kubeconfig = namespace.kubeconfig_of("visitor", &[]);
    let mut inspect = namespace.sidecar(&["inspect", "webserver"]);
    inspect.env("KUBECONFIG", kubeconfig.path());
    assert_snapshot!(namespace.told("inspect webserver", &Program::start(inspect).finish()));
}

/// Who may see pods, but neither their events nor their logs, still learns what the pod itself says.
#[test]
fn who_may_look_at_pods_and_no_more() {
    let namespace = Namespace::new();
    let kubeconfig = namespace.kubeconfig_of("visitor", &["--verb=get", "--resource=pods"]);
    let mut web = pod("web", &[("app", "echo reading; exit 3")]);
    web["spec"]["restartPolicy"] = json!("Always");
    namespace.create(&web);
    wait_for_reason(&namespace, "web", "CrashLoopBackOff");
    let mut inspect = namespace.sidecar(&["inspect", "web"]);
    inspect.env("KUBECONFIG", kubeconfig.path());
    assert_snapshot!(namespace.told("inspect web", &Program::start(inspect).finish()));
}
