//! Against the real one-node cluster, of which these tests kill and stop parts: the log engine loses nothing that can be had.
//!
//! They take the node for themselves, run one after the other, and mend what they broke. Where the tests run on a
//! cluster of somebody else's, they are skipped.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod dead;
mod killed;
mod soak;
mod stopped;
#[path = "../cluster/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the tests in tests/cluster use the rest")]
mod support;
mod writers;

/// Nobody else may use the node.
const USE: support::Use = support::Use {
    try_lock: std::fs::File::try_lock,
    lock: std::fs::File::lock,
    others: "others who use the node to end",
};
