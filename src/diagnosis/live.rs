//! What is wrong with a pod on a cluster, the most important first.
//!
//! Decides which causes are looked for, and in which order they are told. Each kind of cause is a file beside
//! this one.

use super::finding::{Finding, Outlook, called, finding};
use super::observed::Observed;
use super::{Diagnosis, exit, image, pod_end, probe, scheduling, setup, start};
use crate::pod::{Container, ContainerKind, Phase, Pod, RunState};

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
    let is_over = app_is_over(observed.pod);
    let containers = observed.pod.containers.iter().filter(|it| !(is_over && it.kind == ContainerKind::Native));
    findings.extend(containers.filter_map(|container| {
        let found = of_container(observed, container)?;
        Some(if container.kind == ContainerKind::Init { holding_up_others(found) } else { found })
    }));
    findings.sort_by_key(|finding| finding.outlook);
    findings
}

/// Whether all ordinary containers have ended: then the kubelet ends the native sidecars, and kills those that do not listen.
fn app_is_over(pod: &Pod) -> bool {
    let mut ordinary = pod.containers.iter().filter(|container| container.kind == ContainerKind::Container).peekable();
    ordinary.peek().is_some() && ordinary.all(Container::has_ended)
}

fn holding_up_others(mut found: Finding) -> Finding {
    found.diagnosis.cause.push_str("; the containers after it wait until it has ended well");
    found
}

/// What is wrong with one container, going by what it does now.
fn of_container(observed: &Observed<'_>, container: &Container) -> Option<Finding> {
    let runtime = container.runtime.as_ref()?;
    match &runtime.state {
        state if state.is_being_created() => None,
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
