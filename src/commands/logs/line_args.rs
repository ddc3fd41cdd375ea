//! Which lines: the flags of `logs` for that.

use clap::Args;

use crate::error::{Error, Result};
use crate::logs::{LineFilter, LinePatterns, PatternError};

/// Which lines are shown, and what is marked in them.
#[derive(Debug, Args)]
pub(super) struct LineArgs {
    /// Only lines in which this regular expression is found; may be repeated: one match is enough
    ///
    /// It is matched against the bytes that the container wrote, without prefix and time, and what it matches is marked
    /// where colours are shown. Messages about late and missing lines are about all lines that were read.
    #[arg(long, value_name = "REGEX", value_parser = pattern)]
    include: Vec<String>,
    /// Leave out lines in which this regular expression is found; may be repeated
    #[arg(long, value_name = "REGEX", value_parser = pattern)]
    exclude: Vec<String>,
    /// Mark where this regular expression is found, if colours are shown; may be repeated
    #[arg(long, value_name = "REGEX", value_parser = pattern)]
    highlight: Vec<String>,
    /// Ignore case in --include, --exclude and --highlight
    #[arg(short, long)]
    ignore_case: bool,
    /// Also show this many lines before and after each match of --include, from the same container
    ///
    /// Those before a match are shown together with it. Lines that --exclude matches are neither shown nor counted.
    // --context is kubectl's word for another thing.
    #[arg(
        short = 'C',
        long,
        value_name = "LINES",
        requires = "include",
        default_value_t = 0,
        hide_default_value = true
    )]
    around: usize,
}

impl LineArgs {
    /// What says which lines are shown. `None`: all are.
    ///
    /// # Errors
    /// The expressions are too large together.
    pub(super) fn filter(&self) -> Result<Option<LineFilter>> {
        let include = self.patterns(&self.include).map_err(|error| too_large("--include", &error))?;
        let exclude = self.patterns(&self.exclude).map_err(|error| too_large("--exclude", &error))?;
        let is_needed = include.is_some() || exclude.is_some();
        Ok(is_needed.then(|| LineFilter::new(include, exclude, self.around)))
    }

    /// What is marked in lines. `None`: nothing is.
    ///
    /// # Errors
    /// The expressions are too large together.
    pub(super) fn highlight(&self) -> Result<Option<LinePatterns>> {
        self.patterns(self.highlight.iter().chain(&self.include)).map_err(|error| too_large("--highlight", &error))
    }

    fn patterns<'a>(
        &self,
        patterns: impl IntoIterator<Item = &'a String>,
    ) -> std::result::Result<Option<LinePatterns>, PatternError> {
        LinePatterns::new(patterns.into_iter().map(String::as_str), self.ignore_case)
    }
}

fn too_large(flag: &str, error: &PatternError) -> Error {
    Error::usage(format_args!("{flag}: {error}"))
}

/// A regular expression. Whether case matters is not known yet.
fn pattern(text: &str) -> std::result::Result<String, PatternError> {
    LinePatterns::new([text], false).map(|_| text.to_owned())
}
