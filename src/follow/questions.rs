//! Questions about pods: whether one is still there, and how it is. So many at the same time, the others wait.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};

use crate::cluster::{Cluster, Pods};
use crate::error::{Error, Result};
use crate::pod::Pod;

/// Questions that are asked at the same time.
const ASKED_AT_ONCE: usize = 16;

/// A question that is not answered for so long is asked again.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// How long after a question of ours that was not answered it is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// A question about a pod.
#[derive(Debug)]
pub(super) struct Question {
    /// `None`: the namespace that is meant where none is named.
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    pub(super) uid: String,
    pub(super) asker: Asker,
}

/// Who wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker {
    /// The engine, which needs to know how the pod was when the question was asked, or later.
    Engine,
    /// Who follows, whether it is still there.
    Follower,
}

/// The pod; `None`: it is gone.
pub(super) type Answer = Result<Option<Box<Pod>>>;

/// All questions that are to be answered.
pub(super) struct Questions {
    cluster: Cluster,
    waiting: VecDeque<Question>,
    asked: FuturesUnordered<BoxFuture<'static, (Question, Answer)>>,
    /// To be asked again.
    later: FuturesUnordered<BoxFuture<'static, Question>>,
}

impl Questions {
    pub(super) fn new(cluster: Cluster) -> Self {
        let (asked, later) = (FuturesUnordered::new(), FuturesUnordered::new());
        Self { cluster, waiting: VecDeque::new(), asked, later }
    }

    /// Asks, or lets it wait for its turn.
    pub(super) fn ask(&mut self, question: Question) {
        self.waiting.push_back(question);
        self.ask_more();
    }

    /// Asks again, in a while.
    pub(super) fn ask_later(&mut self, question: Question) {
        let question = async move {
            tokio::time::sleep(ASK_AGAIN).await;
            question
        };
        self.later.push(question.boxed());
    }

    /// The next answer. Cancel safe.
    pub(super) async fn next(&mut self) -> (Question, Answer) {
        loop {
            tokio::select! {
                Some(answered) = self.asked.next() => {
                    self.ask_more();
                    return answered;
                }
                Some(question) = self.later.next() => self.ask(question),
                else => std::future::pending().await,
            }
        }
    }

    fn ask_more(&mut self) {
        while self.asked.len() < ASKED_AT_ONCE
            && let Some(question) = self.waiting.pop_front()
        {
            let pods = self.cluster.pods(question.namespace.as_deref().unwrap_or(self.cluster.namespace()));
            let answered = async move {
                let answer = look(&pods, &question.name).await;
                (question, answer)
            };
            self.asked.push(answered.boxed());
        }
    }
}

async fn look(pods: &Pods, name: &str) -> Answer {
    let answer = tokio::time::timeout(ANSWER_WITHIN, pods.find(name)).await;
    let found = answer.unwrap_or_else(|_| Err(Error::unreachable("no answer")))?;
    Ok(found.map(|pod| Box::new(Pod::from(&pod))))
}
