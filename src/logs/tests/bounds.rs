//! Logs that are read up to a moment, or up to a number of bytes.

use std::time::Duration;

use proptest::prelude::*;

use super::super::*;
use super::world::*;
use crate::pod::Phase;

/// The stamp of a log's beginning.
const BEGIN: i64 = 1_000_000 * MILLISECOND;

fn until(millis: i64, at: Tick) -> Options {
    let up_to = UpTo { stamp: Stamp(BEGIN + millis * MILLISECOND), at };
    Options { up_to: Some(up_to), ..Options::default() }
}

#[test]
fn a_log_ends_when_it_is_past_the_moment() {
    let options = until(20, Tick::from_secs(1000));
    let mut world = World::new(options, vec![log("a", [0, 10, 10, 10, 3000, 10])]);
    world.deliver(0, 130);
    assert!(!world.open[0].1.is_empty() && !world.engine.is_finished());
    world.deliver_all();
    assert_eq!(world.messages(0), ["a 0", "a 1", "a 2"]);
    assert!(world.engine.is_finished());
    assert!(!world.engine.awaits(world.open[0].0));
    assert_eq!(world.engine.summary().lines, 3);
}

#[test]
fn following_ends_with_the_moment_though_a_log_says_nothing() {
    let mut world = World::new(until(20, Tick::from_secs(10)), vec![log("a", [0]), Log::new()]);
    world.pod = pod(Phase::Running, vec![running(0), running(0), waiting()]);
    world.logs.push(Log::new());
    world.see_pod();
    world.deliver_all();
    world.wait(Duration::from_secs(11));
    assert_eq!(world.requests.len(), 2);
    // What was written at the last moment, and not brought yet.
    world.logs[0] = log("a", [0, 10, 3000]);
    world.wait(Duration::from_secs(1));
    let again = &world.requests[2..];
    assert_eq!(again.iter().map(|request| request.follow).collect::<Vec<_>>(), [false, false]);
    world.open.drain(..2);
    world.deliver_all();
    world.end(0, Ending::Clean);
    world.end(0, Ending::Clean);
    assert!(world.engine.is_finished());
    assert_eq!(world.messages(0), ["a 0", "a 1"]);
}

#[test]
fn a_run_that_began_before_the_moment_is_read_though_the_one_before_it_still_is() {
    let mut world = World::new(until(2_000, Tick::from_secs(5)), vec![log("old", [0])]);
    world.deliver_all();
    world.previous = vec![log("old", [0, 10])];
    world.logs = vec![log("new", [1_000, 10, 5_000])];
    world.pod = pod(Phase::Running, vec![running(1)]);
    world.end(0, Ending::Clean);
    assert!(world.requests.last().unwrap().previous);
    world.wait(Duration::from_secs(7));
    world.read_the_rest_again(0);
    for _ in 0..3 {
        world.deliver_all();
        world.wait(Duration::from_secs(1));
    }
    assert_eq!(world.messages(0), ["old 0", "old 1", "new 0", "new 1"]);
    assert!(world.engine.is_finished());
}

#[test]
fn a_selection_without_pods_ends_with_the_moment() {
    let mut engine = Engine::new(Options { until: Until::Interrupted, ..until(0, Tick::from_secs(5)) });
    engine.handle(Event::AllSeen, Tick::ZERO);
    assert_eq!(engine.deadline(), Some(Tick::from_secs(7)));
    assert!(!engine.is_finished());
    engine.handle(Event::Drained { since: Tick::from_secs(7) }, Tick::from_secs(7));
    assert!(engine.is_finished());
    assert_eq!(engine.deadline(), None);
}

#[test]
fn a_log_ends_with_the_last_line_that_is_within_its_bytes() {
    let options = Options { limit_bytes: Some(10), ..Options::default() };
    let mut world = World::new(options, vec![log("a", [0, 10, 10, 10]), log("b", [5, 10])]);
    world.deliver_all();
    assert_eq!(world.messages(0), ["a 0", "a 1"]);
    assert_eq!(world.messages(1), ["b 0", "b 1"]);
    assert_eq!(world.notes(), [Note::Limited]);
    assert!(!world.engine.is_finished() && !world.engine.awaits(world.open[0].0));
    // Nor is it followed into its next run.
    let requests = world.requests.len();
    world.pod = pod(Phase::Running, vec![running(1), running(0)]);
    world.see_pod();
    assert_eq!(world.requests.len(), requests);
}

#[test]
fn following_ends_when_every_log_is_at_its_limit() {
    let options = Options { limit_bytes: Some(4), ..Options::default() };
    let mut world = World::new(options, vec![log("a", [0, 10]), log("b", [5, 10])]);
    world.deliver_all();
    assert!(world.engine.is_finished());
    assert_eq!((world.messages(0).len(), world.messages(1).len()), (1, 1));
}

proptest! {
    /// Whatever breaks, a log is no longer than was asked for, and no shorter.
    #[test]
    fn resuming_goes_on_to_the_same_end(
        steps in prop::collection::vec(-50_i64..900, 0..30),
        what in prop::collection::vec(step(), 0..100),
        limit in 0_u64..200,
        millis in -100_i64..10_000,
    ) {
        let whole = log("a", steps);
        let options = Options { limit_bytes: Some(limit), ..until(millis, Tick::from_secs(100_000)) };
        let end = options.up_to.unwrap().stamp.0;
        let is_past = |stamp: i64| stamp > end + 2_000 * MILLISECOND;
        let in_time = whole.iter().take_while(|(stamp, _)| !is_past(*stamp)).filter(|(stamp, _)| *stamp <= end);
        let mut left = limit;
        let within = in_time.take_while(|(_, text)| {
            let length = text.len() as u64 + 1;
            let fits = length <= left;
            left = left.saturating_sub(length);
            fits
        });
        let expected: Vec<_> = within.map(|(_, text)| text.clone()).collect();
        let mut world = World::new(options, vec![whole]);
        world.take(what);
        world.finish();
        prop_assert_eq!(world.messages(0), expected);
        prop_assert_eq!(world.engine.summary().gaps, 0);
    }
}

proptest! {
    /// The moment comes while streams break: what was written until then comes once, in order.
    #[test]
    fn all_that_was_written_until_the_moment_is_read(
        steps in prop::collection::vec(-50_i64..900, 0..30),
        what in prop::collection::vec(step(), 0..100),
        seconds in 0_u64..20,
        millis in -100_i64..20_000,
    ) {
        let whole = log("a", steps);
        let options = until(millis, Tick::from_secs(seconds));
        let end = options.up_to.unwrap().stamp.0;
        let in_time = whole.iter().filter(|(stamp, _)| *stamp <= end).map(|(_, text)| text.clone());
        let expected: Vec<_> = in_time.collect();
        let mut world = World::new(options, vec![whole.clone()]);
        // What is not followed any more ends with all that is there.
        let breaks = |step| if let Step::End(at, _) = step { Step::End(at, false) } else { step };
        world.take(what.into_iter().map(breaks).collect());
        world.finish();
        prop_assert_eq!(world.messages(0), expected);
        prop_assert_eq!(world.engine.summary().gaps, 0);
    }
}
