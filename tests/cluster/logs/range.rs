//! Where a log is left: at a moment, or after so many bytes.

use jiff::{SignedDuration, Timestamp};

use crate::support::{LISTENS, Namespace, Program, assert_same, messages, numbered, pod, run, stamps};

#[test]
fn lines_up_to_a_time_or_of_an_age() {
    let namespace = Namespace::new();
    namespace.create(&pod("slow", &[("main", "echo old; sleep 6; echo new"), ("quiet", LISTENS)]));
    let following = Program::start(namespace.sidecar(&["logs", "slow", "-c", "main"]));
    following.wait_for("new\n");
    let all = run(namespace.sidecar(&["logs", "slow", "--no-follow", "--timestamps"])).stdout();
    let [old, new] = stamps(&all)[..] else { panic!("{all}") };
    // The pod goes on, but what is over does not grow.
    let shown = |until: &str| {
        let ended = run(namespace.sidecar(&["logs", "slow", &format!("--until={until}")]));
        assert_eq!((ended.code(), ended.stderr()), (Some(0), String::new()));
        ended.stdout()
    };
    let nanosecond = SignedDuration::from_nanos(1);
    let until = |time: Timestamp| messages(&shown(&time.to_string()), "slow", "main").len();
    assert_eq!([until(old - nanosecond), until(old), until(new - nanosecond), until(new)], [0, 1, 1, 2]);

    // Between the two; what it takes to ask is well within the six seconds.
    let age = Timestamp::now().duration_since(new) + SignedDuration::from_secs(3);
    assert_eq!(shown(&format!("{}s", age.as_secs())), "[pod/slow/main] old\n");
}

#[test]
fn following_ends_at_a_time() {
    let namespace = Namespace::new();
    let busy = "i=0; while :; do i=$((i + 1)); echo busy $i; usleep 20000; done";
    namespace.create(&pod("endless", &[("busy", busy), ("quiet", LISTENS)]));
    namespace.wait(&["--for=condition=Ready", "pod/endless"]);
    let until = Timestamp::now() + SignedDuration::from_secs(5);
    let all = ["logs", "endless", "--timestamps", &format!("--until={until}")];
    let ended = run(namespace.sidecar(&all));
    assert_eq!((ended.code(), ended.stderr()), (Some(0), String::new()));
    let stdout = ended.stdout();
    let last = *stamps(&stdout).last().unwrap();
    assert!(last <= until && until.duration_since(last) < SignedDuration::from_secs(1), "{last}, asked for {until}");
    let numbers: Vec<_> = stdout.lines().map(|line| line.splitn(3, ' ').nth(2).unwrap()).collect();
    assert_same(&numbers, &numbered("busy", numbers.len()));

    // Who says nothing is not waited for.
    let until = Timestamp::now() + SignedDuration::from_secs(1);
    let ended = run(namespace.sidecar(&["logs", "endless", "-c", "quiet", &format!("--until={until}")]));
    assert_eq!((ended.code(), ended.stdout(), ended.stderr()), (Some(0), String::new(), String::new()));
    // Nor are pods that might come.
    let ended = run(namespace.sidecar(&["logs", "-l", "app=none", &format!("--until={until}"), "--follow"]));
    assert_eq!(ended.code(), Some(0));
}

#[test]
fn whole_lines_within_so_many_bytes() {
    let namespace = Namespace::new();
    let writes = |name: &str| format!("for i in 1 2 3 4 5; do echo {name} $i; done; {LISTENS}");
    namespace.create(&pod("pair", &[("one", &writes("one")), ("two", &writes("two"))]));
    namespace.wait(&["--for=condition=Ready", "pod/pair"]);
    let following = Program::start(namespace.sidecar(&["logs", "pair"]));
    following.wait_for("[pod/pair/one] one 5\n");
    following.wait_for("[pod/pair/two] two 5\n");
    for (flags, lines) in [
        (&["--limit-bytes=12"][..], 2),
        (&["--limit-bytes=17", "--no-follow"], 2),
        (&["--limit-bytes=18", "--timestamps=false"], 3),
        (&["--limit-bytes=5"], 0),
    ] {
        let ended = run(namespace.sidecar(&[&["logs", "pair"], flags].concat()));
        for name in ["one", "two"] {
            assert_same(&messages(&ended.stdout(), "pair", name), &numbered(name, lines));
            let note = format!("-- {name}: its log was read up to --limit-bytes, and no further\n");
            assert!(ended.stderr().contains(&note), "{}", ended.stderr());
        }
        assert_eq!(ended.code(), Some(0));
    }
    let all = run(namespace.sidecar(&["logs", "pair", "--no-follow", "--limit-bytes=1000"]));
    assert_eq!((all.stdout().lines().count(), all.stderr()), (10, String::new()));
}
