//! Why a node cannot set up a pod: its volumes, its network.
//!
//! The kubelet tells of this in events only; the containers' state stays `ContainerCreating`.

use super::Event;
use super::finding::{Finding, Outlook, finding};
use super::live::Observed;
use super::start::Missing;
use crate::pod::{Pod, RunState};

/// Failures seen less often than that may be a matter of who came first: `kubectl apply` of a pod together with
/// its ConfigMap mends itself within seconds.
const PERSISTENT: u32 = 3;

/// What the node fails at, unless it got further since.
pub(super) fn finding_of(observed: &Observed<'_>) -> Option<Finding> {
    if !is_being_set_up(observed.pod) {
        return None;
    }
    let newest = |reasons: &[&str]| {
        observed
            .events
            .iter()
            .filter(|event| reasons.contains(&event.reason.as_str()))
            .max_by_key(|event| event.last_seen)
    };
    let failed =
        newest(&["FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox", "NetworkNotReady"])?;
    let went_on = newest(&["Pulling", "Pulled", "Created", "Started"]);
    if went_on.is_some_and(|event| event.last_seen >= failed.last_seen) {
        return None;
    }
    let found = match failed.reason.as_str() {
        "FailedCreatePodSandBox" | "NetworkNotReady" => {
            finding("NetworkNotReady", Outlook::MayHeal, "the node cannot set up the pod's network").next(format!(
                "see whether the node's network plugin runs: {}",
                observed.kubectl("get pods -A -o wide")
            ))
        }
        _ => not_mounted(observed, failed),
    };
    Some(found.state(&failed.reason, &failed.message))
}

fn not_mounted(observed: &Observed<'_>, failed: &Event) -> Finding {
    let volume = volume_of(&failed.message).map(|name| format!(" {name}")).unwrap_or_default();
    if let Some(missing) = Missing::read(&failed.message) {
        let outlook = if failed.count >= PERSISTENT { Outlook::Stuck } else { Outlook::MayHeal };
        let cause = format!("the volume{volume} cannot be mounted: it is made from a {missing}, which is not there");
        return finding(missing.code(), outlook, cause).next(missing.next_step(observed));
    }
    let cause = if failed.message.contains("Multi-Attach error") {
        format!(
            "the volume{volume} cannot be attached: it can be on one node at a time, and a pod on another node uses it"
        )
    } else if failed.message.contains("non-existent config key") {
        format!("the volume{volume} cannot be mounted: it asks for a key that its source does not have")
    } else {
        format!("the volume{volume} cannot be mounted")
    };
    finding("VolumeMountFailed", Outlook::MayHeal, cause).next(format!(
        "compare with the volumes in the manifest: {}",
        observed.kubectl(&format!("describe pod {}", observed.pod.name))
    ))
}

/// Some container was not created yet, and is not known to have another trouble.
fn is_being_set_up(pod: &Pod) -> bool {
    let is_scheduled = pod.status.as_ref().is_some_and(|status| status.node.is_some());
    let is_created = |state: &RunState| match state {
        RunState::Waiting { reason, .. } => !matches!(reason.as_str(), "" | "ContainerCreating" | "PodInitializing"),
        RunState::Running { .. } | RunState::Terminated(_) => true,
    };
    let created = |container: &crate::pod::Container| {
        container.runtime.as_ref().is_some_and(|runtime| is_created(&runtime.state))
    };
    is_scheduled && !pod.containers.iter().any(created)
}

/// `MountVolume.SetUp failed for volume "cfg" : …` → `cfg`.
fn volume_of(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("volume \"")?;
    rest.split_once('"').map(|(name, _)| name)
}
