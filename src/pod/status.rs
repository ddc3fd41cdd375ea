//! What the cluster says of a pod as a whole.

use jiff::Timestamp;

/// `status.phase`: where the pod is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Accepted; not all of its containers have started.
    #[default]
    Pending,
    /// On a node, and at least one container runs, starts or restarts.
    Running,
    /// All containers ended well, and none will be restarted.
    Succeeded,
    /// All containers ended, at least one of them badly.
    Failed,
    /// The node does not answer.
    Unknown,
}

impl Phase {
    /// Reads the API's word; what is not known is [`Phase::Unknown`].
    pub fn parse(word: &str) -> Self {
        match word {
            "" | "Pending" => Self::Pending,
            "Running" => Self::Running,
            "Succeeded" => Self::Succeeded,
            "Failed" => Self::Failed,
            _ => Self::Unknown,
        }
    }

    /// The API's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Unknown => "Unknown",
        }
    }

    /// Whether no container of the pod will run again.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

/// The parts of `status` that this program reads, beside the containers' own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PodStatus {
    /// Where the pod is in its life.
    pub phase: Phase,
    /// Such as `Evicted`; may be empty.
    pub reason: String,
    /// The explanation of the reason; may be empty.
    pub message: String,
    /// As listed.
    pub conditions: Vec<Condition>,
    /// The node it runs on, once it is scheduled.
    pub node: Option<String>,
    /// `metadata.deletionTimestamp` is set: it is being deleted.
    pub deleting: bool,
    /// `metadata.creationTimestamp`
    pub created: Option<Timestamp>,
}

/// One of the pod's conditions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Condition {
    /// Such as `PodScheduled`.
    pub kind: String,
    /// `status` is `True`.
    pub met: bool,
    /// Such as `Unschedulable`; may be empty.
    pub reason: String,
    /// The explanation; may be empty.
    pub message: String,
    /// Since when it is as it is.
    pub changed: Option<Timestamp>,
}
