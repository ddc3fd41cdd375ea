//! What the fuzzer makes: whom the engine follows, and how; and what happens meanwhile. Numbers are taken modulo what
//! there is.

use std::time::Duration;

use arbitrary::Arbitrary;
use kubectl_sidecar::logs::{Options, Until};

/// A life of an engine.
#[derive(Debug, Clone, Arbitrary)]
pub struct Input {
    pub targets: Targets,
    /// The pods that are there when it begins, each with some containers.
    pub pods: [[Option<Begins>; 3]; 2],
    does_not_follow: bool,
    in_order: bool,
    most_requests: Option<u8>,
    seed: u8,
    pub steps: Vec<Step>,
}

/// Whom the engine follows, and what it is told of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Arbitrary)]
pub enum Targets {
    /// Pods by their names: following ends with them.
    Named { is_watched: bool },
    /// All that a selector means: some join, some leave, and following never ends.
    Selected { is_watched: bool },
    /// Pods by their names, which may not be looked at.
    Unseen,
}

/// How a container does when the engine begins.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub struct Begins {
    pub runs: bool,
    /// If it runs, it has written so many lines.
    pub backlog: u8,
}

/// Something that happens.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub enum Step {
    /// A container writes a line, stamped so many milliseconds before now.
    Write { container: u8, back: u8, alike: bool },
    /// A container starts, or starts again.
    Start { container: u8 },
    /// The run of a container ends; or one that ended waits to be started again.
    End { container: u8, in_mid_line: bool },
    /// What was written so far is rotated away.
    Rotate { container: u8 },
    /// A pod is being deleted; the second time: it is gone.
    Delete { pod: u8 },
    /// A pod comes, perhaps under the name of one that is gone.
    Join { containers: u8, under_an_old_name: bool },
    /// A pod is not meant by the selector any more, and lives on.
    Leave { pod: u8 },
    /// The watch brings the oldest thing that it has not told yet.
    Watch,
    /// A question about a pod is answered: as it was when it was asked, as it is now, or not at all.
    Look { then: bool, fails: bool },
    /// A request for a log is answered.
    Open { which: u8, is_busy: bool },
    /// A stream brings so many bytes.
    Bytes { which: u8, count: u8 },
    /// A stream brings all there is.
    All { which: u8 },
    /// A stream ends, cleanly or not.
    Close { which: u8, clean: bool },
    /// So many times 20 milliseconds pass.
    Wait { time: u8 },
}

/// What may happen besides slowness and broken streams.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    /// Bytes and requests may be on their way for longer than the engine waits for them.
    pub stalls: bool,
    /// What is said of a pod is what was true at some time before: the node has not told of the rest.
    pub status_lags: bool,
    /// A log that is complete may end cleanly before its end: the kubelet died while it sent it.
    pub rest_ends_early: bool,
    /// Logs are rotated.
    pub rotates: bool,
    /// Pods are deleted.
    pub deletes: bool,
}

impl Input {
    /// How the engine is to follow.
    pub fn options(&self) -> Options {
        Options {
            follow: !self.does_not_follow,
            window: if self.in_order { Duration::from_millis(100) } else { Duration::ZERO },
            until: if self.is_selection() { Until::Interrupted } else { Until::PodsEnd },
            most_requests: self
                .most_requests
                .map_or(Options::default().most_requests, |most| 1 + usize::from(most % 4)),
            seed: u64::from(self.seed),
            ..Options::default()
        }
    }

    fn is_selection(&self) -> bool {
        matches!(self.targets, Targets::Selected { .. })
    }

    /// Whether a watch tells what becomes of the pods. Who does not follow does not watch.
    pub fn is_watched(&self) -> bool {
        let (Targets::Named { is_watched } | Targets::Selected { is_watched }) = self.targets else { return false };
        is_watched && !self.does_not_follow
    }
}
