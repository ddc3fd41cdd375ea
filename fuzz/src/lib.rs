//! What the fuzz targets share: a model of a server whose faults are the fuzzer's bytes, an engine that follows it, and
//! the contract that must hold whatever happens.
//!
//! - [`server`]: what is true: containers, their runs, their logs, and what a request for one of them brings.
//! - [`world`]: the server, the engine, and all that is on its way between them.
//! - [`bytes`]: two streams that bring any bytes.
//! - [`contract`]: what must be true of the output in the end.

pub mod bytes;
pub mod contract;
pub mod server;
pub mod world;
