//! The engine against a small model of a server: whatever breaks, each line comes once, in order.

mod bounds;
mod left;
mod quiet;
mod unseen;
mod world;

use std::time::Duration;

use super::*;
use crate::pod::{Phase, Pod, PodStatus};
use world::*;

#[test]
fn a_backlog_comes_in_the_order_of_its_stamps() {
    let (a, b) = (log("a", [0, 20, 20]), log("b", [10, 20, 20]));
    let mut world = World::new(Options::default(), vec![a, b]);
    world.deliver_all();
    world.finish();
    let order: Vec<_> = world.collected.lines.iter().map(|(_, message)| message.as_str()).collect();
    assert_eq!(order, ["a 0", "b 0", "a 1", "b 1", "a 2", "b 2"]);
    assert_eq!(world.engine.summary(), Summary { lines: 6, containers: 2, ..Summary::default() });
}

#[test]
fn a_silent_container_holds_a_backlog_up_for_a_second_at_most() {
    let mut world = World::new(Options::default(), vec![log("a", [0]), Log::new()]);
    world.deliver_all();
    world.wait(Duration::from_millis(200));
    assert_eq!(world.messages(0).len(), 0);
    world.wait(Duration::from_millis(60));
    assert_eq!(world.messages(0), ["a 0"]);
}

#[test]
fn a_live_line_waits_for_the_window_and_no_longer() {
    let mut world = World::new(Options::default(), vec![log("a", [0]), Log::new()]);
    world.wait(Duration::from_millis(250));
    world.deliver_all();
    world.wait(Duration::from_millis(99));
    assert_eq!(world.messages(0).len(), 0);
    assert_eq!(world.engine.deadline(), Some(Duration::from_millis(350)));
    world.wait(Duration::from_millis(1));
    assert_eq!(world.messages(0), ["a 0"]);
}

#[test]
fn one_that_wrote_without_a_pause_is_waited_for_when_it_falls_silent() {
    // Ten seconds of lines every 10 ms earn a second of patience.
    let (a, b) = (log("a", [10; 1002]), log("b", [10; 1001]));
    let mut world = World::new(Options::default(), vec![a, b]);
    world.wait(Duration::from_millis(250));
    world.deliver_all();
    world.wait(Duration::from_millis(999));
    assert_eq!(world.messages(0).len(), 1001);
    world.wait(Duration::from_millis(1));
    assert_eq!(world.messages(0).len(), 1002);
}

#[test]
fn a_container_alone_waits_for_nobody() {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    world.deliver_all();
    assert_eq!(world.messages(0), ["a 0"]);
}

#[test]
fn without_a_window_lines_come_as_they_arrive() {
    let options = Options { window: Duration::ZERO, ..Options::default() };
    let mut world = World::new(options, vec![log("a", [10]), log("b", [0])]);
    world.deliver_all();
    assert_eq!(world.collected.lines, [(0, "a 0".to_owned()), (1, "b 0".to_owned())]);
}

#[test]
fn a_late_line_is_written_at_once_and_counted() {
    let mut world = World::new(Options::default(), vec![log("a", [10]), log("b", [0])]);
    world.deliver(0, usize::MAX);
    world.wait(Duration::from_secs(2));
    world.deliver(1, usize::MAX);
    assert_eq!(world.collected.lines, [(0, "a 0".to_owned()), (1, "b 0".to_owned())]);
    assert_eq!(world.engine.summary().late, 1);
}

#[test]
fn a_line_without_an_end_is_written_when_the_run_is_over() {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    let half = world.open[0].1.len() - 2;
    world.deliver(0, half);
    assert_eq!(world.messages(0).len(), 0);
    world.finish();
    assert_eq!(world.messages(0), ["a 0"]);
}

#[test]
fn a_restart_is_followed_and_the_old_run_is_read_to_its_end() {
    let mut world = World::new(Options::default(), vec![log("old", [0, 10, 10])]);
    world.deliver(0, 60);
    world.previous = std::mem::replace(&mut world.logs, vec![log("new", [100, 10])]);
    world.pod = pod(Phase::Running, vec![running(1)]);
    world.end(0, Ending::Clean);
    assert!(world.requests.last().unwrap().previous);
    world.read_the_rest_again(0);
    assert_eq!(world.messages(0), ["old 0", "old 1", "old 2", "new 0", "new 1"]);
    let ended = Ended { exit_code: 0, reason: "Completed".to_owned() };
    assert_eq!(world.notes(), [Note::Terminated(ended), Note::Restarted(1)]);
    assert_eq!(world.collected.restarts, [0, 0, 0, 1, 1].map(Some));
    assert_eq!(world.engine.summary().restarts, 1);
}

#[test]
fn a_container_that_was_waited_for_is_said_to_have_started() {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    (world.engine, world.open) = (Engine::new(Options::default()), Vec::new());
    world.pod = pod(Phase::Pending, vec![waiting()]);
    world.see_pod();
    let mut running = pod(Phase::Running, vec![running(0)]);
    running.status = Some(PodStatus { node: Some("node-1".to_owned()), ..PodStatus::default() });
    world.pod = running;
    world.see_pod();
    world.deliver_all();
    let waiting = Note::Waiting { reason: "ContainerCreating".to_owned(), message: String::new() };
    assert_eq!(world.notes(), [waiting, Note::Started]);
    // It was on no node when it was met.
    assert_eq!(world.collected.nodes, [Some("node-1".to_owned())]);
}

#[test]
fn what_the_runtime_writes_after_the_end_of_a_run_is_read() {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    world.deliver_all();
    world.pod = pod(Phase::Succeeded, vec![terminated(0)]);
    world.logs = vec![log("a", [0, 10])];
    world.end(0, Ending::Clean);
    world.deliver_all();
    world.logs = vec![log("a", [0, 10, 10])];
    world.end(0, Ending::Clean);
    assert!(!world.engine.is_finished());
    world.finish();
    assert_eq!(world.messages(0), ["a 0", "a 1", "a 2"]);
}

#[test]
fn a_run_that_nobody_can_read_any_more_is_named_as_a_gap() {
    let mut world = World::new(Options::default(), vec![log("old", [0])]);
    world.deliver_all();
    world.logs = vec![log("new", [100])];
    world.pod = pod(Phase::Running, vec![running(3)]);
    world.end(0, Ending::Clean);
    world.deliver_all();
    assert_eq!(world.messages(0), ["old 0", "new 0"]);
    assert!(matches!(world.notes()[0], Note::Gap { from: Some(_), to: None }));
}

#[test]
fn a_container_that_has_not_started_is_waited_for() {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    world.pod = pod(Phase::Pending, vec![running(0), waiting()]);
    world.logs.push(log("b", [5]));
    world.see_pod();
    assert_eq!(world.requests.len(), 1);
    world.pod = pod(Phase::Running, vec![running(0), running(0)]);
    world.see_pod();
    assert_eq!(world.requests.len(), 2);
    world.finish();
    assert_eq!(world.messages(1), ["b 0"]);
}

#[test]
fn a_run_that_ended_while_its_beginning_was_waited_for_is_read() {
    let mut world = World::new(Options::default(), vec![Log::new()]);
    world.pod = pod(Phase::Pending, vec![running(0), waiting()]);
    world.see_pod();
    world.logs.push(log("second", [100, 10]));
    world.previous.push(log("first", [0, 10]));
    world.pod = pod(Phase::Running, vec![running(0), running(1)]);
    world.see_pod();
    assert!(world.requests.last().unwrap().previous);
    world.read_the_rest_again(1);
    world.finish();
    assert_eq!(world.messages(1), ["first 0", "first 1", "second 0", "second 1"]);
    let ended = Ended { exit_code: 0, reason: "Completed".to_owned() };
    assert_eq!(world.notes()[1..3], [Note::Terminated(ended), Note::Restarted(1)]);
}

#[test]
fn a_clean_end_in_mid_life_is_not_the_end() {
    let mut world = World::new(Options::default(), vec![log("a", [0, 10, 10])]);
    world.deliver(0, 60);
    world.end(0, Ending::Clean);
    world.wait(Duration::from_millis(300));
    world.deliver_all();
    assert_eq!(world.messages(0), ["a 0", "a 1", "a 2"]);
}

#[test]
fn answers_to_an_older_request_are_ignored() {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    let (old, _) = world.open[0].clone();
    world.end(0, Ending::Clean);
    world.wait(Duration::from_millis(300));
    world.engine.handle(Event::Bytes(old, b"1970-01-01T00:00:00Z stale\n"), world.now);
    world.finish();
    assert_eq!(world.messages(0), ["a 0"]);
}

#[test]
fn a_pod_that_is_gone_ends_with_what_was_received() {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    let half = world.open[0].1.len() - 2;
    world.deliver(0, half);
    world.engine.handle(Event::PodGone { uid: "uid", last: None }, world.now);
    assert!(!world.engine.is_finished());
    world.end(0, Ending::Clean);
    assert_eq!(world.messages(0), ["a "]);
    assert!(world.engine.is_finished());
}

#[test]
fn the_last_word_of_a_pod_that_is_gone_is_how_its_containers_ended() {
    let mut world = World::new(Options::default(), vec![log("a", [0]), log("b", [0])]);
    world.deliver_all();
    world.end(0, Ending::Clean);
    let last = pod(Phase::Running, vec![terminated(0), terminated(0)]);
    world.engine.handle(Event::PodGone { uid: "uid", last: Some(&last) }, world.now);
    (0..world.open.len()).for_each(|_| world.end(0, Ending::Clean));
    world.engine.write(&mut world.collected);
    let ended = Note::Terminated(Ended { exit_code: 0, reason: "Completed".to_owned() });
    assert_eq!(world.notes(), [ended.clone(), ended]);
    assert!(world.engine.is_finished());
}

/// How following ends where the log of an ended run was removed, and the kubelet says so in its place.
fn notes_where_the_rest_was_removed(deleting: bool) -> Vec<Note> {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    world.deliver_all();
    world.pod = pod(Phase::Failed, vec![terminated(0)]);
    world.pod.status.as_mut().unwrap().deleting = deleting;
    world.end(0, Ending::Clean);
    world.open[0].1 = b"failed to open log file".to_vec();
    world.deliver_all();
    world.end(0, Ending::Clean);
    assert_eq!(world.messages(0), ["a 0"]);
    assert!(world.engine.is_finished());
    world.notes()
}

#[test]
fn words_of_the_kubelet_are_no_line() {
    let ended = Note::Terminated(Ended { exit_code: 0, reason: "Completed".to_owned() });
    let gap = Note::Gap { from: Some(Stamp(1_000_000 * MILLISECOND)), to: None };
    assert_eq!(notes_where_the_rest_was_removed(true), std::slice::from_ref(&ended));
    assert_eq!(notes_where_the_rest_was_removed(false), [gap, ended]);
}

#[test]
fn the_log_of_a_pod_that_is_being_deleted_is_not_lost_when_it_goes_first() {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    world.deliver_all();
    world.pod.status.as_mut().unwrap().deleting = true;
    world.see_pod();
    world.end(0, Ending::Clean);
    world.wait(Duration::from_millis(300));
    world.open[0].1 = b"unable to retrieve container logs".to_vec();
    world.deliver_all();
    world.end(0, Ending::Clean);
    let last = pod(Phase::Running, vec![terminated(0)]);
    world.engine.handle(Event::PodGone { uid: "uid", last: Some(&last) }, world.now);
    world.engine.write(&mut world.collected);
    assert_eq!(world.messages(0), ["a 0"]);
    assert_eq!(world.notes(), [Note::Terminated(Ended { exit_code: 0, reason: "Completed".to_owned() })]);
    assert!(world.engine.is_finished());
}

#[test]
fn words_of_the_kubelet_in_place_of_a_log_are_told() {
    let options = Options { follow: false, ..Options::default() };
    let mut world = World::new(options, vec![Log::new()]);
    world.open[0].1 = b"unable to retrieve container logs".to_vec();
    world.deliver_all();
    world.end(0, Ending::Clean);
    assert!(world.messages(0).is_empty());
    assert_eq!(world.notes(), [Note::Denied("unable to retrieve container logs".to_owned())]);
}

#[test]
fn nothing_is_missing_of_a_log_that_is_asked_of_the_successor_of_its_pod() {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    world.deliver_all();
    let (stream, _) = world.open.remove(0);
    world.engine.handle(Event::Closed(stream, Ending::Clean), world.now);
    world.engine.handle(Event::Pod(&pod(Phase::Running, vec![terminated(0)])), world.now);
    let requests: Vec<_> = std::iter::from_fn(|| world.engine.next_action()).collect();
    let [.., Action::Open(rest)] = requests.as_slice() else { panic!("{requests:?}") };
    world.engine.handle(Event::PodGone { uid: "uid", last: None }, world.now);
    world.engine.handle(Event::Refused(rest.stream, Refusal::NothingThere("waiting to start".to_owned())), world.now);
    world.engine.write(&mut world.collected);
    assert_eq!(world.notes(), [Note::Terminated(Ended { exit_code: 0, reason: "Completed".to_owned() })]);
    assert!(world.engine.is_finished());
}

#[test]
fn without_following_it_ends_after_what_there_is() {
    let options = Options { follow: false, ..Options::default() };
    let mut world = World::new(options, vec![log("a", [0])]);
    world.deliver_all();
    world.end(0, Ending::Clean);
    assert!(world.engine.is_finished());
    assert_eq!(world.requests.len(), 1);
}

#[test]
fn a_stream_past_its_budget_is_not_wanted() {
    let long = "x".repeat(1000);
    let many: Log = (0..2000).map(|at| (at * MILLISECOND, long.clone())).collect();
    let mut world = World::new(Options::default(), vec![many, Log::new()]);
    let (stream, _) = world.open[0];
    assert!(world.engine.wants(stream));
    world.deliver(0, usize::MAX);
    assert!(!world.engine.wants(stream));
    world.wait(Duration::from_secs(2));
    assert!(world.engine.wants(stream));
}

#[test]
fn a_line_past_the_budget_is_read_to_its_end() {
    let mut world = World::new(Options::default(), vec![vec![(0, "x".repeat(LONGEST_MESSAGE))], Log::new()]);
    let (stream, _) = world.open[0];
    while !world.open[0].1.is_empty() {
        assert!(world.engine.wants(stream), "{} bytes are left", world.open[0].1.len());
        world.deliver(0, 1 << 16);
    }
    world.wait(Duration::from_secs(2));
    assert_eq!(world.messages(0)[0].len(), LONGEST_MESSAGE);
}

#[test]
fn a_busy_log_is_taken_up_again_once() {
    let long = "x".repeat(1000);
    let at = |number: i64| 1_000_000 * MILLISECOND + number * MILLISECOND / 2;
    let busy: Log = (0..2000).map(|number| (at(number), format!("{number} {long}"))).collect();
    let mut world = World::new(Options::default(), vec![busy.clone()]);
    world.deliver_all();
    world.end(0, Ending::Broken("cut".to_owned()));
    world.wait(Duration::from_secs(1));
    (0..200).for_each(|_| world.deliver(0, 16 << 10));
    world.wait(Duration::from_secs(1));
    assert_eq!(world.messages(0), texts(&busy));
}

#[test]
fn a_later_run_is_taken_up_from_its_beginning() {
    let options = Options { tail: Some(1), ..Options::default() };
    let mut world = World::new(options, vec![log("old", [0])]);
    world.deliver_all();
    world.previous = std::mem::replace(&mut world.logs, vec![log("new", [100, 10])]);
    world.pod = pod(Phase::Running, vec![running(1)]);
    world.end(0, Ending::Clean);
    world.deliver_all();
    world.end(0, Ending::Clean);
    world.end(0, Ending::Broken("cut".to_owned()));
    world.wait(Duration::from_secs(1));
    assert_eq!(world.requests.last().map(|request| (request.since, request.tail)), Some((None, None)));
}

#[test]
fn a_log_that_was_silent_is_asked_again_for_what_was_asked_first() {
    let time = Since::Time(Stamp(0));
    for (since, tail, again) in [
        (None, None, None),
        (None, Some(1), None),
        (Some(time), None, Some(time)),
        (Some(Since::Age(5)), Some(1), Some(Since::Age(126))),
        (None, Some(0), Some(Since::Age(64))),
    ] {
        let mut world = World::new(Options { since, tail, ..Options::default() }, vec![Log::new()]);
        world.wait(Duration::from_secs(60));
        world.wait(Duration::from_secs(60));
        world.end(0, Ending::Broken("cut".to_owned()));
        world.wait(Duration::from_secs(1));
        let request = world.requests.iter().rfind(|request| request.follow).unwrap();
        assert_eq!((request.since, request.tail), (again, None), "{since:?} {tail:?}");
    }
}

#[test]
fn a_backlog_that_stalls_at_its_beginning_is_not_lost() {
    let mut world = World::new(Options::default(), vec![log("a", [0, 10])]);
    world.wait(Duration::from_millis(300));
    world.end(0, Ending::Broken("cut".to_owned()));
    world.wait(Duration::from_secs(1));
    world.deliver_all();
    assert_eq!(world.messages(0), ["a 0", "a 1"]);
}

#[test]
fn an_unfinished_first_line_is_not_lost() {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    world.deliver(0, 33);
    world.wait(Duration::from_millis(300));
    world.end(0, Ending::Clean);
    world.wait(Duration::from_secs(1));
    world.deliver_all();
    assert_eq!(world.messages(0), ["a 0"]);
}

/// The pod was asked for before the watch told that the container began, and answers after it.
#[test]
fn an_answer_from_before_the_beginning_does_not_end_it() {
    let mut world = World::new(Options::default(), vec![Log::new()]);
    world.logs.push(log("b", [0]));
    world.previous.push(Log::new());
    let before = pod(Phase::Pending, vec![running(0), waiting()]);
    world.pod = pod(Phase::Running, vec![running(0), running(0)]);
    world.engine.handle(Event::Pod(&before), world.now);
    world.engine.handle(Event::Pod(&world.pod.clone()), world.now);
    let Some(Action::Open(request)) = world.engine.next_action() else { panic!("no request") };
    world.engine.handle(Event::Opened(request.stream), world.now);
    world.engine.handle(Event::Pod(&before), world.now);
    world.requests.push(request.clone());
    let text = world.served(&request);
    world.open.push((request.stream, text));
    world.see_pod();
    world.deliver_all();
    world.wait(Duration::from_secs(1));
    assert_eq!(world.messages(1), ["b 0"]);
}

#[test]
fn a_stream_of_another_run_is_not_believed() {
    let mut world = World::new(Options::default(), vec![log("old", [0, 10])]);
    world.deliver_all();
    world.end(0, Ending::Broken("cut".to_owned()));
    // The container restarts before the stream is taken up again.
    world.previous = std::mem::replace(&mut world.logs, vec![log("new", [5000, 10])]);
    world.pod = pod(Phase::Running, vec![running(1)]);
    world.wait(Duration::from_millis(300));
    world.finish();
    assert_eq!(world.messages(0), ["old 0", "old 1", "new 0", "new 1"]);
    assert_eq!(world.engine.summary().gaps, 0);
}

/// The apiserver learns of a restart later than the kubelet, whose word the log is: it names the old run for a while.
#[test]
fn the_next_run_is_not_taken_for_the_old_one_though_the_pod_says_so() {
    for millis in [0, 100, 400, 1_000, 20_000] {
        let mut world = World::new(Options::default(), vec![log("old", [0, 10, 10])]);
        world.deliver(0, 60);
        world.end(0, Ending::Clean);
        world.previous = std::mem::replace(&mut world.logs, vec![log("new", [100, 10])]);
        for _ in 0..millis / 100 {
            world.wait(Duration::from_millis(100));
            world.deliver_all();
            world.end_those_of_old_runs();
        }
        world.pod = pod(Phase::Running, vec![running(1)]);
        world.see_pod();
        world.finish();
        assert_eq!(world.messages(0), ["old 0", "old 1", "old 2", "new 0", "new 1"], "after {millis} ms");
        assert_eq!(world.engine.summary().gaps, 0, "after {millis} ms");
    }
}

#[test]
fn a_log_that_was_rotated_away_is_told_from_that_of_another_run() {
    let mut world = World::new(Options::default(), vec![log("a", [0, 10])]);
    world.deliver_all();
    world.logs = vec![log("b", [5000, 10])];
    world.end(0, Ending::Broken("cut".to_owned()));
    for _ in 0..10 {
        world.wait(Duration::from_millis(300));
        world.deliver_all();
        world.end_those_of_old_runs();
    }
    assert_eq!(world.messages(0), ["a 0", "a 1", "b 0", "b 1"]);
    assert!(matches!(world.notes()[..], [.., Note::Gap { from: Some(_), to: Some(_) }]), "{:?}", world.notes());
}

#[test]
fn an_unfinished_line_after_what_was_rotated_away_ends_it() {
    let mut world = World::new(Options::default(), vec![log("a", [0, 10])]);
    world.deliver_all();
    world.logs = vec![log("b", [5000])];
    world.pod = pod(Phase::Running, vec![terminated(0)]);
    world.end(0, Ending::Broken("cut".to_owned()));
    world.pod = pod(Phase::Succeeded, vec![terminated(0)]);
    world.see_pod();
    for _ in 0..20 {
        world.open.iter_mut().for_each(|(_, text)| text.truncate(text.len().saturating_sub(1)));
        world.deliver_all();
        world.end(0, Ending::Clean);
        world.wait(Duration::from_secs(20));
    }
    assert!(world.engine.is_finished(), "{:#?}", world.requests);
    assert_eq!(world.messages(0), ["a 0", "a 1", "b 0"]);
    assert!(matches!(world.notes()[..], [.., Note::Gap { .. }, _]), "{:?}", world.notes());
}

#[test]
fn two_restarts_at_once_leave_a_gap_and_the_run_between_is_read() {
    let mut world = World::new(Options::default(), vec![log("first", [0])]);
    world.deliver_all();
    world.previous = vec![log("second", [5000])];
    world.logs = vec![log("third", [9000])];
    world.pod = pod(Phase::Running, vec![running(2)]);
    world.end(0, Ending::Broken("cut".to_owned()));
    for _ in 0..10 {
        world.wait(Duration::from_millis(300));
        world.deliver_all();
        world.end_those_of_old_runs();
    }
    assert_eq!(world.messages(0), ["first 0", "second 0", "third 0"]);
    let ended = Note::Terminated(Ended { exit_code: 0, reason: "Completed".to_owned() });
    let gap = Note::Gap { from: Some(Stamp(1_000_000 * MILLISECOND)), to: None };
    assert_eq!(world.notes(), [gap, Note::Restarted(1), ended, Note::Restarted(2)]);
}

#[test]
fn lines_are_held_until_the_pod_says_whose_they_are() {
    let mut engine = Engine::new(Options::default());
    let seen = pod(Phase::Running, vec![running(0)]);
    engine.handle(Event::Pod(&seen), Tick::ZERO);
    let Some(Action::Open(request)) = engine.next_action() else { panic!("no request") };
    engine.handle(Event::Opened(request.stream), Tick::ZERO);
    engine.handle(Event::Bytes(request.stream, &text(0, "old")), Tick::ZERO);
    let mut collected = Collected::default();
    engine.write(&mut collected);
    assert_eq!(collected.lines, []);
    let Some(Action::Look { uid, .. }) = engine.next_action() else { panic!("no question") };
    engine.handle(Event::Looked { uid: &uid, pod: Some(&seen) }, Tick::ZERO);
    engine.write(&mut collected);
    assert_eq!(collected.lines, [(0, "old".to_owned())]);
}

#[test]
fn a_rest_that_is_refused_does_not_keep_the_next_run_away() {
    let mut engine = Engine::new(Options::default());
    let next_request = |engine: &mut Engine, pod: &Pod| loop {
        match engine.next_action().expect("something to do") {
            Action::Open(request) => return request,
            Action::Look { uid, .. } => engine.handle(Event::Looked { uid: &uid, pod: Some(pod) }, Tick::ZERO),
        }
    };
    let before = pod(Phase::Running, vec![running(0)]);
    engine.handle(Event::Pod(&before), Tick::ZERO);
    let first = next_request(&mut engine, &before);
    engine.handle(Event::Opened(first.stream), Tick::ZERO);
    engine.handle(Event::Looked { uid: "uid", pod: Some(&before) }, Tick::ZERO);
    engine.handle(Event::Closed(first.stream, Ending::Clean), Tick::ZERO);
    let after = pod(Phase::Running, vec![running(1)]);
    engine.handle(Event::Pod(&after), Tick::ZERO);
    let rest = next_request(&mut engine, &after);
    assert!(rest.previous);
    let why = Refusal::Never("unable to retrieve container logs".to_owned());
    engine.handle(Event::Refused(rest.stream, why), Tick::ZERO);
    assert!(!next_request(&mut engine, &after).previous);
}

#[test]
fn a_quiet_container_that_is_asked_for_again_and_again_holds_nobody_up() {
    let mut world = World::new(Options::default(), vec![log("a", [0]), Log::new()]);
    world.wait(Duration::from_secs(1));
    for _ in 0..8 {
        world.wait(Duration::from_secs(5));
        if let Some(at) = world.open.iter().position(|(stream, _)| stream.track.index() == 1) {
            world.end(at, Ending::Clean);
        }
    }
    world.deliver_all();
    world.wait(Duration::from_millis(1500));
    assert_eq!(world.messages(0), ["a 0"]);
}

#[test]
fn a_pod_that_is_over_ends_though_a_container_is_said_to_run() {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    world.deliver_all();
    world.pod = pod(Phase::Failed, vec![running(0)]);
    world.see_pod();
    world.end(0, Ending::Clean);
    assert!(world.engine.is_finished());
}

#[test]
fn a_dead_node_does_not_keep_a_pod_that_is_gone() {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    world.deliver_all();
    world.engine.handle(Event::PodGone { uid: "uid", last: None }, world.now);
    assert!(world.engine.deadline().is_some());
    world.wait(Duration::from_secs(6));
    assert!(world.engine.is_finished());
}

#[test]
fn a_pod_that_cannot_be_watched_is_asked_for_now_and_then() {
    let mut world = World::new(Options::default(), vec![log("old", [0])]);
    world.engine.handle(Event::Unwatched { uid: "uid" }, world.now);
    world.deliver_all();
    world.pod = pod(Phase::Running, vec![terminated(0)]);
    world.end(0, Ending::Clean);
    world.deliver_all();
    world.end(0, Ending::Clean);
    world.previous = std::mem::replace(&mut world.logs, vec![log("new", [100])]);
    world.pod = pod(Phase::Running, vec![running(1)]);
    assert!(world.engine.deadline().is_some());
    world.wait(Duration::from_secs(3));
    world.deliver_all();
    assert_eq!(world.messages(0), ["old 0", "new 0"]);
}

#[test]
fn what_a_forgotten_run_had_said_is_kept_and_its_gap_is_said_once() {
    let mut world = World::new(Options::default(), vec![log("old", [0])]);
    let half = world.open[0].1.len() - 2;
    world.deliver(0, half);
    world.logs = vec![log("new", [100])];
    world.pod = pod(Phase::Running, vec![running(3)]);
    world.end(0, Ending::Clean);
    world.deliver_all();
    assert_eq!(world.messages(0), ["old ", "new 0"]);
    assert_eq!(world.engine.summary().gaps, 1);
}

#[test]
fn what_is_held_is_written_when_no_time_is_left() {
    let mut world = World::new(Options::default(), vec![log("a", [0])]);
    world.deliver_all();
    // Nothing of it is found again: it was rotated away.
    world.logs = vec![log("b", [5000])];
    world.end(0, Ending::Broken("cut".to_owned()));
    world.wait(Duration::from_millis(300));
    world.deliver_all();
    world.engine.release(world.now);
    world.act();
    assert_eq!(world.messages(0), ["a 0", "b 0"]);
}

#[test]
fn without_following_a_restart_is_not_followed() {
    let options = Options { follow: false, ..Options::default() };
    let mut world = World::new(options, vec![log("a", [0]), log("b", [0])]);
    world.deliver_all();
    world.end(0, Ending::Clean);
    let requests = world.requests.len();
    world.pod = pod(Phase::Running, vec![running(1), running(1)]);
    world.see_pod();
    assert_eq!(world.requests.len(), requests);
}

#[test]
fn without_following_what_cannot_be_had_any_more_is_named_as_a_gap() {
    let options = Options { follow: false, ..Options::default() };
    let mut world = World::new(options, vec![log("a", [0, 10])]);
    world.deliver(0, 40);
    world.pod = pod(Phase::Running, vec![running(2)]);
    world.end(0, Ending::Broken("cut".to_owned()));
    assert_eq!(world.messages(0).len(), 1);
    assert!(matches!(world.notes()[..], [Note::Gap { from: Some(_), to: None }]), "{:?}", world.notes());
    assert!(world.engine.is_finished());
}

#[test]
fn a_backlog_that_was_not_read_is_still_a_backlog() {
    let long = "x".repeat(1000);
    let part = |numbers: std::ops::Range<i64>| -> Vec<u8> {
        numbers.flat_map(|number| text(number * MILLISECOND, &long)).collect()
    };
    let mut engine = Engine::new(Options::default());
    let pod = pod(Phase::Running, vec![running(0), running(0)]);
    engine.handle(Event::Pod(&pod), Tick::ZERO);
    let mut streams = Vec::new();
    while let Some(action) = engine.next_action() {
        match action {
            Action::Open(request) => {
                engine.handle(Event::Opened(request.stream), Tick::ZERO);
                streams.push(request.stream);
            }
            Action::Look { uid, .. } => engine.handle(Event::Looked { uid: &uid, pod: Some(&pod) }, Tick::ZERO),
        }
    }
    // The first half of one backlog fills the budget; the other brings lines from the time of the second half.
    engine.handle(Event::Bytes(streams[0], &part(0..1500)), Tick::ZERO);
    engine.handle(Event::Bytes(streams[1], &part(1400..2900)), Tick::ZERO);
    assert!(!engine.wants(streams[0]));
    // Nobody takes our output for a while.
    let later = Tick::from_secs(1);
    engine.handle(Event::Drained { since: later }, later);
    let mut collected = Collected::default();
    engine.write(&mut collected);
    engine.handle(Event::Bytes(streams[0], &part(1500..3000)), later);
    engine.write(&mut collected);
    assert_eq!(engine.summary().late, 0);
}
