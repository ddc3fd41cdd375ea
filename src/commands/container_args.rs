//! Which containers of pods: the flags that commands share, and what to say where they choose none.

use clap::{Args, ValueEnum};

use crate::document;
use crate::error::{Error, Result};
use crate::logs::{ContainerChoice, NamePattern, NoSuchContainer};
use crate::pod::{Container, Pod, Role};

/// Which containers of each pod.
#[derive(Debug, Args)]
pub(super) struct ContainerArgs {
    /// Only this container: its name, or else a regular expression that matches its whole name; may be repeated
    ///
    /// An exact name takes precedence: if the pod has a container web, -c web means that one and no other. In an
    /// expression a dot is any character.
    #[arg(short, long, value_name = "NAME|REGEX", value_parser = str::parse::<NamePattern>)]
    container: Vec<NamePattern>,
    /// Leave out this container: its name, or else a regular expression that matches its whole name; may be repeated
    #[arg(long, value_name = "NAME|REGEX", value_parser = str::parse::<NamePattern>)]
    exclude_container: Vec<NamePattern>,
    /// Only containers with this role; may be repeated, or several with commas
    #[arg(long, value_name = "ROLE", value_enum, value_delimiter = ',')]
    role: Vec<RoleName>,
    /// Leave out the proxies and agents that known injectors add, and the init containers that come with them
    #[arg(long)]
    no_mesh: bool,
}

/// `--role`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RoleName {
    /// What the pod is for
    Main,
    /// Runs beside the main one: a native sidecar or an ordinary container
    Sidecar,
    /// Prepares the pod, then ends
    Init,
    /// Was added for debugging
    Debug,
}

impl From<ContainerArgs> for ContainerChoice {
    fn from(args: ContainerArgs) -> Self {
        let role = |name| match name {
            RoleName::Main => Role::Main,
            RoleName::Sidecar => Role::Sidecar,
            RoleName::Init => Role::Init,
            RoleName::Debug => Role::Debug,
        };
        Self {
            containers: args.container,
            exclude_containers: args.exclude_container,
            roles: args.role.into_iter().map(role).collect(),
            no_mesh: args.no_mesh,
        }
    }
}

/// Whether the pods have the containers that were named.
///
/// # Errors
/// One of them is not there.
pub(super) fn all_there(pods: &[Pod], choice: &ContainerChoice) -> Result<()> {
    let Some(NoSuchContainer { name, pod }) = choice.missing(pods) else { return Ok(()) };
    let names = pod.containers.iter().map(|container| container.name.as_str()).collect::<Vec<_>>();
    let error = Error::usage(format_args!("container {name} is not valid for pod {}", pod.name)).hint(format!(
        "the containers of pod {} are: {}",
        pod.name,
        names.join(", ")
    ));
    Err(match document::meant(name, names.iter().copied()) {
        Some(near) => error.hint_meant(&format!("-c {near}")),
        None => error,
    })
}

/// What to say where no container is left.
pub(super) fn nothing_chosen(pods: &[Pod], choice: &ContainerChoice) -> Error {
    let names: Vec<_> = pods.iter().map(|pod| pod.name.as_str()).collect();
    let pods_named = format!("{} {}", if names.len() == 1 { "pod" } else { "pods" }, listed(&names));
    let flags: Vec<_> = [
        ("-c", !choice.containers.is_empty()),
        ("--exclude-container", !choice.exclude_containers.is_empty()),
        ("--role", !choice.roles.is_empty()),
        ("--no-mesh", choice.no_mesh),
    ]
    .into_iter()
    .filter_map(|(flag, is_given)| is_given.then_some(flag))
    .collect();
    let leave = if flags.len() == 1 { "leaves" } else { "leave" };
    let error = Error::usage(format_args!("{} {leave} no container of {pods_named}", flags.join(" and ")));
    pods.iter().take(1).fold(error, |error, pod| {
        let containers: Vec<_> = pod.containers.iter().map(with_role).collect();
        error.hint(format!("the containers of pod {} are: {}", pod.name, containers.join(", ")))
    })
}

/// The first few names, and how many more there are: a workload may have hundreds of pods.
pub(super) fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 5;
    let first = names[..names.len().min(SHOWN)].join(", ");
    if names.len() > SHOWN { format!("{first} and {} more", names.len() - SHOWN) } else { first }
}

/// What the flags decide by.
fn with_role(container: &Container) -> String {
    let injected = if container.is_injected() { ", injected" } else { "" };
    format!("{} ({}{injected})", container.name, container.role.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_names_are_listed_and_the_others_counted() {
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b", "c", "d", "e"]), "a, b, c, d, e");
        assert_eq!(listed(&["a", "b", "c", "d", "e", "f", "g"]), "a, b, c, d, e and 2 more");
    }
}
