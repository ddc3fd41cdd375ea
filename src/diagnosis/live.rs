//! What is wrong with a pod on a cluster, the most important first.
//!
//! Decides which causes are looked for, and in which order they are told. Each kind of cause is a file beside
//! this one.

use std::collections::BTreeMap;

use super::finding::{Finding, Outlook, called, finding};
use super::{Diagnosis, Event, exit, image, pod_end, probe, scheduling, setup, start};
use crate::pod::{Container, ContainerKind, Phase, Pod, RunState};

/// What is known of a pod on a cluster.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// The pod.
    pub pod: &'a Pod,
    /// What the cluster said about it, in any order; may be empty.
    pub events: &'a [Event],
    /// What its containers said last; may be empty.
    pub last_lines: &'a LastLines,
    /// The flags that kubectl needs to find the pod, such as `-n demo`, ready to paste: they are put into the
    /// commands of the next steps. May be empty.
    pub flags: &'a str,
}

/// The last lines of containers' logs, by the container's name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LastLines(BTreeMap<String, Vec<String>>);

impl LastLines {
    /// Adds the last lines of a container that ended, but not what the kubelet writes in place of a log that it does
    /// not have any more.
    pub fn insert(&mut self, container: impl Into<String>, mut lines: Vec<String>) {
        lines.retain(|line| !line.starts_with("unable to retrieve container logs for "));
        self.0.insert(container.into(), lines);
    }

    /// The last lines of that container; empty where it said nothing, or nobody looked.
    pub fn of(&self, container: &str) -> &[String] {
        self.0.get(container).map_or(&[], Vec::as_slice)
    }
}

impl<'a> Observed<'a> {
    /// A kubectl command, with the flags it needs to find the pod.
    pub(super) fn kubectl(&self, words: &str) -> String {
        let space = if self.flags.is_empty() { "" } else { " " };
        format!("kubectl {words}{space}{}", self.flags)
    }

    /// The events about that container.
    pub(super) fn events_of(&self, container: &'a Container) -> impl Iterator<Item = &'a Event> + use<'a> {
        self.events.iter().filter(|event| event.container.as_deref() == Some(&container.name))
    }
}

/// The containers whose last lines help to find out what is wrong: those that ended badly, in start order.
pub fn wanting_lines(pod: &Pod) -> impl Iterator<Item = &Container> {
    pod.containers.iter().filter(|container| exit::last_end(container).is_some_and(|end| end.exit_code != 0))
}

/// What is wrong with the pod, the most important first. Empty: nothing that is known to be wrong.
pub fn of_pod(observed: &Observed<'_>) -> Vec<Diagnosis> {
    findings(observed).into_iter().map(|finding| finding.diagnosis).collect()
}

/// As [`of_pod`], with the outlook of each: what waiting cannot heal comes first.
pub fn findings(observed: &Observed<'_>) -> Vec<Finding> {
    let Some(status) = &observed.pod.status else { return Vec::new() };
    if status.deleting || status.phase == Phase::Succeeded {
        return Vec::new();
    }
    if let Some(end) = pod_end::finding_of(observed, status) {
        return vec![end]; // what its containers did then is its doing
    }
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(scheduling::finding_of(observed, status));
    findings.extend(setup::finding_of(observed));
    findings.extend(observed.pod.containers.iter().filter_map(|container| {
        let found = of_container(observed, container)?;
        Some(if container.kind == ContainerKind::Init { holding_up_others(found) } else { found })
    }));
    findings.sort_by_key(|finding| finding.outlook);
    findings
}

fn holding_up_others(mut found: Finding) -> Finding {
    found.diagnosis.cause.push_str("; the containers after it wait until it has ended well");
    found
}

/// What is wrong with one container, going by what it does now.
fn of_container(observed: &Observed<'_>, container: &Container) -> Option<Finding> {
    let runtime = container.runtime.as_ref()?;
    match &runtime.state {
        RunState::Waiting { reason, message } => of_waiting(observed, container, reason, message),
        RunState::Terminated(end) if container.kind != ContainerKind::Ephemeral => {
            exit::finding_of(observed, container, end)
        }
        RunState::Running { .. } if !runtime.ready => probe::finding_of(observed, container),
        RunState::Terminated(_) | RunState::Running { .. } => None,
    }
}

/// The kubelet's reasons for waiting (`pkg/kubelet/images/types.go`, `kuberuntime_container.go`,
/// `container/sync_result.go`).
fn of_waiting(observed: &Observed<'_>, container: &Container, reason: &str, message: &str) -> Option<Finding> {
    match reason {
        "" | "ContainerCreating" | "PodInitializing" => None,
        "CrashLoopBackOff" => exit::last_end(container).and_then(|end| exit::finding_of(observed, container, end)),
        "ErrImagePull"
        | "ImagePullBackOff"
        | "ErrImageNeverPull"
        | "InvalidImageName"
        | "ImageInspectError"
        | "RegistryUnavailable"
        | "SignatureValidationFailed" => Some(image::finding_of(observed, container, reason, message)),
        "CreateContainerConfigError" => Some(start::config_error(observed, container, message)),
        "CreateContainerError" | "RunContainerError" | "StartError" => {
            Some(start::start_error(observed, container, reason, message))
        }
        _ => Some(
            finding("ContainerWaiting", Outlook::MayHeal, format!("{} cannot start yet", called(container)))
                .of(container)
                .state(reason, message)
                .next(observed.kubectl(&format!("describe pod {}", observed.pod.name))),
        ),
    }
}
