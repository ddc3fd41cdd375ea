//! Why the scheduler finds no node for a pod.
//!
//! Its message reads `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable. preemption: …`
//! (`pkg/scheduler/framework/types.go`, `FitError`). The reasons' words are in the plugins beside it.

use super::finding::{Finding, Outlook, finding};
use super::observed::Observed;
use crate::pod::PodStatus;

/// Why no node was found, where the scheduler says so.
pub(super) fn finding_of(observed: &Observed<'_>, status: &PodStatus) -> Option<Finding> {
    let condition = status.conditions.iter().find(|condition| condition.kind == "PodScheduled" && !condition.met)?;
    let message = condition.message.as_str();
    let found = if condition.reason == "SchedulingGated" {
        finding("SchedulingGated", Outlook::MayHeal, "the pod is held back until its scheduling gates are removed")
            .next("see who set spec.schedulingGates: that one has to remove them")
    } else if let Some(claim) = missing_claim(message) {
        finding(
            "ClaimNotFound",
            Outlook::Stuck,
            format!("the pod uses the PersistentVolumeClaim {claim}, which does not exist"),
        )
        .next(format!(
            "create it, and the pod starts by itself; to see which there are: {}",
            observed.kubectl("get pvc")
        ))
    } else if message.contains("unbound immediate PersistentVolumeClaims") {
        finding("ClaimUnbound", Outlook::MayHeal, "a PersistentVolumeClaim of the pod has no volume yet")
            .next(format!("see what it waits for: {}", observed.kubectl("describe pvc")))
    } else if condition.reason == "Unschedulable" {
        unschedulable(observed, message)
    } else {
        return None;
    };
    Some(found.state(&condition.reason, message))
}

/// Nodes come and go, and a cluster may add some by itself: waiting may help, so nothing here is hopeless.
fn unschedulable(observed: &Observed<'_>, message: &str) -> Finding {
    let reasons = reasons(message);
    let why = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join("; ")) };
    finding("Unschedulable", Outlook::MayHeal, format!("no node can take the pod{why}"))
        .next("wait, if your cluster adds nodes by itself, or others are about to end")
        .next(format!("or compare what the pod asks for with what nodes have: {}", observed.kubectl("describe nodes")))
}

fn missing_claim(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("persistentvolumeclaim \"")?;
    let (claim, rest) = rest.split_once('"')?;
    rest.trim_start().starts_with("not found").then_some(claim)
}

/// The reasons for which nodes were left out, in words.
fn reasons(message: &str) -> Vec<String> {
    if message.contains("no nodes available") {
        return vec!["the cluster has none".to_owned()];
    }
    let Some((_, reasons)) = message.split_once("nodes are available: ") else { return Vec::new() };
    let reasons = reasons.split(". ").next().unwrap_or_default().trim_end_matches('.');
    reasons.split(", ").map(in_words).collect()
}

/// `2 Insufficient cpu` → `2 nodes: too little free CPU`.
fn in_words(reason: &str) -> String {
    let Some((count, what)) =
        reason.split_once(' ').filter(|(count, _)| count.bytes().all(|byte| byte.is_ascii_digit()))
    else {
        return reason.to_owned();
    };
    let words = match what {
        "Insufficient cpu" => "too little free CPU",
        "Insufficient memory" => "too little free memory",
        "Insufficient ephemeral-storage" => "too little free disk space",
        "Too many pods" => "as many pods as allowed already",
        "node(s) were unschedulable" => "closed to new pods (kubectl cordon)",
        "node(s) didn't match Pod's node affinity/selector" => {
            "without the labels that nodeSelector or node affinity ask for"
        }
        "node(s) didn't have free ports for the requested pod ports" => "the wanted host ports are in use",
        "node(s) didn't match PersistentVolume's node affinity" | "node(s) had volume node affinity conflict" => {
            "not the node that the pod's volume is on"
        }
        _ => &match taint(what) {
            Some(words) => words,
            None => what.replacen("Insufficient ", "too little ", 1).replacen("node(s) ", "", 1),
        },
    };
    format!("{count} {}: {words}", if count == "1" { "node" } else { "nodes" })
}

fn taint(reason: &str) -> Option<String> {
    let taint = reason.strip_prefix("node(s) had untolerated taint")?.trim_start_matches("(s)").trim();
    let taint = taint.trim_start_matches('{').trim_end_matches('}').trim_end_matches(": ").trim_end_matches(':');
    Some(match taint {
        // From Kubernetes 1.35 the scheduler does not say which.
        "" => "a taint that the pod does not tolerate".to_owned(),
        "node.kubernetes.io/not-ready" => "not ready yet".to_owned(),
        "node.kubernetes.io/unreachable" => "no answer for a while".to_owned(),
        "node.kubernetes.io/disk-pressure" => "hardly any disk space left".to_owned(),
        "node.kubernetes.io/memory-pressure" => "hardly any memory left".to_owned(),
        taint => format!("the taint {taint}, which the pod does not tolerate"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedulers_reasons_are_put_in_words() {
        let table: [(&str, &[&str]); 7] = [
            (
                "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are \
                 available: 1 Preemption is not helpful for scheduling.",
                &["1 node: too little free CPU"],
            ),
            (
                "0/5 nodes are available: 2 Insufficient memory, 3 node(s) had untolerated taint \
                 {node-role.kubernetes.io/control-plane: }. preemption: 0/5 nodes are available",
                &[
                    "2 nodes: too little free memory",
                    "3 nodes: the taint node-role.kubernetes.io/control-plane, which the pod does not tolerate",
                ],
            ),
            (
                "0/1 nodes are available: 1 node(s) had untolerated taint(s). no new claims to deallocate, preemption: \
                 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
                &["1 node: a taint that the pod does not tolerate"],
            ),
            (
                "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
                &["1 node: without the labels that nodeSelector or node affinity ask for"],
            ),
            ("0/1 nodes are available: 1 Insufficient nvidia.com/gpu.", &["1 node: too little nvidia.com/gpu"]),
            ("0/1 nodes are available: something quite new.", &["something quite new"]),
            ("no nodes available to schedule pods", &["the cluster has none"]),
        ];
        for (message, words) in table {
            assert_eq!(reasons(message), words, "{message}");
        }
    }

    #[test]
    fn a_missing_claim_is_named() {
        let message = "0/1 nodes are available: persistentvolumeclaim \"data\" not found. preemption: not eligible";
        assert_eq!(missing_claim(message), Some("data"));
        assert_eq!(missing_claim("pod has unbound immediate PersistentVolumeClaims"), None);
    }
}
