//! Two containers that write at the same time: each line once, in order.

use serde_json::json;

use crate::support::{Namespace, Program, assert_same, messages, numbered, pod, run, stamps};

/// Lines of each container.
const COUNT: usize = 10_000;

/// Waits for the other one, then writes its lines, with a rest now and then.
fn writes(name: &str, other: &str) -> String {
    format!(
        "touch /meet/{name}; until [ -e /meet/{other} ]; do usleep 1000; done; \
         for i in $(seq {COUNT}); do echo {name} $i; [ $((i % 50)) = 0 ] && usleep 1000; done; true"
    )
}

#[test]
fn nothing_is_lost_doubled_or_reordered() {
    let namespace = Namespace::new();
    let mut pair = pod("pair", &[("one", &writes("one", "two")), ("two", &writes("two", "one"))]);
    pair["spec"]["volumes"] = json!([{"name": "meet", "emptyDir": {}}]);
    for container in pair["spec"]["containers"].as_array_mut().unwrap() {
        container["volumeMounts"] = json!([{"name": "meet", "mountPath": "/meet"}]);
    }
    namespace.create(&pair);

    let live = Program::start(namespace.sidecar(&["logs", "pair"])).finish();
    assert_eq!(live.code(), Some(0), "{}", live.stderr());
    assert_all_lines(&live.stdout());

    let backlog = run(namespace.sidecar(&["logs", "pair", "--follow=false"]));
    assert_eq!((backlog.code(), backlog.stderr()), (Some(0), String::new()));
    assert_all_lines(&backlog.stdout());

    let stamped = run(namespace.sidecar(&["logs", "pair", "--follow=false", "--timestamps"])).stdout();
    let stamps = stamps(&stamped);
    assert_eq!(stamps.windows(2).filter(|pair| pair[0] > pair[1]).count(), 0, "neighbours out of order");
    let names: Vec<_> = stamped.lines().map(|line| line.split(' ').next().unwrap()).collect();
    let turns = names.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(turns > 20, "they did not write at the same time: {turns} turns");
}

/// All lines of both, in the format that a pipe gets, and no other.
#[track_caller]
fn assert_all_lines(stdout: &str) {
    for name in ["one", "two"] {
        assert_same(&messages(stdout, "pair", name), &numbered(name, COUNT));
    }
    assert_eq!(stdout.lines().count(), 2 * COUNT);
    assert!(stdout.ends_with('\n'));
}
