//! The apiserver cannot be reached for a while, and things happen meanwhile.

use super::{restarting, running};
use crate::support::{Asked, LISTENS, Namespace, Program, Proxy, assert_same, messages, numbered, pod};

/// Waits until the program has tried in vain.
#[track_caller]
fn go_away(proxy: &Proxy) {
    let before = proxy.count(&Asked::Pod);
    proxy.go_away();
    proxy.wait_until_asked(&Asked::Pod, before + 2);
}

#[test]
fn the_pod_ends_meanwhile() {
    let script = format!(
        "for i in $(seq 100); do echo main $i; done; {LISTENS}; for i in $(seq 101 200); do echo main $i; done"
    );
    let namespace = running(&[("main", &script)]);
    let proxy = Proxy::start();
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web"]));
    logs.wait_for("main 100\n");
    go_away(&proxy);
    namespace.end("web", "main");
    namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", "pod/web"]);
    proxy.come_back();
    let ended = logs.finish();
    assert_eq!(ended.code(), Some(0));
    assert_same(&messages(&ended.stdout(), "web", "main"), &numbered("main", 200));
    assert!(!ended.stderr().contains("missing"), "{}", ended.stderr());
}

/// The run between them is one that the node has still, as the run before.
#[test]
fn a_container_restarts_twice_meanwhile() {
    let script = format!(
        "run=$(($(cat /memory/run 2>/dev/null || echo 0) + 1)); echo $run > /memory/run; \
         for i in $(seq 100); do echo run $run line $i; done; {LISTENS}; exit 1"
    );
    let namespace = Namespace::new();
    namespace.create(&restarting(&script));
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
    let proxy = Proxy::start();
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web"]));
    logs.wait_for("run 1 line 100\n");
    go_away(&proxy);
    for restarts in [1, 2] {
        namespace.end("web", "main");
        namespace
            .wait(&[&format!("--for=jsonpath={{.status.containerStatuses[0].restartCount}}={restarts}"), "pod/web"]);
        namespace.wait(&["--for=condition=Ready", "pod/web"]);
    }
    proxy.come_back();
    logs.wait_for("run 3 line 100\n");
    logs.interrupt();
    let ended = logs.finish();
    let stdout = ended.stdout();
    let lines = messages(&stdout, "web", "main");
    let run = |run: u32| numbered(&format!("run {run} line"), 100);
    assert_same(&lines[..100], &run(1));
    assert_same(&lines[lines.len() - 100..], &run(3));
    if lines.len() == 200 {
        assert!(ended.stderr().contains("-- main: lines may be missing, from "), "{}", ended.stderr());
    } else {
        assert_same(&lines[100..lines.len() - 100], &run(2));
    }
    assert!(ended.stderr().contains("-- main: restarted (2nd time)\n"), "{}", ended.stderr());
}

/// Whose name was given ends there. The other one's log is another log.
#[test]
fn the_pod_is_made_again_under_its_name() {
    let namespace = running(&[("main", &format!("for i in $(seq 100); do echo first $i; done; {LISTENS}"))]);
    let proxy = Proxy::start();
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web"]));
    logs.wait_for("first 100\n");
    go_away(&proxy);
    namespace.kubectl(&["delete", "pod", "web", "--wait=true"]);
    namespace.create(&pod("web", &[("main", &format!("echo second; {LISTENS}"))]));
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
    proxy.come_back();
    let ended = logs.finish();
    assert_eq!(ended.code(), Some(0));
    assert_same(&messages(&ended.stdout(), "web", "main"), &numbered("first", 100));
    let note = "-- another pod has the name web now: run the command again to follow it\n";
    assert_eq!(ended.stderr().matches(note).count(), 1, "{}", ended.stderr());
}

/// No watch told of it: who is not listed any more is asked for, and is gone or does not fit.
#[test]
fn a_label_is_taken_away_and_a_pod_is_deleted_meanwhile() {
    let namespace = Namespace::new();
    for name in ["web-0", "web-1", "web-2"] {
        let mut pod = pod(name, &[("main", &format!("echo one; {LISTENS}"))]);
        pod["metadata"]["labels"] = serde_json::json!({"app": "web"});
        namespace.create(&pod);
    }
    let proxy = Proxy::start();
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "-l", "app=web"]));
    logs.wait_until("all three", |output| output.stdout().lines().count() == 3);
    proxy.go_away();
    logs.wait_for_note("-- connection lost, trying again: ");
    namespace.kubectl(&["label", "pod", "web-0", "app-"]);
    namespace.kubectl(&["delete", "pod", "web-1", "--grace-period=1"]);
    proxy.come_back();
    logs.wait_for_note("-- pod web-0 no longer matches\n");
    logs.wait_for_note("-- pod web-1 was deleted\n");
    for name in ["web-0", "web-2"] {
        namespace.say(name, "main", "two");
    }
    logs.wait_for("[pod/web-2/main] two\n");
    logs.interrupt();
    let ended = logs.finish();
    assert_eq!(ended.stdout().lines().count(), 4, "{}", ended.stdout());
    assert_eq!(ended.stderr().matches("no longer matches").count(), 1, "{}", ended.stderr());
}
