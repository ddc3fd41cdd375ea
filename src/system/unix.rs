//! Linux, macOS and the like.

use std::path::Path;
use std::process::Child;
use std::{future, io};

use rustix::process::{self, Pid, Resource, getrlimit, kill_process_group, setrlimit, setsid};
use rustix::stdio::{stdin, stdout};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Whether a console shows Unicode whatever the locale says.
pub const CONSOLE_IS_UNICODE: bool = false;

/// Descriptors that are not logs: standard streams, the watches, questions about pods, the runtime's own.
const OTHERS: u64 = 64;

/// So many logs as are wanted, or as many as this system lets us open: each is a connection of its own, and takes a file
/// descriptor. Raises the limit of this process as far as it may be: on many systems it begins at 256 or 1024.
pub fn most_open_logs(wanted: usize) -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        limit.current = limit.maximum;
        // Where it cannot be raised, the limit stays what it was.
        let _ = setrlimit(Resource::Nofile, limit);
    }
    let Some(most) = getrlimit(Resource::Nofile).current else { return wanted };
    wanted.min(usize::try_from(most.saturating_sub(OTHERS)).unwrap_or(usize::MAX)).max(1)
}

/// The terminal we run in, handed to a program that runs elsewhere: each key goes there as it is pressed. Dropped, it is
/// as it was before.
#[derive(Debug)]
pub struct Terminal(Termios);

impl Terminal {
    /// Hands it over.
    ///
    /// # Errors
    /// Standard input is no terminal, or one that does not do as it is told.
    pub fn hand_over() -> io::Result<Self> {
        let before = tcgetattr(stdin())?;
        let mut raw = before.clone();
        raw.make_raw();
        tcsetattr(stdin(), OptionalActions::Drain, &raw)?;
        Ok(Self(before))
    }

    /// Columns and rows, where they are known.
    pub fn size(&self) -> Option<(u16, u16)> {
        let size = tcgetwinsize(stdout()).or_else(|_| tcgetwinsize(stdin())).ok()?;
        (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // There is nobody to tell who could do more about it.
        let _ = tcsetattr(stdin(), OptionalActions::Drain, &self.0);
    }
}

/// Tells whenever the terminal's size changes.
#[derive(Debug)]
pub struct Resizes(Signal);

impl Resizes {
    /// From now on; `None` where nobody tells.
    pub fn watch() -> Option<Self> {
        signal(SignalKind::window_change()).ok().map(Self)
    }

    /// Waits for the next; `false` if there will be none.
    pub async fn next(&mut self) -> bool {
        self.0.recv().await.is_some()
    }
}

/// Waits until somebody asks us to end by anything but Ctrl-C.
pub async fn asked_to_end() {
    let signals = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::quit()].map(signal);
    let [Ok(mut terminate), Ok(mut hang_up), Ok(mut quit)] = signals else { return future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
        _ = quit.recv() => {}
    }
}

/// Leaves the terminal, so that nothing that is started from here can read from it or write to it.
pub fn leave_terminal() {
    // Fails only where there is nothing to leave.
    let _ = setsid();
}

/// Ends what a process that left the terminal has started, and itself.
pub fn end_group_of(child: &Child) {
    // It leads a group of its own as soon as it runs; where that is over, there is none.
    let _ = kill_process_group(Pid::from_child(child), process::Signal::KILL);
}

/// What is at the end of a program's name that is no binary.
pub const SCRIPT_SUFFIX: &str = "";

/// Makes a link, by whose name the program knows what is wanted of it.
///
/// # Errors
/// It cannot be written there.
pub fn link_or_script(leads_to: &Path, at: &Path, _command: &str) -> io::Result<()> {
    std::os::unix::fs::symlink(leads_to, at)
}
