//! Parts of the workload that `create` is to make, as they were typed: sidecars, volumes, containers.

use clap_complete::engine::CompletionCandidate;

use super::typed::Typed;
use super::values::candidate;
use crate::commands::presets;
use crate::scaffold::preset::{Choice, Filled};

/// The guide's sidecar, which is there where none is named, and nothing else of one's own either.
const GUIDES: &str = "sidecar-container";
const OF_ONES_OWN: [&str; 4] = ["kind", "volume", "share", "mount"];

/// `NAME=` of each sidecar.
pub(super) fn sidecars(typed: &Typed) -> Vec<CompletionCandidate> {
    let mut all = sidecar_names(typed);
    if all.is_empty() && !OF_ONES_OWN.iter().any(|id| typed.has(id)) {
        all.push((GUIDES.to_owned(), "the guide's sidecar".to_owned()));
    }
    with_equals_sign(all)
}

fn with_equals_sign(names: Vec<(String, String)>) -> Vec<CompletionCandidate> {
    names.into_iter().map(|(name, image)| candidate(format!("{name}="), image)).collect()
}

/// `VOLUME:` of each volume.
pub(super) fn volumes(typed: &Typed) -> Vec<CompletionCandidate> {
    volume_names(typed).into_iter().map(|(name, source)| candidate(format!("{name}:"), source)).collect()
}

/// `CONTAINER=` of each container, then `CONTAINER=VOLUME:`.
pub(super) fn mounts(typed: &Typed, word: &str) -> Vec<CompletionCandidate> {
    let Some((container, _)) = word.split_once('=') else {
        let named = || typed.values("container_name").pop().or_else(|| typed.values("name").pop());
        let main = named().map(|name| candidate(format!("{name}="), "main".to_owned()));
        return main.into_iter().chain(with_equals_sign(sidecar_names(typed))).collect();
    };
    volumes(typed).into_iter().map(|volume| volume.add_prefix(format!("{container}="))).collect()
}

/// Each sidecar with its image.
fn sidecar_names(typed: &Typed) -> Vec<(String, String)> {
    let mut all: Vec<_> = typed.values("sidecar").iter().map(|text| split(text)).collect();
    all.extend(filled(typed).map(|Filled { container, .. }| (container.name, container.image.unwrap_or_default())));
    all
}

/// Each volume with what it is.
fn volume_names(typed: &Typed) -> Vec<(String, String)> {
    let mut all: Vec<_> = typed.values("volume").iter().map(|text| split(text)).collect();
    for text in typed.values("preset") {
        let volumes = fill(&text).into_iter().flat_map(|filled| filled.volumes);
        all.extend(volumes.map(|volume| (volume.name, format!("of the preset {}", split_preset(&text)))));
    }
    all
}

fn split(text: &str) -> (String, String) {
    let (name, rest) = text.split_once('=').unwrap_or((text, ""));
    (name.to_owned(), rest.to_owned())
}

fn split_preset(text: &str) -> &str {
    text.split_once(',').map_or(text, |(name, _)| name)
}

/// The known sidecars that were chosen, as far as they can be had.
fn filled(typed: &Typed) -> impl Iterator<Item = Filled> {
    typed.values("preset").into_iter().filter_map(|text| fill(&text))
}

fn fill(text: &str) -> Option<Filled> {
    let choice = Choice::parse(text).ok()?;
    presets::by_name(&choice.preset).ok()?.fill(&choice.settings).ok()
}
