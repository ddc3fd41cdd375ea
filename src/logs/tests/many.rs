//! Many containers, and pods that come and go.

use std::time::Duration;

use super::super::*;
use super::world::*;
use crate::pod::{Phase, Pod};

fn named(uid: &str, phase: Phase) -> Pod {
    let runtime = if phase.is_final() { terminated(0) } else { running(0) };
    Pod { name: uid.to_owned(), uid: Some(uid.to_owned()), ..pod(phase, vec![runtime]) }
}

fn requests(engine: &mut Engine) -> Vec<Request> {
    let open = |action| match action {
        Action::Open(request) => Some(request),
        Action::Look { .. } => None,
    };
    std::iter::from_fn(|| engine.next_action()).filter_map(open).collect()
}

#[test]
fn logs_past_the_most_wait_for_their_turn() {
    let options = Options { most_requests: 2, follow: false, ..Options::default() };
    let mut world = World::new(options, (0..5).map(|at| log(&format!("c{at}"), [at])).collect());
    assert_eq!((world.open.len(), world.engine.queued()), (2, 3));
    while !world.engine.is_finished() {
        assert!(world.open.len() <= 2);
        world.deliver_all();
        world.end(0, Ending::Clean);
        world.wait(Duration::from_secs(5));
    }
    let mut lines: Vec<_> = world.collected.lines.iter().map(|(_, line)| line.as_str()).collect();
    lines.sort_unstable();
    assert_eq!(lines, ["c0 0", "c1 0", "c2 0", "c3 0", "c4 0"]);
}

#[test]
fn a_selection_goes_on_without_pods_and_reads_those_that_join_from_their_beginning() {
    let options = Options { until: Until::Interrupted, tail: Some(10), ..Options::default() };
    let mut engine = Engine::new(options);
    engine.handle(Event::Pod(&named("old", Phase::Running)), Tick::ZERO);
    engine.handle(Event::AllSeen, Tick::ZERO);
    assert_eq!(requests(&mut engine)[0].tail, Some(10));
    engine.handle(Event::PodGone { uid: "old", last: None }, Tick::ZERO);
    engine.handle(Event::Drained { since: Tick::from_secs(6) }, Tick::from_secs(6));
    engine.write(&mut Collected::default());
    assert!(!engine.is_finished());
    engine.handle(Event::Pod(&named("new", Phase::Running)), Tick::from_secs(7));
    assert_eq!(requests(&mut engine)[0].tail, None);
}

#[test]
fn a_pod_that_is_gone_is_forgotten_when_all_of_it_was_written() {
    #[derive(Default)]
    struct Forgotten(Vec<usize>);
    impl Sink for Forgotten {
        fn line(&mut self, _: TrackId, _: &Source, _: RawLine<'_>) {}
        fn note(&mut self, _: &Source, _: &Note) {}
        fn is_full(&self) -> bool {
            false
        }
        fn forget(&mut self, track: TrackId) {
            self.0.push(track.index());
        }
    }
    let mut engine = Engine::new(Options { until: Until::Interrupted, ..Options::default() });
    engine.handle(Event::Pod(&named("a", Phase::Running)), Tick::ZERO);
    engine.handle(Event::Pod(&named("b", Phase::Running)), Tick::ZERO);
    let streams = requests(&mut engine);
    engine.handle(Event::Opened(streams[0].stream), Tick::ZERO);
    engine.handle(Event::PodGone { uid: "a", last: None }, Tick::ZERO);
    let mut forgotten = Forgotten::default();
    engine.write(&mut forgotten);
    assert!(forgotten.0.is_empty());
    engine.handle(Event::Closed(streams[0].stream, Ending::Clean), Tick::ZERO);
    engine.handle(Event::Looked { uid: "a", pod: None }, Tick::ZERO);
    engine.write(&mut forgotten);
    assert_eq!(forgotten.0, [0]);
    assert!(!engine.awaits(streams[0].stream) && engine.awaits(streams[1].stream));
}

#[test]
fn a_pod_that_left_a_selection_and_lives_on_is_not_followed_further() {
    let mut engine = Engine::new(Options { until: Until::Interrupted, most_requests: 1, ..Options::default() });
    let left = Pod { name: "left".to_owned(), ..pod(Phase::Running, vec![running(0), running(0)]) };
    engine.handle(Event::Pod(&left), Tick::ZERO);
    let stream = requests(&mut engine)[0].stream;
    engine.handle(Event::Opened(stream), Tick::ZERO);
    engine.handle(Event::PodGone { uid: "uid", last: None }, Tick::ZERO);
    engine.handle(Event::Closed(stream, Ending::Clean), Tick::ZERO);
    engine.handle(Event::Looked { uid: "uid", pod: Some(&left) }, Tick::ZERO);
    assert_eq!(requests(&mut engine), []);
    engine.handle(Event::Pod(&named("other", Phase::Running)), Tick::ZERO);
    assert_eq!(requests(&mut engine).len(), 1);
}

/// What came of a pod's log, which was opened, and perhaps by another pod of that name, when the pod was gone.
fn opened_too_late(successor: Option<&Pod>, ending: Ending) -> Collected {
    let mut engine = Engine::new(Options::default());
    engine.handle(Event::Pod(&named("old", Phase::Running)), Tick::ZERO);
    let stream = requests(&mut engine)[0].stream;
    engine.handle(Event::PodGone { uid: "old", last: None }, Tick::ZERO);
    engine.handle(Event::Opened(stream), Tick::ZERO);
    engine.handle(Event::Bytes(stream, &text(0, "whose")), Tick::ZERO);
    engine.handle(Event::Closed(stream, ending), Tick::ZERO);
    engine.handle(Event::Looked { uid: "old", pod: successor }, Tick::ZERO);
    let mut collected = Collected::default();
    engine.write(&mut collected);
    assert!(engine.is_finished());
    collected
}

#[test]
fn the_log_of_a_successor_is_not_taken_for_that_of_a_pod_that_is_gone() {
    for ending in [Ending::Clean, Ending::Broken("cut".to_owned())] {
        let collected = opened_too_late(Some(&named("new", Phase::Running)), ending.clone());
        assert_eq!(collected.lines, []);
        assert!(matches!(collected.notes[..], [(_, Note::Gap { .. })]), "{:?}", collected.notes);
        assert_eq!(opened_too_late(None, ending).lines, [(0, "whose".to_owned())]);
    }
}

#[test]
fn streams_that_end_together_are_waited_for_together() {
    let mut world = World::new(Options::default(), vec![log("a", [0]), log("b", [5])]);
    world.deliver_all();
    world.wait(Duration::from_secs(1));
    world.logs = vec![log("a", [0, 100]), log("b", [5, 90])];
    // The kubelet is started again: both streams end cleanly, and both runs go on.
    world.down = vec![1];
    world.end(0, Ending::Clean);
    world.end(0, Ending::Clean);
    for _ in 0..4 {
        world.wait(Duration::from_secs(1));
        world.deliver_all();
    }
    world.down.clear();
    world.wait(Duration::from_millis(900));
    world.deliver_all();
    world.wait(Duration::from_secs(1));
    assert_eq!(world.engine.summary().late, 0);
    assert_eq!(world.collected.lines.len(), 4);
}
