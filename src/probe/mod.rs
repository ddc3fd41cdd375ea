//! Looking into live containers, without the looking: what is to be run in which of them, what their answers say, and
//! what follows from that.
//!
//! Leaves to others running it (`cluster`, driven by the commands), and how it looks (`render`).

mod file;
mod files;
pub mod find;
mod ls;
mod part;
mod process;
mod quoted;

pub use file::{FileEntry, FileKind, Listing};
pub use files::{Blind, FileRow, Look, Sight, View, VolumeFiles, Wanted, volume_files};
pub use ls::LsForm;
pub use part::{Nested, Part, parts_of};
pub use process::{COMMAND as PROCESS_COMMAND, Process};
