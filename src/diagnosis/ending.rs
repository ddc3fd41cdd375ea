//! How a run of a container ended, as far as it decides what is said of it.

use super::Event;
use super::exit::is_restarted;
use super::observed::Observed;
use super::probe::failed_probe;
use crate::pod::{Container, Termination};

/// How a run ended.
pub(super) enum Ending<'a> {
    Well,
    NotStarted,
    /// The kubelet lost track of the container. Exit code 137 is its own invention then (`kubelet_pods.go`).
    NotKnown,
    CommandNotFound,
    CommandNotExecutable,
    WrongPlatform,
    OutOfMemory,
    /// The kubelet ended it, because this probe failed: `liveness` or `startup`.
    Unhealthy(&'static str),
    /// The kubelet ended it, because of what this event says of its postStart hook.
    HookFailed(&'a str),
    Signal(i32),
    Code,
}

/// The exit codes of what the kubelet ends: by SIGKILL, or before that by SIGTERM.
const ENDED_FROM_OUTSIDE: [i32; 2] = [128 + 9, 128 + 15];

/// The kubelet ends a container as soon as its probe failed often enough; a busy one takes its time.
const JUST_BEFORE_SECONDS: i64 = 5;

impl<'a> Ending<'a> {
    /// How that run of the container ended.
    pub(super) fn of(observed: &Observed<'a>, container: &'a Container, end: &Termination) -> Self {
        match end.reason.as_str() {
            "StartError" | "ContainerCannotRun" => return Self::NotStarted,
            "OOMKilled" => return Self::OutOfMemory,
            "ContainerStatusUnknown" => return Self::NotKnown,
            _ => {}
        }
        if let Some(ending) = by_kubelet(observed, container, end).or_else(|| with_its_pod(observed, container, end)) {
            return ending;
        }
        let log = observed.last_lines.of(&container.name);
        match end.exit_code {
            0 => Self::Well,
            _ if log.iter().any(|line| line.contains("exec format error")) => Self::WrongPlatform,
            126 => Self::CommandNotExecutable,
            127 => Self::CommandNotFound,
            code => end.signal.or_else(|| signal_of(code)).map_or(Self::Code, Self::Signal),
        }
    }
}

/// What the newest event says of why the kubelet ended that run.
fn by_kubelet<'a>(observed: &Observed<'a>, container: &'a Container, end: &Termination) -> Option<Ending<'a>> {
    let may_be_of_run = observed.events_of(container).filter(|event| may_be_of_run(event, end));
    let endings = may_be_of_run.filter_map(|event| Some((event.last_seen, told_by(event)?)));
    endings.max_by_key(|(seen, _)| *seen).map(|(_, ending)| ending)
}

/// An event from before a run is of an earlier one. Where the run was ended from outside, too, it counts all the same: of
/// 25 events about a pod and more the kubelet tells one in five minutes (client-go, `record/events_cache.go`), so of who is
/// killed again and again there may be old ones only.
fn may_be_of_run(event: &Event, end: &Termination) -> bool {
    event.is_since(end.started) || ENDED_FROM_OUTSIDE.contains(&end.exit_code)
}

/// The kubelet's words for why it ends a container (`kuberuntime_manager.go`, `kuberuntime_container.go`). It adds `, will be
/// restarted`, but not to an init container's, nor where nobody restarts it.
fn told_by(event: &Event) -> Option<Ending<'_>> {
    let says = |words: &str| event.message.contains(words);
    match event.reason.as_str() {
        "Killing" if says(" failed liveness probe") => Some(Ending::Unhealthy("liveness")),
        "Killing" if says(" failed startup probe") => Some(Ending::Unhealthy("startup")),
        "FailedPostStartHook" => Some(Ending::HookFailed(&event.message)),
        _ => None,
    }
}

/// Where no other container of the pod runs or is to be started, the kubelet ends the pod as a whole, and does not say why
/// (`kuberuntime_manager.go`, `KillPod`): then the probe that failed just before does.
fn with_its_pod<'a>(observed: &Observed<'a>, container: &'a Container, end: &Termination) -> Option<Ending<'a>> {
    if is_restarted(container) || !ENDED_FROM_OUTSIDE.contains(&end.exit_code) {
        return None;
    }
    let of_run = || observed.events_of(container).filter(|event| event.is_since(end.started));
    let is_end = |event: &&Event| event.reason == "Killing" && event.message.starts_with("Stopping container ");
    let ended = of_run().filter(is_end).filter_map(|event| event.last_seen).max()?;
    let is_just_before = |event: &&Event| {
        let before = event.last_seen.map(|seen| ended.as_second() - seen.as_second());
        before.is_some_and(|seconds| (0..=JUST_BEFORE_SECONDS).contains(&seconds))
    };
    let mut failed = of_run().filter(is_just_before).filter_map(failed_probe);
    failed.find(|probe| *probe != "readiness").map(Ending::Unhealthy)
}

/// Exit code 128 + N is that of signal N, and there are 64 of them (`signal(7)`).
fn signal_of(code: i32) -> Option<i32> {
    (129..=192).contains(&code).then(|| code - 128)
}
