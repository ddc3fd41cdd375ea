//! Why a pod is not what its author meant: cause, evidence, next step, in words a beginner understands.
//!
//! Pure: from a pod, its events and its containers' last lines, or from a manifest. Decides what is wrong and
//! what to do about it; leaves fetching to `cluster` and looks to `render`.

mod controller;
mod ending;
mod event;
mod exit;
mod finding;
mod image;
mod live;
pub mod manifest;
mod observed;
mod pod_end;
mod probe;
mod reference;
mod refusal;
mod scheduling;
mod setup;
mod stage;
mod start;
#[cfg(test)]
mod tests;
mod words;

pub use controller::{gave_up, refused_pods};
pub use event::Event;
pub use exit::{ended_before, running_again};
pub use finding::{Finding, Outlook};
pub use live::{findings, of_pod, wanting_lines};
pub use observed::{LastLines, Observed};
pub use reference::with_references;
pub use refusal::after_refusal;
pub use stage::{Stage, stages, timed_out};

use crate::document::FieldPath;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The container it is about; `None`: the pod as a whole.
    pub container: Option<String>,
    /// The field it is about, in a manifest.
    pub at: Option<FieldPath>,
    /// A word that scripts can rely on, such as `ImagePullFailed`.
    pub code: &'static str,
    /// What is wrong, in one sentence.
    pub cause: String,
    /// What shows it: states, messages, last lines, as they were found.
    pub evidence: Vec<String>,
    /// What to do, ready to paste where it is a command.
    pub next_steps: Vec<String>,
}
