//! Pods that a selector means: those that are there, those that come, and those that go.

use serde_json::{Value, json};

use crate::support::{LISTENS, Namespace, Program, messages, pod, run};

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

/// What a pod says after its label was taken away is not shown, until it is given back.
#[test]
fn who_loses_the_label_leaves_and_may_come_back() {
    let namespace = Namespace::new();
    for name in ["web-0", "web-1"] {
        namespace.create(&labelled(name, &format!("echo one; {LISTENS}")));
    }
    let logs = Program::start(namespace.sidecar(&["logs", "-l", "app=web"]));
    for name in ["web-0", "web-1"] {
        logs.wait_for(&format!("[pod/{name}/main] one\n"));
    }
    namespace.kubectl(&["label", "pod", "web-0", "app-"]);
    logs.wait_for_note("-- pod web-0 no longer matches\n");
    namespace.say("web-0", "main", "two");
    // The other is not held up, and its line comes after all that was received.
    namespace.say("web-1", "main", "three");
    logs.wait_for("[pod/web-1/main] three\n");
    assert!(!logs.stdout().contains("two"), "{}", logs.stdout());
    namespace.kubectl(&["label", "pod", "web-0", "app=web"]);
    logs.wait_for_note("-- pod web-0 joined\n");
    logs.wait_for("[pod/web-0/main] two\n");
    namespace.say("web-0", "main", "four");
    logs.wait_for("[pod/web-0/main] four\n");
    for name in ["web-0", "web-1"] {
        namespace.kubectl(&["label", "pod", name, "app-"]);
    }
    logs.wait_for_note("-- no pods match any more: waiting for others (Ctrl-C ends)\n");
    logs.interrupt();
    let ended = logs.finish();
    assert_eq!(ended.code(), Some(130));
    let stdout = ended.stdout();
    let lines = |name: &str| messages(&stdout, name, "main");
    assert_eq!((lines("web-0"), lines("web-1")), (vec!["one", "two", "four"], vec!["one", "three"]));
}

/// A pod that was deleted without a word, and one that ended: both are read to their ends.
#[test]
fn who_is_gone_or_done_is_told_from_who_does_not_fit() {
    let namespace = Namespace::new();
    for name in ["web-0", "web-1"] {
        namespace.create(&labelled(name, &format!("echo one; {LISTENS}; echo the end")));
        namespace.wait(&["--for=condition=Ready", &format!("pod/{name}")]);
    }
    let logs = Program::start(namespace.sidecar(&["logs", "--field-selector", "status.phase=Running"]));
    for name in ["web-0", "web-1"] {
        logs.wait_for(&format!("[pod/{name}/main] one\n"));
    }
    namespace.end("web-0", "main");
    logs.wait_for_note("-- pod web-0 no longer matches\n");
    logs.wait_for("[pod/web-0/main] the end\n");
    logs.wait_for_note("-- web-0/main: terminated, exit code 0 (Completed)\n");
    namespace.kubectl(&["delete", "pod", "web-1", "--force", "--grace-period=0"]);
    logs.wait_until("it is told to be gone", |output| {
        output.stderr().contains("-- pod web-1 was deleted\n")
            || output.stderr().contains("-- pod web-1 is being deleted\n")
    });
    logs.interrupt();
    let ended = logs.finish();
    assert!(!ended.stderr().contains("web-1 no longer matches"), "{}", ended.stderr());
}

#[test]
fn names_are_matched_as_a_whole() {
    let namespace = Namespace::new();
    for name in ["web-0", "web-1", "my-web-2", "web.3"] {
        namespace.create(&pod(name, &[("main", "echo hello")]));
        namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", &format!("pod/{name}")]);
    }
    let shown = |args: &[&str]| {
        let stdout = run(namespace.sidecar(&[&["logs", "--no-follow"], args].concat())).stdout();
        let mut names: Vec<_> = stdout.lines().filter_map(|line| line.split('/').nth(1)).map(str::to_owned).collect();
        names.sort();
        names
    };
    assert_eq!(shown(&["--match", r"web-\d"]), ["web-0", "web-1"]);
    assert_eq!(shown(&["--match", r"web\.\d"]), ["web.3"]);
    assert_eq!(shown(&["--match", "web.[03]"]), ["web-0", "web.3"]);
    let node = namespace.kubectl(&["get", "pod", "web-0", "-o", "jsonpath={.spec.nodeName}"]);
    assert_eq!(shown(&["--node", &node]).len(), 4);
    assert_eq!(shown(&["--node", "another"]).len(), 0);

    let logs = Program::start(namespace.sidecar(&["logs", "--match", "late-.*"]));
    logs.wait_for_note("-- no pods match yet: waiting for some (Ctrl-C ends)\n");
    for name in ["too-late-0", "late-0"] {
        namespace.create(&pod(name, &[("main", &format!("echo {name}"))]));
        namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", &format!("pod/{name}")]);
    }
    logs.wait_for("[pod/late-0/main] late-0\n");
    logs.interrupt();
    assert_eq!(logs.finish().stdout(), "[pod/late-0/main] late-0\n");
}
