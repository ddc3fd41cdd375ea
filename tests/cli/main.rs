//! What users see, without a cluster: output, errors and exit codes of every command, as snapshots.

mod create;
mod plugin;
