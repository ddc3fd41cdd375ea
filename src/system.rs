//! What differs by operating system, all of it: how many files may be open, the terminal that is handed over, the
//! signals that end us or tell of its size, Ctrl-C, what a console can show, the groups that processes are in, and links. One file a family, with the same names.
//! Leaves to others what to do about it.

#[cfg_attr(unix, path = "system/unix.rs")]
#[cfg_attr(not(unix), path = "system/elsewhere.rs")]
mod family;

use std::io::{self, IsTerminal};

pub use family::{
    CONSOLE_IS_UNICODE, Resizes, SCRIPT_SUFFIX, Terminal, asked_to_end, end_group_of, leave_terminal, link_or_script,
    most_open_logs,
};

/// Ends when the user presses Ctrl-C. Where we cannot hear of that, it ends the program, as it does by itself.
pub async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

impl Terminal {
    /// Whether what we read is typed.
    pub fn is_typed_in() -> bool {
        io::stdin().is_terminal()
    }
}
