//! The log engine: the logs of many containers as one, each line once, in order, whatever breaks on the way.
//!
//! Without I/O and without a clock: it is told events and the time, and gives lines, notes and actions. So every
//! failure can be replayed without a cluster. `follow` does what it decides; `render` makes text of its lines.
//!
//! - [`stamp`](Stamp): the time in front of a line.
//! - `lines`: bytes → lines, queued within a budget.
//! - `anchor`: where a stream stood, and how a resumed one is lined up with that.
//! - `run`: what the cluster's word about a container means for the run that is read.
//! - `state`: where one container's log stands.
//! - `track`: the life of one container's log: which run is read, what the end of a stream means.
//! - `quiet`: whether a stream that says nothing has nothing to say.
//! - `watched`: what is known of a pod as a whole, and when it is to be asked for.
//! - `rhythm`: who writes so steadily that a silence is worth waiting for.
//! - `merge`: which line is next.
//! - `agenda`: what is to be looked at when.
//! - [`ContainerChoice`]: which containers are read; `bounds`: how far.
//! - [`LineFilter`]: which of the lines are shown, for who asks for some only.
//! - [`recorded`]: what an engine was told, to be written down and replayed.
//! - [`Engine`]: all of it, for all containers.

mod agenda;
mod anchor;
mod bounds;
mod choice;
mod engine;
mod filter;
mod lines;
mod merge;
mod pattern;
mod protocol;
mod quiet;
pub mod recorded;
mod rhythm;
mod run;
mod stamp;
mod state;
#[cfg(test)]
mod tests;
mod track;
mod watched;

pub use bounds::UpTo;
pub use choice::{ContainerChoice, NoSuchContainer};
pub use engine::Engine;
pub use filter::LineFilter;
pub use lines::{LONGEST_MESSAGE, RawLine};
pub use pattern::{LinePatterns, NamePattern, PatternError};
pub use protocol::{
    Action, Ended, Ending, Event, Note, Options, Refusal, Request, Since, Sink, Source, StreamId, Summary, Tick,
    TrackId, Until,
};
pub use stamp::Stamp;
