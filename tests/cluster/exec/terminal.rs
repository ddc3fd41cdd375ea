//! A terminal in one container, and what a terminal shows of several.

use rustix::process::Signal;

use super::{command, listening};
use crate::support::{Namespace, Program, Terminal};

/// A shell that runs in the container, in a terminal of 80 columns.
fn shell(namespace: &Namespace) -> (Program, Terminal) {
    let (program, mut terminal) =
        Program::start_in_terminal(command(namespace, &["-it", "web", "-c", "b", "--", "sh"]), 80);
    terminal.type_in("echo it-\"works\"\n");
    program.wait_for("it-works\r\n");
    assert!(!terminal.is_as_before(), "keys must go there as they are pressed");
    (program, terminal)
}

#[test]
fn a_shell_is_typed_into_and_resized() {
    let namespace = Namespace::new();
    listening(&namespace, &["a", "b"]);
    let (mut program, mut terminal) = shell(&namespace);
    // The size arrives a moment after the shell began.
    terminal.type_in("until [ \"$(stty size)\" = '24 80' ]; do :; done; echo 80-\"columns\"\n");
    program.wait_for("80-columns\r\n");
    terminal.resize(132);
    program.signal(Signal::WINCH);
    terminal.type_in("until [ \"$(stty size)\" = '24 132' ]; do :; done; echo 132-\"columns\"\n");
    program.wait_for("132-columns\r\n");
    // Ctrl-C goes to what runs there.
    terminal.type_in("sh -c 'echo run-\"ning\"; exec sleep 1000'\n");
    program.wait_for("run-ning\r\n");
    terminal.type_in("\x03");
    program.wait_until("the prompt", |output| {
        output.stdout().split("run-ning").last().is_some_and(|end| end.contains("# "))
    });
    terminal.type_in("echo code-$?\n");
    program.wait_for("code-130\r\n");
    terminal.type_in("exit 7\n");
    assert_eq!(program.wait_for_exit().code(), Some(7));
    assert!(terminal.is_as_before());
    program.wait_for_note("command terminated with exit code 7\n");
}

#[test]
fn the_terminal_is_given_back_whatever_ends_it() {
    let namespace = Namespace::new();
    listening(&namespace, &["a", "b"]);
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let (mut program, terminal) = shell(&namespace);
        program.signal(signal);
        assert_eq!(program.wait_for_exit().code(), Some(130), "{signal:?}");
        assert!(terminal.is_as_before(), "{signal:?}");
    }
    let (mut program, terminal) = shell(&namespace);
    namespace.kubectl(&["delete", "pod", "web", "--grace-period=0", "--force"]);
    assert_ne!(program.wait_for_exit().code(), Some(0));
    assert!(terminal.is_as_before());
}

/// Text that would clear the screen and set its title.
const HOSTILE: &str = r"printf 'a \033[2J \033]0;title\007 \377 \033[31mred\n'; printf 'b \033[2J' >&2";

#[test]
fn what_containers_write_cannot_drive_it() {
    let namespace = Namespace::new();
    listening(&namespace, &["a", "b"]);
    let shown = |words: &[&str]| {
        let command = command(&namespace, &[words, &["web", "--color=never", "--", "sh", "-c", HOSTILE]].concat());
        Program::start_on_terminal(command, 80).finish()
    };
    let safe = "a ^[[2J ^[]0;title^G \\xff \x1b[31mred\x1b[0m\r\n";
    assert_eq!(shown(&[]).stdout(), format!("== a (main)\r\n{safe}\r\n== b (sidecar)\r\n{safe}"));
    let one = shown(&["-c", "a"]);
    assert_eq!(one.stdout(), safe);
    assert_eq!(one.stderr(), "b \x1b[2J", "standard error is no terminal there");
    let raw = super::exec(&namespace, &["-c", "a", "web", "--", "sh", "-c", HOSTILE]);
    assert_eq!(raw.stdout, b"a \x1b[2J \x1b]0;title\x07 \xff \x1b[31mred\n");
}
