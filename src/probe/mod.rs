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
mod file;
mod files;
pub mod find;
mod limit;
mod ls;
mod part;
mod process;
pub mod quantity;
mod quoted;
mod sight;
mod summary;
mod usage;

pub use file::{FileEntry, FileKind, Listing};
pub use files::{Blind, FileRow, Look, PodFiles, Sight, View, VolumeFiles};
pub use limit::{SECONDS, is_other_timeout, is_over, limited};
pub use ls::LsForm;
pub use part::{Nested, Part, parts_of};
pub use process::{COMMAND as PROCESS_COMMAND, Process};
pub use sight::{Sights, Wanted};
pub use summary::{FsStats, PodStats, Summary};
pub use usage::{
    ContainerUsage, Figure, Limit, NearlyFull, PodUsage, Source, VolumeUsage, WhenFull, du_bytes, du_commands, percent,
};
