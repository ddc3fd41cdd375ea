//! The map of the house. `kubectl-sidecar` is one crate, domain first: what is pure stays pure, effects
//! live at the edge, and arrows point one way (`tests/architecture.rs` holds them).
//!
//! ```text
//! main → cli → commands → cluster, follow, manifest, render, ui → pod, document, scaffold, logs, diagnosis, probe
//! ```
//!
//! | room | decides |
//! |---|---|
//! | [`cli`] | the command tree: names, help, which command runs |
//! | [`commands`] | one file a subcommand: args → plan → fetch → decide → render → write |
//! | [`document`] | YAML or JSON text → documents: value, spans, typed object or why not |
//! | [`pod`] | our model of a pod: containers with kind and role, volumes, mounts, who shares what; what has pods, and which |
//! | [`scaffold`] | building workloads with sidecars: what flags mean, what the API server would refuse, order and comments of fields |
//! | [`logs`] | the log engine, without I/O: order, resuming, budgets |
//! | [`diagnosis`] | why a pod is not what its author meant: cause, evidence, next step |
//! | [`probe`] | looking into live containers: what to run in them, and what their answers say |
//! | [`cluster`] | the Kubernetes API: connect, get, create, watch, open a log stream, run a command |
//! | [`follow`] | drives the log engine: the pod watch, the streams, the clock, the writer |
//! | [`manifest`] | files and standard input → bytes |
//! | [`render`] | values → text |
//! | [`ui`] | the only place that writes to stdout or stderr |
//! | [`release`] | which build this is |
//! | [`error`] | what can go wrong, in kubectl's words, and the exit codes |

pub mod cli;
pub mod cluster;
pub mod commands;
pub mod diagnosis;
pub mod document;
pub mod error;
pub mod follow;
pub mod logs;
pub mod manifest;
pub mod pod;
pub mod probe;
pub mod release;
pub mod render;
pub mod scaffold;
pub mod ui;
