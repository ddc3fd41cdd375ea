//! Windows, and whatever is no Unix.

use std::path::Path;
use std::process::Child;
use std::{fs, future, io};

/// Whether a console shows Unicode whatever the locale says: Windows has no such variables, and writes to its console
/// as Unicode.
pub const CONSOLE_IS_UNICODE: bool = cfg!(windows);

/// So many logs as are wanted: this system has no limit of its own.
pub fn most_open_logs(wanted: usize) -> usize {
    wanted
}

/// The terminal we run in, which stays as it is: what is typed goes on line by line.
#[derive(Debug)]
pub struct Terminal(());

impl Terminal {
    /// Hands it over.
    ///
    /// # Errors
    /// None here.
    pub fn hand_over() -> io::Result<Self> {
        Ok(Self(()))
    }

    /// Not known.
    pub fn size(&self) -> Option<(u16, u16)> {
        None
    }
}

/// Nobody tells that the terminal's size changes.
#[derive(Debug)]
pub struct Resizes(());

impl Resizes {
    /// There is nothing to watch.
    pub fn watch() -> Option<Self> {
        None
    }

    /// There will be none.
    pub async fn next(&mut self) -> bool {
        future::ready(false).await
    }
}

/// Waits for ever: Ctrl-C is all there is.
pub async fn asked_to_end() {
    future::pending::<()>().await;
}

/// There is none to be left.
pub fn leave_terminal() {}

/// Processes are in no groups.
pub fn end_group_of(_child: &Child) {}

/// What is at the end of a program's name that is no binary.
pub const SCRIPT_SUFFIX: &str = ".cmd";

/// Writes a batch file that runs the command: a link needs rights that few have.
///
/// # Errors
/// It cannot be written there.
pub fn link_or_script(_leads_to: &Path, at: &Path, command: &str) -> io::Result<()> {
    fs::write(at, format!("@{command} %*\r\n"))
}
