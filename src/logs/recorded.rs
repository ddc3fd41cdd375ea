//! What an engine was told, and which logs it asked for, in a form that can be written down: one line of JSON each.
//!
//! Decides the form. `follow` writes it where that is asked for; tests replay it without a cluster. Pods are in
//! Kubernetes's own form, trimmed to what the engine reads: so a recording can be read and written by hand, and goes
//! on to be good when our model of a pod changes.

mod pod;
#[cfg(test)]
mod tests;

use std::time::Duration;

use k8s_openapi::ByteString;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::engine::Engine;
use super::protocol::{Ending, Event, Options, Refusal, Request, StreamId, Tick};
pub use pod::RecordedPod;

/// One line of a recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// When it was, in seconds since the engine began.
    #[serde(with = "seconds")]
    pub at: Tick,
    /// What it was.
    #[serde(flatten)]
    pub what: Happened,
}

/// What happened to an engine: an [`Event`] that owns what it tells, or one of the few other things that matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Happened {
    /// It began; the first line of a recording.
    Began(Options),
    /// It asked for a log: what the stream of that id is of.
    Asked(Request),
    /// [`Event::Pod`].
    Pod(RecordedPod),
    /// [`Event::Looked`].
    Looked {
        /// The pod's uid, as it was asked for.
        uid: String,
        /// The pod as it is now; none: it is gone.
        pod: Option<RecordedPod>,
    },
    /// [`Event::LookFailed`].
    LookFailed {
        /// The pod's uid, as it was asked for.
        uid: String,
    },
    /// [`Event::PodGone`].
    PodGone {
        /// Its uid.
        uid: String,
        /// As it was at the end, where that is known.
        last: Option<RecordedPod>,
    },
    /// [`Event::PodLeft`].
    PodLeft {
        /// Its uid.
        uid: String,
    },
    /// [`Event::AllSeen`].
    AllSeen,
    /// [`Event::NoMoreCome`].
    NoMoreCome,
    /// [`Event::Unseen`].
    Unseen(RecordedPod),
    /// [`Event::Unwatched`].
    Unwatched {
        /// Its uid.
        uid: String,
    },
    /// [`Event::Opened`].
    Opened(StreamId),
    /// [`Event::Refused`].
    Refused {
        /// The request's stream.
        stream: StreamId,
        /// What the server said.
        why: Refusal,
    },
    /// [`Event::Bytes`].
    Bytes {
        /// The stream that brought them.
        stream: StreamId,
        /// The bytes.
        #[serde(flatten)]
        bytes: Piece,
    },
    /// [`Event::Closed`].
    Closed {
        /// The stream that ended.
        stream: StreamId,
        /// In which way.
        ending: Ending,
    },
    /// [`Event::Drained`].
    Drained {
        /// When the reading began, in seconds since the engine began.
        #[serde(with = "seconds")]
        since: Tick,
    },
    /// [`Event::Tick`].
    Tick,
    /// [`Engine::release`].
    Released,
}

/// Bytes as a piece of JSON: as text where they are any.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Piece {
    /// UTF-8.
    Text(String),
    /// Anything else, such as a piece that was cut within a character.
    Base64(ByteString),
}

impl Piece {
    /// The bytes, whatever they are.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Base64(bytes) => &bytes.0,
        }
    }
}

impl From<&[u8]> for Piece {
    fn from(bytes: &[u8]) -> Self {
        match str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Base64(ByteString(bytes.to_vec())),
        }
    }
}

impl From<&Event<'_>> for Happened {
    fn from(event: &Event<'_>) -> Self {
        match event {
            Event::Pod(pod) => Self::Pod(RecordedPod::from(*pod)),
            Event::Looked { uid, pod } => Self::Looked { uid: (*uid).to_owned(), pod: pod.map(RecordedPod::from) },
            Event::LookFailed { uid } => Self::LookFailed { uid: (*uid).to_owned() },
            Event::PodGone { uid, last } => Self::PodGone { uid: (*uid).to_owned(), last: last.map(RecordedPod::from) },
            Event::PodLeft { uid } => Self::PodLeft { uid: (*uid).to_owned() },
            Event::AllSeen => Self::AllSeen,
            Event::NoMoreCome => Self::NoMoreCome,
            Event::Unseen(pod) => Self::Unseen(RecordedPod::from(*pod)),
            Event::Unwatched { uid } => Self::Unwatched { uid: (*uid).to_owned() },
            Event::Opened(stream) => Self::Opened(*stream),
            Event::Refused(stream, why) => Self::Refused { stream: *stream, why: why.clone() },
            Event::Bytes(stream, bytes) => Self::Bytes { stream: *stream, bytes: Piece::from(*bytes) },
            Event::Closed(stream, ending) => Self::Closed { stream: *stream, ending: ending.clone() },
            Event::Drained { since } => Self::Drained { since: *since },
            Event::Tick => Self::Tick,
        }
    }
}

impl Happened {
    /// The event it was. `None`: it was none.
    pub fn event(&self) -> Option<Event<'_>> {
        Some(match self {
            Self::Began(_) | Self::Asked(_) | Self::Released => return None,
            Self::Pod(pod) => Event::Pod(pod),
            Self::Looked { uid, pod } => Event::Looked { uid, pod: pod.as_deref() },
            Self::LookFailed { uid } => Event::LookFailed { uid },
            Self::PodGone { uid, last } => Event::PodGone { uid, last: last.as_deref() },
            Self::PodLeft { uid } => Event::PodLeft { uid },
            Self::AllSeen => Event::AllSeen,
            Self::NoMoreCome => Event::NoMoreCome,
            Self::Unseen(pod) => Event::Unseen(pod),
            Self::Unwatched { uid } => Event::Unwatched { uid },
            Self::Opened(stream) => Event::Opened(*stream),
            Self::Refused { stream, why } => Event::Refused(*stream, why.clone()),
            Self::Bytes { stream, bytes } => Event::Bytes(*stream, bytes.as_bytes()),
            Self::Closed { stream, ending } => Event::Closed(*stream, ending.clone()),
            Self::Drained { since } => Event::Drained { since: *since },
            Self::Tick => Event::Tick,
        })
    }

    /// Tells an engine the same, at that time. What it asks for is to be taken from it by the caller.
    pub fn tell(&self, engine: &mut Engine, at: Tick) {
        match (self, self.event()) {
            (_, Some(event)) => engine.handle(event, at),
            (Self::Released, None) => engine.release(at),
            (_, None) => {}
        }
    }
}

/// A duration as seconds, to the nanosecond.
pub(super) mod seconds {
    use super::{Deserialize, Deserializer, Duration, Serializer, de};

    pub(in super::super) fn serialize<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(time.as_secs_f64())
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        Duration::try_from_secs_f64(f64::deserialize(from)?).map_err(de::Error::custom)
    }
}
