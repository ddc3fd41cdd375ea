//! An inspection for people: the header, the containers, the matrix, the sentences, what is wrong.

use super::sentences::sentence;
use super::{Inspection, Origin};
use crate::pod::{Container, ContainerKind, Mount, Phase, Pod, RunState, Runtime, Termination, VolumeUse, sharing};
use crate::render::diagnosis::diagnosis;
use crate::render::table::{Cell, Column, Table, one_line};
use crate::render::{Paint, Style};

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What one wants to see most often.
    Normal,
    /// `-o wide`
    Wide,
}

/// The inspection as text, each line ended.
pub fn text(inspection: &Inspection, detail: Detail, style: Style) -> String {
    let pod = &inspection.pod;
    let used = sharing(pod);
    let mut parts = vec![header(inspection, style), containers(pod, detail).render(style)];
    if detail == Detail::Wide && !used.is_empty() {
        parts.push(volumes(&used).render(style));
    }
    parts.push(mounts(pod, &used, style));
    parts.push(used.iter().flat_map(|used| [one_line(&sentence(used)), "\n".to_owned()]).collect());
    parts.extend(findings(inspection, style));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// Where the pod is, and how it does: on one line, or folded between its parts.
fn header(inspection: &Inspection, style: Style) -> String {
    let pod = &inspection.pod;
    let mut parts = vec![(one_line(&inspection.resource()), Some(Paint::Strong))];
    parts.extend(pod.namespace.as_ref().map(|namespace| (one_line(&format!("namespace {namespace}")), None)));
    if let Some(status) = &pod.status {
        let (ready, all) = pod.ready_counts();
        let paint = if ready == all { Paint::Good } else { Paint::Warning };
        parts.push((format!("READY {ready}/{all}"), Some(paint)));
        let word = pod.status_word().unwrap_or_default();
        parts.push((format!("STATUS {}", one_line(&word)), (status.phase == Phase::Failed).then_some(Paint::Bad)));
        parts.extend(status.node.as_ref().map(|node| (one_line(&format!("NODE {node}")), None)));
    }
    if let Origin::Manifest { file, at } = &inspection.origin {
        parts.push((format!("from {file}:{}", at.line), None));
    }
    let mut text = String::new();
    let mut column = 0;
    for (part, paint) in parts {
        let width = part.chars().count();
        if column > 0 {
            let fits = style.width.is_none_or(|columns| column + 3 + width <= usize::from(columns));
            text.push_str(if fits { "   " } else { "\n  " });
            column = if fits { column + 3 } else { 2 };
        }
        column += width;
        text.push_str(&paint.map_or(part.clone(), |paint| style.paint(paint, &part)));
    }
    text.push('\n');
    text
}

/// The containers in start order. States are shown where any is known.
fn containers(pod: &Pod, detail: Detail) -> Table {
    let is_live = pod.status.is_some();
    let is_wide = detail == Detail::Wide;
    let has_image_ids = is_wide && pod.containers.iter().any(|container| image_id(container).is_some());
    let columns = [
        (Column::from("CONTAINER"), true),
        (Column::from("ROLE"), true),
        (Column::from("KIND"), is_wide),
        (Column::from("ROLE FROM"), is_wide),
        (Column::folding("IMAGE"), true),
        (Column::from("STATE"), is_live),
        (Column::from("RESTARTS"), is_live),
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
        RunState::Terminated(Termination { exit_code, reason, .. }) => {
            format!("{} (exit code {exit_code})", with_reason("Terminated", reason))
        }
    }
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

/// The volumes and what they are.
fn volumes(used: &[VolumeUse<'_>]) -> Table {
    let mut table = Table::new(["VOLUME".into(), "TYPE".into(), Column::folding("SOURCE"), "LIMIT".into()]);
    for VolumeUse { volume, .. } in used {
        let source = &volume.source;
        let limit = source.limit.as_deref().unwrap_or_default();
        table.row([
            Cell::from(&volume.name),
            Cell::from(&source.kind),
            Cell::or_dash(&source.detail),
            Cell::or_dash(limit),
        ]);
    }
    table
}

/// The matrix, or a line for each mount where the matrix is too wide.
fn mounts(pod: &Pod, used: &[VolumeUse<'_>], style: Style) -> String {
    if used.is_empty() && pod.undeclared_mounts().next().is_none() {
        return "The pod has no volumes.\n".to_owned();
    }
    let rows = rows(pod, used);
    let matrix = matrix(pod, &rows);
    if matrix.fits(style) { matrix.render(style) } else { list(&rows).render(style) }
}

/// A volume's name, and each container's mounts of it.
struct MountRow<'a> {
    volume: Cell,
    mounts: Vec<(&'a Container, String)>,
}

fn rows<'a>(pod: &'a Pod, used: &[VolumeUse<'a>]) -> Vec<MountRow<'a>> {
    let declared = used.iter().map(|used| MountRow {
        volume: Cell::from(&used.volume.name),
        mounts: used
            .mounts
            .iter()
            .map(|(container, mount)| (*container, mounted(mount, used.is_read_only(mount))))
            .collect(),
    });
    let mut rows: Vec<MountRow<'a>> = declared.collect();
    let mut names: Vec<&str> = Vec::new();
    for (container, mount) in pod.undeclared_mounts() {
        let place = (container, mounted(mount, mount.read_only));
        if let Some(at) = names.iter().position(|name| *name == mount.volume) {
            rows[used.len() + at].mounts.push(place);
        } else {
            names.push(&mount.volume);
            let volume = Cell::from(format!("{} (not declared)", mount.volume));
            rows.push(MountRow { volume, mounts: vec![place] });
        }
    }
    rows
}

fn mounted(mount: &Mount, is_read_only: bool) -> String {
    let access = if is_read_only { "ro" } else { "rw" };
    let part = mount.sub_path.as_ref().map(|part| format!(" [{part}]")).unwrap_or_default();
    format!("{} {access}{part}", mount.path)
}

fn matrix(pod: &Pod, rows: &[MountRow<'_>]) -> Table {
    let heads = std::iter::once("VOLUME").chain(pod.containers.iter().map(|container| container.name.as_str()));
    let mut table = Table::new(heads.map(Column::from));
    for row in rows {
        let of = |container: &Container| -> Cell {
            let here = row.mounts.iter().filter(|(other, _)| other.name == container.name);
            let lines: Vec<String> = here.map(|(_, mount)| mount.clone()).collect();
            if lines.is_empty() { "-".into() } else { Cell::lines(lines) }
        };
        table.row(std::iter::once(row.volume.clone()).chain(pod.containers.iter().map(of)));
    }
    table
}

fn list(rows: &[MountRow<'_>]) -> Table {
    let mut table = Table::new(["VOLUME".into(), "CONTAINER".into(), Column::folding("PATH")]);
    for row in rows {
        if row.mounts.is_empty() {
            table.row([row.volume.clone(), "-".into(), "-".into()]);
        }
        for (container, mount) in &row.mounts {
            table.row([row.volume.clone(), Cell::from(&container.name), mount.into()]);
        }
    }
    table
}

/// What is wrong, a block each, with its place in front.
fn findings(inspection: &Inspection, style: Style) -> Vec<String> {
    let block = |finding: &super::Finding| {
        let lines = diagnosis(&finding.diagnosis, style).join("\n");
        match (&inspection.origin, finding.at) {
            (Origin::Manifest { file, .. }, Some(at)) => format!("{file}:{at}: {lines}\n"),
            _ => format!("{lines}\n"),
        }
    };
    inspection.findings.iter().map(block).collect()
}
