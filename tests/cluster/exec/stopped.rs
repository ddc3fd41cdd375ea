//! Commands that do not end by themselves.

use insta::assert_snapshot;

use super::{command, exec, listening, shown};
use crate::support::{Namespace, Program};

#[test]
fn time_is_up() {
    let namespace = Namespace::new();
    listening(&namespace, &["a", "b"]);
    namespace.exec("web", "b", "touch /tmp/slow");
    let script = "echo begun; [ ! -e /tmp/slow ] || exec sleep 1000";
    assert_snapshot!(shown(&namespace, &["--timeout", "3s", "web", "--", "sh", "-c", script]));
    assert_snapshot!(shown(&namespace, &["--timeout", "2s", "web", "-c", "b", "--", "sh", "-c", script]));
}

/// Who waits is told for whom; Ctrl-C shows what is there.
#[test]
fn ctrl_c() {
    let namespace = Namespace::new();
    listening(&namespace, &["a", "b"]);
    namespace.exec("web", "a", "touch /tmp/slow");
    let script = "echo begun; [ ! -e /tmp/slow ] || exec sleep 1000";
    let words = ["--color=never", "web", "--", "sh", "-c", script];
    let program = Program::start_with_errors_on_terminal(command(&namespace, &words), 80);
    program.wait_for_note("waiting for a (Ctrl-C ends)");
    program.interrupt();
    let ended = program.finish();
    assert_eq!(ended.code(), Some(130));
    assert_eq!(ended.stdout(), "== a (main)\nbegun\n\n== b (sidecar)\nbegun\n");
    assert!(ended.stderr().ends_with("a: interrupted; the command may go on\r\n"), "{:?}", ended.stderr());

    let program = Program::start(command(&namespace, &["web", "-c", "a", "--", "sh", "-c", script]));
    program.wait_for("begun\n");
    program.interrupt();
    assert_eq!(program.finish().code(), Some(130));
}

/// What runs in a container that ends is killed.
#[test]
fn the_container_ends_meanwhile() {
    let namespace = Namespace::new();
    listening(&namespace, &["a", "b"]);
    let program =
        Program::start(command(&namespace, &["web", "-c", "a", "--", "sh", "-c", "echo begun; exec sleep 1000"]));
    program.wait_for("begun\n");
    namespace.end("web", "a");
    let ended = program.finish();
    assert_eq!(ended.code(), Some(137), "{}", ended.stderr());
    assert_eq!(exec(&namespace, &["web", "-c", "b", "--", "true"]).code(), Some(0));
}
