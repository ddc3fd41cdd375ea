//! Why a container that runs is not ready.

use super::Event;
use super::finding::{Finding, Outlook, called, finding};
use super::observed::Observed;
use crate::pod::{Container, RunState};

/// What its probes last said of a container that runs and is not ready. `None`: nothing, so it may just be young.
pub(super) fn finding_of(observed: &Observed<'_>, container: &Container) -> Option<Finding> {
    let since = match container.runtime.as_ref()?.state {
        RunState::Running { since } => since,
        RunState::Waiting { .. } | RunState::Terminated(_) => None,
    };
    let of_run = observed.events_of(container).filter(|event| event.is_since(since));
    let failures = of_run.filter_map(|event| Some((event, failed_probe(event)?)));
    let (event, probe) = failures.max_by_key(|(event, _)| event.last_seen)?;
    let code = match probe {
        "readiness" => "NotReady",
        "startup" => "NotStarted",
        _ => "NotAlive",
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

/// The probe that failed: the kubelet says `Readiness probe failed: …` or `Readiness probe errored …`
/// (`pkg/kubelet/prober/prober.go`), and where it says that in many ways, something before it.
pub(super) fn failed_probe(event: &Event) -> Option<&'static str> {
    let words = [("Readiness probe ", "readiness"), ("Startup probe ", "startup"), ("Liveness probe ", "liveness")];
    let is_said = |(words, _): &(&str, &str)| event.message.contains(words);
    let (_, probe) = words.into_iter().find(is_said).filter(|_| event.reason == "Unhealthy")?;
    Some(probe)
}
