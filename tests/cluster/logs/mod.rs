//! `kubectl sidecar logs`.

mod end;
mod kinds;
mod lines;
mod restart;
mod waiting;
