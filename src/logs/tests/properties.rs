//! Whatever is cut, breaks or comes late, and in whatever turn: each line comes once, in order.

use proptest::prelude::*;

use super::super::*;
use super::world::*;
use crate::pod::Phase;

fn logs(step: std::ops::Range<i64>) -> impl Strategy<Value = Vec<Log>> {
    let steps = prop::collection::vec(prop::collection::vec(step, 0..30), 1..4);
    let name = |(at, steps): (usize, Vec<i64>)| log(&format!("c{at}"), steps);
    steps.prop_map(move |all| all.into_iter().enumerate().map(name).collect())
}

proptest! {
    /// However a backlog is cut and in whatever turn its streams bring it, it comes in the order of its stamps.
    #[test]
    fn any_delivery_of_a_backlog_gives_the_same_output(
        logs in logs(0..50),
        deliveries in prop::collection::vec((0_usize..4, 1_usize..300), 0..100),
    ) {
        let mut expected: Vec<_> = logs.iter().enumerate().flat_map(|(track, log)| {
            log.iter().map(move |(stamp, message)| (*stamp, track, message.clone()))
        }).collect();
        expected.sort_by_key(|(stamp, track, _)| (*stamp, *track));
        let mut world = World::new(Options::default(), logs);
        for (at, bytes) in deliveries {
            world.deliver(at, bytes);
        }
        world.finish();
        let expected: Vec<_> = expected.into_iter().map(|(_, track, message)| (track, message)).collect();
        prop_assert_eq!(world.collected.lines, expected);
        prop_assert_eq!(world.engine.summary().late, 0);
    }

    /// Streams end at any byte, cleanly or not, and stamps step back a little: each line comes once, in order.
    #[test]
    fn whatever_breaks_each_line_comes_once_and_in_order(
        logs in logs(-50..900),
        steps in prop::collection::vec(step(), 0..150),
    ) {
        let mut world = World::new(Options::default(), logs.clone());
        world.take(steps);
        world.finish();
        for (track, log) in logs.iter().enumerate() {
            prop_assert_eq!(world.messages(track), texts(log));
        }
        prop_assert_eq!(world.engine.summary().gaps, 0);
    }
}

/// The second run of a container, with lines from after the first one's.
fn second_run(first: &Log) -> Log {
    let from = first.last().map_or(1_000_000 * MILLISECOND, |(stamp, _)| *stamp) + 1000 * MILLISECOND;
    (0..5).map(|number| (from + number * 100 * MILLISECOND, format!("second {number}"))).collect()
}

proptest! {
    /// A container is started again while streams break, and the pod says so some time later.
    #[test]
    fn a_restart_that_is_told_late_loses_and_doubles_nothing(
        steps in prop::collection::vec(-50_i64..900, 1..30),
        before in prop::collection::vec(step(), 0..40),
        unsaid in prop::collection::vec(step(), 0..40),
        after in prop::collection::vec(step(), 0..40),
    ) {
        let first = log("first", steps);
        let second = second_run(&first);
        let mut world = World::new(Options::default(), vec![first.clone()]);
        // Before the restart something of the first run is read, so that it is known which run is followed.
        world.deliver(0, 60);
        world.take(before);
        world.previous = vec![first.clone()];
        world.logs = vec![second.clone()];
        world.take(unsaid);
        world.pod = pod(Phase::Running, vec![running(1)]);
        world.see_pod();
        world.take(after);
        world.finish();
        prop_assert_eq!(world.messages(0), [texts(&first), texts(&second)].concat());
        prop_assert_eq!(world.engine.summary().gaps, 0);
    }
}
