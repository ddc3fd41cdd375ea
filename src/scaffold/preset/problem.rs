//! What is wrong with a preset's file, and where.

use std::fmt;

use crate::document::Position;

/// One thing that is wrong with a preset's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named.
    pub file: String,
    /// The place.
    pub at: Position,
    /// What is wrong there, and what to write instead.
    pub message: String,
}

/// All that is wrong with a preset's file, in the order of the text; at least one.
pub type Problems = Vec<Problem>;

/// As compilers write it: `tail.yaml:12:5: …`.
impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.file, self.at, self.message)
    }
}
