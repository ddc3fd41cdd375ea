//! What the fuzz targets share: a model of a server whose faults are the fuzzer's bytes, an engine that follows it, and
//! the contract that must hold whatever happens.
//!
//! - [`input`]: what the fuzzer makes.
//! - [`server`]: what is true: containers, their runs, their logs, and what a request for one of them brings.
//! - [`pods`]: the pods these are in, and what is said of them.
//! - [`world`]: the server, the engine, and all that is on its way between them; `steps`: what moves it.
//! - [`bytes`]: two streams that bring any bytes.
//! - [`contract`]: what must be true of the output in the end.

pub mod bytes;
pub mod contract;
pub mod input;
pub mod pods;
pub mod server;
mod steps;
pub mod world;
