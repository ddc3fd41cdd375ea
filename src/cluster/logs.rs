//! One log stream of one container: the request, the refusals told apart, the bytes as they come.
//!
//! Built by hand: kube's `LogParams` rounds `sinceTime` up to the next second, which skips lines, and its streams
//! cut at line ends and stumble over bytes that are no UTF-8. Leaves lines, order and asking again to `logs` and
//! `follow`.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::Body as _;
use http_body_util::BodyExt;
use jiff::Timestamp;
use kube::client::Body;
use kube::core::Status;

use super::Pods;
use super::asking::retry_after;
use super::failure::{self, Asked, Verb};
use crate::error::Error;

/// What to read of which log. The names and meanings are those of the API's `PodLogOptions`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogRequest {
    /// The pod's name.
    pub pod: String,
    /// The container's name; empty: the only one there is.
    pub container: String,
    /// Go on as long as the container lives.
    pub follow: bool,
    /// The instance before this one, of which the node keeps one.
    pub previous: bool,
    /// Each line begins with the time the runtime read it.
    pub timestamps: bool,
    /// Lines not older than this. The server counts in whole seconds: the second it falls in is asked for.
    pub since_time: Option<Timestamp>,
    /// Lines not older than so many seconds. Not together with `since_time`.
    pub since_seconds: Option<u64>,
    /// So many lines from the end.
    pub tail_lines: Option<u64>,
    /// No more than so many bytes.
    pub limit_bytes: Option<u64>,
}

impl LogRequest {
    /// The request's parameters; what is not set is not sent.
    fn query(&self) -> Vec<(&'static str, String)> {
        let flag = |set: bool| set.then(|| "true".to_owned());
        let number = |number: Option<u64>| number.map(|number| number.to_string());
        let container = Some(&self.container).filter(|name| !name.is_empty()).cloned();
        let parameters = [
            ("container", container),
            ("follow", flag(self.follow)),
            ("previous", flag(self.previous)),
            ("timestamps", flag(self.timestamps)),
            ("sinceTime", self.since_time.map(whole_second)),
            ("sinceSeconds", number(self.since_seconds)),
            ("tailLines", number(self.tail_lines)),
            ("limitBytes", number(self.limit_bytes)),
        ];
        parameters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// The second that time falls in, never the next one.
fn whole_second(time: Timestamp) -> String {
    let second = time.as_nanosecond().div_euclid(1_000_000_000);
    let second = i64::try_from(second).ok().and_then(|second| Timestamp::from_second(second).ok());
    second.unwrap_or(time).to_string()
}

/// Why there is no log stream, told apart by what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoLog {
    /// There is nothing to read now: the container waits to start, or left nothing. The pod says when that changes.
    NotStarted,
    /// No instance before this one is kept.
    NoPrevious,
    /// The pod is not there.
    PodGone,
    /// Who asks may not read it. Asking again leads nowhere.
    Denied,
    /// The server has too much to do (429): ask again, and no sooner than it says.
    Busy {
        /// How long the server wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// The server, or the node behind it, does not answer as it should: ask again later.
    Unavailable {
        /// How long the server wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// As asked, it will never be: no such container, a bad option.
    Refused,
}

/// There is no log stream: why, and in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogOpenError {
    /// What to do about it.
    pub why: NoLog,
    /// What to tell the user.
    pub error: Error,
}

impl fmt::Display for LogOpenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(out)
    }
}

impl std::error::Error for LogOpenError {}

impl From<LogOpenError> for Error {
    fn from(failure: LogOpenError) -> Self {
        failure.error
    }
}

/// A log stream that broke off; the text is why. Its end is known no better than after a clean end: kubelets end
/// streams cleanly when they stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamError(String);

impl fmt::Display for StreamError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for StreamError {}

/// The bytes of a log as they come, cut anywhere.
#[derive(Debug)]
pub struct LogBody(Body);

impl LogBody {
    /// The next bytes; `None` at the end. Cancel safe.
    pub async fn frame(&mut self) -> Option<Result<Bytes, StreamError>> {
        poll_fn(|context| self.poll_frame(context)).await
    }

    /// The next bytes, if there are any by now.
    pub fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, StreamError>>> {
        loop {
            let frame = match ready!(Pin::new(&mut self.0).poll_frame(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(StreamError(failure::innermost_cause(&error))))),
                Some(Ok(frame)) => frame,
            };
            // Trailers are no part of a log.
            if let Ok(data) = frame.into_data() {
                return Poll::Ready(Some(Ok(data)));
            }
        }
    }

    /// All of it, for logs that end: at most `limit` bytes.
    ///
    /// # Errors
    /// The stream broke off.
    pub async fn read_to_end(mut self, limit: usize) -> Result<Vec<u8>, StreamError> {
        let mut read = Vec::new();
        while let Some(frame) = self.frame().await {
            let frame = frame?;
            let room = limit.saturating_sub(read.len());
            read.extend_from_slice(&frame[..frame.len().min(room)]);
            if read.len() == limit {
                break;
            }
        }
        Ok(read)
    }
}

/// Asks for a log stream.
pub(super) async fn open(pods: &Pods, request: &LogRequest) -> Result<LogBody, LogOpenError> {
    let asked = pods.asked(Verb::Get, "pods/log", &request.pod);
    let refused = |error: Error| LogOpenError { why: NoLog::Refused, error };
    let query = request.query();
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let uri = pods.uri(&["pods", &request.pod, "log"], &query).map_err(refused)?;
    let request = Request::get(uri).body(Vec::new());
    let request = request.map_err(|error| refused(Error::other(error)))?;
    let response = pods.cluster().send(request).await;
    let response = response.map_err(|error| LogOpenError {
        why: NoLog::Unavailable { retry_after: None },
        error: failure::of_transport(&error, &asked),
    })?;
    if response.status().is_success() {
        return Ok(LogBody(response.into_body()));
    }
    Err(refusal(response, &asked).await)
}

async fn refusal(response: Response<Body>, asked: &Asked<'_>) -> LogOpenError {
    let (code, retry_after) = (response.status(), retry_after(response.headers()));
    match response.into_body().collect().await {
        Err(error) => {
            LogOpenError { why: NoLog::Unavailable { retry_after }, error: failure::of_transport(&error, asked) }
        }
        Ok(body) => {
            let status = failure::status_of(code, &body.to_bytes());
            LogOpenError { why: why(&status, retry_after), error: failure::of_refusal(&status, asked) }
        }
    }
}

fn why(status: &Status, retry_after: Option<Duration>) -> NoLog {
    match StatusCode::from_u16(status.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR) {
        StatusCode::BAD_REQUEST => why_bad_request(&status.message),
        StatusCode::FORBIDDEN => NoLog::Denied,
        // Who was let in before is let in again with a new token, or when the server can check the old one again.
        StatusCode::UNAUTHORIZED => NoLog::Unavailable { retry_after },
        StatusCode::NOT_FOUND => NoLog::PodGone,
        StatusCode::TOO_MANY_REQUESTS => NoLog::Busy { retry_after },
        code if code.is_client_error() => NoLog::Refused,
        _ => NoLog::Unavailable { retry_after },
    }
}

/// The kubelet tells these apart by text alone (`validateContainerLogStatus` in pkg/kubelet/kubelet_pods.go).
fn why_bad_request(message: &str) -> NoLog {
    const NOTHING_NOW: [&str; 3] = [" is waiting to start", " is not available", " is terminated"];
    if message.contains("previous terminated container ") {
        NoLog::NoPrevious
    } else if NOTHING_NOW.iter().any(|text| message.contains(text)) {
        NoLog::NotStarted
    } else {
        NoLog::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_time_is_never_moved_forward() {
        for (time, asked) in [
            ("2026-03-01T10:00:05.999999999Z", "2026-03-01T10:00:05Z"),
            ("2026-03-01T10:00:05Z", "2026-03-01T10:00:05Z"),
            ("1969-12-31T23:59:58.5Z", "1969-12-31T23:59:58Z"),
        ] {
            assert_eq!(whole_second(time.parse().unwrap()), asked);
        }
    }
}
