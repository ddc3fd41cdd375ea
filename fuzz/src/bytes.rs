//! Two containers whose streams bring any bytes, and end with their pod.

use std::time::Duration;

use arbitrary::Arbitrary;
use kubectl_sidecar::logs::{Action, Ending, Engine, Event, Note, Options, RawLine, Sink, Source, StreamId, TrackId};
use kubectl_sidecar::pod::Pod;

use crate::pods::{ServedPod, uid};
use crate::server::{Run, Served};

/// Bytes of one of the two streams.
#[derive(Debug, Clone, Arbitrary)]
pub struct Piece {
    second: bool,
    bytes: Vec<u8>,
}

/// What came out of a container: its messages, with their stamps, and how much of each was cut.
pub type Output = [Vec<(Vec<u8>, i64, u64)>; 2];

#[derive(Debug, Default)]
struct Collected(Output);

impl Sink for Collected {
    fn line(&mut self, track: TrackId, _: &Source, line: RawLine<'_>) {
        self.0[track.index()].push((line.message.to_vec(), line.stamp.0, line.cut));
    }

    fn note(&mut self, _: &Source, _: &Note) {}

    fn is_full(&self) -> bool {
        false
    }

    fn forget(&mut self, _: TrackId) {}
}

/// What comes out when the pieces come in turn, each cut into pieces of at most so many bytes; then both streams end.
pub fn output(pieces: &[Piece], size: usize) -> Output {
    let running = || Served { runs: vec![Run::default()], waits: false };
    let pod = ServedPod::new("pod".to_owned(), vec![running(), running()]).said(0);
    let mut engine = Engine::new(Options { follow: false, ..Options::default() });
    let mut collected = Collected::default();
    engine.handle(Event::Pod(&pod), Duration::ZERO);
    let streams = open(&mut engine, &pod);
    for piece in pieces {
        let stream = streams[usize::from(piece.second)];
        for bytes in piece.bytes.chunks(size) {
            engine.handle(Event::Bytes(stream, bytes), Duration::ZERO);
            engine.write(&mut collected);
        }
    }
    for stream in streams {
        engine.handle(Event::Closed(stream, Ending::Clean), Duration::ZERO);
    }
    engine.write(&mut collected);
    assert!(engine.is_finished(), "{engine:#?}");
    collected.0
}

/// Answers all that the engine asks for: both streams are open, and known to be of the runs that were meant.
fn open(engine: &mut Engine, pod: &Pod) -> Vec<StreamId> {
    let mut streams = Vec::new();
    while let Some(action) = engine.next_action() {
        match action {
            Action::Open(request) => {
                streams.push(request.stream);
                engine.handle(Event::Opened(request.stream), Duration::ZERO);
            }
            Action::Look { .. } => engine.handle(Event::Looked { uid: &uid(0), pod: Some(pod) }, Duration::ZERO),
        }
    }
    streams
}
