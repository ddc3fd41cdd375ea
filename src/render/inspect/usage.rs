//! How much there is, for people: a table of volumes, and one of containers.

use jiff::Timestamp;

use crate::probe::{ContainerUsage, Figure, Limit, PodUsage, Source, VolumeUsage, percent, quantity};
use crate::render::age::age;
use crate::render::table::{Cell, Column, Table};
use crate::render::{Charset, Style};

/// The tables, each line ended.
pub(super) fn text(usage: &PodUsage, style: Style) -> String {
    let mut parts = Vec::new();
    if !usage.volumes.is_empty() {
        let mut table =
            Table::new(["VOLUME".into(), "USED".into(), "LIMIT".into(), "FULL".into(), Column::folding("MEASURED")]);
        for volume in &usage.volumes {
            table.row(volume_row(volume, usage.looked_at, style));
        }
        parts.push(table.render(style));
    }
    let heads = ["CONTAINER", "LOG", "LAYER", "LIMIT", "FULL"].map(Column::from);
    let mut table = Table::new(heads.into_iter().chain([Column::folding("MEASURED")]));
    for container in &usage.containers {
        table.row(container_row(container, usage.looked_at, style));
    }
    parts.push(table.render(style));
    parts.join("\n")
}

fn volume_row(volume: &VolumeUsage, now: Timestamp, style: Style) -> [Cell; 5] {
    let limit = volume.limit.as_ref().map(|limit| limit.written.clone()).unwrap_or_default();
    let medium = if volume.is_memory { " (memory)" } else { "" };
    [
        Cell::from(&volume.volume),
        amount(&volume.used),
        if limit.is_empty() { Cell::or_dash(medium.trim_start()) } else { Cell::from(format!("{limit}{medium}")) },
        full(volume.used.bytes(), volume.limit.as_ref(), style),
        Cell::from(measured(&volume.used, now)),
    ]
}

fn container_row(container: &ContainerUsage, now: Timestamp, style: Style) -> [Cell; 6] {
    let mut lines = vec![measured(older(&container.log, &container.layer), now)];
    lines.extend(
        [&container.log, &container.layer]
            .iter()
            .filter(|figure| figure.bytes().is_none())
            .map(|figure| measured(figure, now)),
    );
    lines.dedup();
    [
        Cell::from(&container.container),
        amount(&container.log),
        amount(&container.layer),
        Cell::or_dash(container.limit.as_ref().map(|limit| limit.written.as_str()).unwrap_or_default()),
        full(container.bytes(), container.limit.as_ref(), style),
        Cell::lines(lines),
    ]
}

fn amount(figure: &Figure) -> Cell {
    Cell::or_dash(figure.bytes().map(quantity::shown).unwrap_or_default())
}

/// Of two figures the one that was measured first.
fn older<'a>(one: &'a Figure, other: &'a Figure) -> &'a Figure {
    match (one, other) {
        (Figure::Measured { at: first, .. }, Figure::Measured { at: second, .. }) if second < first => other,
        (Figure::Missing { .. }, Figure::Measured { .. }) => other,
        _ => one,
    }
}

/// By whom and when, or why not.
fn measured(figure: &Figure, now: Timestamp) -> String {
    match figure {
        Figure::Missing { reason, .. } => reason.clone(),
        Figure::Measured { by: Source::Du, note, .. } => {
            let note = note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            format!("by du, now{note}")
        }
        Figure::Measured { at: Some(at), .. } => {
            format!("{} ago, by the kubelet", age(now.as_second().saturating_sub(at.as_second())))
        }
        Figure::Measured { at: None, .. } => "by the kubelet".to_owned(),
    }
}

/// How full it is: in hundredths, with a bar where somebody looks at a terminal.
fn full(used: Option<u64>, limit: Option<&Limit>, style: Style) -> Cell {
    let (Some(used), Some(limit)) = (used, limit) else { return "-".into() };
    let hundredths = percent(used, limit.bytes);
    let share = format!("{hundredths}%");
    Cell::from(if style.width.is_some() { format!("{} {share}", bar(hundredths, style.charset)) } else { share })
}

/// Ten pieces, of which one is full for each whole tenth.
fn bar(hundredths: u64, charset: Charset) -> String {
    const PIECES: usize = 10;
    let full = usize::try_from(hundredths / 10).unwrap_or(PIECES).min(PIECES);
    match charset {
        Charset::Ascii => format!("[{}{}]", "#".repeat(full), "-".repeat(PIECES - full)),
        Charset::Unicode => format!("{}{}", "█".repeat(full), "░".repeat(PIECES - full)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_when_the_limit_is_reached_and_never_longer() {
        let cases = [
            (0, "[----------]"),
            (9, "[----------]"),
            (95, "[#########-]"),
            (100, "[##########]"),
            (300, "[##########]"),
        ];
        for (hundredths, expected) in cases {
            assert_eq!(bar(hundredths, Charset::Ascii), expected);
        }
        assert_eq!(bar(95, Charset::Unicode), "█████████░");
    }
}
