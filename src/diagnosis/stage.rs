//! What a pod that is not ready yet is at, where nothing is wrong.

use super::finding::{called, finding};
use super::observed::Observed;
use super::{Diagnosis, Outlook};
use crate::pod::{Container, ContainerKind, Pod, RunState, Runtime};

/// What a container, or the pod as a whole, is at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The container; `None`: the pod as a whole.
    pub container: Option<String>,
    /// Such as `pulling image nginx:latest`.
    pub words: String,
}

/// What the pod is at: one stage as long as no node has begun with it, else one a container, in start order. Containers that did
/// what they had to do are left out.
pub fn stages(observed: &Observed<'_>) -> Vec<Stage> {
    let pod = observed.pod;
    let of_pod = |words: String| vec![Stage { container: None, words }];
    let Some(node) = pod.status.as_ref().and_then(|status| status.node.as_ref()) else {
        return of_pod("waiting for a node".to_owned());
    };
    if pod.containers.iter().all(|container| container.runtime.is_none()) {
        return of_pod(format!("waiting for the kubelet on node {node}"));
    }
    let containers = pod.containers.iter().filter(|container| container.kind != ContainerKind::Ephemeral);
    let stage = |container: &Container| {
        let words = words(observed, container)?;
        Some(Stage { container: Some(container.name.clone()), words })
    };
    containers.filter_map(stage).collect()
}

/// The pod did not become ready in time, though nothing is known to be wrong with it.
pub fn timed_out(observed: &Observed<'_>) -> Diagnosis {
    let pod = &observed.pod.name;
    let cause = if observed.pod.all_ready() {
        "the pod runs, and nothing is known to be wrong with it yet"
    } else {
        "the pod is not ready yet, though nothing is known to be wrong"
    };
    let found = finding("TimedOut", Outlook::MayHeal, cause);
    let found = stages(observed).into_iter().fold(found, |found, stage| match stage.container {
        Some(container) => found.shown_by(&format!("{container}: {}", stage.words)),
        None => found.shown_by(&stage.words),
    });
    found
        .next(format!("go on waiting: {}", observed.kubectl(&format!("wait --for=condition=Ready pod/{pod}"))))
        .next(format!("see what happened so far: {}", observed.kubectl(&format!("describe pod {pod}"))))
        .diagnosis
}

fn words(observed: &Observed<'_>, container: &Container) -> Option<String> {
    let Some(runtime) = &container.runtime else { return Some("waiting for the node".to_owned()) };
    Some(match &runtime.state {
        RunState::Running { .. } if runtime.ready => "ready".to_owned(),
        RunState::Running { .. } if container.kind == ContainerKind::Init => "running".to_owned(),
        RunState::Running { .. } => "running, not ready yet".to_owned(),
        RunState::Terminated(end) if end.exit_code == 0 && container.kind == ContainerKind::Init => return None,
        RunState::Terminated(end) => format!("ended with exit code {}", end.exit_code),
        state if state.is_being_created() => creating(observed, container),
        RunState::Waiting { reason, .. } => waiting(runtime, reason),
    })
}

fn creating(observed: &Observed<'_>, container: &Container) -> String {
    if is_being_pulled(observed, container) {
        return format!("pulling image {}", container.image);
    }
    match unfinished_before(observed.pod, container) {
        Some(before) => format!("waiting for {}", called(before)),
        None => "being created".to_owned(),
    }
}

fn waiting(runtime: &Runtime, reason: &str) -> String {
    if reason != "CrashLoopBackOff" {
        return reason.to_owned();
    }
    let code = runtime.last_termination.as_ref().map(|end| format!("ended with exit code {}, ", end.exit_code));
    format!("{}waiting to be started again", code.unwrap_or_default())
}

/// A pull was begun, and has neither come to its end nor failed.
fn is_being_pulled(observed: &Observed<'_>, container: &Container) -> bool {
    let is_of_pull = |reason: &str| matches!(reason, "Pulling" | "Pulled" | "Failed");
    let of_pulls = observed.events_of(container).filter(|event| is_of_pull(&event.reason));
    // Of two events in the same second the later stage counts.
    of_pulls
        .max_by_key(|event| (event.last_seen, event.reason != "Pulling"))
        .is_some_and(|event| event.reason == "Pulling")
}

/// The first init container before that one which has not done its part yet.
fn unfinished_before<'a>(pod: &'a Pod, container: &Container) -> Option<&'a Container> {
    let before = pod.containers.iter().take_while(|other| other.name != container.name);
    let is_done = |container: &&Container| match container.runtime.as_ref().map(|runtime| &runtime.state) {
        Some(RunState::Running { .. }) => container.kind == ContainerKind::Native,
        Some(RunState::Terminated(end)) => end.exit_code == 0,
        Some(RunState::Waiting { .. }) | None => false,
    };
    before
        .filter(|other| matches!(other.kind, ContainerKind::Init | ContainerKind::Native))
        .find(|other| !is_done(other))
}
