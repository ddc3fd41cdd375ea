//! The edge: one file a subcommand.
//!
//! A command's args, with its help, are a struct in its file. They become a plan, which is validated and knows
//! nothing of clap; then fetch → decide → render → write.

pub mod args;
pub mod version;
