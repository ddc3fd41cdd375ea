//! What became of a command in a container.

use super::Place;

/// What a command said, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Where it ran.
    pub place: Place,
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error.
    pub stderr: Vec<u8>,
    /// Its exit code, or why there is none.
    pub end: Result<i32, Failure>,
}

/// Why nobody knows an exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// For programs.
    pub reason: Reason,
    /// For people: a part of a sentence.
    pub message: String,
    /// What to do next.
    pub hints: Vec<String>,
}

/// What kept a command from its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The container does not run.
    NotRunning,
    /// The container has no such program.
    NoSuchProgram,
    /// It is there, and cannot be run.
    CannotRun,
    /// The server or the node said no.
    Refused,
    /// The connection broke off.
    ConnectionLost,
    /// It wrote more than is held.
    TooMuchOutput,
    /// Time was up.
    TimedOut,
    /// The user pressed Ctrl-C.
    Interrupted,
    /// Time was up, or the user pressed Ctrl-C, before its turn came.
    NotStarted,
}

impl Reason {
    /// The reason as JSON output spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotRunning => "NotRunning",
            Self::NoSuchProgram => "NoSuchProgram",
            Self::CannotRun => "CannotRun",
            Self::Refused => "Refused",
            Self::ConnectionLost => "ConnectionLost",
            Self::TooMuchOutput => "TooMuchOutput",
            Self::TimedOut => "TimedOut",
            Self::Interrupted => "Interrupted",
            Self::NotStarted => "NotStarted",
        }
    }
}

impl Failure {
    /// A failure of that kind.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), hints: Vec::new() }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

/// What all commands come to: the first code that is not 0, in the order given; where there is none, 1 if one of them has
/// no code.
pub fn ended_with<'a>(ends: impl IntoIterator<Item = &'a Result<i32, Failure>>) -> i32 {
    let mut all = 0;
    for end in ends {
        match end {
            Ok(0) => {}
            Ok(code) => return *code,
            Err(_) => all = 1,
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_goes_before_a_failure_and_the_first_before_the_others() {
        let lost = || Err(Failure::new(Reason::ConnectionLost, ""));
        let of = |ends: &[Result<i32, Failure>]| ended_with(ends);
        assert_eq!(of(&[]), 0);
        assert_eq!(of(&[Ok(0), Ok(0)]), 0);
        assert_eq!(of(&[Ok(0), Ok(3), Ok(2)]), 3);
        assert_eq!(of(&[lost(), Ok(0)]), 1);
        assert_eq!(of(&[lost(), Ok(0), Ok(137)]), 137);
    }
}
