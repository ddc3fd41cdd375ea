//! The containers of a pod, in start order: what they are and how they do, and in wide output what they are told.

use super::Detail;
use crate::pod::{Container, ContainerKind, Pod, Probe, RunState, Runtime, Settings, Termination};
use crate::render::table::{Cell, Column, Table};

/// The containers in start order. States are shown where any is known.
pub(super) fn containers(pod: &Pod, detail: Detail) -> Table {
    let is_live = pod.status.is_some();
    let is_wide = detail == Detail::Wide;
    let has_image_ids = is_wide && pod.containers.iter().any(|container| image_id(container).is_some());
    let has_ended_before = is_wide && pod.containers.iter().any(|container| last_end(container).is_some());
    let columns = [
        (Column::from("CONTAINER"), true),
        (Column::from("ROLE"), true),
        (Column::from("KIND"), is_wide),
        (Column::from("ROLE FROM"), is_wide),
        (Column::folding("IMAGE"), true),
        (Column::from("STATE"), is_live),
        (Column::from("RESTARTS"), is_live),
        (Column::folding("LAST END"), has_ended_before),
        (Column::folding("COMMAND"), is_wide),
        (Column::folding("IMAGE ID"), has_image_ids),
    ];
    let is_shown = columns.each_ref().map(|(_, is_shown)| *is_shown);
    let mut table = Table::new(columns.into_iter().filter(|(_, is_shown)| *is_shown).map(|(column, _)| column));
    for container in &pod.containers {
        let runtime = container.runtime.as_ref();
        let cells = [
            Cell::from(&container.name),
            role(container).into(),
            container.kind.as_str().into(),
            container.role_evidence.as_str().into(),
            Cell::or_dash(&container.image),
            Cell::or_dash(runtime.map(|runtime| state(container, runtime)).unwrap_or_default()),
            Cell::or_dash(runtime.map(|runtime| runtime.instance.restarts.to_string()).unwrap_or_default()),
            Cell::or_dash(last_end(container).map(ended).unwrap_or_default()),
            Cell::or_dash(command(container)),
            Cell::or_dash(image_id(container).unwrap_or_default()),
        ];
        table.row(cells.into_iter().zip(is_shown).filter(|(_, is_shown)| *is_shown).map(|(cell, _)| cell));
    }
    table
}

fn role(container: &Container) -> String {
    let role = container.role.as_str();
    if container.kind == ContainerKind::Native { format!("{role} (native)") } else { role.to_owned() }
}

/// Init and ephemeral containers are never ready: nobody asks them.
fn state(container: &Container, runtime: &Runtime) -> String {
    let is_ready = runtime.ready || !container.kind.counts_as_ready();
    match &runtime.state {
        RunState::Running { .. } if is_ready => "Running".to_owned(),
        RunState::Running { .. } => "Running, not ready".to_owned(),
        RunState::Waiting { reason, .. } => with_reason("Waiting", reason),
        RunState::Terminated(end) => ended(end),
    }
}

fn ended(end: &Termination) -> String {
    format!("{} (exit code {})", with_reason("Terminated", &end.reason), end.exit_code)
}

/// How its run before this one ended.
fn last_end(container: &Container) -> Option<&Termination> {
    container.runtime.as_ref()?.last_termination.as_ref()
}

fn with_reason(state: &str, reason: &str) -> String {
    if reason.is_empty() { state.to_owned() } else { format!("{state}: {reason}") }
}

fn command(container: &Container) -> String {
    let words: Vec<&str> = container.command.iter().chain(&container.args).map(String::as_str).collect();
    crate::render::shell::command(words)
}

fn image_id(container: &Container) -> Option<&str> {
    container.runtime.as_ref().map(|runtime| runtime.image_id.as_str()).filter(|id| !id.is_empty())
}

/// Ports, probes, resources, and as whom each of them runs. `None`: none of them says any of that.
pub(super) fn settings(pod: &Pod) -> Option<Table> {
    let is_told = |container: &Container| container.settings != Settings::default();
    if !pod.containers.iter().any(is_told) {
        return None;
    }
    let mut table = Table::new([
        "CONTAINER".into(),
        "PORTS".into(),
        Column::folding("PROBES"),
        "REQUESTS".into(),
        "LIMITS".into(),
        Column::folding("RUNS AS"),
    ]);
    for container in &pod.containers {
        let Settings { ports, probes, requests, limits, .. } = &container.settings;
        let amounts = |of: &[(String, String)]| cell(of.iter().map(|(name, amount)| format!("{name} {amount}")));
        table.row([
            Cell::from(&container.name),
            cell(ports.iter().map(ToString::to_string)),
            cell(probes.iter().map(|Probe { kind, action }| format!("{kind} {action}"))),
            amounts(requests),
            amounts(limits),
            Cell::or_dash(runs_as(&container.settings)),
        ]);
    }
    Some(table)
}

/// A line each; `-` where there are none.
fn cell(lines: impl Iterator<Item = String>) -> Cell {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { "-".into() } else { Cell::lines(lines) }
}

fn runs_as(settings: &Settings) -> String {
    let user = settings.user.map(|user| format!("user {user}"));
    let group = settings.group.map(|group| format!("group {group}"));
    let privileged = settings.privileged.then(|| "privileged".to_owned());
    let read_only = settings.read_only_root.then(|| "read-only root".to_owned());
    user.into_iter().chain(group).chain(privileged).chain(read_only).collect::<Vec<_>>().join(", ")
}
