//! Why a workload has no pods, or not all of them: its controller may not make them.

use super::Diagnosis;
use super::finding::{Finding, Outlook, finding};
use super::refusal::after_refusal;
use super::words::kubectl;

/// What is wrong with a workload, such as `deployment/web`, of whose pods the server said that it does not take them.
/// `has_some`: it has taken others.
pub fn refused_pods(workload: &str, has_some: bool, message: &str, flags: &str, write_manifest: &str) -> Finding {
    let steps = after_refusal(message, flags, write_manifest);
    // A new namespace gets its service account within seconds.
    let is_new = message.contains("serviceaccount \"default\" not found");
    let outlook = if steps.is_empty() || is_new { Outlook::MayHeal } else { Outlook::Stuck };
    let cause = if has_some {
        "lacks pods: its controller may not make all"
    } else {
        "has no pods: its controller may not make any"
    };
    let found = finding("PodsRefused", outlook, format!("{workload} {cause}"));
    steps.into_iter().fold(found.shown_by(message), Finding::next)
}

/// A workload's controller gave up, and none of its pods is left to say why.
pub fn gave_up(workload: &str, reason: &str, message: &str, flags: &str) -> Diagnosis {
    let describe = format!("see what happened: {}", kubectl(&format!("describe {workload}"), flags));
    let found = finding("GaveUp", Outlook::Stuck, format!("{workload} failed"));
    found.state(reason, message).next(describe).diagnosis
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_stays_as_it_is_and_what_is_not_known_may_pass() {
        let found = refused_pods(
            "deployment/web",
            false,
            "pods \"a\" is forbidden: exceeded quota: small, requested: pods=1",
            "-n demo",
            "",
        );
        assert_eq!((found.outlook, found.diagnosis.next_steps.len()), (Outlook::Stuck, 2));
        assert_eq!(refused_pods("job/a", true, "the object has been modified", "", "").outlook, Outlook::MayHeal);
    }
}
