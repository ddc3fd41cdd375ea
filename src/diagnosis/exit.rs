//! Why a container does not keep running: it ended, or it ends again and again.

use super::ending::Ending;
use super::finding::{Finding, Outlook, called, finding};
use super::observed::Observed;
use super::probe::failed_probe;
use super::{Diagnosis, start};
use crate::pod::{Container, ContainerKind, Phase, Pod, RunState, Termination};

/// Whoever crashed as often as that will crash again: 1 is the first restart, which the kubelet makes at once.
const HOPELESS_RESTARTS: u32 = 2;

/// A run that took no longer than that ended right after it started. The kubelet reports whole seconds.
const RIGHT_AFTER_SECONDS: i64 = 2;

/// How the container ended last, unless it runs again.
pub(super) fn last_end(container: &Container) -> Option<&Termination> {
    container.last_end().filter(|_| !container.runs())
}

/// The containers that ended before and run again, in start order, and how each ended last.
pub fn running_again(pod: &Pod) -> impl Iterator<Item = (&Container, &Termination)> {
    let running = pod.containers.iter().filter(|container| container.runs());
    running.filter_map(|container| Some((container, container.last_end()?)))
}

/// How those containers ended that run again: it may be why a pod did not become ready, and is not seen while they run.
pub fn ended_before(observed: &Observed<'_>) -> Vec<Diagnosis> {
    let told = |(container, end)| {
        let mut found = finding_of(observed, container, end)?.diagnosis;
        found.cause.push_str("; it runs again now");
        Some(found)
    };
    running_again(observed.pod).filter_map(told).collect()
}

/// What is wrong with a container whose last run ended like that.
pub(super) fn finding_of(observed: &Observed<'_>, container: &Container, end: &Termination) -> Option<Finding> {
    let outlook = outlook(observed, container);
    let found = match Ending::of(observed, container, end) {
        Ending::Well => return ended_well(observed, container, end),
        Ending::NotStarted => return Some(start::start_error(observed, container, &end.reason, &end.message)),
        Ending::NotKnown => return Some(not_known(observed, container, end, outlook)),
        Ending::CommandNotFound => start::command_not_found(container, None),
        Ending::CommandNotExecutable => start::command_not_executable(container, None),
        Ending::WrongPlatform => start::wrong_platform(observed, container),
        Ending::OutOfMemory => out_of_memory(container, outlook),
        Ending::Unhealthy(probe) => unhealthy(observed, container, outlook, probe),
        Ending::HookFailed(event) => hook_failed(container, outlook, event),
        Ending::Signal(signal) => signalled(observed, container, end, outlook, signal),
        Ending::Code => crashed(observed, container, end, outlook),
    };
    Some(shown(observed, container, end, found))
}

/// A container of a pod that is over stays ended. Others are restarted, unless the pod says otherwise.
fn outlook(observed: &Observed<'_>, container: &Container) -> Outlook {
    let is_over = observed.pod.status.as_ref().is_some_and(|status| status.phase == Phase::Failed);
    if is_over || restarts(container) >= HOPELESS_RESTARTS { Outlook::Stuck } else { Outlook::MayHeal }
}

fn restarts(container: &Container) -> u32 {
    container.runtime.as_ref().map_or(0, |runtime| runtime.instance.restarts)
}

/// How often it ended: the run that goes on has not.
fn ends(container: &Container) -> u32 {
    restarts(container) + u32::from(!container.runs())
}

/// Exit code 0. For an init container that is its purpose; for others too, as long as nobody starts them again.
fn ended_well(observed: &Observed<'_>, container: &Container, end: &Termination) -> Option<Finding> {
    let runtime = container.runtime.as_ref()?;
    let is_restarted = match &runtime.state {
        RunState::Waiting { .. } => true,
        _ => runtime.last_termination.as_ref().is_some_and(|before| before.exit_code == 0),
    };
    if container.kind == ContainerKind::Init || !is_restarted {
        return None;
    }
    let ended = format!("{} ended with exit code 0{}", called(container), when(end));
    let cause = if container.command.is_empty() && container.args.is_empty() {
        format!(
            "{ended}: it has no command of its own, and the default command of {} had nothing to do; a container runs \
             only as long as its command does",
            container.image
        )
    } else {
        format!("{ended}: its command came to its end; a container runs only as long as its command does")
    };
    let found = finding("NothingKeepsItRunning", Outlook::Stuck, cause).next(format!(
        "give it a command that keeps running, in the manifest under spec.{}: command: [\"/bin/sh\", \"-c\"], args: \
         [\"while true; do date; sleep 30; done\"]",
        container.spec_field()
    ));
    let delete = observed.kubectl(&format!("delete pod {}", observed.pod.name));
    let found = found
        .next(format!("a pod's command cannot be changed: where you made the pod itself, delete it first: {delete}"));
    Some(shown(observed, container, end, found))
}

fn out_of_memory(container: &Container, outlook: Outlook) -> Finding {
    let name = called(container);
    let less = "make it use less; files in an emptyDir with medium: Memory count too";
    if container.settings.limits.iter().any(|(resource, _)| resource == "memory") {
        let cause = format!("{name} used more memory than its limit allows, and was killed");
        return finding("OutOfMemory", outlook, cause).next(format!("raise resources.limits.memory, or {less}"));
    }
    let cause = format!(
        "{name} was killed because memory ran out: it has no limit of its own, so there was none left on the node or for \
         the pod as a whole"
    );
    finding("OutOfMemory", outlook, cause)
        .next("set resources.requests.memory to what it needs: it is then placed on a node that has that much free")
        .next(format!("or {less}"))
}

/// The log may be there still, but exit code and times are not the container's.
fn not_known(observed: &Observed<'_>, container: &Container, end: &Termination, outlook: Outlook) -> Finding {
    let cause = format!("{} ended, and it is not known how: the node lost track of it", called(container));
    let events = observed.kubectl(&format!("describe pod {}", observed.pod.name));
    finding("ContainerStatusUnknown", outlook, cause)
        .of(container)
        .state(&end.reason, &end.message)
        .log(observed.last_lines.of(&container.name))
        .next(format!("see whether the node was restarted, or had too little memory or disk space: {events}"))
}

/// Whether it is, or was, started again.
pub(super) fn is_restarted(container: &Container) -> bool {
    !container.has_ended() || restarts(container) > 0
}

fn unhealthy(observed: &Observed<'_>, container: &Container, outlook: Outlook, probe: &str) -> Finding {
    let name = called(container);
    let found = if is_restarted(container) {
        let cause = format!("{name} is restarted again and again, because its {probe} probe fails");
        finding("ProbeRestarts", outlook, cause)
    } else {
        finding("ProbeKilled", outlook, format!("{name} was ended by the kubelet, because its {probe} probe failed"))
    };
    let failed = observed.events_of(container).filter(|event| failed_probe(event) == Some(probe));
    let found = failed
        .max_by_key(|event| event.last_seen)
        .into_iter()
        .fold(found, |found, event| found.shown_by(&event.message));
    found.next("give it more time (startupProbe, initialDelaySeconds, timeoutSeconds), or see why it does not answer")
}

fn hook_failed(container: &Container, outlook: Outlook, event: &str) -> Finding {
    let name = called(container);
    let cause = if is_restarted(container) {
        format!("{name} is ended again and again, because its postStart hook fails")
    } else {
        format!("{name} was ended by the kubelet, because its postStart hook failed")
    };
    finding("PostStartHookFailed", outlook, cause).shown_by(event).next("correct lifecycle.postStart in the manifest")
}

fn signalled(
    observed: &Observed<'_>,
    container: &Container,
    end: &Termination,
    outlook: Outlook,
    signal: i32,
) -> Finding {
    let name = called(container);
    let cause = match signal {
        9 => format!("{name} was killed by signal 9 (SIGKILL){}: no program can catch that signal", when(end)),
        15 => format!("{name} was asked to stop by signal 15 (SIGTERM){}, and did", when(end)),
        11 => {
            format!("{name} crashed with signal 11 (SIGSEGV){}: it read or wrote memory that is not its own", when(end))
        }
        6 => format!("{name} aborted with signal 6 (SIGABRT){}", when(end)),
        _ => format!("{name} was ended by signal {signal}{}", when(end)),
    };
    let events = observed.kubectl(&format!("describe pod {}", observed.pod.name));
    let found = finding("EndedBySignal", outlook, cause);
    match signal {
        9 | 15 => {
            found.next(format!("see who ended it: a probe, the node, or something inside the container: {events}"))
        }
        _ => found.next(see_log(observed, container)),
    }
}

fn crashed(observed: &Observed<'_>, container: &Container, end: &Termination, outlook: Outlook) -> Finding {
    let again = match ends(container) {
        ..=1 => String::new(),
        2 => ", for the second time".to_owned(),
        _ => format!(", again and again ({} restarts)", restarts(container)),
    };
    let cause = format!("{} ended with exit code {}{}{again}", called(container), end.exit_code, when(end));
    finding("CrashLoop", outlook, cause).next(see_log(observed, container))
}

fn see_log(observed: &Observed<'_>, container: &Container) -> String {
    let previous = if container.has_ended() { "" } else { " --previous" };
    let command = observed.kubectl(&format!("logs {} -c {}{previous}", observed.pod.name, container.name));
    format!("look for the reason in its log: {command}")
}

/// Adds what every ending has: the state, the end, its termination message, the last lines.
fn shown(observed: &Observed<'_>, container: &Container, end: &Termination, found: Finding) -> Finding {
    let found = match container.runtime.as_ref().map(|runtime| &runtime.state) {
        Some(RunState::Waiting { reason, message }) => found.state(reason, message),
        _ => found,
    };
    let reason = if end.reason.is_empty() { String::new() } else { format!(" ({})", end.reason) };
    let after = when(end);
    let comma = if after.is_empty() { "" } else { "," };
    let found = found.shown_by(&format!("last exit: code {}{reason}{comma}{after}", end.exit_code));
    let message = &end.message;
    let found = if message.is_empty() { found } else { found.shown_by(&format!("termination message: {message}")) };
    found.of(container).log(observed.last_lines.of(&container.name))
}

/// How long it had run, with a blank before it; empty where that is not known.
fn when(end: &Termination) -> String {
    let (Some(started), Some(finished)) = (end.started, end.finished) else { return String::new() };
    let seconds = finished.as_second() - started.as_second();
    match seconds {
        ..=RIGHT_AFTER_SECONDS => " right after it started".to_owned(),
        _ if seconds < 120 => format!(" after {seconds} s"),
        _ if seconds < 7200 => format!(" after {} min", seconds / 60),
        _ => format!(" after {} h", seconds / 3600),
    }
}
