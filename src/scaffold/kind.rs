//! The kinds of workloads that are built, each with what it alone has.

use super::Schedule;
use crate::pod::WorkloadKind;

/// A kind, and its own settings.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A pod by itself.
    Pod,
    /// Pods that are alike, and replaced one by one.
    Deployment {
        /// How many; `None`: one.
        replicas: Option<u32>,
    },
    /// Pods with names and volumes of their own.
    StatefulSet {
        /// How many; `None`: one.
        replicas: Option<u32>,
        /// The headless Service that gives them names.
        service_name: String,
    },
    /// A pod on each node.
    DaemonSet,
    /// Pods that are to end.
    Job,
    /// A Job now and then.
    CronJob {
        /// When.
        schedule: Schedule,
    },
}

impl Kind {
    /// The kind alone.
    pub fn workload(&self) -> WorkloadKind {
        match self {
            Self::Pod => WorkloadKind::Pod,
            Self::Deployment { .. } => WorkloadKind::Deployment,
            Self::StatefulSet { .. } => WorkloadKind::StatefulSet,
            Self::DaemonSet => WorkloadKind::DaemonSet,
            Self::Job => WorkloadKind::Job,
            Self::CronJob { .. } => WorkloadKind::CronJob,
        }
    }

    /// Whether it finds its pods by a selector that its author writes.
    pub fn has_selector(&self) -> bool {
        matches!(self, Self::Deployment { .. } | Self::StatefulSet { .. } | Self::DaemonSet)
    }

    /// The restart policies its pods may have, in the order the API server lists them.
    pub fn restart_policies(&self) -> &'static [&'static str] {
        match self {
            Self::Pod => &["Always", "OnFailure", "Never"],
            Self::Job | Self::CronJob { .. } => &["OnFailure", "Never"],
            _ => &["Always"],
        }
    }

    /// The restart policy its pods get where nobody says another, if one must be said: as `kubectl create` has it.
    pub fn restart_policy(&self) -> Option<&'static str> {
        match self {
            Self::Job => Some("Never"),
            Self::CronJob { .. } => Some("OnFailure"),
            _ => None,
        }
    }

    /// The most bytes its name may have, where that is less than for any object, and why. A `StatefulSet`'s is a label anyway.
    pub(super) fn longest_name(&self) -> Option<(usize, &'static str)> {
        match self {
            Self::CronJob { .. } => Some((52, "the names of its Jobs are longer by 11, and have to fit into a label")),
            Self::Job => Some((63, "its pods are labelled with it, and it has to fit")),
            _ => None,
        }
    }
}
