//! Containers that have not started, and containers that say nothing.

use serde_json::json;

use crate::support::{LISTENS, Namespace, Program, container, messages, pod};

#[test]
fn a_container_that_is_being_created_is_waited_for() {
    let namespace = Namespace::new();
    let mut late = pod("late", &[("main", "cat /settings/greeting")]);
    late["spec"]["volumes"] = json!([{"name": "settings", "configMap": {"name": "settings"}}]);
    late["spec"]["containers"][0]["volumeMounts"] = json!([{"name": "settings", "mountPath": "/settings"}]);
    namespace.create(&late);

    let logs = Program::start(namespace.sidecar(&["logs", "late"]));
    logs.wait_for_note("-- main: waiting to start: ContainerCreating\n");
    namespace.kubectl(&["create", "configmap", "settings", "--from-literal=greeting=hello"]);
    let ended = logs.finish();
    assert_eq!((ended.code(), ended.stdout().as_str()), (Some(0), "[pod/late/main] hello\n"));
}

#[test]
fn a_container_behind_an_init_container_is_waited_for() {
    let namespace = Namespace::new();
    let mut gated = pod("gated", &[("main", "echo main runs")]);
    gated["spec"]["initContainers"] = json!([container("gate", &format!("echo gate waits; {LISTENS}"))]);
    namespace.create(&gated);

    let logs = Program::start(namespace.sidecar(&["logs", "gated"]));
    logs.wait_for("[pod/gated/gate] gate waits\n");
    logs.wait_for_note("-- main: waiting to start: PodInitializing\n");
    assert_eq!(messages(&logs.stdout(), "gated", "main").len(), 0);
    namespace.end("gated", "gate");
    let ended = logs.finish();
    let expected = "[pod/gated/gate] gate waits\n[pod/gated/main] main runs\n";
    assert_eq!((ended.code(), ended.stdout().as_str()), (Some(0), expected));
}

/// The quiet one has said nothing whenever a line of the other comes; and it is not forgotten.
#[test]
fn a_silent_container_holds_nobody_up() {
    let namespace = Namespace::new();
    namespace.create(&pod("duo", &[("talker", LISTENS), ("quiet", LISTENS)]));
    namespace.wait(&["--for=condition=Ready", "pod/duo"]);

    let logs = Program::start(namespace.sidecar(&["logs", "duo"]));
    for (container, word) in [("talker", "one"), ("talker", "two"), ("quiet", "three"), ("talker", "four")] {
        namespace.say("duo", container, word);
        logs.wait_for(&format!("[pod/duo/{container}] {word}\n"));
    }
    namespace.end("duo", "talker");
    logs.wait_for_note("-- talker: terminated, exit code 0 (Completed)\n");
    namespace.say("duo", "quiet", "five");
    logs.wait_for("[pod/duo/quiet] five\n");
    namespace.end("duo", "quiet");
    assert_eq!(logs.finish().code(), Some(0));
}
