//! The command tree: names, help, and which command runs.

mod help;
mod misuse;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands::args::Output;
use crate::commands::connection::Connection;
use crate::commands::{completion, create, exec, inspect, logs, options, presets, version};
use crate::error::Result;
use crate::ui::Ui;
use help::Length;

/// Pods with more than one container: create them, see what they share, follow what they say.
#[derive(Debug, Parser)]
#[command(name = "kubectl-sidecar", bin_name = "kubectl sidecar", version, disable_help_subcommand = true)]
#[command(subcommand_required = true, arg_required_else_help = true, after_help = help::EXAMPLES)]
// As kubectl: the last of a flag counts, so that an alias can have defaults.
#[command(args_override_self = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Subcommand)]
enum Command {
    Create(Box<create::CreateArgs>),
    Inspect(Box<inspect::InspectArgs>),
    Logs(Box<logs::LogsArgs>),
    Exec(Box<exec::ExecArgs>),
    Presets(presets::PresetsArgs),
    Version(Box<version::VersionArgs>),
    Completion(completion::CompletionArgs),
    Options(options::OptionsArgs),
}

/// What a command line asks for.
pub enum Request {
    /// Run a command.
    Run(Box<Invocation>),
    /// Print this text, a help, a version or a completion, and that is all.
    Print(String),
}

/// A command that was understood.
pub struct Invocation {
    command: Command,
    output: Output,
    /// The connection flags but for the namespace, as kubectl takes them.
    flags: String,
}

/// The whole tree, for those who write about it.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Reads the command line.
///
/// # Errors
/// A command line that makes no sense, worded as kubectl words it, with exit code 1 as kubectl's.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Request> {
    let args: Vec<OsString> = args.into_iter().collect();
    if let Some((asker, words)) = completion::asked(&args) {
        return Ok(Request::Print(completion::answer(&asker, words, Cli::command)?));
    }
    let args = with_help_as_flag(args);
    let matches = Cli::command().try_get_matches_from(&args);
    match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(Cli { command, connection, output }) => {
            let flags = connection.kubectl_flags_in(None);
            Ok(Request::Run(Box::new(Invocation { command: connected(command, connection)?, output, flags })))
        }
        Err(error) if is_help(error.kind()) => Ok(Request::Print(help_for(&args, error).to_string())),
        Err(error) => Err(misuse::worded(&error)),
    }
}

/// `help logs` is `logs --help`, as with kubectl.
fn with_help_as_flag(mut args: Vec<OsString>) -> Vec<OsString> {
    if args.get(1).is_some_and(|word| word == "help") {
        args.remove(1);
        args.push("--help".into());
    }
    args
}

/// The command with the connection flags, which may stand before it and after.
fn connected(mut command: Command, connection: Connection) -> Result<Command> {
    match &mut command {
        Command::Create(args) => {
            connection.in_one_namespace("create")?;
            args.connection = connection;
        }
        Command::Inspect(args) => args.connection = connection,
        Command::Logs(args) => args.connection = connection,
        Command::Exec(args) => {
            connection.in_one_namespace("exec")?;
            args.connection = connection;
        }
        Command::Version(args) => {
            connection.in_one_namespace("version")?;
            args.connection = connection;
        }
        Command::Presets(_) | Command::Completion(_) | Command::Options(_) => {}
    }
    Ok(command)
}

/// The help that was asked for, in kubectl's form. The tree is dressed up only where that is seen.
fn help_for(args: &[OsString], plain: clap::Error) -> clap::Error {
    let is_long = args.iter().take_while(|word| *word != "--").any(|word| word == "--help");
    let tree = help::in_kubectls_form(Cli::command(), if is_long { Length::Long } else { Length::Short });
    tree.try_get_matches_from(args).err().unwrap_or(plain)
}

/// As kubectl, which shows its help where nothing is asked for.
fn is_help(kind: ErrorKind) -> bool {
    use ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion};
    matches!(kind, DisplayHelp | DisplayHelpOnMissingArgumentOrSubcommand | DisplayVersion)
}

impl Invocation {
    /// The terminal this command talks to.
    pub fn ui(&self) -> Ui {
        Ui::new(self.output.color.into()).of_connection(self.flags.clone())
    }

    /// Runs the command.
    pub fn run(self, ui: &mut Ui) -> Result<()> {
        match self.command {
            Command::Create(args) => create::run(&args, ui),
            Command::Inspect(args) => inspect::run(&args, ui),
            Command::Logs(args) => logs::run(*args, ui),
            Command::Exec(args) => exec::run(*args, ui),
            Command::Presets(args) => presets::run(&args, ui),
            Command::Version(args) => version::run(&args, ui),
            Command::Completion(args) => completion::run(&args, ui),
            Command::Options(args) => options::run(&args, ui),
        }
    }
}
