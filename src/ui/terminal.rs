//! The terminal we run in, handed to a program that runs elsewhere.
//!
//! While that has it, each key goes there as it is pressed, and nothing here is written to it by us.

use std::io::{self, IsTerminal};

/// The terminal, in raw mode. Dropped, it is as it was before.
#[derive(Debug)]
pub struct Terminal(#[cfg(unix)] rustix::termios::Termios);

impl Terminal {
    /// Whether what we read is typed.
    pub fn is_typed_in() -> bool {
        io::stdin().is_terminal()
    }
}

#[cfg(unix)]
impl Terminal {
    /// Hands it over.
    ///
    /// # Errors
    /// Standard input is no terminal, or one that does not do as it is told.
    pub fn hand_over() -> io::Result<Self> {
        use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

        let stdin = io::stdin();
        let before = tcgetattr(&stdin)?;
        let mut raw = before.clone();
        raw.make_raw();
        tcsetattr(&stdin, OptionalActions::Drain, &raw)?;
        Ok(Self(before))
    }

    /// Columns and rows, where they are known.
    pub fn size(&self) -> Option<(u16, u16)> {
        use rustix::termios::tcgetwinsize;

        let size = tcgetwinsize(io::stdout()).or_else(|_| tcgetwinsize(io::stdin())).ok()?;
        (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
    }
}

#[cfg(unix)]
impl Drop for Terminal {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};

        // There is nobody to tell who could do more about it.
        let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.0);
    }
}
