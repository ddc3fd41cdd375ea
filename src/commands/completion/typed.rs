//! The words of a command line that is being typed, understood as far as they make sense.

use std::ffi::{OsStr, OsString};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{ArgMatches, Command, FromArgMatches};

use crate::cluster::Settings;
use crate::commands::args;
use crate::commands::connection::Connection;
use crate::pod::Target;

/// Set by clap's scripts: which of the words is typed.
const AT: &str = "_CLAP_COMPLETE_INDEX";

/// A command line, and the word in it that is typed.
pub(super) struct Typed {
    /// All other words, the program's name first.
    others: Vec<OsString>,
    /// Where the word stands among them.
    at: usize,
    word: OsString,
    tree: fn() -> Command,
    understood: OnceLock<Option<ArgMatches>>,
    was_asked: AtomicBool,
}

impl Typed {
    fn new(mut words: Vec<OsString>, at: usize, tree: fn() -> Command) -> Self {
        let word = if at < words.len() { words.remove(at) } else { OsString::new() };
        Self { others: words, at, word, tree, understood: OnceLock::new(), was_asked: AtomicBool::new(false) }
    }

    /// As kubectl gives them: without the program, the last one is typed.
    pub(super) fn in_kubectl(words: &[OsString], tree: fn() -> Command) -> Self {
        let line: Vec<OsString> = std::iter::once(super::BINARY.into()).chain(words.iter().cloned()).collect();
        let at = line.len().saturating_sub(1).max(1);
        Self::new(line, at, tree)
    }

    /// As a shell gives them: with the program; which is typed it may say besides.
    pub(super) fn in_shell(words: &[OsString], tree: fn() -> Command) -> Self {
        let said = std::env::var(AT).ok().and_then(|at| at.parse().ok());
        Self::new(words.to_vec(), said.unwrap_or(words.len().saturating_sub(1)), tree)
    }

    /// Words without one that is typed.
    pub(super) fn done(words: &[OsString], tree: fn() -> Command) -> Self {
        Self::new(words.to_vec(), words.len(), tree)
    }

    /// All words, and where the one stands that is typed.
    pub(super) fn line(&self) -> (Vec<OsString>, usize) {
        let mut line = self.others.clone();
        let at = self.at.min(line.len());
        line.insert(at, self.word.clone());
        (line, at)
    }

    /// The word that is typed, as far as it is.
    pub(super) fn word(&self) -> &OsStr {
        &self.word
    }

    /// The other words.
    pub(super) fn others(&self) -> &[OsString] {
        &self.others
    }

    /// Whether it belongs to a command that is to run in a container: nobody here knows what it may become.
    pub(super) fn is_behind_dashes(&self) -> bool {
        self.others.iter().take(self.at).any(|word| word == "--")
    }

    /// Notes that an argument of ours is typed: whatever fits it, it is no file.
    pub(super) fn note_asked(&self) {
        self.was_asked.store(true, Ordering::Relaxed);
    }

    /// Whether [`Typed::note_asked`] was called.
    pub(super) fn was_asked(&self) -> bool {
        self.was_asked.load(Ordering::Relaxed)
    }

    /// What the words mean, up to the first that means nothing. `None`: they ask for help.
    fn understood(&self) -> Option<&ArgMatches> {
        let read = || (self.tree)().ignore_errors(true).try_get_matches_from(&self.others).ok();
        self.understood.get_or_init(read).as_ref()
    }

    /// The command, and its own arguments.
    pub(super) fn command(&self) -> Option<(&str, &ArgMatches)> {
        self.understood()?.subcommand()
    }

    /// The connection flags.
    pub(super) fn connection(&self) -> Option<Connection> {
        Connection::from_arg_matches(self.understood()?).ok()
    }

    /// What the connection flags come to.
    pub(super) fn settings(&self) -> Option<Settings> {
        self.connection().map(|connection| Settings::from(&connection))
    }

    /// The values of an argument of the command, as far as it has one of that name.
    pub(super) fn values(&self, id: &str) -> Vec<String> {
        let values = self.command().and_then(|(_, matches)| matches.try_get_many::<String>(id).ok().flatten());
        values.into_iter().flatten().cloned().collect()
    }

    /// Whether that argument of the command is there.
    pub(super) fn has(&self, id: &str) -> bool {
        self.command().is_some_and(|(_, matches)| matches.try_contains_id(id).unwrap_or(false))
    }

    /// The TARGETs.
    pub(super) fn targets(&self) -> Vec<Target> {
        self.values("targets")
            .iter()
            .filter_map(|text| args::targets(std::slice::from_ref(text)).ok())
            .flatten()
            .collect()
    }
}
