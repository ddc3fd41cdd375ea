//! The server refuses for a while, or forgets what was watched. It is asked again, with patience.

use super::{end_all, restarting, running, writes, written};
use crate::support::{
    Asked, Ending, Fault, LISTENS, Namespace, Place, Program, Proxy, Spot, assert_same, messages, numbered,
};

/// Breaks the first stream, and refuses what is asked then: so many times.
fn refused(proxy: &Proxy, times: usize, refusal: Fault) {
    let place = Place { after: 5_000, spot: Spot::Any };
    proxy.on(Asked::log("main"), 1..=1, Fault::Break(place, Ending::Reset));
    proxy.on(Asked::log("main"), 2..=times + 1, refusal);
}

/// All lines come once, with as many requests as it takes and no more.
#[track_caller]
fn all_come(refuse: impl FnOnce(&Proxy), requests: usize) {
    let namespace = running(&[("main", &writes("main", 300))]);
    let proxy = Proxy::start();
    refuse(&proxy);
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web"]));
    logs.wait_for("main 300\n");
    assert_eq!(proxy.count(&Asked::log("main")), requests);
    let ended = end_all(&namespace, &["main"], logs);
    assert_same(&messages(&ended.stdout(), "web", "main"), &written("main", 300));
    assert!(!ended.stderr().contains("missing"), "{}", ended.stderr());
}

#[test]
fn too_many_requests() {
    all_come(|proxy| proxy.on(Asked::log("main"), 1..=2, Fault::Refuse(429, Some(1))), 3);
    all_come(|proxy| refused(proxy, 2, Fault::Refuse(429, Some(1))), 4);
}

#[test]
fn a_server_in_trouble() {
    all_come(|proxy| proxy.on(Asked::log("main"), 1..=2, Fault::Refuse(500, None)), 3);
    all_come(|proxy| refused(proxy, 2, Fault::Refuse(503, Some(1))), 4);
}

/// A server that starts knows nobody for a moment.
#[test]
fn not_known_for_a_moment() {
    all_come(|proxy| refused(proxy, 2, Fault::Refuse(401, None)), 4);
}

/// What a stream's end means cannot be asked for a while.
#[test]
fn the_pod_cannot_be_asked() {
    for refusal in [Fault::Refuse(500, None), Fault::Refuse(429, Some(1)), Fault::Refuse(401, None)] {
        let cut_and_refuse = |proxy: &Proxy| {
            refused(proxy, 0, Fault::None);
            // The first one is asked for by the command line, the second one when the stream was opened.
            proxy.on(Asked::Pod, 3..=4, refusal);
        };
        all_come(cut_and_refuse, 2);
    }
}

/// Watching goes on from what is known now, and nothing that happens meanwhile is overlooked.
#[test]
fn what_was_watched_is_forgotten() {
    let namespace = Namespace::new();
    let script = format!("if [ -e /memory/ran ]; then echo second; else touch /memory/ran; echo first; fi; {LISTENS}");
    namespace.create(&restarting(&script));
    namespace.wait(&["--for=condition=Ready", "pod/web"]);

    let proxy = Proxy::start();
    proxy.on(Asked::Watch, 1..=2, Fault::Gone);
    proxy.on(Asked::Watch, 3..=3, Fault::Refuse(410, None));
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web"]));
    logs.wait_for("first\n");
    proxy.wait_until_asked(&Asked::Watch, 4);
    assert_eq!(proxy.count(&Asked::Pods), 4, "it is listed anew each time");
    namespace.end("web", "main");
    logs.wait_for("second\n");
    logs.interrupt();
    let stdout = logs.finish().stdout();
    assert_eq!(messages(&stdout, "web", "main"), ["first", "second"]);
}

/// A server that is in trouble for long is not stormed with requests, and one container's trouble is not another's.
#[test]
fn trouble_is_met_with_patience() {
    // For as long as twenty seconds.
    let script = "for i in $(seq 200); do echo talks $i; usleep 100000; done";
    let namespace = running(&[("talks", script), ("troubled", &format!("echo hello; {LISTENS}"))]);
    let proxy = Proxy::start();
    proxy.on(Asked::log("troubled"), .., Fault::Refuse(500, None));
    proxy.on(Asked::Watch, .., Fault::Refuse(500, None));
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web"]));
    logs.wait_for("talks 200\n");
    assert_same(&messages(&logs.stdout(), "web", "talks"), &numbered("talks", 200));
    // Without growing waits it would be a hundred, without any thousands.
    let asked = [Asked::log("troubled"), Asked::Watch, Asked::Pods, Asked::Pod].map(|asked| proxy.count(&asked));
    assert!(asked.iter().all(|count| *count < 25), "logs, watches, lists, pods: {asked:?}");
}
