//! Whether the pods have what is asked for.

use crate::error::{Error, Kind, Result};
use crate::logs::{ContainerChoice, NoSuchContainer, Options};
use crate::pod::{Container, Pod};

/// # Errors
/// A container that was named is not there, or nothing is left to be read.
pub(super) fn named(pods: &[Pod], options: &Options) -> Result<()> {
    match options.choice.missing(pods) {
        Some(NoSuchContainer { name, pod }) => {
            let names = pod.containers.iter().map(|container| container.name.as_str()).collect::<Vec<_>>();
            Err(Error::usage(format_args!("container {name} is not valid for pod {}", pod.name)).hint(format!(
                "the containers of pod {} are: {}",
                pod.name,
                names.join(", ")
            )))
        }
        None => chosen(pods, options),
    }
}

/// # Errors
/// Nothing is left to be read.
pub(super) fn chosen(pods: &[Pod], options: &Options) -> Result<()> {
    let Options { choice, follow, previous, .. } = options;
    let containers: Vec<_> =
        pods.iter().flat_map(|pod| choice.of(pod).into_iter().map(move |one| (pod, one))).collect();
    match containers.first() {
        None if *follow && choice.may_come_later() => Ok(()),
        None => Err(nothing_chosen(pods, choice)),
        Some((pod, container)) if *previous && !containers.iter().any(|(_, container)| ran_before(container)) => {
            Err(no_previous(pod, container, containers.len()))
        }
        Some(_) => Ok(()),
    }
}

/// What to say where a container that is asked for may be added while the pods run, and none was yet.
pub(super) fn nothing_yet(pods: &[Pod], choice: &ContainerChoice) -> Option<&'static str> {
    let nothing = pods.iter().all(|pod| choice.of(pod).is_empty());
    nothing.then_some("-- no debug container yet: waiting for one (Ctrl-C ends)")
}

fn ran_before(container: &Container) -> bool {
    container.runtime.as_ref().is_some_and(|runtime| runtime.last_termination.is_some())
}

fn nothing_chosen(pods: &[Pod], choice: &ContainerChoice) -> Error {
    let names: Vec<_> = pods.iter().map(|pod| pod.name.as_str()).collect();
    let pods_named = format!("{} {}", if names.len() == 1 { "pod" } else { "pods" }, names.join(", "));
    let flags: Vec<_> = [
        ("-c", !choice.containers.is_empty()),
        ("--exclude-container", !choice.exclude_containers.is_empty()),
        ("--role", !choice.roles.is_empty()),
        ("--no-mesh", choice.no_mesh),
    ]
    .into_iter()
    .filter_map(|(flag, is_given)| is_given.then_some(flag))
    .collect();
    let error = Error::usage(format_args!("no container of {pods_named} is left by {}", flags.join(" and ")));
    pods.iter().take(1).fold(error, |error, pod| {
        let containers: Vec<_> = pod.containers.iter().map(with_role).collect();
        error.hint(format!("the containers of pod {} are: {}", pod.name, containers.join(", ")))
    })
}

/// What the flags decide by.
fn with_role(container: &Container) -> String {
    let injected = if container.is_injected() { ", injected" } else { "" };
    format!("{} ({}{injected})", container.name, container.role.as_str())
}

/// In kubectl's words for the first one.
fn no_previous(pod: &Pod, container: &Container, count: usize) -> Error {
    let words = format!("previous terminated container \"{}\" in pod \"{}\" not found", container.name, pod.name);
    let hint = if count == 1 {
        "it was not started again: its only run is shown without --previous".to_owned()
    } else {
        format!("none of the {count} containers was started again: their only runs are shown without --previous")
    };
    Error::from_server(Kind::BadRequest, "BadRequest", &words).hint(hint)
}
