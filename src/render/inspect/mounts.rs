//! Where each container mounts each volume: the matrix, or a line for each mount where that is too wide.

use super::Detail;
use super::volumes::{source, types};
use crate::pod::{Container, Device, Mount, Pod, Propagation, RecursiveReadOnly, VolumeUse};
use crate::render::Style;
use crate::render::table::{Cell, Column, Table};

/// The volumes and who mounts them where, as much beside one another as the terminal allows. Wide output tells the types
/// elsewhere.
pub(super) fn mounts(pod: &Pod, used: &[VolumeUse<'_>], detail: Detail, style: Style) -> String {
    let names_undeclared = pod.undeclared_mounts().next().is_some() || pod.undeclared_devices().next().is_some();
    if used.is_empty() && !names_undeclared {
        return "The pod has no volumes.\n".to_owned();
    }
    let rows = rows(pod, used);
    // The first that fits, or the last. Types that have no room there get a table of their own.
    let has_types = detail == Detail::Normal;
    let tables = [
        (matrix(pod, &rows, has_types), has_types),
        (matrix(pod, &rows, false), false),
        (list(&rows, has_types), has_types),
    ];
    let fitting = tables.into_iter().find(|(table, _)| table.fits(style));
    let (mounts, tells_types) = fitting.unwrap_or_else(|| (list(&rows, false), false));
    if !has_types || tells_types || used.is_empty() {
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
    let mut rows: Vec<MountRow<'a>> = used.iter().map(declared).collect();
    let mut names: Vec<&str> = Vec::new();
    let mounts =
        pod.undeclared_mounts().map(|(container, mount)| (container, &mount.volume, mounted(mount, mount.read_only)));
    let devices = pod.undeclared_devices().map(|(container, one)| (container, &one.volume, device(one)));
    for (container, volume, place) in mounts.chain(devices) {
        if let Some(at) = names.iter().position(|name| name == volume) {
            rows[used.len() + at].mounts.push((container, place));
        } else {
            names.push(volume);
            let volume = Cell::from(format!("{volume} (not declared)"));
            rows.push(MountRow { volume, source: "-".into(), mounts: vec![(container, place)] });
        }
    }
    rows
}

fn declared<'a>(used: &VolumeUse<'a>) -> MountRow<'a> {
    let mounts = used.mounts.iter().map(|(container, mount)| (*container, mounted(mount, used.is_read_only(mount))));
    let devices = used.devices.iter().map(|(container, one)| (*container, device(one)));
    MountRow {
        volume: Cell::from(&used.volume.name),
        source: Cell::from(source(&used.volume.source)),
        mounts: mounts.chain(devices).collect(),
    }
}

/// `/dev/xvda block device`
fn device(device: &Device) -> String {
    format!("{} block device", device.path)
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

/// A line for each place of a volume, and who mounts it there.
fn list(rows: &[MountRow<'_>], has_types: bool) -> Table {
    let types = has_types.then(|| Column::from("TYPE"));
    let others = ["PATH", "CONTAINERS"].map(Column::folding);
    let mut table = Table::new(std::iter::once("VOLUME".into()).chain(types).chain(others));
    for row in rows {
        for (path, containers) in places(row) {
            let source = has_types.then(|| row.source.clone());
            let cells = [Cell::or_dash(path), Cell::or_dash(containers.join(", "))];
            table.row(std::iter::once(row.volume.clone()).chain(source).chain(cells));
        }
    }
    table
}

/// The places where a volume is mounted, each with its containers; one that is none where nobody mounts it.
fn places<'a>(row: &'a MountRow<'_>) -> Vec<(&'a str, Vec<&'a str>)> {
    let mut places: Vec<(&str, Vec<&str>)> = Vec::new();
    for (container, mount) in &row.mounts {
        match places.iter_mut().find(|(place, _)| place == mount) {
            Some((_, containers)) => containers.push(&container.name),
            None => places.push((mount, vec![&container.name])),
        }
    }
    if places.is_empty() { vec![("", Vec::new())] } else { places }
}
