//! A stream breaks: at any byte, in any way.

use super::{end_all, running, writes, written};
use crate::support::{Asked, Ending, Fault, Place, Program, Proxy, Spot, assert_same, messages, numbered};

#[test]
fn cut_anywhere_in_any_way() {
    all_are_cut(2_000, 3_000);
}

/// Each way to end, in each kind of place, further and further on by so many bytes.
#[track_caller]
pub(super) fn all_are_cut(lines: usize, step: usize) {
    let namespace = running(&[("main", &writes("main", lines))]);
    let proxy = Proxy::start();
    let endings = [Ending::Clean, Ending::Reset, Ending::HangUp, Ending::InChunkHeader, Ending::InChunk];
    let spots = [Spot::Any, Spot::Stamp, Spot::Character, Spot::LineAndNewline, Spot::Lines];
    let cuts = spots.iter().flat_map(|spot| endings.iter().map(move |ending| (*spot, *ending)));
    for (number, (spot, ending)) in cuts.enumerate() {
        let place = Place { after: step * (number + 1), spot };
        proxy.on(Asked::log("main"), number + 1..number + 2, Fault::Break(place, ending));
    }
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web"]));
    logs.wait_for(&format!("main {lines}\n"));
    let ended = end_all(&namespace, &["main"], logs);
    assert_same(&messages(&ended.stdout(), "web", "main"), &written("main", lines));
    assert!(!ended.stderr().contains("missing"), "{}", ended.stderr());
    assert!(proxy.count(&Asked::log("main")) > 25, "they were all cut");
}

/// What is cut is what was had already: nothing is known to be new, for some time.
#[test]
fn cut_before_anything_new_came() {
    let namespace = running(&[("main", &writes("main", 500))]);
    let proxy = Proxy::start();
    let cut = |after, spot, ending| Fault::Break(Place { after, spot }, ending);
    proxy.on(Asked::log("main"), 1..=1, cut(20_000, Spot::Any, Ending::Reset));
    proxy.on(Asked::log("main"), 2..=2, cut(0, Spot::Any, Ending::Clean));
    proxy.on(Asked::log("main"), 3..=3, cut(1, Spot::Any, Ending::Reset));
    proxy.on(Asked::log("main"), 4..=4, cut(1_000, Spot::Character, Ending::Clean));
    proxy.on(Asked::log("main"), 5..=5, cut(10_000, Spot::Lines, Ending::Clean));
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web"]));
    logs.wait_for("main 500\n");
    let ended = end_all(&namespace, &["main"], logs);
    assert_same(&messages(&ended.stdout(), "web", "main"), &written("main", 500));
    assert!(!ended.stderr().contains("missing"), "{}", ended.stderr());
}

/// As at a restart of an apiserver or kubelet, while lines are written.
#[test]
fn all_streams_cut_at_once_in_mid_life() {
    let script = |name: &str| format!("for i in $(seq 1000); do echo {name} $i; usleep 5000; done");
    let namespace = running(&[("one", &script("one")), ("two", &script("two"))]);
    let proxy = Proxy::start();
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web"]));
    for (line, ending) in [(100, Ending::Reset), (300, Ending::Clean), (500, Ending::HangUp), (700, Ending::Clean)] {
        logs.wait_for(&format!("one {line}\n"));
        proxy.break_all(ending);
    }
    let ended = logs.finish();
    for name in ["one", "two"] {
        assert_same(&messages(&ended.stdout(), "web", name), &numbered(name, 1_000));
    }
    assert_eq!(ended.code(), Some(0));
    assert!(!ended.stderr().contains("missing"), "{}", ended.stderr());
}

/// A connection that stays open and brings nothing more is seen to do so, sooner or later.
#[test]
fn a_stall_without_end() {
    stalls(&[("main", &writes("main", 500)), ("other", "while :; do echo hello; usleep 100000; done")]);
}

#[test]
fn a_stall_without_end_of_the_only_stream() {
    stalls(&[("main", &writes("main", 500))]);
}

#[track_caller]
fn stalls(containers: &[(&str, &str)]) {
    let namespace = running(containers);
    let proxy = Proxy::start();
    let stall = Fault::Break(Place { after: 10_000, spot: Spot::Character }, Ending::Stall);
    proxy.on(Asked::log("main"), 1..=1, stall);
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web"]));
    logs.wait_for("main 500\n");
    logs.interrupt();
    let ended = logs.finish();
    assert_same(&messages(&ended.stdout(), "web", "main"), &written("main", 500));
    assert!(!ended.stderr().contains("missing"), "{}", ended.stderr());
}

/// A dead node: its log request is not answered. The others go on meanwhile, and it is followed when it is back.
#[test]
fn a_node_that_answers_nothing() {
    let namespace = running(&[("dead", &writes("dead", 100)), ("alive", &writes("alive", 100))]);
    let proxy = Proxy::start();
    proxy.on(Asked::log("dead"), 1..=1, Fault::Silence);
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web"]));
    logs.wait_for("alive 100\n");
    assert_eq!(messages(&logs.stdout(), "web", "dead").len(), 0);
    proxy.break_all(Ending::Reset);
    logs.wait_for("dead 100\n");
    let ended = end_all(&namespace, &["dead", "alive"], logs);
    for name in ["dead", "alive"] {
        assert_same(&messages(&ended.stdout(), "web", name), &written(name, 100));
    }
    assert!(!ended.stderr().contains("missing"), "{}", ended.stderr());
}
