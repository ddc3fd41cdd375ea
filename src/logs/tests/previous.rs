//! The log of the run before the current one.

use super::super::*;
use super::world::*;
use crate::pod::{Phase, Runtime};

/// Containers in these runs. The log before the current one is `old`, the current one `new`.
fn world(runtimes: Vec<Runtime>, options: Options) -> World {
    let options = Options { previous: true, follow: false, ..options };
    let mut world = World::new(options, Vec::new());
    for runtime in &runtimes {
        world.previous.push(if runtime.last_termination.is_some() { log("old", [0, 10]) } else { Log::new() });
        world.logs.push(log("new", [1000, 10]));
    }
    world.pod = pod(Phase::Running, runtimes);
    world.see_pod();
    world
}

fn ended() -> Note {
    Note::Terminated(Ended { exit_code: 0, reason: "Completed".to_owned() })
}

#[test]
fn is_read_of_each_container_that_has_one() {
    let mut world = world(vec![running(1), running(0), running(3)], Options::default());
    assert!(!world.engine.is_finished());
    world.finish();
    assert_eq!([0, 1, 2].map(|at| world.messages(at).len()), [2, 0, 2]);
    assert_eq!(world.messages(0), ["old 0", "old 1"]);
    assert!(world.requests.iter().all(|request| request.previous && !request.follow));
    assert_eq!(world.notes(), [ended(), ended()]);
}

#[test]
fn is_that_of_the_last_run_while_the_next_one_is_waited_for() {
    let state = crate::pod::RunState::Waiting { reason: "CrashLoopBackOff".to_owned(), message: String::new() };
    let back_off = Runtime { instance: instance(0), state, ..running(1) };
    let mut world = world(vec![back_off], Options::default());
    world.deliver_all();
    assert_eq!(world.messages(0), ["old 0", "old 1"]);
    assert!(world.requests[0].previous);
}

#[test]
fn is_read_where_the_current_run_is_over_too() {
    let mut world = world(vec![terminated(1)], Options::default());
    world.read_the_rest_again(0);
    assert!(world.engine.is_finished());
    assert_eq!(world.messages(0), ["old 0", "old 1"]);
}

#[test]
fn is_taken_up_again_where_a_stream_breaks() {
    let mut world = world(vec![running(1)], Options::default());
    world.deliver(0, 50);
    world.end(0, Ending::Broken("cut".to_owned()));
    world.wait(std::time::Duration::from_secs(1));
    world.finish();
    assert_eq!(world.messages(0), ["old 0", "old 1"]);
}

#[test]
fn is_asked_for_in_the_range_that_is_wanted() {
    let world = world(vec![running(1)], Options { tail: Some(1), since: Some(Since::Age(60)), ..Options::default() });
    assert_eq!((world.requests[0].tail, world.requests[0].since), (Some(1), Some(Since::Age(60))));
}

#[test]
fn of_pods_that_may_not_be_looked_at_the_server_says_whether_there_is_one() {
    let options = Options { previous: true, follow: false, ..Options::default() };
    for (previous, lines, notes) in [(log("old", [0]), 1, 0), (Log::new(), 0, 1)] {
        let mut world = World::new(options.clone(), Vec::new());
        world.engine.handle(Event::PodGone { uid: "uid", last: None }, world.now);
        (world.logs, world.previous) = (vec![Log::new()], vec![previous]);
        let seen = crate::pod::Pod { status: None, uid: None, ..pod(Phase::Running, vec![waiting()]) };
        world.engine.handle(Event::Unseen(&seen), world.now);
        world.act();
        world.deliver_all();
        world.end(0, Ending::Clean);
        assert_eq!((world.messages(0).len(), world.notes().len()), (lines, notes), "{:?}", world.notes());
        assert!(world.engine.is_finished());
    }
}
