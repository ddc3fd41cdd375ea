//! A container that is started again.

use serde_json::json;

use crate::support::{LISTENS, Namespace, Program, assert_same, messages, numbered, pod};

/// Lines of each run.
const COUNT: usize = 5_000;

/// Each run writes all its lines at once. The first one waits until it may, and ends with them.
fn script() -> String {
    let writes = |run: &str| format!("for i in $(seq {COUNT}); do echo {run} $i; done");
    let (first, second) = (writes("first"), writes("second"));
    format!(
        "if [ -e /memory/ran ]; then {second}; exec sleep 1000000; fi; \
         touch /memory/ran; echo ready; {LISTENS}; {first}; exit 3"
    )
}

#[test]
fn the_old_run_is_read_to_its_end_and_then_the_new_one() {
    let namespace = Namespace::new();
    let mut twice = pod("twice", &[("main", &script()), ("quiet", LISTENS)]);
    twice["spec"]["restartPolicy"] = json!("Always");
    twice["spec"]["volumes"] = json!([{"name": "memory", "emptyDir": {}}]);
    twice["spec"]["containers"][0]["volumeMounts"] = json!([{"name": "memory", "mountPath": "/memory"}]);
    namespace.create(&twice);

    let logs = Program::start(namespace.sidecar(&["logs", "twice"]));
    logs.wait_for("[pod/twice/main] ready\n");
    namespace.end("twice", "main");
    logs.wait_for(&format!("[pod/twice/main] second {COUNT}\n"));
    logs.interrupt();
    let ended = logs.finish();
    assert_eq!(ended.code(), Some(130), "{}", ended.stderr());
    // Of a container that writes and ends at once, containerd 1.6 does not always keep all, and cuts the last line it keeps:
    // what it kept is asked of it.
    let kept = namespace.kubectl(&["logs", "twice", "-c", "main", "--previous"]);
    let kept: Vec<String> = kept.lines().map(str::to_owned).collect();
    let first = [vec!["ready".to_owned()], numbered("first", COUNT)].concat();
    let whole = &kept[..kept.len() - 1];
    assert!(
        first.starts_with(whole) && !whole.is_empty(),
        "of {} lines the last are {:?}",
        kept.len(),
        kept.last_chunk::<3>()
    );
    let expected = [kept, numbered("second", COUNT)].concat();
    assert_same(&messages(&ended.stdout(), "twice", "main"), &expected);
    let notes = "-- main: terminated, exit code 3 (Error)\n-- main: restarted (1st time)\n-- ";
    assert!(ended.stderr().contains(notes), "{}", ended.stderr());
    assert!(ended.stderr().ends_with(" lines of 1 container: 1 restart\n"), "{}", ended.stderr());
}
