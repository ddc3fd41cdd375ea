//! `kubectl sidecar completion`, and the answers to kubectl and to shells while somebody types.
//!
//! kubectl (1.26 and later) completes `kubectl sidecar …` by running a program named `kubectl_complete-sidecar` with
//! the words so far and the one that is typed. That program is a script that asks `kubectl-sidecar __complete …`, or a link to
//! us. A shell that completes `kubectl-sidecar` itself asks through an environment variable, by clap's script. Leaves which
//! words there are to clap, which knows the command tree, and to `values`, which knows what can stand in an argument.

mod answer;
mod install;
mod kubectl;
mod live;
mod names;
mod parts;
mod targets;
mod typed;
mod values;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;

use clap::{Args, Command, Subcommand};
use clap_complete::engine;
use clap_complete::env::{EnvCompleter, Shells};

use self::install::PlaceArgs;
use self::typed::Typed;
use crate::error::{Error, Result};
use crate::ui::Ui;

/// The name of the program that kubectl asks.
const KUBECTL_ASKS: &str = "kubectl_complete-sidecar";
/// Set to its name by a shell that asks.
const SHELL_ASKS: &str = "KUBECTL_SIDECAR_COMPLETE";
/// Set by us, where we ask ourselves what a cluster says.
const WE_ASK: &str = "KUBECTL_SIDECAR_QUESTION";
const BINARY: &str = "kubectl-sidecar";

/// Set up completion for kubectl sidecar, or print a shell's script for kubectl-sidecar
///
/// `kubectl sidecar …` is completed wherever kubectl itself is (1.26 or later), once kubectl_complete-sidecar is on
/// PATH: install puts it there. The scripts are for calling kubectl-sidecar by that name.
///
/// Commands, flags and their values are completed, and also names that exist now, with a word on their state: contexts,
/// namespaces, nodes, pods and what has pods, containers. They are looked up with the flags typed so far, such as -n
/// and --context. A cluster that does not answer within a second, or refuses, gives no names and no error. A slow one
/// can be given more time: export KUBECTL_SIDECAR_COMPLETION_TIMEOUT=3s
#[derive(Debug, Args)]
#[command(disable_help_subcommand = true, subcommand_value_name = "SHELL|install|uninstall", after_help = EXAMPLES)]
pub struct CompletionArgs {
    #[command(subcommand)]
    command: CompletionCommand,
}

const EXAMPLES: &str = "Examples:
  # Complete kubectl sidecar wherever kubectl is completed
  kubectl sidecar completion install

  # Complete kubectl-sidecar in this bash, zsh, fish or PowerShell
  source <(kubectl sidecar completion bash)
  source <(kubectl sidecar completion zsh)
  kubectl sidecar completion fish | source
  kubectl sidecar completion powershell | Out-String | Invoke-Expression";

#[derive(Debug, Subcommand)]
enum CompletionCommand {
    /// Print the script for bash
    #[command(after_help = "Examples:\n  source <(kubectl sidecar completion bash)")]
    Bash,
    /// Print the script for zsh
    #[command(after_help = "Examples:\n  source <(kubectl sidecar completion zsh)")]
    Zsh,
    /// Print the script for fish
    #[command(after_help = "Examples:\n  kubectl sidecar completion fish | source")]
    Fish,
    /// Print the script for PowerShell
    #[command(after_help = "Examples:\n  kubectl sidecar completion powershell | Out-String | Invoke-Expression")]
    Powershell,
    /// Print the script for elvish
    #[command(after_help = "Examples:\n  eval (kubectl sidecar completion elvish | slurp)")]
    Elvish,
    #[command(after_help = "Examples:\n  kubectl sidecar completion install")]
    Install(PlaceArgs),
    /// Remove what install put there
    #[command(after_help = "Examples:\n  kubectl sidecar completion uninstall")]
    Uninstall(PlaceArgs),
}

/// Prints the script, or puts the link in its place.
pub fn run(args: &CompletionArgs, ui: &mut Ui) -> Result<()> {
    let name = match &args.command {
        CompletionCommand::Install(place) => return install::install(place, ui),
        CompletionCommand::Uninstall(place) => return install::uninstall(place, ui),
        CompletionCommand::Bash => "bash",
        CompletionCommand::Zsh => "zsh",
        CompletionCommand::Fish => "fish",
        CompletionCommand::Powershell => "powershell",
        CompletionCommand::Elvish => "elvish",
    };
    let mut script = Vec::new();
    let written = shell(name)?.write_registration(SHELL_ASKS, BINARY, BINARY, BINARY, &mut script);
    written.map_err(Error::other)?;
    Ok(ui.data(script)?)
}

/// Who wants to know how a command line goes on.
#[derive(Debug, PartialEq, Eq)]
pub enum Asker {
    /// kubectl.
    Kubectl,
    /// A shell, by its name.
    Shell(String),
    /// We do, with that question to a cluster: the first word is the beginning of what is looked for.
    Ourselves(String),
}

/// Who asks for completion, and the words, where that is what we were started for. No subcommand, so that no help and
/// no completion shows it.
pub fn asked(args: &[OsString]) -> Option<(Asker, &[OsString])> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    asked_by(set(WE_ASK), set(SHELL_ASKS), args)
}

fn asked_by(question: Option<String>, shell: Option<String>, args: &[OsString]) -> Option<(Asker, &[OsString])> {
    let (program, words) = args.split_first()?;
    if let Some(question) = question {
        return Some((Asker::Ourselves(question), words));
    }
    if Path::new(program).file_stem() == Some(OsStr::new(KUBECTL_ASKS)) {
        return Some((Asker::Kubectl, words));
    }
    let (first, words) = words.split_first()?;
    match shell {
        Some(name) if first == "--" => Some((Asker::Shell(name), words)),
        _ if first == "__complete" => Some((Asker::Kubectl, words)),
        _ => None,
    }
}

/// What the word that is typed may become, in the words of who asks. `tree` makes the command tree.
pub fn answer(asker: &Asker, words: &[OsString], tree: fn() -> Command) -> Result<String> {
    let folder = std::env::current_dir().ok();
    match asker {
        Asker::Ourselves(question) => Ok(answer::answer(question, words, tree)),
        Asker::Shell(name) => {
            let typed = Arc::new(Typed::in_shell(words, tree));
            let mut text = Vec::new();
            let mut command = values::completed(tree(), &typed);
            let written = shell(name)?.write_complete(&mut command, words.to_vec(), folder.as_deref(), &mut text);
            written.map_err(Error::other)?;
            Ok(String::from_utf8_lossy(&text).into_owned())
        }
        Asker::Kubectl => {
            let typed = Arc::new(Typed::in_kubectl(words, tree));
            if typed.is_behind_dashes() {
                return Ok(kubectl::files());
            }
            let (line, at) = typed.line();
            let candidates = engine::complete(&mut values::completed(tree(), &typed), line, at, folder.as_deref());
            Ok(kubectl::answer(&candidates.unwrap_or_default(), typed.word(), typed.was_asked()))
        }
    }
}

fn shell(name: &str) -> Result<&'static dyn EnvCompleter> {
    const SHELLS: Shells<'static> = Shells::builtins();
    SHELLS
        .0
        .iter()
        .copied()
        .find(|shell| shell.is(name))
        .ok_or_else(|| Error::usage(format_args!("unknown shell {name:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_is_known_by_name_by_word_or_by_variable() {
        let args = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let asked = |shell: Option<&str>, words: &[&str]| {
            asked_by(None, shell.map(str::to_owned), &args(words)).map(|(asker, words)| (asker, words.to_vec()))
        };
        let by_kubectl = |words: &[&str]| Some((Asker::Kubectl, args(words)));
        assert_eq!(asked(None, &["/bin/kubectl_complete-sidecar", "logs", ""]), by_kubectl(&["logs", ""]));
        assert_eq!(asked(None, &["kubectl-sidecar", "__complete", "logs"]), by_kubectl(&["logs"]));
        let by_bash = Some((Asker::Shell("bash".to_owned()), args(&["kubectl-sidecar", "lo"])));
        assert_eq!(asked(Some("bash"), &["kubectl-sidecar", "--", "kubectl-sidecar", "lo"]), by_bash);
        for others in
            [&["kubectl-sidecar", "logs", "__complete"][..], &["kubectl-sidecar", "--"], &["kubectl-sidecar"], &[]]
        {
            assert_eq!(asked(None, others), None);
        }
        assert_eq!(asked(Some("bash"), &["kubectl-sidecar", "logs"]), None);
    }

    #[test]
    fn our_own_question_goes_first_whatever_name_we_have() {
        let args = ["/bin/kubectl_complete-sidecar", "we", "logs"].map(OsString::from);
        let asked = asked_by(Some("pods".to_owned()), Some("bash".to_owned()), &args);
        assert_eq!(asked, Some((Asker::Ourselves("pods".to_owned()), &args[1..])));
    }
}
