//! Looking into live containers, without the looking: what is to be run in which of them, what their answers say, and
//! what follows from that.
//!
//! Leaves to others running it (`cluster`, driven by the commands), and how it looks (`render`).
