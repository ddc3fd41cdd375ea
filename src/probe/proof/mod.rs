//! Proving that containers share a volume: a marker that one of them writes is looked for in the others.
//!
//! Decides which container writes and which read where, what is run for that, and what follows from the answers.
//! A marker has a name that nobody can guess, and holds a word that nobody can guess: who returns it has read it.
//!
//! What writes a marker keeps its standard input open, and removes it when that is closed. That happens in the end, and
//! also when the connection is lost or this program is killed.

mod commands;
mod trials;
mod verdict;

pub use commands::{Marker, explained, look, read, read_without_cat, write};
pub use trials::{Reader, Scope, Spot, Trial, VolumeTrials, trials};
pub use verdict::{Pair, Verdict, VolumeProof, denied, not_written, of_read, unknown};
