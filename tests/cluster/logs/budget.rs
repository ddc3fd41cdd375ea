//! Memory stays within bounds, whatever is written and however slowly it is read.

use std::io::Read;

use crate::support::{LISTENS, Namespace, Program, assert_same, messages, numbered, pod};

/// What the program may take, in KiB. A build with optimizations takes less.
const MOST: u64 = 48 << 10;

/// What is past the longest message is counted, and not kept.
#[test]
fn a_line_of_100_mib_is_cut() {
    const KEPT: usize = 1 << 20;
    const ALL: usize = 100 << 20;
    let namespace = Namespace::new();
    let script = format!("echo begin; head -c {ALL} /dev/zero | tr '\\000' x; echo; echo end; {LISTENS}");
    namespace.create(&pod("long", &[("main", &script)]));
    let logs = Program::start(namespace.sidecar(&["logs", "long"]));
    logs.wait_until("the line after it", |output| output.stdout().ends_with("[pod/long/main] end\n"));
    let peak = logs.peak_memory();
    namespace.end("long", "main");
    let ended = logs.finish();
    assert_eq!((ended.code(), ended.stderr().contains("missing")), (Some(0), false), "{}", ended.stderr());
    let stdout = ended.stdout();
    let [begin, long, end] = messages(&stdout, "long", "main")[..] else { panic!("not three lines") };
    assert_eq!([begin, end], ["begin", "end"]);
    let (kept, mark) = long.split_at(KEPT);
    assert!(kept.bytes().all(|byte| byte == b'x'));
    assert_eq!(mark, format!(" … [cut after {KEPT} of {ALL} bytes]"));
    assert!(peak < MOST, "{peak} KiB");
}

/// Nothing is read from the cluster that nobody takes, and nothing is lost for it.
#[test]
fn a_reader_that_does_not_read_for_a_while() {
    const COUNT: usize = 100_000;
    let text = "x".repeat(200);
    let namespace = Namespace::new();
    let script =
        |name: &str| format!("for i in $(seq {COUNT}); do echo {name} $i {text}; done; touch /tmp/written; {LISTENS}");
    namespace.create(&pod("fast", &[("one", &script("one")), ("two", &script("two"))]));
    let (mut reader, writer) = std::io::pipe().unwrap();
    let logs = Program::start_into(namespace.sidecar(&["logs", "fast"]), writer.into());
    namespace.wait(&["--for=condition=Ready", "pod/fast"]);
    for name in ["one", "two"] {
        // Until it has written all, and the runtime has all of it.
        namespace.exec("fast", name, "until [ -e /tmp/written ]; do usleep 50000; done");
    }
    logs.wait_for_note("-- the reader of the output takes nothing: waiting for it");
    assert!(logs.peak_memory() < MOST, "{} KiB", logs.peak_memory());
    for name in ["one", "two"] {
        namespace.end("fast", name);
    }
    let mut stdout = String::new();
    reader.read_to_string(&mut stdout).unwrap();
    assert!(logs.finish().code() == Some(0));
    for name in ["one", "two"] {
        let expected: Vec<_> = numbered(name, COUNT).iter().map(|line| format!("{line} {text}")).collect();
        assert_same(&messages(&stdout, "fast", name), &expected);
    }
}
