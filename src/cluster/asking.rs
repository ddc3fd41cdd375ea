//! Requests that are no streams: how long they may take, which are asked again, and what is said while nothing comes.
//!
//! Only what changes nothing is asked again: a GET without a body. Never what creates; and log streams, watches and commands do
//! not come by here, nor does whoever asks on their behalf and has patience of his own ([`RequestPolicy::once`]).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use kube::Client;
use kube::client::Body;
use tokio::time::{Instant, sleep, timeout_at};

use super::backoff::Backoff;
use super::failure::{self, Asked, host_of};
use super::{Listener, Notice, Settings};
use crate::error::{Error, Result};

/// How often a request is asked again.
const AGAIN: usize = 3;
/// How long it is waited for at most before that: a server that wants longer gets no second request.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// After so long without an answer it is said what is waited for.
const SLOW: Duration = Duration::from_secs(2);
/// But not more often than this, however many requests wait.
const SAID_EVERY: Duration = Duration::from_secs(10);

/// How a server is asked.
#[derive(Clone)]
pub(super) struct RequestPolicy {
    timeout: Option<Duration>,
    asks_again: bool,
    listener: Listener,
    said: Arc<Mutex<Option<Instant>>>,
}

/// It did not work: in words, and whether it may the next time.
struct Failed {
    error: Error,
    again: Again,
}

/// Whether it may work when it is asked again.
enum Again {
    No,
    /// And why, and how long the server wants to be left alone.
    Yes(String, Option<Duration>),
}

impl RequestPolicy {
    pub(super) fn new(settings: &Settings, listener: Listener) -> Self {
        Self { timeout: settings.request_timeout, asks_again: true, listener, said: Arc::default() }
    }

    /// The same, but nothing is asked again.
    pub(super) fn once(&self) -> Self {
        Self { asks_again: false, ..self.clone() }
    }

    /// The answer's body, where it is a success.
    pub(super) async fn ask(&self, client: &Client, request: Request<Vec<u8>>, asked: &Asked<'_>) -> Result<Bytes> {
        let deadline = self.timeout.map(|timeout| Instant::now() + timeout);
        let is_safe = request.method() == Method::GET && request.body().is_empty();
        let (mut left, mut backoff) = (if is_safe && self.asks_again { AGAIN } else { 0 }, Backoff::new());
        loop {
            let Failed { error, again } = match self.try_once(client, request.clone(), asked, deadline).await {
                Ok(body) => return Ok(body),
                Err(failed) => failed,
            };
            let (why, wanted) = match again {
                Again::Yes(why, wanted) if left > 0 => (why, wanted),
                _ => return Err(error),
            };
            let wait = wanted.unwrap_or_else(|| backoff.wait());
            if wait > LONGEST_WAIT || deadline.is_some_and(|deadline| Instant::now() + wait >= deadline) {
                return Err(match wanted {
                    Some(wait) => error.hint_busy(&seconds(wait)),
                    None => error,
                });
            }
            self.listener.tell(Notice::Delay(format!("{why}; asking again in {}", seconds(wait))));
            sleep(wait).await;
            left -= 1;
        }
    }

    async fn try_once(
        &self,
        client: &Client,
        request: Request<Vec<u8>>,
        asked: &Asked<'_>,
        deadline: Option<Instant>,
    ) -> std::result::Result<Bytes, Failed> {
        let target = format!("{} {}", request.method(), request.uri());
        let head = self.slow(client.send(request.map(Body::from)), asked, &target);
        let response = until(deadline, head).await.ok_or_else(|| Failed::timeout("awaiting headers"))?;
        let response = response.map_err(|error| Failed::of_transport(&error, asked))?;
        let (code, wanted) = (response.status(), retry_after(response.headers()));
        let body = until(deadline, response.into_body().collect()).await;
        let body = body.ok_or_else(|| Failed::timeout("reading body"))?;
        let body = body.map_err(|error| Failed { error: failure::of_transport(&error, asked), again: Again::No })?;
        let body = body.to_bytes();
        if code.is_success() { Ok(body) } else { Err(Failed::of_refusal(code, &body, wanted, asked)) }
    }

    /// Says what is waited for, once it takes long.
    async fn slow<T>(&self, answer: impl Future<Output = T>, asked: &Asked<'_>, target: &str) -> T {
        tokio::pin!(answer);
        tokio::select! {
            answer = &mut answer => return answer,
            () = sleep(SLOW) => {}
        }
        if self.may_say() {
            let server = host_of(asked.server);
            self.listener.tell(Notice::Delay(format!("waiting for the server {server} to answer {target}")));
        }
        answer.await
    }

    fn may_say(&self) -> bool {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let may = said.is_none_or(|said| said.elapsed() >= SAID_EVERY);
        if may {
            *said = Some(Instant::now());
        }
        may
    }
}

impl Failed {
    fn timeout(during: &str) -> Self {
        Self { error: Error::request_timeout(during), again: Again::No }
    }

    fn of_transport(error: &kube::Error, asked: &Asked<'_>) -> Self {
        let broke_off = failure::broke_off(error);
        let error = failure::of_transport(error, asked);
        let again = if broke_off { Again::Yes(error.to_string(), None) } else { Again::No };
        Self { error, again }
    }

    fn of_refusal(code: StatusCode, body: &[u8], wanted: Option<Duration>, asked: &Asked<'_>) -> Self {
        let status = failure::status_of(code, body);
        let what = match code {
            StatusCode::TOO_MANY_REQUESTS => "is busy",
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => "cannot answer now",
            _ => return Self { error: failure::of_refusal(&status, asked), again: Again::No },
        };
        let why = format!("the server {what} ({}): {}", code.as_u16(), status.message);
        Self { error: failure::of_refusal(&status, asked), again: Again::Yes(why, wanted) }
    }
}

/// What comes of it, unless it takes longer than until then.
async fn until<T>(deadline: Option<Instant>, answer: impl Future<Output = T>) -> Option<T> {
    match deadline {
        None => Some(answer.await),
        Some(deadline) => timeout_at(deadline, answer).await.ok(),
    }
}

/// `Retry-After` in seconds, the form that Kubernetes uses.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

/// `2s`, `0.3s`.
fn seconds(time: Duration) -> String {
    let text = format!("{:.1}", time.as_secs_f64());
    format!("{}s", text.strip_suffix(".0").unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_shown_in_seconds() {
        for (millis, shown) in [(2000, "2s"), (250, "0.2s"), (30_000, "30s"), (1260, "1.3s")] {
            assert_eq!(seconds(Duration::from_millis(millis)), shown);
        }
    }
}
