//! What users see, without a cluster: output, errors and exit codes of every command, as snapshots.

#![expect(clippy::unwrap_used, reason = "a program that cannot be run fails the test")]

mod commands;
mod completion;
mod create;
mod create_live;
mod create_rollouts;
mod create_shapes;
mod errors;
mod exec;
mod fake_server;
mod inspect;
mod inspect_live;
mod inspect_looking;
mod inspect_manifests;
mod inspect_pictures;
mod inspect_pods;
mod inspect_prove;
mod inspect_schema;
mod logs;
mod logs_live;
mod plugin;
mod presets;
#[path = "../../src/render/schema.rs"]
mod schema;
