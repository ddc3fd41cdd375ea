//! Why a container that runs is not ready.

use super::finding::{Finding, Outlook, called, finding};
use super::observed::Observed;
use crate::pod::Container;

/// What its probes last said of a container that runs and is not ready. `None`: nothing, so it may just be young.
pub(super) fn finding_of(observed: &Observed<'_>, container: &Container) -> Option<Finding> {
    let failed = observed.events_of(container).filter(|event| event.reason == "Unhealthy");
    let event = failed.max_by_key(|event| event.last_seen)?;
    let (code, probe) = match event.message.split_once(" probe ")?.0 {
        "Readiness" => ("NotReady", "readiness"),
        "Startup" => ("NotStarted", "startup"),
        _ => ("NotAlive", "liveness"),
    };
    let name = &container.name;
    let logs = observed.kubectl(&format!("logs {} -c {name}", observed.pod.name));
    let finding = finding(code, Outlook::MayHeal, format!("{} runs, but its {probe} probe fails", called(container)))
        .of(container)
        .shown_by(&event.message)
        .next(format!("see what it is busy with: {logs}"))
        .next(format!("check the probe's port, path and times under {probe}Probe in the manifest"));
    Some(finding)
}
