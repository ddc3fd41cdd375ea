//! How following ends: with the pod, with what is deleted, and when it is told to.

use serde_json::json;

use crate::support::{LISTENS, Namespace, Program, assert_same, messages, numbered, pod, run};

#[test]
fn it_ends_with_the_pod_and_has_all_its_lines() {
    let namespace = Namespace::new();
    namespace.create(&pod("once", &[("main", "echo first; printf 'last, without an end'")]));
    let expected = "[pod/once/main] first\n[pod/once/main] last, without an end\n";

    let live = Program::start(namespace.sidecar(&["logs", "once"])).finish();
    assert_eq!((live.code(), live.stdout().as_str()), (Some(0), expected));
    assert!(live.stderr().ends_with("-- main: terminated, exit code 0 (Completed)\n"), "{}", live.stderr());
    let afterwards = run(namespace.sidecar(&["logs", "pod/once"]));
    assert_eq!((afterwards.code(), afterwards.stdout().as_str()), (Some(0), expected));
}

#[test]
fn it_ends_with_a_pod_that_is_deleted() {
    let namespace = Namespace::new();
    let script = |name: &str| format!("i=0; while :; do i=$((i + 1)); echo {name} $i; usleep 20000; done");
    let polite = format!("trap 'echo polite ends; exit 0' TERM; {}", script("polite"));
    namespace.create(&pod("doomed", &[("polite", &polite), ("stubborn", &script("stubborn"))]));

    let logs = Program::start(namespace.sidecar(&["logs", "doomed"]));
    logs.wait_for("[pod/doomed/polite] polite 20\n");
    logs.wait_for("[pod/doomed/stubborn] stubborn 20\n");
    namespace.kubectl(&["delete", "pod", "doomed", "--wait=false"]);
    let ended = logs.finish();

    assert_eq!(ended.code(), Some(0));
    let stdout = ended.stdout();
    let stubborn = messages(&stdout, "doomed", "stubborn");
    assert_same(&stubborn, &numbered("stubborn", stubborn.len()));
    let polite = messages(&stdout, "doomed", "polite");
    let expected = [numbered("polite", polite.len() - 1), vec!["polite ends".to_owned()]].concat();
    assert_same(&polite, &expected);
    for note in [
        "-- pod doomed is being deleted\n",
        "-- polite: terminated, exit code 0 (Completed)\n",
        "-- stubborn: terminated, exit code 137, SIGKILL (Error)\n",
    ] {
        assert_eq!(ended.stderr().matches(note).count(), 1, "{}", ended.stderr());
    }
    assert!(!ended.stderr().contains("missing"), "{}", ended.stderr());
}

#[test]
fn another_pod_that_takes_the_name_is_pointed_at() {
    let namespace = Namespace::new();
    let mut spec = pod("", &[("main", &format!("echo hello; {LISTENS}"))])["spec"].take();
    spec["restartPolicy"] = json!("Always");
    let labels = json!({"app": "set"});
    namespace.create(&json!({
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "set"},
        "spec": {
            "serviceName": "set",
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }));
    namespace.wait(&["--for=create", "pod/set-0"]);

    let logs = Program::start(namespace.sidecar(&["logs", "set-0"]));
    logs.wait_for("[pod/set-0/main] hello\n");
    namespace.kubectl(&["delete", "pod", "set-0", "--wait=false"]);
    let ended = logs.finish();
    assert_eq!((ended.code(), ended.stdout().as_str()), (Some(0), "[pod/set-0/main] hello\n"));
    let note = "-- another pod has the name set-0 now: run the command again to follow it\n";
    assert_eq!(ended.stderr().matches(note).count(), 1, "{}", ended.stderr());
}

#[test]
fn ctrl_c_ends_it_after_what_was_received() {
    let namespace = Namespace::new();
    namespace.create(&pod("endless", &[("main", "i=0; while :; do i=$((i + 1)); echo main $i; done")]));
    let logs = Program::start(namespace.sidecar(&["logs", "endless"]));
    logs.wait_for("main 1000\n");
    logs.interrupt();
    let ended = logs.finish();
    assert_eq!(ended.code(), Some(130));
    let stdout = ended.stdout();
    assert!(stdout.ends_with('\n'), "the last line is whole");
    let written = messages(&stdout, "endless", "main");
    assert_same(&written, &numbered("main", written.len()));
}
