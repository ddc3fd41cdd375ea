//! The only place that writes to standard output or standard error.
//!
//! Decides which stream a thing goes to (data to stdout, everything else to stderr), whether colours are
//! wanted there, which characters lines are drawn with, and how progress is shown; and reads what is typed for a command in
//! a container. Leaves the words to those who know what happened, and looks to
//! `render`.

mod input;
mod writer;

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use terminal_size::{Width, terminal_size_of};

use crate::error::Error;
use crate::render::{Charset, Paint, Style};
use crate::system::CONSOLE_IS_UNICODE;

pub use input::Input;
pub use writer::Writer;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
    #[default]
    Auto,
    /// Also into a pipe.
    Always,
    /// Nowhere.
    Never,
}

/// Standard output and standard error, and what each of them can show.
#[derive(Debug)]
pub struct Ui {
    stdout: Style,
    stderr: Style,
    stdout_is_terminal: bool,
    stderr_is_terminal: bool,
    progress_shown: Arc<AtomicBool>,
    connection: String,
}

impl Ui {
    /// Looks at the two streams and the environment once.
    pub fn new(choice: ColorChoice) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let color = |is_terminal: bool| match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_terminal && !no_color && !dumb,
        };
        let (stdout_is_terminal, stderr_is_terminal) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        let many_colors = has_many_colors(std::env::var("TERM").ok(), std::env::var("COLORTERM").ok());
        let charset = charset(|name| std::env::var(name).ok());
        let style = |is_terminal: bool, size: Option<(Width, _)>| Style {
            color: color(is_terminal),
            many_colors,
            width: size.map(|(Width(columns), _)| columns),
            charset,
        };
        Self {
            stdout: style(stdout_is_terminal, terminal_size_of(io::stdout())),
            stderr: style(stderr_is_terminal, terminal_size_of(io::stderr())),
            stdout_is_terminal,
            stderr_is_terminal,
            progress_shown: Arc::default(),
            connection: String::new(),
        }
    }

    /// The same, where what is to be done next is done with these connection flags.
    #[must_use]
    pub fn of_connection(self, flags: String) -> Self {
        Self { connection: flags, ..self }
    }

    /// What standard output can show.
    pub fn stdout_style(&self) -> Style {
        self.stdout
    }

    /// What standard error can show.
    pub fn stderr_style(&self) -> Style {
        self.stderr
    }

    /// Whether a person reads standard output as it comes.
    pub fn stdout_is_terminal(&self) -> bool {
        self.stdout_is_terminal
    }

    /// Whether a person reads standard error as it comes.
    pub fn stderr_is_terminal(&self) -> bool {
        self.stderr_is_terminal
    }

    /// Writes data to standard output, all of it, now.
    pub fn data(&mut self, text: impl AsRef<[u8]>) -> io::Result<()> {
        self.clear_progress();
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_ref())?;
        stdout.flush()
    }

    /// Writes to standard error what a command in a container wrote to its own.
    pub fn errors(&mut self, text: impl AsRef<[u8]>) {
        self.clear_progress();
        // Standard error is where failures are told: one of its own has nowhere to go.
        let _ = io::stderr().lock().write_all(text.as_ref());
    }

    /// A line to standard error: what happens, or what to do next.
    pub fn note(&mut self, line: &str) {
        self.notes().note(line);
    }

    /// Notes from elsewhere than the command's own course.
    pub fn notes(&self) -> Notes {
        Notes { style: self.stderr, progress_shown: Arc::clone(&self.progress_shown) }
    }

    /// A line to standard error that says to be careful, as kubectl words it.
    pub fn warning(&mut self, text: &str) {
        self.notes().warning(text);
    }

    /// Shows what is waited for, in place of what was shown before. Only on a terminal.
    pub fn progress(&mut self, line: &str) {
        if !self.stderr_is_terminal {
            return;
        }
        let width = usize::from(self.stderr.width.unwrap_or(80)).saturating_sub(1);
        let line: String = line.chars().take(width).collect();
        to_stderr(&format!("\r\x1b[K{line}"));
        self.progress_shown.store(true, Ordering::Relaxed);
    }

    /// Takes away what [`Ui::progress`] shows.
    pub fn clear_progress(&mut self) {
        clear(&self.progress_shown);
    }

    /// Says what went wrong, unless all was said on the way, and what to do next. Called once, by `main`.
    pub fn error(&mut self, error: &Error) {
        self.clear_progress();
        if !error.is_silent() {
            self.note(&error.to_string());
        }
        for hint in error.clone().with_flags(&self.connection).hints() {
            let line = format!("{} {hint}", self.stderr.paint(Paint::Faint, "hint:"));
            self.note(&line);
        }
    }
}

/// Lines to standard error from elsewhere than a command's own course, such as a connection's.
#[derive(Debug, Clone)]
pub struct Notes {
    style: Style,
    progress_shown: Arc<AtomicBool>,
}

impl Notes {
    /// A line.
    pub fn note(&self, line: &str) {
        clear(&self.progress_shown);
        to_stderr(&format!("{line}\n"));
    }

    /// A line that says to be careful, as kubectl words it.
    pub fn warning(&self, text: &str) {
        self.note(&format!("{} {text}", self.style.paint(Paint::Warning, "Warning:")));
    }
}

/// Takes away what shows progress, if anything does.
fn clear(progress_shown: &AtomicBool) {
    if progress_shown.swap(false, Ordering::Relaxed) {
        to_stderr("\r\x1b[K");
    }
}

/// Standard error is where failures are told: one of its own has nowhere to go.
fn to_stderr(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Whether the terminal, by its own word, has the 256 colours.
fn has_many_colors(term: Option<String>, colorterm: Option<String>) -> bool {
    term.is_some_and(|term| term.contains("256color"))
        || colorterm.is_some_and(|word| matches!(word.as_str(), "truecolor" | "24bit"))
}

/// What the locale can show: the first of the three variables that is set decides, as in `setlocale(3)`. But
/// for consoles that need none.
fn charset(variable: impl Fn(&str) -> Option<String>) -> Charset {
    let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(set).unwrap_or_default().to_lowercase();
    if CONSOLE_IS_UNICODE || locale.contains("utf-8") || locale.contains("utf8") {
        Charset::Unicode
    } else {
        Charset::Ascii
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_that_is_set_decides() {
        let told = |variables: &[(&str, &str)]| {
            charset(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(told(&[]), Charset::Ascii);
        assert_eq!(told(&[("LANG", "de_DE.UTF-8")]), Charset::Unicode);
        assert_eq!(told(&[("LC_CTYPE", "C.utf8"), ("LANG", "C")]), Charset::Unicode);
        assert_eq!(told(&[("LC_ALL", "POSIX"), ("LC_CTYPE", "UTF-8"), ("LANG", "C.UTF-8")]), Charset::Ascii);
        assert_eq!(told(&[("LC_ALL", ""), ("LANG", "C.UTF-8")]), Charset::Unicode);
    }
}
