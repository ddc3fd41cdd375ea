//! `kubectl sidecar options`: the flags that every command takes.

use clap::Args;

use super::args::Output;
use super::connection::Connection;
use crate::error::Result;
use crate::ui::Ui;

/// List the options that every command takes
///
/// They have the same names and meanings as in kubectl, and may be given before or after the command.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct OptionsArgs {}

const EXAMPLES: &str = "Examples:
  # All connection options
  kubectl sidecar options";

const LAYOUT: &str = "The following options can be passed to any command:\n\n{options}\n";

/// Lists them.
pub fn run(_: &OptionsArgs, ui: &mut Ui) -> Result<()> {
    let flags = Output::augment_args(Connection::augment_args(clap::Command::new("options")));
    let help = flags.disable_help_flag(true).help_template(LAYOUT).render_help();
    Ok(ui.data(help.to_string())?)
}
