//! `kubectl sidecar logs`.

mod budget;
mod bytes;
mod choice;
mod deaths;
mod end;
mod errors;
mod faults;
mod filter;
mod flags;
mod kinds;
mod lines;
mod namespaces;
mod output;
mod permissions;
mod previous;
mod range;
mod restart;
mod selector;
mod terminal;
mod waiting;
mod workloads;
