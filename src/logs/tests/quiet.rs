//! Streams that stand still without an end.

use std::time::Duration;

use super::super::*;
use super::world::*;

/// A log of two lines, of which the stream brought one when it stood still.
fn that_stands_still() -> World {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    world.deliver_all();
    world.wait(Duration::from_secs(1));
    assert_eq!(world.messages(0), ["a 0"]);
    world.logs = vec![log("a", [0, 10])];
    world
}

/// Lets time pass until the last line is asked for, and answers.
fn check(world: &mut World) {
    world.wait(Duration::from_secs(61));
    let request = world.requests.last().unwrap();
    assert_eq!((request.tail, request.follow), (Some(1), false));
    world.deliver(1, usize::MAX);
    world.end(1, Ending::Clean);
}

#[test]
fn is_taken_up_again_where_its_last_line_is_newer() {
    let mut world = that_stands_still();
    check(&mut world);
    world.wait(Duration::from_secs(1));
    world.wait(Duration::from_secs(1));
    world.deliver(1, usize::MAX);
    assert_eq!(world.messages(0), ["a 0", "a 1"]);
    assert_eq!(world.engine.summary().gaps, 0);
}

#[test]
fn is_left_alone_where_the_line_comes_after_all() {
    let mut world = that_stands_still();
    check(&mut world);
    world.open[0].1 = text(1_000_010 * MILLISECOND, "a 1");
    world.deliver(0, usize::MAX);
    let requests = world.requests.len();
    world.wait(Duration::from_secs(2));
    assert_eq!(world.requests.len(), requests);
    assert_eq!(world.messages(0), ["a 0", "a 1"]);
}

#[test]
fn is_left_alone_where_nothing_was_written() {
    let mut world = that_stands_still();
    world.logs = vec![log("a", [0])];
    check(&mut world);
    let requests = world.requests.len();
    world.wait(Duration::from_secs(5));
    assert_eq!(world.requests.len(), requests);
}

#[test]
fn is_given_up_some_time_after_its_run_is_over() {
    let mut world = that_stands_still();
    world.pod = pod(crate::pod::Phase::Running, vec![terminated(0)]);
    world.see_pod();
    world.wait(Duration::from_secs(11));
    world.open.remove(0);
    world.finish();
    assert_eq!(world.messages(0), ["a 0", "a 1"]);
}
