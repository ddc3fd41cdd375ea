//! What containers share, in sentences.

use crate::pod::{Common, Container, ContainerKind, Nested, Part, Pod, Port, Share, VolumeUse};

/// Of each volume who shares it, and at which paths; and what lies on top of what.
pub(super) fn sentences(used: &[VolumeUse<'_>], nested: &[Nested<'_>]) -> Vec<String> {
    let of = |used: &VolumeUse<'_>| {
        let parts = used.parts().into_iter().filter_map(|part| at_other_paths(used, &part)).collect::<Vec<_>>();
        std::iter::once(sentence(used)).chain(parts)
    };
    used.iter().flat_map(of).chain(nested.iter().map(on_top)).collect()
}

/// Where a file of a volume is found by each container, where that is not at one path.
fn at_other_paths(used: &VolumeUse<'_>, part: &Part<'_>) -> Option<String> {
    let first = part.places.first()?;
    if part.path.is_empty() && part.places.iter().all(|place| place.path == first.path) {
        return None;
    }
    let mut paths: Vec<(&str, Vec<&str>)> = Vec::new();
    for place in &part.places {
        match paths.iter_mut().find(|(path, _)| *path == place.path) {
            Some((_, containers)) => containers.push(&place.container.name),
            None => paths.push((&place.path, vec![&place.container.name])),
        }
    }
    let name = &used.volume.name;
    // A part may be a file or a folder: a path in it would be a guess.
    let (what, end) = match part.path.as_str() {
        "" => (format!("A file in {name}"), "/FILE"),
        part => (format!("{part} of {name}"), ""),
    };
    let place = |(path, containers): &(&str, Vec<&str>)| {
        format!("{}{end} in {}", if end.is_empty() { path } else { path.trim_end_matches('/') }, listed(containers))
    };
    let places: Vec<String> = paths.iter().map(place).collect();
    Some(format!("{what} is {}.", places.join(", ")))
}

/// What a container cannot see, since it mounts something else there.
fn on_top(nested: &Nested<'_>) -> String {
    let Nested { container, outer, inner } = nested;
    let (path, hidden) = (&inner.path, nested.hidden());
    let (volume, around) = (&inner.volume, &outer.volume);
    format!(
        "In {}, {path} ({volume}) lies on top of {} ({around}): what {around} has at {} is not seen there.",
        container.name,
        outer.path,
        in_volume(outer.sub_path.as_deref(), &hidden),
    )
}

/// A path below a part of a volume, seen from the volume.
fn in_volume(part: Option<&str>, below: &str) -> String {
    part.map_or_else(|| below.to_owned(), |part| format!("{}/{below}", part.trim_matches('/')))
}

/// What the containers share besides volumes.
pub(super) fn in_common(pod: &Pod) -> Vec<String> {
    let Common { process_namespace, host_pid, host_ipc, host_network, fs_group, supplemental_groups } = &pod.common;
    let network = if *host_network {
        "All containers use the node's own network (hostNetwork): their ports are the node's".to_owned()
    } else {
        "All containers share one network, and reach each other at localhost".to_owned()
    };
    let listening: Vec<String> = pod.containers.iter().filter_map(listening).collect();
    let network = if listening.is_empty() { network } else { format!("{network}: {}", listening.join(", ")) };
    let groups: Vec<String> = supplemental_groups.iter().map(ToString::to_string).collect();
    let told = [
        Some(format!("{network}.")),
        process_namespace.then(|| {
            "Each container sees the processes of all, and with the same user may signal them (shareProcessNamespace)."
                .to_owned()
        }),
        host_pid.then(|| "The containers see all processes of the node (hostPID).".to_owned()),
        host_ipc.then(|| "The containers share the node's memory segments and queues (hostIPC).".to_owned()),
        fs_group.map(|group| {
            format!("Volumes belong to group {group} where their type allows that, and all containers are its members (fsGroup).")
        }),
        (!groups.is_empty()).then(|| format!("All containers are members of the groups {} (supplementalGroups).", groups.join(", "))),
    ];
    told.into_iter().flatten().collect()
}

fn listening(container: &Container) -> Option<String> {
    let ports: Vec<String> = container.settings.ports.iter().map(|Port { number, .. }| number.to_string()).collect();
    (!ports.is_empty()).then(|| format!("{} at {}", container.name, listed(&ports)))
}

/// Who mounts the volume, and who can write to it.
fn sentence(used: &VolumeUse<'_>) -> String {
    let name = &used.volume.name;
    let all = listed(&used.containers().into_iter().map(called).collect::<Vec<_>>());
    match used.share() {
        Share::Unused => format!("{name} is mounted by no container."),
        Share::Alone if used.mounts.is_empty() => format!("{name} is a block device of {all} only."),
        Share::Alone => format!("{name} is mounted by {all} only."),
        Share::Apart => format!(
            "{name} is mounted by {all}, each at a part of its own (subPath): they do not see each other's files."
        ),
        Share::Shared if used.mounts.is_empty() => {
            format!("{name} is a block device that {all} share: {}, with no file system between them.", writing(used))
        }
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

fn called(container: &Container) -> String {
    match container.kind {
        ContainerKind::Init => format!("{} (init)", container.name),
        ContainerKind::Ephemeral => format!("{} (debug)", container.name),
        ContainerKind::Native | ContainerKind::Container => container.name.clone(),
    }
}

/// `a`, `a and b`, `a, b and c`
pub(super) fn listed(names: &[impl AsRef<str>]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}
