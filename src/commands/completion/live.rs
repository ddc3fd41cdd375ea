//! What a cluster says, asked by a process of our own that is ended when its time is up.
//!
//! A process, because a kubeconfig may name a program that gives credentials, and that may ask questions, show errors, or take
//! as long as it likes: it gets no terminal, and is ended with the one that asks.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use clap_complete::engine::CompletionCandidate;

use super::typed::Typed;
use super::values::candidate;
use super::{SHELL_ASKS, WE_ASK};
use crate::cluster::Printed;
use crate::commands::duration;
use crate::pod::TargetKind;
use crate::system;

/// How long an answer may take: who presses a key looks at the screen.
const PATIENCE: Duration = Duration::from_secs(1);
/// In its place, where somebody has set it.
const PATIENCE_SET: &str = "KUBECTL_SIDECAR_COMPLETION_TIMEOUT";

/// What a cluster is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// What can be printed.
    Printed(Printed),
    /// The containers of the pods that were chosen.
    Containers,
}

impl Question {
    /// The word for it.
    fn word(self) -> &'static str {
        match self {
            Self::Printed(what) => what.resource(),
            Self::Containers => "containers",
        }
    }

    /// The question of that word.
    pub(super) fn of(word: &str) -> Option<Self> {
        let printed = [Printed::Nodes, Printed::Namespaces].into_iter().chain(TargetKind::all().map(Printed::Of));
        printed.map(Self::Printed).chain([Self::Containers]).find(|question| question.word() == word)
    }
}

/// How long an answer may take.
pub(super) fn patience() -> Duration {
    let set = std::env::var(PATIENCE_SET).ok().and_then(|text| duration::parse(&text).ok());
    set.unwrap_or(PATIENCE)
}

/// What there is that begins like that, each with a word on how it is. Nothing, where it cannot be had, or not in time.
pub(super) fn words(typed: &Typed, question: Question, beginning: &str) -> Vec<CompletionCandidate> {
    let text = ask(typed, question, beginning).unwrap_or_default();
    let words = text.lines().map(|line| line.split_once('\t').unwrap_or((line, "")));
    words.map(|(name, how)| candidate(name.to_owned(), how.to_owned())).collect()
}

fn ask(typed: &Typed, question: Question, beginning: &str) -> Option<String> {
    let mut command = Command::new(std::env::current_exe().ok()?);
    command.env(WE_ASK, question.word()).env_remove(SHELL_ASKS).arg(beginning).args(typed.others());
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut answer = child.stdout.take()?;
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        if answer.read_to_string(&mut text).is_ok() {
            // Nobody listens any more where it took too long.
            let _ = tell.send(text);
        }
    });
    let text = told.recv_timeout(patience()).ok();
    end(&mut child);
    text
}

/// Ends it, with what it started.
fn end(child: &mut Child) {
    system::end_group_of(child);
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_is_understood() {
        let kinds = TargetKind::all().map(Printed::Of).chain([Printed::Nodes, Printed::Namespaces]);
        for question in kinds.map(Question::Printed).chain([Question::Containers]) {
            assert_eq!(Question::of(question.word()), Some(question));
        }
        assert_eq!(Question::of("secrets"), None);
    }
}
