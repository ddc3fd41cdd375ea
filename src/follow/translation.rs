//! The engine's words for a request and a refusal, in the cluster's words and back.

use jiff::Timestamp;

use crate::cluster::{LogOpenError, LogRequest, NoLog};
use crate::error::Error;
use crate::logs::{Refusal, Request, Since, Stamp};

pub(super) fn log_request(request: Request) -> LogRequest {
    let (since_time, since_seconds) = match request.since {
        Some(Since::Time(stamp)) => (timestamp(stamp), None),
        Some(Since::Age(seconds)) => (None, Some(seconds)),
        None => (None, None),
    };
    LogRequest {
        pod: request.pod,
        container: request.container,
        follow: request.follow,
        previous: request.previous,
        timestamps: true,
        since_time,
        since_seconds,
        tail_lines: request.tail,
        limit_bytes: None,
    }
}

fn timestamp(stamp: Stamp) -> Option<Timestamp> {
    Timestamp::from_nanosecond(i128::from(stamp.0)).ok()
}

pub(super) fn refusal(refused: LogOpenError) -> Refusal {
    let LogOpenError { why, error } = refused;
    let words = |error: Error| error.to_string();
    match why {
        NoLog::NotStarted | NoLog::NoPrevious => Refusal::NothingThere(words(error)),
        NoLog::PodGone => Refusal::NoSuchPod,
        NoLog::Denied | NoLog::Refused => Refusal::Never(words(error)),
        NoLog::Busy { retry_after } | NoLog::Unavailable { retry_after } => {
            Refusal::Later { why: words(error), after: retry_after }
        }
    }
}
