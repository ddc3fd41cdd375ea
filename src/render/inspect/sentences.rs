//! Who shares a volume, in a sentence.

use crate::pod::{Container, ContainerKind, Share, VolumeUse};

/// Who mounts the volume, and who can write to it.
pub(super) fn sentence(used: &VolumeUse<'_>) -> String {
    let name = &used.volume.name;
    let all = listed(&containers(used));
    match used.share() {
        Share::Unused => format!("{name} is mounted by no container."),
        Share::Alone => format!("{name} is mounted by {all} only."),
        Share::Apart => format!(
            "{name} is mounted by {all}, each at a part of its own (subPath): they do not see each other's files."
        ),
        Share::Shared => format!("{name} is shared by {all}: {}.", writing(used)),
    }
}

fn writing(used: &VolumeUse<'_>) -> String {
    let (writers, readers) = (used.writers(), used.readers());
    let kind = &used.volume.source.kind;
    match (writers.len(), readers.len()) {
        (0, _) if used.volume.source.read_only => format!("they can only read it ({kind})"),
        (0, _) if kind == "emptyDir" => "nobody can write to it, so it stays empty".to_owned(),
        (0, _) => "nobody can write to it, all mount it read-only".to_owned(),
        (2, 0) => "both can write to it".to_owned(),
        (_, 0) => "all can write to it".to_owned(),
        _ => format!("{} can write to it, {} can only read", listed(&writers), listed(&readers)),
    }
}

/// The containers that mount it, each once, in start order.
fn containers(used: &VolumeUse<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for (container, _) in &used.mounts {
        let name = called(container);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn called(container: &Container) -> String {
    match container.kind {
        ContainerKind::Init => format!("{} (init)", container.name),
        ContainerKind::Ephemeral => format!("{} (debug)", container.name),
        ContainerKind::Native | ContainerKind::Container => container.name.clone(),
    }
}

/// `a`, `a and b`, `a, b and c`
fn listed(names: &[impl AsRef<str>]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}
