//! What the volumes are.

use crate::pod::{VolumeSource, VolumeUse};
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

/// The volumes and what they are.
pub(super) fn volumes(used: &[VolumeUse<'_>]) -> Table {
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
