//! What is compared: one file each, which gives a section of the page.

mod apiserver_killed;
mod backlog;
mod follow;
mod many_quiet;
mod reading;
mod size;
mod start_up;

use anyhow::Result;

use crate::settings::Settings;

/// One comparison.
pub struct Scenario {
    /// As it is chosen by, and marked on the page.
    pub name: &'static str,
    /// Gives the section for the page, in Markdown.
    pub run: fn(&Settings) -> Result<String>,
}

/// In the order of the page.
pub const ALL: &[Scenario] = &[
    Scenario { name: "start-up", run: start_up::run },
    Scenario { name: "backlog", run: backlog::of_two_containers },
    Scenario { name: "backlog-of-50", run: backlog::of_fifty_containers },
    Scenario { name: "reading", run: reading::run },
    Scenario { name: "follow", run: follow::run },
    Scenario { name: "apiserver-killed", run: apiserver_killed::run },
    Scenario { name: "many-quiet", run: many_quiet::run },
];
