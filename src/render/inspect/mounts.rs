//! Where each container mounts each volume: the matrix, or a line for each mount where that is too wide.

use super::Detail;
use super::volumes::{source, types};
use crate::pod::{Container, Mount, Pod, Propagation, RecursiveReadOnly, VolumeUse};
use crate::render::Style;
use crate::render::table::{Cell, Column, Table};

/// The volumes and who mounts them where, as much beside one another as the terminal allows. Wide output tells the types
/// elsewhere.
pub(super) fn mounts(pod: &Pod, used: &[VolumeUse<'_>], detail: Detail, style: Style) -> String {
    if used.is_empty() && pod.undeclared_mounts().next().is_none() {
        return "The pod has no volumes.\n".to_owned();
    }
    let rows = rows(pod, used);
    let with_types = matrix(pod, &rows, true);
    if detail == Detail::Normal && with_types.fits(style) {
        return with_types.render(style);
    }
    let matrix = matrix(pod, &rows, false);
    let mounts = if matrix.fits(style) { matrix } else { list(&rows) };
    if detail == Detail::Wide || used.is_empty() {
        return mounts.render(style);
    }
    format!("{}\n{}", mounts.render(style), types(used).render(style))
}

/// A volume's name and type, and each container's mounts of it.
struct MountRow<'a> {
    volume: Cell,
    source: Cell,
    mounts: Vec<(&'a Container, String)>,
}

fn rows<'a>(pod: &'a Pod, used: &[VolumeUse<'a>]) -> Vec<MountRow<'a>> {
    let declared = used.iter().map(|used| MountRow {
        volume: Cell::from(&used.volume.name),
        source: Cell::from(source(&used.volume.source)),
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
            rows.push(MountRow { volume, source: "-".into(), mounts: vec![place] });
        }
    }
    rows
}

/// `/data rw`, `/data ro recursive [logs] Bidirectional`
fn mounted(mount: &Mount, is_read_only: bool) -> String {
    let access = if is_read_only { "ro" } else { "rw" };
    let recursive = match (mount.recursive_read_only, mount.is_recursively_read_only) {
        (RecursiveReadOnly::Disabled, _) => "",
        (_, Some(true)) | (RecursiveReadOnly::Enabled, None) => " recursive",
        (_, Some(false)) => " not recursive",
        (RecursiveReadOnly::IfPossible, None) => " recursive if possible",
    };
    let part = mount.sub_path.as_ref().map(|part| format!(" [{part}]")).unwrap_or_default();
    let propagation = match mount.propagation {
        Propagation::None => String::new(),
        propagation => format!(" {}", propagation.as_str()),
    };
    let options: String = mount.bind_options.iter().flat_map(|option| [" ", option]).collect();
    format!("{} {access}{recursive}{part}{propagation}{options}", mount.path)
}

fn matrix(pod: &Pod, rows: &[MountRow<'_>], has_types: bool) -> Table {
    let types = has_types.then_some("TYPE");
    let names = pod.containers.iter().map(|container| container.name.as_str());
    let mut table = Table::new(std::iter::once("VOLUME").chain(types).chain(names).map(Column::from));
    for row in rows {
        let of = |container: &Container| -> Cell {
            let here = row.mounts.iter().filter(|(other, _)| other.name == container.name);
            let lines: Vec<String> = here.map(|(_, mount)| mount.clone()).collect();
            if lines.is_empty() { "-".into() } else { Cell::lines(lines) }
        };
        let source = has_types.then(|| row.source.clone());
        table.row(std::iter::once(row.volume.clone()).chain(source).chain(pod.containers.iter().map(of)));
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
