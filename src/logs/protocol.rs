//! What the engine is told, what it asks for, and what it gives: events, actions, output.
//!
//! Past 300 lines: types and their words alone, which are looked up in one place.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::bounds::UpTo;
use super::choice::ContainerChoice;
use super::recorded::seconds;
use super::stamp::Stamp;
use crate::pod::{ContainerKind, Pod, Role, Termination};

/// Time since the engine began, on a clock that never steps back.
pub type Tick = Duration;

/// What is to be read, and how it is merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Options {
    /// Which containers of each pod.
    #[serde(flatten)]
    pub choice: ContainerChoice,
    /// Of each container's log that of the run before the current one, where there was one. It is not followed.
    pub previous: bool,
    /// Go on as long as the pods live, through restarts.
    pub follow: bool,
    /// Begin with lines of this age or younger.
    pub since: Option<Since>,
    /// Begin with this many of the last lines of each container.
    pub tail: Option<u64>,
    /// End with lines from that moment.
    pub up_to: Option<UpTo>,
    /// No more than so many bytes of each container's log: whole lines, with their ends and without their stamps.
    pub limit_bytes: Option<u64>,
    /// How long a live line may wait for an older one of another container. Zero: lines come as they arrive.
    #[serde(with = "seconds")]
    pub window: Duration,
    /// When following ends.
    pub until: Until,
    /// Logs that are read at the same time. The others wait for their turn.
    pub most_requests: usize,
    /// Makes the waits between two tries differ from those of other clients.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        let window = Duration::from_millis(100);
        Self {
            choice: ContainerChoice::default(),
            previous: false,
            follow: true,
            since: None,
            tail: None,
            up_to: None,
            limit_bytes: None,
            window,
            until: Until::default(),
            most_requests: 1000,
            seed: 0,
        }
    }
}

/// When following ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Until {
    /// The pods that were seen are gone or done.
    #[default]
    PodsEnd,
    /// Never: other pods may come. Until [`Event::NoMoreCome`].
    Interrupted,
}

/// Where to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Since {
    /// This many seconds before the server's now.
    Age(u64),
    /// At the beginning of this second.
    Time(Stamp),
}

/// A container of one pod: the index of its track in the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct TrackId(pub(super) u32);

impl TrackId {
    /// Counts the containers in the order they were met, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One request for a container's log. Answers to an older one are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamId {
    /// Whose log it is.
    pub track: TrackId,
    /// Counts the requests of the track.
    pub request: u32,
}

/// What happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// The pod watch saw the pod, for the first time or changed.
    Pod(&'a Pod),
    /// The answer to [`Action::Look`]: the pod as it is now. `None`: it is gone.
    Looked {
        /// The pod's uid, as it was asked for.
        uid: &'a str,
        /// A pod of another uid under that name counts as gone.
        pod: Option<&'a Pod>,
    },
    /// [`Action::Look`] was not answered.
    LookFailed {
        /// The pod's uid, as it was asked for.
        uid: &'a str,
    },
    /// The pod watch saw the pod go.
    PodGone {
        /// Its uid.
        uid: &'a str,
        /// As it was at the end, where that is known.
        last: Option<&'a Pod>,
    },
    /// The pod is not meant any more: no more of it is read, until [`Event::Pod`] tells of it again.
    PodLeft {
        /// Its uid.
        uid: &'a str,
    },
    /// All pods that are there were seen: containers that are met from now on are new, and read from their beginning.
    AllSeen,
    /// No other pods will come: following ends when those that were seen are gone or done.
    NoMoreCome,
    /// The pod may not be looked at: only what its logs say is known. Its containers are those to be followed.
    Unseen(&'a Pod),
    /// The pod cannot be watched: it is to be asked for now and then.
    Unwatched {
        /// Its uid.
        uid: &'a str,
    },
    /// The server will send the log.
    Opened(StreamId),
    /// The server will not send the log.
    Refused(StreamId, Refusal),
    /// A piece of the log.
    Bytes(StreamId, &'a [u8]),
    /// The log ended, or the connection did.
    Closed(StreamId, Ending),
    /// Since that time, every stream that may be read was read until nothing was there.
    Drained {
        /// When the reading began.
        since: Tick,
    },
    /// Time passes.
    Tick,
}

/// Why the server will not send a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Refusal {
    /// The container has not started, or the run that was asked for is gone.
    NothingThere(String),
    /// There is no such pod.
    NoSuchPod,
    /// Asking again will not help: no permission.
    Never(String),
    /// Asking again may help, not before that long.
    Later {
        /// What went wrong.
        why: String,
        /// The server asked for this much patience.
        after: Option<Duration>,
    },
}

/// How a stream ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ending {
    /// The server said that this is all. It need not be true.
    Clean,
    /// The connection broke.
    Broken(String),
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Ask for a log.
    Open(Request),
    /// Ask for the pod itself, now.
    Look {
        /// Where it is.
        namespace: Option<String>,
        /// Its name.
        name: String,
        /// Its uid.
        uid: String,
    },
}

/// A request for a container's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What the answers are to be marked with.
    pub stream: StreamId,
    /// The pod's namespace, where it is known.
    pub namespace: Option<String>,
    /// The pod's name.
    pub pod: String,
    /// The container's name.
    pub container: String,
    /// The run before the current one.
    pub previous: bool,
    /// Go on as long as the container runs.
    pub follow: bool,
    /// Where to begin.
    pub since: Option<Since>,
    /// Only this many of the last lines.
    pub tail: Option<u64>,
}

/// Whose line it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The pod's namespace, where it is known.
    pub namespace: Option<String>,
    /// The pod's name.
    pub pod: String,
    /// The node that the pod runs on, once it is scheduled.
    pub node: Option<String>,
    /// The container's name.
    pub container: String,
    /// What the API says the container is.
    pub kind: ContainerKind,
    /// What people call it.
    pub role: Role,
    /// How often the container had been restarted when the line was written. `None`: the pod may not be looked at.
    pub restart: Option<u32>,
}

/// Something that happened to a container, or to its log, told at its place among the lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The container has not started: the kubelet's reason and explanation, which may be empty.
    Waiting {
        /// Such as `ContainerCreating`.
        reason: String,
        /// The explanation.
        message: String,
    },
    /// The container that was waited for has started.
    Started,
    /// A run of the container ended.
    Terminated(Ended),
    /// The container was started again, for the n-th time.
    Restarted(u32),
    /// The connection was lost; it is tried again.
    Lost(String),
    /// The log goes on, after that long.
    Reconnected(Duration),
    /// Lines between these two stamps may be missing. No end: none of it could be had.
    Gap {
        /// The last line that was had before.
        from: Option<Stamp>,
        /// The first line after.
        to: Option<Stamp>,
    },
    /// The server will not show this log, and why.
    Denied(String),
    /// Nothing more comes, of a container that may not be looked at.
    Silent,
    /// No more is read of its log: so many bytes were asked for.
    Limited,
}

/// How a run of a container ended, as far as a reader of its log cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The exit code.
    pub exit_code: i32,
    /// The kubelet's word.
    pub reason: String,
}

impl From<&Termination> for Ended {
    fn from(ended: &Termination) -> Self {
        Self { exit_code: ended.exit_code, reason: ended.reason.clone() }
    }
}

/// Takes the output, in order.
pub trait Sink {
    /// A line of a container's log. The source has the same [`TrackId`] for as long as the engine lives.
    fn line(&mut self, track: TrackId, source: &Source, line: super::RawLine<'_>);
    /// Something that happened to a container.
    fn note(&mut self, source: &Source, note: &Note);
    /// Whether it wants no more for now.
    fn is_full(&self) -> bool;
    /// Nothing more will come of that container.
    fn forget(&mut self, track: TrackId);
}

/// What is worth saying at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Lines written.
    pub lines: u64,
    /// Containers that wrote any of them.
    pub containers: u64,
    /// Restarts of containers that were followed.
    pub restarts: u64,
    /// Lines that came after a newer one of another container had been written.
    pub late: u64,
    /// Times that lines may be missing.
    pub gaps: u64,
    /// Containers whose log the server will not show.
    pub denied: u64,
}
