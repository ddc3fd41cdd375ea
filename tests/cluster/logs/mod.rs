//! `kubectl sidecar logs`.

mod bytes;
mod end;
mod errors;
mod flags;
mod kinds;
mod lines;
mod output;
mod restart;
mod terminal;
mod waiting;
