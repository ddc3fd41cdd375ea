//! Why a command did not start, in the words of what was to start it.
//!
//! Those of runc and crun, which containerd and CRI-O pass on: there is no code to tell them by.

use super::{Failure, Place, Reason};

/// What stands before runc's own words.
const BEFORE: [&str; 3] =
    ["unable to start container process: ", "OCI runtime exec failed: ", "error executing command in container: "];

/// A container that ended in between.
const NOT_RUNNING: [&str; 4] =
    ["CONTAINER_EXITED", "container not running", "cannot exec in a stopped container", "task not found"];

/// What the node says of a command that it did not start. `flags`: what kubectl needs to find the pod, with a blank before.
pub fn not_started(place: &Place, command: &[String], flags: &str, words: &str) -> Failure {
    let short = BEFORE.iter().find_map(|before| words.split_once(before)).map_or(words, |(_, rest)| rest);
    let short = short.trim_end().trim_end_matches(": unknown");
    let program = command.first().map(String::as_str).unwrap_or_default();
    if NOT_RUNNING.iter().any(|sign| words.contains(sign)) {
        return Failure::new(Reason::NotRunning, format!("it does not run any more: {short}"));
    }
    let is_missing = words.contains("no such file or directory") || words.contains("No such file or directory");
    if words.contains("executable file") && words.contains("not found") || is_missing {
        return missing(place, program, flags, short);
    }
    if words.contains("permission denied") || words.contains("exec format error") {
        return Failure::new(Reason::CannotRun, format!("the program cannot be run: {short}"))
            .hint("its file must be executable for the container's user, and made for the node's kind of machine");
    }
    Failure::new(Reason::Refused, format!("the command was not started: {short}"))
}

fn missing(Place { pod, container, .. }: &Place, program: &str, flags: &str, words: &str) -> Failure {
    let failure = Failure::new(Reason::NoSuchProgram, format!("the image has no such program: {words}"));
    match program {
        program if program.contains(' ') => {
            failure.hint("the first word is the program; a line for a shell goes to one: -- sh -c 'LINE'")
        }
        "sh" | "bash" | "/bin/sh" | "/bin/bash" | "ls" | "cat" => {
            let debug = format!("kubectl debug -it {pod}{flags} --image=busybox --target={container}");
            failure.hint(format!("a container of its own beside it has the tools that the image lacks: {debug}"))
        }
        _ => failure.hint("see what it has with: -- ls /bin /usr/bin /usr/local/bin"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::{ContainerKind, Role};

    /// As containerd 1.6 with runc said it.
    const MISSING: &str = "Internal error occurred: error executing command in container: failed to exec in container: \
        failed to start exec \"2f0c\": OCI runtime exec failed: exec failed: unable to start container process: \
        exec: \"nosuch\": executable file not found in $PATH: unknown";

    fn place() -> Place {
        let (pod, container) = ("web".to_owned(), "app".to_owned());
        Place { pod, container, kind: ContainerKind::Container, role: Role::Main }
    }

    fn of(command: &str, words: &str) -> (Reason, String) {
        let failure = not_started(&place(), &[command.to_owned()], "", words);
        (failure.reason, failure.message)
    }

    #[test]
    fn what_is_not_there_is_told_from_what_cannot_be_run() {
        let message = "the image has no such program: exec: \"nosuch\": executable file not found in $PATH";
        assert_eq!(of("nosuch", MISSING), (Reason::NoSuchProgram, message.to_owned()));
        let stat = "OCI runtime exec failed: exec failed: unable to start container process: exec: \"/a\": stat /a: \
                    no such file or directory: unknown";
        assert_eq!(of("/a", stat).0, Reason::NoSuchProgram);
        let crun = "executable file `a` not found in $PATH: No such file or directory";
        assert_eq!(of("a", crun).0, Reason::NoSuchProgram);
        assert_eq!(of("/etc/passwd", "exec: \"/etc/passwd\": permission denied: unknown").0, Reason::CannotRun);
        assert_eq!(of("ls", "container is in CONTAINER_EXITED state").0, Reason::NotRunning);
        assert_eq!(of("ls", "deadline exceeded").1, "the command was not started: deadline exceeded");
    }

    #[test]
    fn the_hint_fits_the_mistake() {
        let hint = |program: &str| not_started(&place(), &[program.to_owned()], " -n shop", MISSING).hints.concat();
        assert!(hint("ls /tmp").contains("sh -c"), "{}", hint("ls /tmp"));
        assert!(hint("sh").ends_with("kubectl debug -it web -n shop --image=busybox --target=app"), "{}", hint("sh"));
        assert!(hint("jq").contains("-- ls /bin"), "{}", hint("jq"));
    }
}
