//! The edge: one file a subcommand.
//!
//! A command's args, with its help, are a struct in its file. They become a plan, which is validated and knows
//! nothing of clap; then fetch → decide → render → write.

pub mod args;
pub mod completion;
pub mod connection;
mod container_args;
pub mod create;
pub mod duration;
mod evidence;
pub mod exec;
pub mod inspect;
pub mod logs;
mod meant;
pub mod options;
mod pod_args;
pub mod presets;
mod progress;
mod targets;
pub mod version;

use crate::error::{Error, Result};

/// Runs what a command does over the network. The runtime starts here, so commands that need none start faster.
///
/// One thread is enough: what is slow is the network, and the log follower relies on running alone.
fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Error::other(format_args!("starting the runtime: {error}")))?.block_on(work)
}
