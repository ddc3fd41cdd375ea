//! What is shown, and how.

use std::process::Command;

use insta::assert_snapshot;
use jiff::{SignedDuration, Timestamp};

use crate::support::{LISTENS, Namespace, Program, messages, pod, run, stamps};

/// A pod that is done: each of its containers has written five lines, one after the other.
fn done(namespace: &Namespace) {
    let script = |name: &str, seconds: u32| format!("sleep {seconds}; for i in 1 2 3 4 5; do echo {name} $i; done");
    let (alpha, beta, last) = (script("alpha", 0), script("beta", 1), script("the-last", 2));
    namespace.create(&pod("done", &[("alpha", &alpha), ("beta", &beta), ("the-last", &last)]));
    namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", "pod/done"]);
}

#[test]
fn which_lines_and_in_which_form() {
    let namespace = Namespace::new();
    done(&namespace);
    let shown = [
        "logs done --follow=false",
        "logs pod/done --no-follow --all-containers=true --tail=-1 --timestamps=false",
        "logs done --no-follow --tail=2",
        "logs done --no-follow --tail=0",
        "logs done --no-follow --tail=1 -c the-last -c alpha",
        "logs done --no-follow --tail=1 -c alpha --prefix=none",
        "logs done --no-follow --tail=1 -c alpha --prefix=false",
        "logs done --no-follow --tail=1 --prefix=short",
        "logs done --no-follow --tail=1 --prefix",
    ]
    .map(|words| namespace.shown(words));
    assert_snapshot!(shown.join("\n"));
}

/// The first pitfall of a beginner: kubectl needs `-c`. Ours does not, and shows how kubectl is asked.
#[test]
fn kubectl_is_shown_with_a_container_each() {
    let namespace = Namespace::new();
    done(&namespace);
    let shown = [
        "logs done --show-kubectl --no-follow --tail=1",
        "logs done --show-kubectl --no-follow --tail=1 --since=3h -c beta -c alpha",
    ]
    .map(|words| namespace.shown(words));
    assert_snapshot!(shown.join("\n"));
    let following = Program::start(namespace.sidecar(&["logs", "done", "--show-kubectl"])).finish();
    let first = format!("kubectl logs done -c alpha -f -n {}\n", namespace.name());
    assert!(following.stderr().starts_with(&first), "{}", following.stderr());
}

#[test]
fn colours_only_where_they_are_wanted() {
    let namespace = Namespace::new();
    done(&namespace);
    let words = ["logs", "done", "--no-follow", "--tail=1"];
    let shown = |color: &[&str], change: fn(&mut Command)| {
        let mut command = namespace.sidecar(&[&words, color].concat());
        change(&mut command);
        run(command).stdout()
    };
    let plain = "[pod/done/alpha] alpha 5\n[pod/done/beta] beta 5\n[pod/done/the-last] the-last 5\n";
    assert_eq!(shown(&[], |_| ()), plain);
    assert_eq!(shown(&["--color=never"], |_| ()), plain);
    let colored = shown(&["--color=always"], |command| _ = command.env("NO_COLOR", "1"));
    assert_snapshot!(colored.escape_debug().to_string().replace("\\n", "\n"));
}

#[test]
fn timestamps_are_the_runtimes() {
    let namespace = Namespace::new();
    done(&namespace);
    let ours = run(namespace.sidecar(&["logs", "done", "--timestamps", "-c", "beta"])).stdout();
    let kubectls = namespace.kubectl(&["logs", "done", "--timestamps", "-c", "beta", "--prefix"]);
    assert_eq!(ours, kubectls);
}

#[test]
fn a_backlog_may_begin_anywhere_in_time() {
    let namespace = Namespace::new();
    namespace.create(&pod("slow", &[("main", "echo old; sleep 6; echo new; echo newer")]));
    namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", "pod/slow"]);
    let shown = |range: &str| {
        let ended = run(namespace.sidecar(&["logs", "slow", "--follow=false", "--timestamps", range]));
        assert_eq!((ended.code(), ended.stderr()), (Some(0), String::new()));
        ended.stdout()
    };
    let all = shown("--since=1h");
    let [old, new, newer] = stamps(&all)[..] else { panic!("{all}") };
    let since = |time: Timestamp| messages(&shown(&format!("--since-time={time}")), "slow", "main").len();
    assert_eq!([since(old), since(new), since(newer + SignedDuration::from_secs(1))], [3, 2, 0]);

    // Between the two; what it takes to ask is well within the six seconds.
    let age = Timestamp::now().duration_since(new) + SignedDuration::from_secs(4);
    assert_eq!(messages(&shown(&format!("--since={}s", age.as_secs())), "slow", "main").len(), 2);
}

#[test]
fn without_a_window_each_line_still_comes_once() {
    let namespace = Namespace::new();
    namespace.create(&pod("duo", &[("one", LISTENS), ("two", LISTENS)]));
    namespace.wait(&["--for=condition=Ready", "pod/duo"]);
    let logs = Program::start(namespace.sidecar(&["logs", "duo", "--window=0", "--tail=0"]));
    for (container, word) in [("one", "first"), ("two", "second"), ("one", "third")] {
        namespace.say("duo", container, word);
        logs.wait_for(&format!("[pod/duo/{container}] {word}\n"));
    }
    for container in ["one", "two"] {
        namespace.end("duo", container);
    }
    let expected = "[pod/duo/one] first\n[pod/duo/two] second\n[pod/duo/one] third\n";
    let ended = logs.finish();
    assert_eq!((ended.code(), ended.stdout().as_str()), (Some(0), expected));
}
