//! What the volumes are.

use crate::pod::{Fact, Known, Reference, VolumeSource, VolumeUse};
use crate::render::table::{Cell, Column, Table};

/// `emptyDir`, `emptyDir (Memory, 64Mi)`, `configMap (nginx)`
pub(super) fn source(source: &VolumeSource) -> String {
    let details: Vec<&str> = [source.detail.as_str(), source.limit.as_deref().unwrap_or_default()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    if details.is_empty() { source.kind.clone() } else { format!("{} ({})", source.kind, details.join(", ")) }
}

/// The volumes with their types, where there is no room for these in the matrix.
pub(super) fn types(used: &[VolumeUse<'_>]) -> Table {
    let mut table = Table::new(["VOLUME".into(), Column::folding("TYPE")]);
    for used in used {
        table.row([Cell::from(&used.volume.name), Cell::from(source(&used.volume.source))]);
    }
    table
}

/// The volumes, what they are, and what is worth knowing of them.
pub(super) fn volumes(used: &[VolumeUse<'_>]) -> Table {
    let has_details = used.iter().any(|used| !details(&used.volume.source).is_empty());
    let columns = ["VOLUME".into(), "TYPE".into(), Column::folding("SOURCE"), "LIMIT".into()];
    let mut table = Table::new(columns.into_iter().chain(has_details.then(|| Column::folding("DETAILS"))));
    for VolumeUse { volume, .. } in used {
        let source = &volume.source;
        let limit = source.limit.as_deref().unwrap_or_default();
        let lines = details(source);
        let details = if lines.is_empty() { "-".into() } else { Cell::lines(lines) };
        let cells =
            [Cell::from(&volume.name), Cell::from(&source.kind), Cell::or_dash(&source.detail), Cell::or_dash(limit)];
        table.row(cells.into_iter().chain(has_details.then_some(details)));
    }
    table
}

/// A line for each fact that has no column, and for each object that it is made from.
fn details(source: &VolumeSource) -> Vec<String> {
    let has_column = |fact: &&Fact| fact.value == source.detail || Some(&fact.value) == source.limit.as_ref();
    let fact = |Fact { name, value }: &Fact| format!("{name}: {value}");
    source
        .facts
        .iter()
        .filter(|fact| !has_column(fact))
        .map(fact)
        .chain(source.references.iter().filter_map(reference))
        .collect()
}

/// Whether an object is there that a volume is made from. Nothing where nobody asked.
fn reference(reference: &Reference) -> Option<String> {
    let name = format!("{} {}", reference.kind.as_str(), reference.name);
    Some(match reference.known.as_ref()? {
        Known::There { facts } if facts.is_empty() => format!("{name}: is there"),
        Known::There { facts } => {
            let facts: Vec<String> = facts.iter().map(|Fact { name, value }| format!("{name} {value}")).collect();
            format!("{name}: {}", facts.join(", "))
        }
        Known::Missing if reference.optional => format!("{name}: is not there, and need not be"),
        Known::Missing => format!("{name}: is not there"),
        Known::MissingKeys(keys) => format!("{name}: has no key {}", keys.join(", ")),
        Known::Unknown { reason } => format!("{name}: not known: {reason}"),
    })
}
