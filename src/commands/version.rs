//! `kubectl sidecar version`: which build this is.

use clap::Args;

use crate::error::Result;
use crate::ui::Ui;

/// Print the version of this plugin
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  kubectl sidecar version")]
pub struct VersionArgs {}

/// Prints the version.
pub fn run(_: VersionArgs, ui: &mut Ui) -> Result<()> {
    Ok(ui.data(concat!("kubectl-sidecar v", env!("CARGO_PKG_VERSION"), "\n"))?)
}
