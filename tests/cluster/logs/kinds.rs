//! Init containers, native sidecars and ephemeral containers.

use serde_json::json;

use crate::support::{LISTENS, Namespace, Program, assert_same, container, messages, numbered, pod};

#[test]
fn containers_of_every_kind_are_shown() {
    let namespace = Namespace::new();
    let mut kinds = pod("kinds", &[("main", &format!("echo main starts; {LISTENS}; echo main ends; exit 7"))]);
    let mut native =
        container("native", "trap 'echo native ends; exit 0' TERM; echo native starts; sleep 1000000 & wait");
    native["restartPolicy"] = json!("Always");
    let writes = |name: &str| container(name, &format!("for i in $(seq 100); do echo {name} $i; done"));
    kinds["spec"]["initContainers"] = json!([writes("first"), native, writes("second")]);
    kinds["spec"]["terminationGracePeriodSeconds"] = json!(30);
    namespace.create(&kinds);

    let logs = Program::start(namespace.sidecar(&["logs", "kinds"]));
    logs.wait_for("[pod/kinds/main] main starts\n");
    let script = "echo joined";
    let debug = ["debug", "kinds", "--profile=general", "--image=busybox:latest", "-c", "debugger"];
    namespace.kubectl(&[&debug[..], &["--", "/bin/sh", "-c", script]].concat());
    logs.wait_for("[pod/kinds/debugger] joined\n");
    logs.wait_for_note("-- debugger: terminated, exit code 0 (Completed)\n");
    namespace.end("kinds", "main");
    let ended = logs.finish();

    assert_eq!(ended.code(), Some(0));
    let stdout = ended.stdout();
    for name in ["first", "second"] {
        assert_same(&messages(&stdout, "kinds", name), &numbered(name, 100));
    }
    let place = |line: &str| stdout.find(line).unwrap_or_else(|| panic!("no {line:?} in\n{stdout}"));
    let order =
        ["first 100\n", "native starts\n", "second 100\n", "main starts\n", "joined\n", "main ends\n", "native ends\n"];
    assert!(order.is_sorted_by_key(|line| place(line)), "{stdout}");
    for note in ["first: terminated, exit code 0 (Completed)", "main: terminated, exit code 7 (Error)"] {
        assert!(ended.stderr().contains(&format!("-- {note}\n")), "{}", ended.stderr());
    }
}
