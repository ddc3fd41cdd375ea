//! Containers that crash, are killed or evicted: what they wrote until then is there, and how they ended is said.

use serde_json::json;

use crate::support::{Ended, LISTENS, Namespace, Program, assert_same, messages, numbered, pod};

/// Each run writes its lines, lives a second, and fails. The kubelet starts it again later and later.
#[test]
fn a_crash_loop() {
    let script = "run=$(($(cat /memory/run 2>/dev/null || echo 0) + 1)); echo $run > /memory/run; \
                  for i in $(seq 200); do echo run $run line $i; done; sleep 1; exit $run";
    let namespace = Namespace::new();
    let mut loops = pod("loops", &[("main", script)]);
    loops["spec"]["restartPolicy"] = json!("Always");
    loops["spec"]["volumes"] = json!([{"name": "memory", "emptyDir": {}}]);
    loops["spec"]["containers"][0]["volumeMounts"] = json!([{"name": "memory", "mountPath": "/memory"}]);
    namespace.create(&loops);
    let logs = Program::start(namespace.sidecar(&["logs", "loops"]));
    logs.wait_for("run 3 line 200\n");
    logs.wait_for_note("-- main: terminated, exit code 3 (Error)\n");
    logs.interrupt();
    let ended = logs.finish();
    let expected = [1, 2, 3].map(|run| numbered(&format!("run {run} line"), 200)).concat();
    assert_same(&messages(&ended.stdout(), "loops", "main"), &expected);
    let notes = "-- main: terminated, exit code 1 (Error)\n-- main: restarted (1st time)\n\
                 -- main: terminated, exit code 2 (Error)\n-- main: restarted (2nd time)\n\
                 -- main: terminated, exit code 3 (Error)\n-- 600 lines of 1 container: 2 restarts";
    // On a busy machine, a run's beginning is met later than it is worth a word.
    let stderr = ended.stderr();
    let said: Vec<_> = stderr.lines().filter(|line| !line.contains("reconnected after")).collect();
    assert!(said.join("\n").ends_with(notes), "{stderr}");
}

#[test]
fn killed_for_its_memory() {
    let namespace = Namespace::new();
    let script = "for i in $(seq 1000); do echo main $i; done; exec tail /dev/zero";
    let mut eater = pod("eater", &[("main", script), ("quiet", LISTENS)]);
    eater["spec"]["containers"][0]["resources"] = json!({"limits": {"memory": "24Mi"}});
    namespace.create(&eater);
    let logs = Program::start(namespace.sidecar(&["logs", "eater"]));
    logs.wait_for_note("-- main: terminated, exit code 137, SIGKILL (OOMKilled)\n");
    namespace.end("eater", "quiet");
    let ended = logs.finish();
    assert_eq!(ended.code(), Some(0));
    assert_same(&messages(&ended.stdout(), "eater", "main"), &numbered("main", 1000));
    assert!(!ended.stderr().contains("missing"), "{}", ended.stderr());
}

/// The kubelet ends a pod that takes more of the node's disk than it may, and the pod stays as it was then. It may remove
/// the log before the rest is asked for, so that lines may well be missing at its end.
#[test]
fn evicted_for_its_disk() {
    let namespace = Namespace::new();
    let ended = evicted(&namespace);
    let stdout = ended.stdout();
    let written = messages(&stdout, "greedy", "main");
    assert!(!written.is_empty());
    assert_same(&written, &numbered("main", written.len()));
}

/// At times the kubelet loses sight of the container: then the pod's own status is all there is to say.
#[test]
fn how_an_evicted_one_ended_is_said() {
    let namespace = Namespace::new();
    let ended = evicted(&namespace);
    let statuses = namespace.kubectl(&["get", "pod", "greedy", "--output", "jsonpath={.status.containerStatuses}"]);
    let said = ["terminated, exit code 137", "Evicted"].iter().any(|words| ended.stderr().contains(words));
    assert!(said, "{}{statuses}", ended.stderr());
}

/// How following a pod ends that takes too much.
#[track_caller]
fn evicted(namespace: &Namespace) -> Ended {
    let script = "head -c 8000000 /dev/zero > /tmp/large; i=0; \
                  while :; do i=$((i + 1)); echo main $i; usleep 50000; done";
    let mut greedy = pod("greedy", &[("main", script)]);
    greedy["spec"]["containers"][0]["resources"] = json!({"limits": {"ephemeral-storage": "4Mi"}});
    namespace.create(&greedy);
    let ended = Program::start(namespace.sidecar(&["logs", "greedy"])).finish();
    let reason = namespace.kubectl(&["get", "pod", "greedy", "--output", "jsonpath={.status.reason}"]);
    assert_eq!((ended.code(), reason.as_str()), (Some(0), "Evicted"));
    ended
}
