//! Whether the pods have what is asked for.

use crate::commands::container_args::{all_there, nothing_chosen};
use crate::error::{Error, Kind, Result};
use crate::logs::{ContainerChoice, Options};
use crate::pod::{Container, Pod};

/// # Errors
/// A container that was named is not there, or nothing is left to be read.
pub(super) fn named(pods: &[Pod], options: &Options) -> Result<()> {
    all_there(pods, &options.choice)?;
    chosen(pods, options)
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

/// In kubectl's words for the first one.
fn no_previous(pod: &Pod, container: &Container, count: usize) -> Error {
    let words = format!("previous terminated container \"{}\" in pod \"{}\" not found", container.name, pod.name);
    let hint = if count == 1 {
        "it was not restarted: its only run is shown without --previous".to_owned()
    } else {
        format!("none of the {count} containers was restarted: their only runs are shown without --previous")
    };
    Error::from_server(Kind::BadRequest, "BadRequest", &words).hint(hint)
}
