//! A diagnosis of a live pod as it is put together.

use super::Diagnosis;
use crate::pod::{Container, ContainerKind};

/// The most characters of a message that are quoted as evidence.
const LONGEST_QUOTE: usize = 500;

/// What becomes of it if nobody does anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outlook {
    /// It stays as it is: waiting is of no use.
    Stuck,
    /// It may heal by itself, or with the help of something that is not seen from here.
    MayHeal,
}

/// A diagnosis, and whether waiting helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub diagnosis: Diagnosis,
    /// Whether waiting helps.
    pub outlook: Outlook,
}

/// A finding about the pod as a whole, so far without evidence.
pub(super) fn finding(code: &'static str, outlook: Outlook, cause: impl Into<String>) -> Finding {
    let diagnosis = Diagnosis {
        container: None,
        at: None,
        code,
        cause: cause.into(),
        evidence: Vec::new(),
        next_steps: Vec::new(),
    };
    Finding { diagnosis, outlook }
}

/// What the container is called in a sentence.
pub(super) fn called(container: &Container) -> String {
    let kind = if container.kind == ContainerKind::Init { "init container" } else { "container" };
    format!("{kind} {}", container.name)
}

impl Finding {
    /// It is about that container.
    pub(super) fn of(mut self, container: &Container) -> Self {
        self.diagnosis.container = Some(container.name.clone());
        self
    }

    /// What shows it: a state, and its explanation where there is one.
    pub(super) fn state(self, reason: &str, message: &str) -> Self {
        match (reason, message) {
            ("", "") => self,
            ("", message) => self.shown_by(message),
            (reason, "") => self.shown_by(reason),
            (reason, message) => self.shown_by(&format!("{reason}: {message}")),
        }
    }

    /// What shows it, as it was found, cut where it is very long.
    pub(super) fn shown_by(mut self, text: &str) -> Self {
        let text = text.trim();
        let quoted = match text.char_indices().nth(LONGEST_QUOTE) {
            Some((end, _)) => format!("{} …", &text[..end]),
            None => text.to_owned(),
        };
        self.diagnosis.evidence.push(quoted);
        self
    }

    /// What shows it: the last lines of the container's log.
    pub(super) fn log(self, lines: &[String]) -> Self {
        lines.iter().fold(self, |finding, line| finding.shown_by(&format!("log: {line}")))
    }

    /// What to do about it.
    pub(super) fn next(mut self, step: impl Into<String>) -> Self {
        self.diagnosis.next_steps.push(step.into());
        self
    }
}
