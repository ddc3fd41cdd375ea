//! What commands said in containers: grouped by container for people, and as a document for programs.
//!
//! Bytes go into a pipe as they are; a terminal gets them unable to drive it.

pub mod json;
mod live;

pub use live::Live;

use super::log_lines::palette::Colors;
use super::terminal_text::{push_safe, safe};
use super::{Paint, Style};
use crate::probe::{Answer, Failure, Place};

/// Where something is written to.
#[derive(Debug, Clone, Copy)]
pub struct Stream {
    /// What it can show.
    pub style: Style,
    /// A person reads it.
    pub is_terminal: bool,
}

/// What is to be written of an answer: to standard output first, to standard error then.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// A heading, and what the command wrote to its standard output.
    pub stdout: Vec<u8>,
    /// What it wrote to its standard error, each line with its container's name, and why there is no exit code.
    pub stderr: Vec<u8>,
}

/// Groups of answers, one below the other.
#[derive(Debug)]
pub struct Groups {
    stdout: Stream,
    stderr: Stream,
    are_of_several_pods: bool,
    colors: Colors,
    /// One was shown already.
    has_begun: bool,
}

impl Groups {
    /// For these two streams.
    pub fn new(stdout: Stream, stderr: Stream, are_of_several_pods: bool) -> Self {
        Self { stdout, stderr, are_of_several_pods, colors: Colors::new(stdout.style), has_begun: false }
    }

    /// The next answer.
    pub fn next(&mut self, answer: &Answer) -> Shown {
        let mut shown = Shown::default();
        let name = name(&answer.place, self.are_of_several_pods);
        if answer.end.is_ok() || !answer.stdout.is_empty() || !answer.stderr.is_empty() {
            if std::mem::replace(&mut self.has_begun, true) {
                shown.stdout.push(b'\n');
            }
            let heading = self.heading(&name, answer);
            shown.stdout.extend_from_slice(heading.as_bytes());
            push_lines(&mut shown.stdout, &answer.stdout, b"", self.stdout);
        }
        push_lines(&mut shown.stderr, &answer.stderr, format!("{name}: ").as_bytes(), self.stderr);
        if let Err(failure) = &answer.end {
            shown.stderr.extend_from_slice(failed(&name, failure, self.stderr.style).as_bytes());
        }
        shown
    }

    /// `== nginx-container (main)`
    fn heading(&mut self, name: &str, answer: &Answer) -> String {
        let style = self.stdout.style;
        let named = if style.color { self.colors.give("", name).paint(name) } else { name.to_owned() };
        let role = style.paint(Paint::Faint, &format!("({})", answer.place.role.as_str()));
        let code = match answer.end {
            Ok(0) | Err(_) => String::new(),
            Ok(code) => style.paint(Paint::Bad, &format!(", exit code {code}")),
        };
        format!("== {named} {role}{code}\n")
    }
}

/// A container, as people call it: with its pod where there are several.
pub fn name(place: &Place, are_of_several_pods: bool) -> String {
    let Place { pod, container, .. } = place;
    safe(&if are_of_several_pods { format!("{pod}/{container}") } else { container.clone() })
}

/// Why there is no exit code, and what to do next, each line ended.
pub fn failed(name: &str, failure: &Failure, style: Style) -> String {
    let hints = failure.hints.iter().map(|hint| format!("{} {}\n", style.paint(Paint::Faint, "hint:"), one_line(hint)));
    let cause = style.paint(Paint::Bad, &one_line(&failure.message));
    std::iter::once(format!("{name}: {cause}\n")).chain(hints).collect()
}

/// What is waited for, on one line.
pub fn waited_for(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let more = names.len().saturating_sub(SHOWN);
    let all = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("waiting for {all}{more} (Ctrl-C ends)")
}

fn one_line(text: &str) -> String {
    safe(&text.replace('\n', "\\n").replace('\t', " "))
}

/// The lines, with that in front of each. The last one is ended, too: something else comes after it.
fn push_lines(out: &mut Vec<u8>, text: &[u8], before: &[u8], to: Stream) {
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        out.extend_from_slice(before);
        if to.is_terminal {
            push_safe(out, line);
        } else {
            out.extend_from_slice(line);
        }
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::{ContainerKind, Role};
    use crate::probe::Reason;

    const PIPE: Stream = Stream { style: Style::PLAIN, is_terminal: false };

    fn answer(container: &str, end: Result<i32, Failure>, stdout: &[u8], stderr: &[u8]) -> Answer {
        let place = Place {
            pod: "web".to_owned(),
            container: container.to_owned(),
            kind: ContainerKind::Container,
            role: Role::Sidecar,
        };
        Answer { place, stdout: stdout.to_vec(), stderr: stderr.to_vec(), end }
    }

    fn shown(groups: &mut Groups, answer: &Answer) -> (String, String) {
        let Shown { stdout, stderr } = groups.next(answer);
        (String::from_utf8_lossy(&stdout).into_owned(), String::from_utf8_lossy(&stderr).into_owned())
    }

    #[test]
    fn each_answer_has_a_heading_and_ends_its_last_line() {
        let mut groups = Groups::new(PIPE, PIPE, false);
        let first = shown(&mut groups, &answer("a", Ok(0), b"one\ntwo", b""));
        assert_eq!(first, ("== a (sidecar)\none\ntwo\n".to_owned(), String::new()));
        let second = shown(&mut groups, &answer("b", Ok(2), b"", b"no\nsuch\n"));
        assert_eq!(second, ("\n== b (sidecar), exit code 2\n".to_owned(), "b: no\nb: such\n".to_owned()));
    }

    #[test]
    fn what_never_ran_is_told_on_standard_error_alone() {
        let mut groups = Groups::new(PIPE, PIPE, true);
        let failure = Failure::new(Reason::NotRunning, "it is not running: waiting\u{1b}[2J").hint("look");
        let first = shown(&mut groups, &answer("a", Err(failure), b"", b""));
        assert_eq!(first, (String::new(), "web/a: it is not running: waiting^[[2J\nhint: look\n".to_owned()));
        let (second, _) = shown(&mut groups, &answer("b", Ok(0), b"", b""));
        assert_eq!(second, "== web/b (sidecar)\n");
    }

    #[test]
    fn a_terminal_is_not_driven_and_a_pipe_gets_the_bytes() {
        let text = b"\x1b[2J\xff\x1b[31mred\n";
        let terminal = Stream { is_terminal: true, ..PIPE };
        let (safe, _) = shown(&mut Groups::new(terminal, PIPE, false), &answer("a", Ok(0), text, b""));
        assert_eq!(safe, "== a (sidecar)\n^[[2J\\xff\x1b[31mred\x1b[0m\n");
        let raw = Groups::new(PIPE, PIPE, false).next(&answer("a", Ok(0), text, b"")).stdout;
        assert!(raw.ends_with(text), "{raw:?}");
    }

    #[test]
    fn who_is_waited_for_fits_on_a_line() {
        let names = |count: usize| (0..count).map(|at| at.to_string()).collect::<Vec<_>>();
        assert_eq!(waited_for(&names(2)), "waiting for 0, 1 (Ctrl-C ends)");
        assert_eq!(waited_for(&names(5)), "waiting for 0, 1, 2 and 2 more (Ctrl-C ends)");
    }
}
