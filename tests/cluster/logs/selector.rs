//! Pods that a selector means: those that are there, those that come, and those that go.

use serde_json::{Value, json};

use crate::support::{LISTENS, Namespace, Program, pod, run};

fn labelled(name: &str, script: &str) -> Value {
    let mut pod = pod(name, &[("main", script)]);
    pod["metadata"]["labels"] = json!({"app": "web"});
    pod
}

#[test]
fn who_joins_is_followed_and_who_leaves_ends_nothing() {
    let namespace = Namespace::new();
    let logs = Program::start(namespace.sidecar(&["logs", "-l", "app=web"]));
    logs.wait_for_note("-- no pods match yet: waiting for some (Ctrl-C ends)\n");

    namespace.create(&labelled("web-0", &format!("echo one; {LISTENS}")));
    logs.wait_for_note("-- pod web-0 joined\n");
    logs.wait_for("[pod/web-0/main] one\n");
    // Another one under the same name is followed, too: a selector means whoever has the labels.
    namespace.kubectl(&["delete", "pod", "web-0", "--grace-period=1"]);
    namespace.create(&labelled("web-0", &format!("echo two; {LISTENS}")));
    logs.wait_for("[pod/web-0/main] two\n");
    namespace.create(&labelled("web-1", &format!("echo three; {LISTENS}")));
    logs.wait_for("[pod/web-1/main] three\n");

    logs.interrupt();
    let ended = logs.finish();
    assert_eq!(ended.code(), Some(130), "{}", ended.stderr());
    let expected = "[pod/web-0/main] one\n[pod/web-0/main] two\n[pod/web-1/main] three\n";
    assert_eq!(ended.stdout(), expected);
    assert!(ended.stderr().contains("-- pod web-0 is being deleted\n"), "{}", ended.stderr());
}

#[test]
fn without_following_the_last_ten_lines_of_each_are_shown() {
    let namespace = Namespace::new();
    for name in ["web-0", "web-1"] {
        namespace.create(&labelled(name, "seq 12"));
        namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", &format!("pod/{name}")]);
    }
    let ended = run(namespace.sidecar(&["logs", "-l", "app in (web)", "--no-follow", "--max-log-requests=1"]));
    let lines = |name: &str| ended.stdout().lines().filter(|line| line.starts_with(&format!("[pod/{name}/"))).count();
    assert_eq!((ended.code(), lines("web-0"), lines("web-1")), (Some(0), 10, 10), "{}", ended.stderr());
    assert!(ended.stderr().contains("-- 1 more log waits until another one ends"), "{}", ended.stderr());
}

#[test]
fn a_selector_that_means_nothing() {
    let namespace = Namespace::new();
    insta::assert_snapshot!(namespace.shown("logs -l app=web --no-follow"));
}

#[test]
fn a_selector_that_is_none() {
    let namespace = Namespace::new();
    insta::assert_snapshot!(namespace.shown("logs -l app=!!"));
}
