//! Runs the built program as kubectl would, and shows all that a user sees of it.

#![expect(clippy::expect_used, reason = "a test that cannot run the program has failed")]

use std::process::{Command, Output, Stdio};

/// The program with no kubeconfig, no terminal and no colours, not yet started.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-sidecar"));
    command.args(args).stdin(Stdio::null()).env_clear().env("KUBECONFIG", "no-kubeconfig").env("NO_COLOR", "1");
    command
}

/// Runs it, and shows the command, what came out where, and the exit code.
pub(crate) fn sidecar(args: &[&str]) -> String {
    shown(args, &command(args).output().expect("the program was built"))
}

/// What came out where, and the exit code, under the command.
pub(crate) fn shown(args: &[&str], output: &Output) -> String {
    let mut text = format!("$ kubectl sidecar {}\n", args.join(" "));
    for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        if !bytes.is_empty() {
            text.extend([name, ":\n", &String::from_utf8_lossy(bytes)]);
        }
    }
    let code = output.status.code().map_or_else(|| output.status.to_string(), |code| code.to_string());
    text.extend(["exit ", &code, "\n"]);
    text
}

/// Runs it with each list of words, and shows all one after the other.
pub(crate) fn sidecar_each(command_lines: &[&str]) -> String {
    let each = command_lines.iter().map(|line| sidecar(&line.split(' ').collect::<Vec<_>>()));
    each.collect::<Vec<_>>().join("\n")
}
