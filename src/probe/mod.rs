//! Looking into live containers, without the looking: what is to be run in which of them, what their answers say, and
//! what follows from that.
//!
//! Leaves to others running it (`cluster`, driven by the commands), and how it looks (`render`).

mod answer;
pub mod proof;
mod refused;
mod running;

pub use answer::{Answer, Failure, Reason, ended_with};
pub use refused::not_started;
pub use running::{Place, is_not_meant_to_run, not_running};
