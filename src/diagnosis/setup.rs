//! Why a node cannot set up a pod: its volumes, its network.
//!
//! The kubelet tells of this in events only; the containers' state stays `ContainerCreating`.

use super::Event;
use super::finding::{Finding, Outlook, finding};
use super::observed::Observed;
use super::start::Missing;
use super::words::quoted_after;
use crate::pod::{Container, Pod};

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
        "FailedCreatePodSandBox" | "NetworkNotReady" => no_sandbox(observed, failed),
        _ => not_mounted(observed, failed),
    };
    Some(found.state(&failed.reason, &failed.message))
}

/// The sandbox is what the containers of a pod have in common: its network above all.
fn no_sandbox(observed: &Observed<'_>, failed: &Event) -> Finding {
    if failed.message.contains("memory limit too low") {
        return finding("MemoryLimitTooLow", Outlook::Stuck, "the pod's memory limit is too low to start anything")
            .next("raise resources.limits.memory: even small programs need about 10Mi");
    }
    finding("SandboxFailed", Outlook::MayHeal, "the node cannot set up the pod's network or its sandbox").next(format!(
        "see whether the node is well, and its network plugin runs: {}",
        observed.kubectl("describe nodes")
    ))
}

fn not_mounted(observed: &Observed<'_>, failed: &Event) -> Finding {
    let volume = volume_of(&failed.message).map(|name| format!(" {name}")).unwrap_or_default();
    if let Some(missing) = Missing::read(&failed.message) {
        let cause = format!("the volume{volume} cannot be mounted: it uses the {missing}, which does not exist");
        return finding(missing.code(), persistent(failed), cause).next(missing.next_step(observed));
    }
    let says = |words: &str| failed.message.contains(words);
    let (outlook, why) = if says("non-existent config key") || says("references non-existent secret key") {
        (persistent(failed), ": it asks for a key that its source does not have")
    } else if says("Multi-Attach error") {
        (Outlook::MayHeal, ": it can be on one node at a time, and a pod on another node uses it")
    } else {
        (Outlook::MayHeal, "")
    };
    let describe = observed.kubectl(&format!("describe pod {}", observed.pod.name));
    finding("VolumeMountFailed", outlook, format!("the volume{volume} cannot be mounted{why}"))
        .next(format!("compare with the volumes in the manifest: {describe}"))
}

/// See [`PERSISTENT`].
fn persistent(failed: &Event) -> Outlook {
    if failed.count >= PERSISTENT { Outlook::Stuck } else { Outlook::MayHeal }
}

/// Some container was not created yet, and is not known to have another trouble.
fn is_being_set_up(pod: &Pod) -> bool {
    let is_scheduled = pod.status.as_ref().is_some_and(|status| status.node.is_some());
    is_scheduled && !pod.containers.iter().any(Container::got_beyond_creation)
}

/// `MountVolume.SetUp failed for volume "cfg" : …` → `cfg`.
fn volume_of(message: &str) -> Option<&str> {
    quoted_after(message, "volume \"")
}
