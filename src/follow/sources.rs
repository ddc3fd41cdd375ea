//! All that the engine hears from: the pod watches, the streams, answers to questions, and Ctrl-C.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{AbortHandle, Abortable, BoxFuture};
use futures_util::stream::{self, BoxStream, FuturesUnordered, SelectAll};
use futures_util::{FutureExt, StreamExt};

use super::recording::RecordedEngine;
use super::translation::{log_request, refusal};
use crate::cluster::{
    Change, Cluster, JobEvent, Listed, LogBody, LogOpenError, NoLog, PodEvent, Pods, Scope, Selection, StreamError,
    Watch,
};
use crate::error::{Error, Kind, Result};
use crate::logs::{Action, Ending, Engine, Event, Request, StreamId, Tick};
use crate::pod::Pod;

/// Requests for logs that are begun at the same time, and questions about pods.
const OPENED_AT_ONCE: usize = 16;

/// A server may answer as late as with the log's first byte: after so long, the next request is begun all the same.
const OPENING_AFTER: Duration = Duration::from_millis(250);

/// A question about a pod that is not answered for so long is asked again.
const LOOK_WITHIN: Duration = Duration::from_secs(10);

/// How long after a question of ours that was not answered it is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// A watch: what it tells is marked with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct WatchId(pub(super) u32);

/// What a watch tells.
pub(super) enum News {
    Pods(Result<PodEvent>),
    Jobs(Result<JobEvent>),
}

/// Something that happened.
pub(super) enum Happened {
    Bytes(Piece),
    Opened(StreamId, Answer),
    /// The engine's question was answered. `Ok(None)`: the pod is gone.
    Looked {
        uid: String,
        answer: Result<Option<Pod>>,
    },
    /// Our own question was answered, likewise.
    Answered {
        uid: String,
        answer: Result<Option<Pod>>,
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

/// A question about a pod.
struct Question {
    namespace: Option<String>,
    name: String,
    uid: String,
    asker: Asker,
}

/// Who wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    /// The engine, which needs to know how the pod was when the question was asked, or later.
    Engine,
    /// Who follows, whether it is still there.
    Follower,
}

pub(super) struct Sources {
    cluster: Cluster,
    watches: SelectAll<Abortable<BoxStream<'static, (WatchId, News)>>>,
    /// What ends each of them.
    watch_ends: HashMap<WatchId, AbortHandle>,
    watches_begun: u32,
    to_open: VecDeque<Request>,
    opening: FuturesUnordered<BoxFuture<'static, (StreamId, Opening)>>,
    slow: FuturesUnordered<BoxFuture<'static, (StreamId, Answer)>>,
    to_look: VecDeque<Question>,
    looking: FuturesUnordered<BoxFuture<'static, (Question, Result<Option<Pod>>)>>,
    /// Questions to be asked again.
    later: FuturesUnordered<BoxFuture<'static, Question>>,
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
            cluster,
            watches: SelectAll::new(),
            watch_ends: HashMap::new(),
            watches_begun: 0,
            to_open: VecDeque::new(),
            opening: FuturesUnordered::new(),
            slow: FuturesUnordered::new(),
            to_look: VecDeque::new(),
            looking: FuturesUnordered::new(),
            later: FuturesUnordered::new(),
            reading: FuturesUnordered::new(),
            paused: Vec::new(),
            interrupt: interrupted().boxed(),
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
                self.look(Question { namespace, name, uid, asker: Asker::Engine });
            }
        }
    }

    /// Begins to watch pods.
    pub(super) fn watch_pods(&mut self, scope: Scope, selection: Selection) -> WatchId {
        let watch = self.cluster.pods_in(scope).watch(selection);
        self.begin_watch(watch, News::Pods)
    }

    /// Begins to watch Jobs.
    pub(super) fn watch_jobs(&mut self, namespace: &str, selection: Selection) -> WatchId {
        let watch = self.cluster.jobs(namespace).watch(selection);
        self.begin_watch(watch, News::Jobs)
    }

    fn begin_watch<K: Listed>(&mut self, watch: Watch<K>, news: fn(Result<Change<K>>) -> News) -> WatchId {
        let id = WatchId(self.watches_begun);
        self.watches_begun += 1;
        let next = move |mut watch: Watch<K>| async move {
            let event = watch.next().await?;
            Some(((id, news(event)), watch))
        };
        let (watch, end) = stream::abortable(stream::unfold(watch, next).boxed());
        self.watches.push(watch);
        self.watch_ends.insert(id, end);
        id
    }

    /// That watch is of no use any more.
    pub(super) fn end_watch(&mut self, watch: WatchId) {
        if let Some(end) = self.watch_ends.remove(&watch) {
            end.abort();
        }
    }

    /// Asks whether a pod is still there.
    pub(super) fn ask(&mut self, namespace: String, name: String, uid: String) {
        self.look(Question { namespace: Some(namespace), name, uid, asker: Asker::Follower });
    }

    /// Asks again, in a while.
    pub(super) fn ask_later(&mut self, namespace: String, name: String, uid: String) {
        let question = Question { namespace: Some(namespace), name, uid, asker: Asker::Follower };
        self.later.push(
            async move {
                tokio::time::sleep(ASK_AGAIN).await;
                question
            }
            .boxed(),
        );
    }

    fn look(&mut self, question: Question) {
        self.to_look.push_back(question);
        self.look_more();
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
            Some((Question { uid, asker, .. }, answer)) = self.looking.next() => {
                self.look_more();
                match asker {
                    Asker::Engine => Happened::Looked { uid, answer },
                    Asker::Follower => Happened::Answered { uid, answer },
                }
            }
            Some(question) = self.later.next() => {
                self.look(question);
                Happened::Nothing
            }
            Some(piece) = self.reading.next() => Happened::Bytes(piece),
            else => std::future::pending().await,
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

    fn look_more(&mut self) {
        while self.looking.len() < OPENED_AT_ONCE
            && let Some(question) = self.to_look.pop_front()
        {
            let pods = self.pods_of(question.namespace.as_deref());
            let answer = async move {
                let answer = look(&pods, &question.name).await;
                (question, answer)
            };
            self.looking.push(answer.boxed());
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

/// Without a signal handler, Ctrl-C still ends the program.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn read(stream: StreamId, mut body: LogBody) -> BoxFuture<'static, Piece> {
    async move {
        let frame = body.frame().await;
        Piece { stream, body, frame }
    }
    .boxed()
}

async fn look(pods: &Pods, name: &str) -> Result<Option<Pod>> {
    let answer = tokio::time::timeout(LOOK_WITHIN, pods.get(name)).await;
    match answer.unwrap_or_else(|_| Err(Error::unreachable("no answer"))) {
        Ok(pod) => Ok(Some(Pod::from(&pod))),
        Err(error) if error.kind() == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
