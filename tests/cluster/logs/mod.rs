//! `kubectl sidecar logs`.

mod budget;
mod bytes;
mod deaths;
mod end;
mod errors;
mod faults;
mod flags;
mod kinds;
mod lines;
mod namespaces;
mod output;
mod permissions;
mod restart;
mod selector;
mod terminal;
mod waiting;
mod workloads;
