//! Which containers are shown.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::{LISTENS, Namespace, Program, container, pod};

/// A pod that is done, with containers of all kinds but an ephemeral one. Each has said its name, one after the other.
fn kinds(namespace: &Namespace) {
    let says = |name: &str, seconds: u32| format!("sleep {seconds}; echo {name}");
    let (app, cache, proxy) = (says("app", 1), says("app-cache", 2), says("istio-proxy", 3));
    let mut kinds = pod("kinds", &[("app", &app), ("app-cache", &cache), ("istio-proxy", &proxy)]);
    let mut shipper = container("shipper", "trap 'exit 0' TERM; echo shipper; sleep 1000000 & wait");
    shipper["restartPolicy"] = json!("Always");
    kinds["metadata"]["labels"] = json!({"app": "kinds"});
    kinds["spec"]["initContainers"] = json!([container("istio-init", "echo istio-init; sleep 1"), shipper]);
    namespace.create(&kinds);
    namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", "pod/kinds"]);
}

#[test]
fn by_name_by_expression_and_by_role() {
    let namespace = Namespace::new();
    kinds(&namespace);
    let shown = [
        "logs kinds --no-follow",
        "logs kinds --no-follow -c app",
        "logs kinds --no-follow -c app.* -c istio-init",
        "logs kinds --no-follow --exclude-container app.*",
        "logs kinds --no-follow -c .*-.* --exclude-container app-cache",
        "logs kinds --no-follow --role sidecar",
        "logs kinds --no-follow --role main,init",
        "logs kinds --no-follow --no-mesh",
        "logs kinds --no-follow --no-mesh --role sidecar",
        "logs -l app=kinds --no-follow --role sidecar -c .*p.*",
        "logs kinds --no-follow -c ap",
        "logs kinds --no-follow -c app -c a..",
        "logs kinds --no-follow -c a.",
        "logs kinds --no-follow --role debug",
        "logs kinds --role init --no-mesh",
        "logs -l app=kinds --no-follow --exclude-container .*",
    ]
    .map(|words| namespace.shown(words));
    assert_snapshot!(shown.join("\n"));
}

#[test]
fn kubectl_is_asked_for_the_same_containers() {
    let namespace = Namespace::new();
    kinds(&namespace);
    let commands = [
        "logs kinds --show-kubectl --no-follow -c app.*",
        "logs kinds --show-kubectl --no-follow --role sidecar --limit-bytes=100",
        "logs -l app=kinds --show-kubectl --no-follow",
        "logs -l app=kinds --show-kubectl --no-follow -c app -c shipper",
        "logs -l app=kinds --show-kubectl --no-follow --no-mesh",
    ]
    .map(|words| {
        let args: Vec<_> = words.split(' ').collect();
        let ended = Program::start(namespace.sidecar(&args)).finish();
        assert_eq!(ended.code(), Some(0));
        format!("$ kubectl sidecar {words}\n{}", namespace.the_same(&ended.stderr()))
    });
    assert_snapshot!(commands.join("\n"));
}

#[test]
fn a_selection_that_is_followed_is_asked_of_kubectl_as_one() {
    let namespace = Namespace::new();
    let commands = ["-c=app", "--no-mesh"].map(|flag| {
        let logs = Program::start(namespace.sidecar(&["logs", "-l", "app=web", "--show-kubectl", flag]));
        logs.wait_for_note("-- no pods match yet");
        logs.interrupt();
        namespace.the_same(&logs.finish().stderr())
    });
    assert_snapshot!(commands.join("\n"));
}

#[test]
fn a_debug_container_that_comes_is_waited_for() {
    let namespace = Namespace::new();
    namespace.create(&pod("web", &[("main", &format!("echo main; {LISTENS}"))]));
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
    let logs = Program::start(namespace.sidecar(&["logs", "web", "--role=debug"]));
    logs.wait_for_note("-- no debug container yet: waiting for one (Ctrl-C ends)\n");
    let debug = ["debug", "web", "--profile=general", "--image=busybox:latest", "-c", "debugger"];
    namespace.kubectl(&[&debug[..], &["--", "/bin/sh", "-c", "echo hello"]].concat());
    logs.wait_for("[pod/web/debugger] hello\n");
    namespace.end("web", "main");
    let ended = logs.finish();
    assert_eq!((ended.code(), ended.stdout().as_str()), (Some(0), "[pod/web/debugger] hello\n"));
}

#[test]
fn without_get_on_pods_only_names_can_be_chosen() {
    let namespace = Namespace::new();
    namespace.create(&pod("web", &[("main", "echo hello")]));
    let reader = namespace.kubeconfig_of("reader", &["--verb=get", "--resource=pods/log"]);
    let shown = ["logs web -c ma.*", "logs web --role main"].map(|words| {
        let mut command = namespace.sidecar(&words.split(' ').collect::<Vec<_>>());
        command.env("KUBECONFIG", reader.path());
        namespace.told(words, &Program::start(command).finish())
    });
    assert_snapshot!(shown.join("\n"));
}
