//! Why a pod as a whole is over, or out of reach.

use super::finding::{Finding, Outlook, finding};
use super::observed::Observed;
use crate::pod::{Phase, PodStatus};

/// Why the pod is over, where that is not the doing of one of its containers.
pub(super) fn finding_of(observed: &Observed<'_>, status: &PodStatus) -> Option<Finding> {
    let node = status.node.as_ref().map_or_else(|| "its node".to_owned(), |node| format!("the node {node}"));
    let found = match (status.phase, status.reason.as_str()) {
        (Phase::Unknown, _) => finding("NodeLost", Outlook::MayHeal, format!("{node} does not answer"))
            .next(format!("see how it is doing: {}", observed.kubectl("get nodes"))),
        (Phase::Failed, "Evicted") => {
            finding("Evicted", Outlook::Stuck, format!("{node} ended the pod to protect itself"))
                .next("give the pod requests and limits that fit what it uses, volumes included")
                .next(again(observed))
        }
        (Phase::Failed, "DeadlineExceeded") => {
            finding("DeadlineExceeded", Outlook::Stuck, "the pod ran longer than its activeDeadlineSeconds allow")
                .next("raise activeDeadlineSeconds, or find out what takes so long")
        }
        (Phase::Failed, reason) if !reason.is_empty() => {
            finding("PodFailed", Outlook::Stuck, format!("{node} refused or ended the pod")).next(again(observed))
        }
        _ => return None,
    };
    Some(found.state(&status.reason, &status.message))
}

/// Whether a controller made the pod is not known here.
fn again(observed: &Observed<'_>) -> String {
    let delete = observed.kubectl(&format!("delete pod {}", observed.pod.name));
    format!(
        "a controller replaces it by itself; where you made the pod yourself, delete it and create it again: {delete}"
    )
}
