//! The log engine by itself: bytes in, lines out, without a network and without an output.
//!
//! `cargo bench` measures; `cargo bench -- --test` only tries.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be made fails")]

use std::fmt::Write;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use k8s_openapi::api::core::v1;
use kubectl_sidecar::logs::{
    Action, Ending, Engine, Event, LineFilter, LinePatterns, Note, Options, RawLine, Sink, Source, StreamId, Tick,
    TrackId,
};
use kubectl_sidecar::pod::Pod;
use memchr::memchr_iter;
use serde_json::json;

fn main() {
    divan::main();
}

/// Lines of all containers together.
const LINES: usize = 100_000;

/// As a connection brings them at once.
const FRAME: usize = 16 << 10;

/// 90 bytes behind the stamp, as in a usual log.
const MESSAGE: &str = "GET /index.html 200 with some text behind it, so that it is as long as the usual line of a log.";

/// Between two lines, in nanoseconds: many share a second.
const BUSY: usize = 10_000;

/// Between two lines, in nanoseconds: none share a second.
const SLOW: usize = 1_000_000_000;

/// Counts what comes.
#[derive(Default)]
struct Count {
    lines: usize,
}

impl Sink for Count {
    fn line(&mut self, _: TrackId, _: &Source, line: RawLine<'_>) {
        black_box(line);
        self.lines += 1;
    }
    fn note(&mut self, _: &Source, note: &Note) {
        black_box(note);
    }
    fn is_full(&self) -> bool {
        false
    }
    fn forget(&mut self, _: TrackId) {}
}

/// Finding the ends of lines: the fewer lines in as many bytes, the less else there is to do.
#[divan::bench(args = [10, 100, 1000, 10_000])]
fn scanner_by_length_of_message(bencher: Bencher<'_, '_>, length: usize) {
    let logs = logs(1, 10_000_000 / length.max(100), BUSY, &"x".repeat(length));
    bencher.counter(BytesCount::new(logs[0].len())).bench(|| read(&logs));
}

/// Reading stamps: messages are empty, so there is little else.
#[divan::bench(args = [BUSY, SLOW])]
fn stamp_parser_by_nanoseconds_between(bencher: Bencher<'_, '_>, step: usize) {
    let logs = logs(1, LINES, step, "");
    bencher.counter(ItemsCount::new(LINES)).bench(|| read(&logs));
}

/// Putting lines in order: the same number of them, of ever more containers, each line of another one.
#[divan::bench(args = [1, 2, 50, 1000])]
fn merge_by_containers(bencher: Bencher<'_, '_>, containers: usize) {
    let logs = logs(containers, LINES, BUSY, MESSAGE);
    bencher.counter(ItemsCount::new(LINES)).bench(|| read(&logs));
}

/// Choosing lines: by nothing, by a word that none has, by one that all have, and by several, of which one is an expression.
#[divan::bench(args = [&[][..], &["nowhere"], &["GET"], &["POST", "PUT", "DELETE", r"\b5\d\d\b"]])]
fn filter_by_patterns(bencher: Bencher<'_, '_>, patterns: &[&str]) {
    let logs = logs(2, LINES, BUSY, MESSAGE);
    let include = LinePatterns::new(patterns.iter().copied(), false).unwrap();
    bencher.counter(ItemsCount::new(LINES)).bench(|| {
        let filter = include.clone().map(|include| LineFilter::new(Some(include), None, 0));
        read_into(&logs, &mut Filtered { filter, count: Count::default() });
    });
}

/// Counts what is shown.
struct Filtered {
    filter: Option<LineFilter>,
    count: Count,
}

impl Sink for Filtered {
    fn line(&mut self, track: TrackId, source: &Source, line: RawLine<'_>) {
        match &mut self.filter {
            Some(filter) => filter.take(track, line, |line| self.count.line(track, source, line)),
            None => self.count.line(track, source, line),
        }
    }
    fn note(&mut self, source: &Source, note: &Note) {
        self.count.note(source, note);
    }
    fn is_full(&self) -> bool {
        false
    }
    fn forget(&mut self, _: TrackId) {}
}

/// Reads all logs, and gets all lines.
fn read(logs: &[Vec<u8>]) {
    let mut count = Count::default();
    read_into(logs, &mut count);
    assert_eq!(count.lines, logs.iter().map(|log| memchr_iter(b'\n', log).count()).sum::<usize>());
}

/// Reads all logs as an engine is driven: a frame of each in turn, then what may go out.
fn read_into(logs: &[Vec<u8>], sink: &mut impl Sink) {
    let pod = pod(logs.len());
    let options = Options { follow: false, ..Options::default() };
    let mut engine = Engine::new(options);
    let mut open = Vec::new();
    engine.handle(Event::Pod(&pod), Tick::ZERO);
    while !engine.is_finished() {
        act(&mut engine, &pod, &mut open);
        open.retain_mut(|(stream, at)| read_frame(&mut engine, *stream, at, &logs[stream.track.index()]));
        engine.write(sink);
    }
}

/// Does what the engine asks for, as a server that answers at once.
fn act(engine: &mut Engine, pod: &Pod, open: &mut Vec<(StreamId, usize)>) {
    while let Some(action) = engine.next_action() {
        match action {
            Action::Look { uid, .. } => engine.handle(Event::Looked { uid: &uid, pod: Some(pod) }, Tick::ZERO),
            Action::Open(request) => {
                engine.handle(Event::Opened(request.stream), Tick::ZERO);
                open.push((request.stream, 0));
            }
        }
    }
}

/// Whether there is more to read.
fn read_frame(engine: &mut Engine, stream: StreamId, at: &mut usize, log: &[u8]) -> bool {
    if !engine.wants(stream) {
        return true;
    }
    let end = log.len().min(*at + FRAME);
    engine.handle(Event::Bytes(stream, &log[*at..end]), Tick::ZERO);
    *at = end;
    if end == log.len() {
        engine.handle(Event::Closed(stream, Ending::Clean), Tick::ZERO);
    }
    end < log.len()
}

/// So many lines of so many containers, turn by turn.
fn logs(containers: usize, lines: usize, step: usize, message: &str) -> Vec<Vec<u8>> {
    let mut logs = vec![String::new(); containers];
    for number in 0..lines {
        let nanoseconds = number * step;
        let [second, fraction] = [nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000];
        let [minute, hour, day] = [second / 60, second / 3600, second / 86_400];
        let date = format!("2026-01-{:02}T{:02}:{:02}:{:02}", day + 1, hour % 24, minute % 60, second % 60);
        writeln!(logs[number % containers], "{date}.{fraction:09}Z {message}").unwrap();
    }
    logs.into_iter().map(String::into_bytes).collect()
}

/// A pod that is done: its logs end where they end.
fn pod(containers: usize) -> Pod {
    let names: Vec<_> = (0..containers).map(|number| format!("c{number}")).collect();
    let ended = json!({"terminated": {"exitCode": 0, "reason": "Completed", "containerID": "containerd://1"}});
    let statuses = names.iter().map(|name| {
        let id = format!("containerd://{name}");
        json!({"name": name, "image": "", "imageID": "", "containerID": id, "ready": false, "restartCount": 0, "state": ended})
    });
    let pod: v1::Pod = serde_json::from_value(json!({
        "metadata": {"name": "pod", "namespace": "default", "uid": "1"},
        "spec": {"containers": names.iter().map(|name| json!({"name": name})).collect::<Vec<_>>()},
        "status": {"phase": "Succeeded", "containerStatuses": statuses.collect::<Vec<_>>()},
    }))
    .unwrap();
    Pod::from(&pod)
}
