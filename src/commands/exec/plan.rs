//! What is asked for: the command line, checked, and free of it.

use std::time::Duration;

use super::ExecArgs;
use crate::commands::args;
use crate::commands::connection::Connection;
use crate::error::{Error, Result};
use crate::logs::ContainerChoice;
use crate::pod::Target;
use crate::system::Terminal;

/// What is asked for, free of the command line.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) target: Target,
    pub(super) all_pods: bool,
    pub(super) choice: ContainerChoice,
    pub(super) command: Vec<String>,
    pub(super) stdin: bool,
    /// The command gets a terminal: ours.
    pub(super) tty: bool,
    /// A terminal was asked for, and what we read is none.
    pub(super) lacks_terminal: bool,
    pub(super) timeout: Option<Duration>,
    pub(super) is_json: bool,
    pub(super) connection: Connection,
    /// What a command to run next needs to find the same, with a blank before it. Empty where nothing was given.
    pub(super) flags: String,
}

const HELP: &str = "see how it is used with: kubectl sidecar exec --help";

/// Checks what the command line says.
pub(super) fn plan(args: ExecArgs) -> Result<Plan> {
    let target = match args.targets.as_slice() {
        [] => return Err(Error::usage("pod, type/name must be specified").hint(HELP)),
        [one] => args::targets(std::slice::from_ref(one))?.remove(0),
        _ if args.command.is_empty() => {
            let message = "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead";
            return Err(Error::usage(message).hint(HELP));
        }
        [_, second, ..] => {
            args::targets(&args.targets)?;
            return Err(Error::usage(format_args!("only one TARGET is allowed, and {second} is a second one"))
                .hint("for several pods at once, name their workload and use --all-pods"));
        }
    };
    if args.command.is_empty() {
        return Err(Error::usage("you must specify at least one command for the container")
            .hint(format!("write it after --, as in: kubectl sidecar exec {} -- ls /", args.targets.concat())));
    }
    if args.all_pods && target.is_pod() {
        return Err(Error::usage(format_args!(
            "--all-pods is for workloads and services, and {} is a pod",
            args.targets.concat()
        ))
        .hint("leave one of them out"));
    }
    let is_json = args.output.is_some();
    // As kubectl has it: without -i there is nobody who types.
    let wants_tty = args.tty && args.stdin;
    if wants_tty && is_json {
        return Err(Error::usage("only -t or -o is allowed: a terminal mixes standard output and standard error"));
    }
    if wants_tty && !cfg!(unix) {
        return Err(Error::usage("-t is not supported on this system").hint("kubectl exec -it opens a terminal"));
    }
    let tty = wants_tty && Terminal::is_typed_in();
    let flags = args.connection.kubectl_flags();
    Ok(Plan {
        target,
        all_pods: args.all_pods,
        choice: args.containers.into(),
        command: args.command,
        stdin: args.stdin,
        tty,
        lacks_terminal: wants_tty && !tty,
        timeout: Some(args.timeout).filter(|timeout| !timeout.is_zero()),
        is_json,
        connection: args.connection,
        flags: if flags.is_empty() { flags } else { format!(" {flags}") },
    })
}
