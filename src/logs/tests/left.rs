//! Pods that are not meant any more, and come back; and the word that no others will come.

use proptest::prelude::*;

use super::*;

#[test]
fn of_a_pod_that_left_nothing_more_is_read() {
    let options = Options { until: Until::Interrupted, ..Options::default() };
    let mut world = World::new(options, vec![log("a", [0, 10]), log("b", [5])]);
    world.deliver(0, 45);
    let stream = world.open[0].0;
    world.engine.handle(Event::PodLeft { uid: "uid" }, world.now);
    world.act();
    assert_eq!(world.messages(0), ["a 0"], "what was received is written, and nobody holds it up");
    assert!(!world.engine.awaits(stream), "its stream is to be closed");
    world.deliver_all();
    world.engine.handle(Event::Looked { uid: "uid", pod: Some(&world.pod.clone()) }, world.now);
    world.wait(Duration::from_secs(60));
    assert_eq!((world.messages(0).len(), world.messages(1).len()), (1, 0));
    assert_eq!(world.requests.len(), 2, "it is not asked for again");
    assert!(!world.engine.is_finished());
    world.engine.handle(Event::NoMoreCome, world.now);
    assert!(world.engine.is_finished());
}

#[test]
fn a_pod_that_comes_back_is_read_from_where_it_was_left() {
    let mut world = World::new(Options::default(), vec![log("a", [0, 10, 5000])]);
    world.deliver(0, 80);
    world.engine.handle(Event::PodLeft { uid: "uid" }, world.now);
    world.act();
    world.open.clear();
    assert_eq!(world.messages(0), ["a 0", "a 1"]);
    world.wait(Duration::from_secs(5));
    world.see_pod();
    world.deliver_all();
    world.finish();
    assert_eq!(world.messages(0), ["a 0", "a 1", "a 2"]);
    assert_eq!(world.engine.summary().gaps, 0);
}

#[test]
fn a_pod_that_comes_back_in_its_next_run_is_read_from_the_rest_of_the_last() {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    world.deliver_all();
    world.engine.handle(Event::PodLeft { uid: "uid" }, world.now);
    world.act();
    world.open.clear();
    world.previous = vec![log("a", [0, 10])];
    world.logs = vec![log("next", [9000])];
    world.pod = pod(Phase::Running, vec![running(1)]);
    world.see_pod();
    world.read_the_rest_again(0);
    world.finish();
    assert_eq!(world.messages(0), ["a 0", "a 1", "next 0"]);
}

#[test]
fn what_was_read_to_its_end_is_not_read_again() {
    let options = Options { until: Until::Interrupted, ..Options::default() };
    let mut world = World::new(options, vec![log("a", [0])]);
    world.pod = pod(Phase::Succeeded, vec![terminated(0)]);
    world.see_pod();
    for _ in 0..3 {
        world.deliver_all();
        world.end(0, Ending::Clean);
        world.wait(Duration::from_secs(1));
    }
    let asked = world.requests.len();
    world.engine.handle(Event::PodLeft { uid: "uid" }, world.now);
    world.see_pod();
    assert_eq!((world.messages(0).len(), world.requests.len()), (1, asked));
}

#[test]
fn where_none_will_come_and_none_was_there_it_is_over() {
    let mut engine = Engine::new(Options { until: Until::Interrupted, ..Options::default() });
    engine.handle(Event::AllSeen, Tick::ZERO);
    assert!(!engine.is_finished());
    engine.handle(Event::NoMoreCome, Tick::ZERO);
    assert!(engine.is_finished());
}

proptest! {
    /// However often a pod leaves and comes back, and whatever breaks meanwhile, each line comes once, in order.
    #[test]
    fn who_leaves_and_comes_back_loses_and_doubles_nothing(
        steps in prop::collection::vec((any::<bool>(), prop::collection::vec(step(), 0..6)), 0..6),
    ) {
        let logs = vec![log("a", [0, 10, 0, 700, 3000, 10]), log("b", [5, 5, 900, 10])];
        let expected: Vec<_> = logs.iter().map(texts).collect();
        let mut world = World::new(Options::default(), logs);
        for (leaves, steps) in steps {
            if leaves {
                world.engine.handle(Event::PodLeft { uid: "uid" }, world.now);
                world.act();
            } else {
                world.see_pod();
            }
            world.take(steps);
        }
        world.finish();
        prop_assert_eq!(world.messages(0), expected[0].clone());
        prop_assert_eq!(world.messages(1), expected[1].clone());
        prop_assert_eq!(world.engine.summary().gaps, 0);
    }
}
