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
    ended_on_terminal(command, 200)
}

fn ended_on_terminal(command: Command, columns: u16) -> String {
    let ended = Program::start_on_terminal(command, columns).finish();
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
    let raw = shown(&namespace, |command| _ = command.args(["--raw-control", "-o", "raw", "-c", "main"]));
    assert!(raw.contains("a \x1b[2J b \x1b]0;title\x07 c \r d"), "{raw:?}");
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

    let program = Program::start_on_terminal(namespace.sidecar(&["logs", "ailing"]), 80);
    program.wait_for_note("-- pod ailing waits:\n");
    program.wait_for_note("container main cannot start: ");
    program.wait_for_note(&format!("-n {}", namespace.name()));
    let program = Program::start_on_terminal(namespace.sidecar(&["logs", "silent"]), 80);
    program.wait_for_note("-- no lines yet: 1 container runs (Ctrl-C ends)\n");
}

/// Two pods with two containers, of which one writes JSON, and one names levels.
fn structured(namespace: &Namespace) {
    let json =
        r#"echo '{"time":"2026-01-31T08:00:00Z","level":"warn","msg":"low disk","free":"3%","at":{"path":"/a b"}}'"#;
    let plain = "sleep 1; echo 'ERROR it broke'; echo 'level=info msg=\"it works\" took=3ms'; echo plain";
    for name in ["webserver-frontend", "webserver-backend"] {
        namespace.create(&pod(name, &[("nginx-container", json), ("sidecar-container", plain)]));
        namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", &format!("pod/{name}")]);
    }
}

/// Names take a third of a terminal at most, and are told apart; the messages are whole.
#[test]
fn narrow_and_wide_terminals() {
    let namespace = Namespace::new();
    structured(&namespace);
    let looks: [&[&str]; 3] = [&[], &["--pretty"], &["--prefix=kubectl"]];
    let mut text = String::new();
    for columns in [40, 80, 200] {
        for look in looks {
            let words = ["logs", "webserver-frontend", "webserver-backend", "--no-follow"];
            let mut command = namespace.sidecar(&[&words, look].concat());
            command.env("TERM", "xterm-256color");
            let shown = ended_on_terminal(command, columns).replace("\r\n", "\n").replace('\x1b', "^[");
            text.extend([&format!("{columns} columns {}\n", look.concat()), &shown, "\n"]);
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn times_on_a_terminal() {
    let namespace = Namespace::new();
    structured(&namespace);
    let shown = |form: &str| {
        let mut command = namespace.sidecar(&["logs", "webserver-backend", "--no-follow", "--color=never", form]);
        command.env("TZ", "Asia/Kolkata");
        ended_on_terminal(command, 80)
    };
    let first = |form: &str| shown(form).split(' ').find(|word| word.starts_with("20")).unwrap_or_default().to_owned();
    assert!(first("--timestamps").ends_with('Z') && first("--timestamps").len() == 24, "{}", shown("--timestamps"));
    assert_eq!(first("--timestamps"), first("--timestamps=utc"));
    assert!(first("--timestamps=local").ends_with("+05:30"), "{}", shown("--timestamps=local"));
    assert!(shown("--timestamps=relative").contains("|    +0.000s {"), "{}", shown("--timestamps=relative"));
    assert!(shown("--timestamps=false").contains("| {"), "{}", shown("--timestamps=false"));
}
