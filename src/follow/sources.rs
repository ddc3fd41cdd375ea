//! All that the engine hears from: the pod watches, the streams, answers to questions, and Ctrl-C.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};

use super::questions::{self, Asker, Question, Questions};
use super::recording::RecordedEngine;
use super::translation::{log_request, refusal};
use super::watches::{News, WatchId, Watches};
use crate::cluster::{Cluster, LogBody, LogOpenError, NoLog, Pods, StreamError};
use crate::diagnosis;
use crate::logs::{Action, Ending, Engine, Event, Request, StreamId, Tick};
use crate::pod::Pod;
use crate::system;

/// Requests for logs that are begun at the same time.
const OPENED_AT_ONCE: usize = 16;

/// A server may answer as late as with the log's first byte: after so long, the next request is begun all the same.
const OPENING_AFTER: Duration = Duration::from_millis(250);

/// Something that happened.
pub(super) enum Happened {
    Bytes(Piece),
    Opened(StreamId, Answer),
    /// A question about a pod was answered.
    Answered(Question, questions::Answer),
    /// What the cluster said of a pod that does not run.
    Explained {
        pod: Box<Pod>,
        events: Vec<diagnosis::Event>,
    },
    /// A watch told something.
    Watched(WatchId, News),
    Interrupted,
    /// Time passed, or output was written.
    Nothing,
}

/// How a request for a log was answered.
type Answer = std::result::Result<LogBody, LogOpenError>;

/// A request for a log, after the first moments.
enum Opening {
    Answered(Answer),
    /// Nothing came yet.
    Slow(BoxFuture<'static, Answer>),
}

/// What one stream brought, and the stream, to be read on.
pub(super) struct Piece {
    stream: StreamId,
    body: LogBody,
    frame: Option<std::result::Result<Bytes, StreamError>>,
}

pub(super) struct Sources {
    cluster: Cluster,
    pub(super) watches: Watches,
    to_open: VecDeque<Request>,
    opening: FuturesUnordered<BoxFuture<'static, (StreamId, Opening)>>,
    slow: FuturesUnordered<BoxFuture<'static, (StreamId, Answer)>>,
    pub(super) questions: Questions,
    explaining: FuturesUnordered<BoxFuture<'static, (Pod, Vec<diagnosis::Event>)>>,
    reading: FuturesUnordered<BoxFuture<'static, Piece>>,
    /// Streams whose lines are past their budget.
    paused: Vec<(StreamId, LogBody)>,
    interrupt: BoxFuture<'static, ()>,
    /// What to do about logs that the server refused to show, each thing once.
    next_steps: Vec<String>,
}

impl Sources {
    pub(super) fn new(cluster: Cluster) -> Self {
        Self {
            watches: Watches::new(cluster.clone()),
            questions: Questions::new(cluster.clone()),
            cluster,
            to_open: VecDeque::new(),
            opening: FuturesUnordered::new(),
            slow: FuturesUnordered::new(),
            explaining: FuturesUnordered::new(),
            reading: FuturesUnordered::new(),
            paused: Vec::new(),
            interrupt: system::interrupted().boxed(),
            next_steps: Vec::new(),
        }
    }

    /// Does what the engine asks for, or begins to.
    pub(super) fn act(&mut self, action: Action) {
        match action {
            Action::Open(request) => {
                self.to_open.push_back(request);
                self.open_more();
            }
            Action::Look { namespace, name, uid } => {
                self.questions.ask(Question { namespace, name, uid, asker: Asker::Engine });
            }
        }
    }

    /// Asks what the cluster said of a pod. Who may not know hears less.
    pub(super) fn ask_for_events(&mut self, pod: Pod) {
        let pods = self.pods_of(pod.namespace.as_deref());
        self.explaining.push(
            async move {
                let said = pods.events_of(&pod.name, pod.uid.as_deref().unwrap_or_default()).await;
                let events = said.unwrap_or_default().iter().map(diagnosis::Event::from).collect();
                (pod, events)
            }
            .boxed(),
        );
    }

    /// Reads on where the engine has room again.
    pub(super) fn resume_paused(&mut self, engine: &Engine) {
        for (stream, body) in std::mem::take(&mut self.paused) {
            self.read_on(stream, body, engine);
        }
    }

    /// Waits for Ctrl-C, and for nothing else. Cancel safe.
    pub(super) async fn interrupted(&mut self) {
        (&mut self.interrupt).await;
    }

    /// What happens next. Cancel safe.
    pub(super) async fn next(&mut self) -> Happened {
        tokio::select! {
            biased;
            () = &mut self.interrupt => Happened::Interrupted,
            Some((watch, news)) = self.watches.next() => Happened::Watched(watch, news),
            Some((stream, opening)) = self.opening.next() => {
                self.open_more();
                match opening {
                    Opening::Answered(answer) => Happened::Opened(stream, answer),
                    Opening::Slow(answer) => {
                        self.slow.push(async move { (stream, answer.await) }.boxed());
                        Happened::Nothing
                    }
                }
            }
            Some((stream, answer)) = self.slow.next() => Happened::Opened(stream, answer),
            (question, answer) = self.questions.next() => Happened::Answered(question, answer),
            Some((pod, events)) = self.explaining.next() => Happened::Explained { pod: Box::new(pod), events },
            Some(piece) = self.reading.next() => Happened::Bytes(piece),
        }
    }

    /// Takes in what streams have ready, at most so many pieces, without waiting. Whether there was any.
    pub(super) fn take_ready(&mut self, most: usize, engine: &mut RecordedEngine, now: Tick) -> bool {
        let mut any = false;
        for _ in 0..most {
            let Some(Some(piece)) = self.reading.next().now_or_never() else { break };
            self.take_piece(piece, engine, now);
            any = true;
        }
        any
    }

    /// Tells the engine what a stream brought, and reads on if it wants more.
    pub(super) fn take_piece(&mut self, piece: Piece, engine: &mut RecordedEngine, now: Tick) {
        let Piece { stream, body, frame } = piece;
        match frame {
            Some(Ok(bytes)) => {
                engine.handle(Event::Bytes(stream, &bytes), now);
                self.read_on(stream, body, engine);
            }
            Some(Err(error)) => engine.handle(Event::Closed(stream, Ending::Broken(error.to_string())), now),
            None => engine.handle(Event::Closed(stream, Ending::Clean), now),
        }
    }

    /// Tells the engine how a request for a log was answered, and reads it if there is one.
    pub(super) fn take_answer(&mut self, stream: StreamId, answer: Answer, engine: &mut RecordedEngine, now: Tick) {
        match answer {
            Ok(body) => {
                engine.handle(Event::Opened(stream), now);
                self.read_on(stream, body, engine);
            }
            Err(refused) => {
                self.remember_next_steps(&refused);
                engine.handle(Event::Refused(stream, refusal(refused)), now);
            }
        }
    }

    /// What to do about logs that the server refused to show.
    pub(super) fn next_steps(&self) -> &[String] {
        &self.next_steps
    }

    fn remember_next_steps(&mut self, refused: &LogOpenError) {
        if matches!(refused.why, NoLog::Denied | NoLog::Refused) {
            for step in refused.error.hints() {
                if !self.next_steps.contains(step) {
                    self.next_steps.push(step.clone());
                }
            }
        }
    }

    /// Reads a stream further, now or when there is room; one that nobody awaits any more is closed.
    fn read_on(&mut self, stream: StreamId, body: LogBody, engine: &Engine) {
        if !engine.awaits(stream) {
            return;
        }
        if engine.wants(stream) {
            self.reading.push(read(stream, body));
        } else {
            self.paused.push((stream, body));
        }
    }

    /// The pods of a namespace; `None`: of the one that is meant where none is named.
    fn pods_of(&self, namespace: Option<&str>) -> Pods {
        self.cluster.pods(namespace.unwrap_or(self.cluster.namespace()))
    }

    fn open_more(&mut self) {
        while self.opening.len() < OPENED_AT_ONCE
            && let Some(request) = self.to_open.pop_front()
        {
            let pods = self.pods_of(request.namespace.as_deref());
            let stream = request.stream;
            let request = log_request(request);
            let mut answer = async move { pods.open_log(&request).await }.boxed();
            let opening = async move {
                match tokio::time::timeout(OPENING_AFTER, &mut answer).await {
                    Ok(answer) => (stream, Opening::Answered(answer)),
                    Err(_) => (stream, Opening::Slow(answer)),
                }
            };
            self.opening.push(opening.boxed());
        }
    }
}

fn read(stream: StreamId, mut body: LogBody) -> BoxFuture<'static, Piece> {
    async move {
        let frame = body.frame().await;
        Piece { stream, body, frame }
    }
    .boxed()
}
