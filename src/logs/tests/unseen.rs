//! Pods that may not be looked at: what their logs say is all there is to know.

use std::time::Duration;

use super::super::*;
use super::world::*;

/// The same server, which does not say anything about the pod.
fn unseen(options: Options, log: Log) -> World {
    let mut world = World::new(options, Vec::new());
    world.engine.handle(Event::PodGone { uid: "uid", last: None }, world.now);
    world.logs = vec![log];
    world.previous = vec![Log::new()];
    world.pod = crate::pod::Pod { status: None, uid: None, ..pod(crate::pod::Phase::Running, vec![waiting()]) };
    let seen = world.pod.clone();
    world.engine.handle(Event::Unseen(&seen), world.now);
    world.act();
    world
}

#[test]
fn a_stream_that_ends_is_taken_up_again_until_nothing_more_comes() {
    let mut world = unseen(Options::default(), log("a", [0, 10]));
    world.deliver(0, 40);
    world.end(0, Ending::Clean);
    world.wait(Duration::from_secs(1));
    world.deliver_all();
    assert_eq!(world.messages(0), ["a 0", "a 1"]);
    for _ in 0..8 {
        world.end(0, Ending::Clean);
        world.wait(Duration::from_secs(12));
        world.deliver_all();
    }
    assert!(world.engine.is_finished(), "{:#?}", world.engine);
    assert_eq!(world.notes(), [Note::Silent]);
    assert_eq!(world.messages(0), ["a 0", "a 1"]);
}

#[test]
fn a_last_line_without_an_end_is_nothing_more_each_time() {
    let mut world = unseen(Options::default(), log("a", [0]));
    for _ in 0..8 {
        let at = world.open.len() - 1;
        world.open[at].1.pop();
        world.deliver_all();
        world.end(at, Ending::Clean);
        world.wait(Duration::from_secs(12));
        if world.engine.is_finished() {
            return assert_eq!((world.messages(0), world.notes()), (vec!["a 0".to_owned()], vec![Note::Silent]));
        }
    }
    panic!("following does not end: {:#?}", world.engine);
}

#[test]
fn a_run_that_follows_unseen_is_a_gap() {
    let mut world = unseen(Options::default(), log("first", [0]));
    world.deliver_all();
    world.logs = vec![log("second", [5000])];
    world.end(0, Ending::Clean);
    world.wait(Duration::from_secs(1));
    world.deliver_all();
    world.wait(Duration::from_secs(1));
    assert_eq!(world.messages(0), ["first 0", "second 0"]);
    assert!(matches!(world.notes()[..], [Note::Gap { .. }]), "{:?}", world.notes());
}

#[test]
fn a_hole_before_a_last_line_without_an_end_is_told_of() {
    let mut world = unseen(Options::default(), log("a", [0]));
    world.deliver_all();
    world.logs = vec![log("b", [5000])];
    for _ in 0..6 {
        world.end(0, Ending::Clean);
        world.wait(Duration::from_secs(12));
        world.open.iter_mut().for_each(|(_, text)| text.truncate(text.len().saturating_sub(1)));
        world.deliver_all();
    }
    assert_eq!(world.messages(0), ["a 0", "b 0"]);
    assert!(matches!(world.notes()[..], [Note::Gap { .. }, Note::Silent]), "{:?}", world.notes());
}

#[test]
fn without_following_it_ends_after_what_there_is() {
    let mut world = unseen(Options { follow: false, ..Options::default() }, log("a", [0]));
    world.deliver_all();
    world.end(0, Ending::Clean);
    assert_eq!(world.messages(0), ["a 0"]);
    assert!(world.engine.is_finished());
}

#[test]
fn a_pod_that_is_not_there_ends_it() {
    let mut world = unseen(Options::default(), Log::new());
    let (stream, _) = world.open.remove(0);
    world.engine.handle(Event::Closed(stream, Ending::Broken("cut".to_owned())), world.now);
    world.now += Duration::from_secs(1);
    world.engine.handle(Event::Tick, world.now);
    let Some(Action::Open(request)) = world.engine.next_action() else { panic!("no request") };
    world.engine.handle(Event::Refused(request.stream, Refusal::NoSuchPod), world.now);
    world.engine.write(&mut world.collected);
    assert!(world.engine.is_finished());
}
