//! `kubectl sidecar version`: which build this is, which server answers, and whom it takes us for.

use clap::{Args, ValueEnum};

use super::connection::Connection;
use crate::cluster::Cluster;
use crate::error::{Error, Kind, Result};
use crate::release;
use crate::render::version::{Client, Server, User, Version};
use crate::ui::Ui;

/// Print the versions of this plugin and of the server, and who you are to the server
///
/// If no server answers, the version of this plugin is printed all the same.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct VersionArgs {
    /// Print only the version of this plugin, without asking a server
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = false, default_missing_value = "true", hide_default_value = true, action = clap::ArgAction::Set)]
    client: bool,
    /// Write all of it for another program
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    output: Option<OutputFormat>,
    /// The root's, where it may also stand before the command; `cli` hands it on.
    #[arg(skip)]
    pub(crate) connection: Connection,
}

const EXAMPLES: &str = "Examples:
  kubectl sidecar version

  # This build only
  kubectl sidecar version --client -o yaml

  # Which user a context means
  kubectl sidecar version --context kind-demo -o json | jq .user";

/// `-o`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// A document of version sidecar.kubectl/v1
    Json,
    /// The same as YAML
    Yaml,
}

/// Prints the versions.
pub fn run(args: &VersionArgs, ui: &mut Ui) -> Result<()> {
    let asked = if args.client { Ok((None, None)) } else { super::block_on(ask(&args.connection, ui)) };
    let ((server, user), outcome) = match asked {
        Ok(known) => (known, Ok(())),
        Err(error) => ((None, None), Err(error)),
    };
    let version = Version::new(client(), server, user);
    ui.data(match args.output {
        None => version.text(),
        Some(OutputFormat::Json) => version.json(ui.stdout_is_terminal()).map_err(Error::other)?,
        Some(OutputFormat::Yaml) => version.yaml().map_err(Error::other)?,
    })?;
    outcome
}

fn client() -> Client {
    Client { version: format!("v{}", release::VERSION), commit: release::COMMIT, target: release::TARGET }
}

async fn ask(connection: &Connection, ui: &mut Ui) -> Result<(Option<Server>, Option<User>)> {
    let cluster = connection.connect(ui).await?;
    let server = Server {
        version: cluster.server_version().await?,
        address: cluster.server().to_owned(),
        context: Some(cluster.context_name().to_owned()).filter(|name| !name.is_empty()),
        namespace: cluster.namespace().to_owned(),
    };
    Ok((Some(server), user(&cluster, ui).await?))
}

/// Whom the server takes us for, where it says so.
async fn user(cluster: &Cluster, ui: &mut Ui) -> Result<Option<User>> {
    match cluster.whoami().await {
        Ok(user) => Ok(Some(User { name: user.name, uid: user.uid, groups: user.groups, extra: user.extra })),
        Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Forbidden) => {
            ui.note(&format!("the server does not say who you are: {error}"));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
