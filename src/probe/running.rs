//! Where commands can run, and why they cannot elsewhere.

use super::{Failure, Reason};
use crate::pod::{Container, ContainerKind, Pod, Role, RunState, Termination};

/// A container of a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The pod's name.
    pub pod: String,
    /// The container's name.
    pub container: String,
    /// What the API says it is.
    pub kind: ContainerKind,
    /// What people call it.
    pub role: Role,
}

impl Place {
    /// That container of that pod.
    pub fn of(pod: &Pod, container: &Container) -> Self {
        let Container { name, kind, role, .. } = container;
        Self { pod: pod.name.clone(), container: name.clone(), kind: *kind, role: *role }
    }
}

/// Why nothing can run in a container. `None`: something can.
pub fn not_running(container: &Container) -> Option<Failure> {
    let failure = |words: String| Some(Failure::new(Reason::NotRunning, format!("it is not running: {words}")));
    match container.runtime.as_ref().map(|runtime| &runtime.state) {
        Some(RunState::Running { .. }) => None,
        Some(RunState::Waiting { reason, message }) => {
            let parts = [reason, message].into_iter().filter(|part| !part.is_empty()).cloned();
            failure(std::iter::once("waiting".to_owned()).chain(parts).collect::<Vec<_>>().join(": "))
        }
        Some(RunState::Terminated(Termination { exit_code, reason, .. })) => {
            let reason = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
            failure(format!("ended with exit code {exit_code}{reason}"))
        }
        None => failure("not started".to_owned()),
    }
}

/// Whether it is as it should be that the container does not run: it prepares the pod, and has done so or will.
pub fn is_not_meant_to_run(container: &Container) -> bool {
    container.kind == ContainerKind::Init
}
