//! Which containers: the flags of `logs` for that.

use clap::{Args, ValueEnum};

use crate::logs::{ContainerChoice, NamePattern};
use crate::pod::Role;

/// Which containers of each pod.
#[derive(Debug, Args)]
pub(super) struct ContainerArgs {
    /// Only this container: its name, else a regular expression that matches a whole name; may be repeated
    ///
    /// An exact name goes first: where the pod has a container web, -c web is that one and no other. In an expression a
    /// dot is any letter.
    #[arg(short, long, value_name = "NAME|REGEX", value_parser = str::parse::<NamePattern>)]
    container: Vec<NamePattern>,
    /// Not this container: its name, else a regular expression that matches a whole name; may be repeated
    #[arg(long, value_name = "NAME|REGEX", value_parser = str::parse::<NamePattern>)]
    exclude_container: Vec<NamePattern>,
    /// Only containers with this role; may be repeated, or several with commas
    #[arg(long, value_name = "ROLE", value_enum, value_delimiter = ',')]
    role: Vec<RoleName>,
    /// Not the proxies and agents that known injectors add, nor the init containers that go with them
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
    /// Prepares the pod, and ends
    Init,
    /// Was added to look around
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
