//! What a terminal shows.

use std::process::Command;

use crate::support::{Namespace, Program, pod};

/// Text that would clear the screen, set its title, go back, and turn the direction of writing.
const HOSTILE: &str = r"printf 'a \033[2J b \033]0;title\007 c \r d \342\200\256 e \377 f \033[31mred\n'";

/// The same, for everybody to see. Colours pass, and end with the line.
const SHOWN: &str = "a ^[[2J b ^[]0;title^G c ^M d <U+202E> e \\xff f \x1b[31mred\x1b[0m";

fn shown(namespace: &Namespace, change: impl FnOnce(&mut Command)) -> String {
    let mut command = namespace.sidecar(&["logs", "hostile"]);
    change(&mut command);
    let ended = Program::start_on_terminal(command).finish();
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
    ended.stdout()
}

#[test]
fn what_could_drive_it_is_made_visible() {
    let namespace = Namespace::new();
    namespace.create(&pod("hostile", &[("main", HOSTILE), ("sidecar", "sleep 2; echo hello")]));

    // Before a line's end, a terminal goes back to its beginning.
    let plain = format!("main    | {SHOWN}\r\nsidecar | hello\r\n");
    let colored = format!("\x1b[32mmain    |\x1b[39m {SHOWN}\r\n\x1b[31msidecar |\x1b[39m hello\r\n");
    assert_eq!(shown(&namespace, |_| ()), colored);
    assert_eq!(shown(&namespace, |command| _ = command.env("NO_COLOR", "1")), plain);
    assert_eq!(shown(&namespace, |command| _ = command.env("TERM", "dumb")), plain);
    assert_eq!(shown(&namespace, |command| _ = command.arg("--color=never")), plain);
}

#[test]
fn who_looks_on_while_nothing_comes_is_told_why() {
    let namespace = Namespace::new();
    let mut ailing = pod("ailing", &[("main", "sleep 1"), ("beside", "sleep 60")]);
    ailing["spec"]["containers"][0]["image"] = "registry.invalid/nothing:latest".into();
    namespace.create(&ailing);
    namespace.create(&pod("silent", &[("main", "sleep 60")]));

    let program = Program::start_on_terminal(namespace.sidecar(&["logs", "ailing"]));
    program.wait_for_note("-- pod ailing waits:\n");
    program.wait_for_note("container main cannot start: ");
    program.wait_for_note(&format!("-n {}", namespace.name()));
    let program = Program::start_on_terminal(namespace.sidecar(&["logs", "silent"]));
    program.wait_for_note("-- no lines yet: 1 container runs (Ctrl-C ends)\n");
}
