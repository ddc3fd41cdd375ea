//! Where one container's log stands: the states, what they mean for the other containers' lines, and how long each of
//! them may last.

use std::time::Duration;

use super::protocol::{Ended, Ending, Tick};

/// How long a stream may say nothing before it is no longer waited for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// After it was asked for: a dead node holds nobody up.
    pub(super) asked: Duration,
    /// After it brought something: it is past its backlog then.
    pub(super) read: Duration,
    /// While it is read as it is written, at most: others' lines wait that long for one that wrote without a pause.
    pub(super) live: Duration,
}

/// So many times as long as for any other container, a line waits for one that wrote without a pause until now.
const FOR_STEADY_ONES: u32 = 10;

impl Patience {
    /// Who follows wants to see new lines soon; who does not waits for the end of every stream, and order is worth more.
    pub(super) fn new(follow: bool, window: Duration) -> Self {
        let live = window.saturating_mul(FOR_STEADY_ONES);
        if follow {
            Self { asked: Duration::from_secs(1), read: Duration::from_millis(250), live }
        } else {
            Self { asked: Duration::from_secs(5), read: Duration::from_secs(5), live }
        }
    }
}

/// The first wait between two tries; each one after it is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// The longest wait between two tries.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A stream that was lost is waited for so long before the others' lines go on.
const LOST_FOR: Duration = Duration::from_secs(5);

/// A stream of a pod that is gone may be silent for so long before it is given up: its node may be dead.
pub(super) const GONE_FOR: Duration = Duration::from_secs(5);

/// What a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Read {
    /// What the user asked for: since, tail.
    Begin,
    /// A later run, from its beginning.
    NewRun,
    /// The same run, from where it broke off.
    Resume,
    /// The log before the current one. The current one does not go on where the run that is read broke off: parts of it
    /// were rotated away, or it is the next run's, and then this one goes on there.
    Previous,
    /// The run is over: what is left of it.
    Rest {
        /// Another run has begun: its log is the previous one.
        previous: bool,
        ended: Ended,
    },
}

/// Where a track stands.
#[derive(Debug)]
pub(super) enum State {
    /// Nothing to be read now: the container has not started, or its last run was read to the end.
    Idle,
    /// To be asked for at a time; that it is to be was known since another.
    Due { since: Tick, at: Tick, read: Read },
    /// Asked for; nothing came yet.
    Asked { since: Tick, read: Read },
    /// Bytes come.
    Reading { read: Read, flow: Flow, proof: Proof },
    /// The stream ended, and the pod must say what that means.
    Unexplained { since: Tick },
}

/// Whether a stream still brings what was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// It may.
    Backlog,
    /// It is read as it is written.
    Live,
}

/// Whether a stream is known to be of the run that was meant. A request names no run, and between asking the pod and
/// opening the stream another one may have begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proof {
    /// The pod must say so, asked after the stream was opened. Until then the lines are held.
    Awaited {
        /// How the stream ended meanwhile.
        ended: Option<Ending>,
    },
    /// The pod said so, or the stream lined up with what that run had said before.
    Given,
}

/// What is known where the current log does not go on where the run that is read broke off. The pod's word may be late:
/// the kubelet, whose word the log is, tells the apiserver after it has started the next run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It was not asked.
    None,
    /// The log before the current one is not of this run: the current one is, and parts of it are missing.
    Current,
    /// The log before the current one is of this run or a later one. The pod will say so.
    Over,
}

/// A connection that was lost, until the next one brings something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lost {
    pub(super) since: Tick,
    /// It did not end cleanly: what would have come may be missing.
    pub(super) broke: bool,
    pub(super) is_said: bool,
}

/// What a track without lines means for the others' lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// It will bring nothing that matters now.
    None,
    /// It may bring older lines. They are waited for at least until then.
    Until(Tick),
}

impl State {
    /// What a track in this state means for the others while it has no lines. `heard`: when bytes came last.
    pub(super) fn hold(&self, lost: Option<Lost>, heard: Tick, patience: Patience) -> Hold {
        match (self, lost) {
            (Self::Idle, _) => Hold::None,
            (Self::Due { .. } | Self::Asked { .. } | Self::Unexplained { .. }, Some(lost)) => {
                Hold::Until(lost.since + LOST_FOR)
            }
            (Self::Due { since, .. } | Self::Asked { since, .. } | Self::Unexplained { since }, _) => {
                Hold::Until(*since + patience.asked)
            }
            (Self::Reading { flow: Flow::Backlog, .. }, _) => Hold::Until(heard + patience.read),
            (Self::Reading { flow: Flow::Live, .. }, _) => Hold::Until(heard + patience.live),
        }
    }
}

/// When to try again: after twice the wait of the last try, from three to five quarters of it, so that many streams and
/// many clients do not come at once.
pub(super) fn next_try(tries: u32, now: Tick, random: &mut fastrand::Rng) -> Tick {
    let wait = FIRST_WAIT.saturating_mul(1 << tries.saturating_sub(1).min(6)).min(LONGEST_WAIT);
    now + wait.mul_f64(0.75 + random.f64() / 2.0)
}
