//! Where the lines go to is closed, or full.

use std::fs::File;
use std::io::{BufRead, BufReader};

use crate::support::{Namespace, Program, pod};

/// Writes for ever.
const WRITES: &str = "i=0; while :; do i=$((i + 1)); echo $i; usleep 10000; done";

/// As `| head -1` does it.
fn close_after_a_line(namespace: &Namespace, words: &[&str]) {
    let (reader, writer) = std::io::pipe().unwrap();
    let logs = Program::start_into(namespace.sidecar(words), writer.into());
    let mut line = String::new();
    BufReader::new(reader).read_line(&mut line).unwrap();
    assert_eq!(line, "[pod/busy/main] 1\n");
    let ended = logs.finish();
    assert_eq!((ended.code(), ended.stderr()), (Some(0), String::new()));
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let namespace = Namespace::new();
    namespace.create(&pod("busy", &[("main", WRITES)]));
    namespace.wait(&["--for=condition=Ready", "pod/busy"]);
    close_after_a_line(&namespace, &["logs", "busy"]);
}

#[test]
fn a_closed_pipe_ends_a_backlog_quietly() {
    let namespace = Namespace::new();
    namespace.create(&pod("busy", &[("main", "seq 100000")]));
    namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", "pod/busy"]);
    close_after_a_line(&namespace, &["logs", "busy", "--follow=false"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    let namespace = Namespace::new();
    namespace.create(&pod("busy", &[("main", WRITES)]));
    namespace.wait(&["--for=condition=Ready", "pod/busy"]);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let ended = Program::start_into(namespace.sidecar(&["logs", "busy"]), full.into()).finish();
    let error = "error: writing to standard output: No space left on device (os error 28)\n";
    assert_eq!((ended.code(), ended.stderr().as_str()), (Some(1), error));
}
