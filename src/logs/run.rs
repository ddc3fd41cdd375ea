//! What the cluster's word about a container means for the run whose log is read.

use crate::pod::{Instance, RunState, Runtime, Termination};

/// What became of a run.
#[derive(Debug, PartialEq)]
pub(super) enum Fate<'a> {
    /// It goes on.
    Running,
    /// It ended, and its log is still the current one.
    Ended(&'a Termination),
    /// It ended, another one has begun, and its log is the previous one.
    Replaced(&'a Termination),
    /// Others have come and gone since: its log cannot be had any more.
    Forgotten,
}

/// What became of that run.
pub(super) fn fate<'a>(run: &Instance, runtime: &'a Runtime) -> Fate<'a> {
    let last = runtime.last_termination.as_ref().filter(|last| last.id == run.id);
    match (&runtime.state, last) {
        (RunState::Terminated(ended), _) if ended.id == run.id => Fate::Ended(ended),
        // The kubelet lost sight of it (`ContainerStatusUnknown`), as at times of an evicted pod's.
        (RunState::Terminated(ended), _) if ended.id.is_empty() && runtime.instance.restarts == run.restarts => {
            Fate::Ended(ended)
        }
        (RunState::Waiting { .. }, Some(last)) if runtime.instance.id == run.id => Fate::Ended(last),
        _ if runtime.instance.id == run.id => Fate::Running,
        (_, Some(last)) => Fate::Replaced(last),
        _ => Fate::Forgotten,
    }
}

/// Whether the server has a log to show: of the run that goes on, or of the one that ended last. While a container
/// waits to be started again, its current log is still that of the last run (kubelet, `validateContainerLogStatus`).
pub(super) fn has_log(runtime: &Runtime) -> bool {
    let waits = matches!(runtime.state, RunState::Waiting { .. });
    !runtime.instance.id.is_empty() && (!waits || runtime.last_termination.is_some())
}
