//! `kubectl sidecar completion`, and the answers to kubectl and to shells while somebody types.
//!
//! kubectl (1.26 and later) completes `kubectl sidecar …` by running a program named `kubectl_complete-sidecar` with
//! the words so far and the one that is typed, and reads `value<TAB>description` lines, then `:N`, a mask of what the
//! shell is to do (cobra's `ShellCompDirective`). That program is a script that asks `kubectl-sidecar __complete …`, or
//! a link to us. A shell that completes `kubectl-sidecar` itself asks through an environment variable, by clap's script.
//! Leaves which words there are to clap, which knows the command tree.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::Args;
use clap_complete::Shell;
use clap_complete::engine::{self, CompletionCandidate};
use clap_complete::env::{EnvCompleter, Shells};

use crate::error::{Error, Result};
use crate::ui::Ui;

/// The name of the program that kubectl asks.
const KUBECTL_ASKS: &str = "kubectl_complete-sidecar";
/// Set to its name by a shell that asks.
const SHELL_ASKS: &str = "KUBECTL_SIDECAR_COMPLETE";
const BINARY: &str = "kubectl-sidecar";

/// Print a shell's completion script for kubectl-sidecar
///
/// `kubectl sidecar …` needs none: it is completed wherever kubectl itself is, if kubectl_complete-sidecar is on PATH.
/// This is for calling kubectl-sidecar by that name.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    # Complete kubectl-sidecar in this bash\n  \
    source <(kubectl sidecar completion bash)\n\n  \
    # Complete `kubectl sidecar` where only kubectl-sidecar is installed\n  \
    ln -s \"$(command -v kubectl-sidecar)\" ~/.local/bin/kubectl_complete-sidecar")]
pub struct CompletionArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script.
pub fn run(args: &CompletionArgs, ui: &mut Ui) -> Result<()> {
    let mut script = Vec::new();
    let written = shell(&args.shell.to_string())?.write_registration(SHELL_ASKS, BINARY, BINARY, BINARY, &mut script);
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
}

/// Who asks for completion, and the words, where that is what we were started for. No subcommand, so that no help and
/// no completion shows it.
pub fn asked(args: &[OsString]) -> Option<(Asker, &[OsString])> {
    let shell = std::env::var(SHELL_ASKS).ok().filter(|name| !name.is_empty());
    asked_by(shell, args)
}

fn asked_by(shell: Option<String>, args: &[OsString]) -> Option<(Asker, &[OsString])> {
    let (program, words) = args.split_first()?;
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

/// What the word that is typed may become, in the words of who asks.
pub fn answer(asker: &Asker, words: &[OsString], mut command: clap::Command) -> Result<String> {
    let folder = std::env::current_dir().ok();
    match asker {
        Asker::Shell(name) => {
            let mut text = Vec::new();
            let written = shell(name)?.write_complete(&mut command, words.to_vec(), folder.as_deref(), &mut text);
            written.map_err(Error::other)?;
            Ok(String::from_utf8_lossy(&text).into_owned())
        }
        Asker::Kubectl => {
            let mut line = vec![OsString::from(BINARY)];
            line.extend_from_slice(words);
            if words.is_empty() {
                line.push(OsString::new());
            }
            let typed = line.len() - 1;
            let candidates = engine::complete(&mut command, line, typed, folder.as_deref()).map_err(Error::other)?;
            Ok(for_kubectl(&candidates))
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

/// What kubectl reads: a line for each word, and what the shell is to do besides.
fn for_kubectl(candidates: &[CompletionCandidate]) -> String {
    const DEFAULT: u8 = 0;
    const NO_SPACE: u8 = 2;
    const NO_FILES: u8 = 4;
    let shown: Vec<&CompletionCandidate> = candidates.iter().filter(|candidate| !candidate.is_hide_set()).collect();
    // Without a word of ours the shell may offer its files: something is typed that we know nothing of.
    let goes_on = |candidate: &&CompletionCandidate| candidate.get_value().to_string_lossy().ends_with('/');
    let directive = match shown.as_slice() {
        [] => DEFAULT,
        folders if folders.iter().all(goes_on) => NO_FILES | NO_SPACE,
        _ => NO_FILES,
    };
    let lines: String = shown.into_iter().map(line).collect();
    format!("{lines}:{directive}\n")
}

fn line(candidate: &CompletionCandidate) -> String {
    let value = candidate.get_value().to_string_lossy();
    let help = candidate.get_help().map(ToString::to_string).unwrap_or_default();
    match help.lines().next() {
        Some(help) => format!("{value}\t{help}\n"),
        None => format!("{value}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_with_their_first_line_of_help_and_keep_files_away() {
        let candidates = [
            CompletionCandidate::new("logs").help(Some("Follow\nand more".into())),
            CompletionCandidate::new("plain"),
            CompletionCandidate::new("__complete").hide(true),
        ];
        assert_eq!(for_kubectl(&candidates), "logs\tFollow\nplain\n:4\n");
        assert_eq!(for_kubectl(&[]), ":0\n");
        assert_eq!(for_kubectl(&[CompletionCandidate::new("src/")]), "src/\n:6\n");
    }

    #[test]
    fn who_asks_is_known_by_name_by_word_or_by_variable() {
        let args = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let asked = |shell: Option<&str>, words: &[&str]| {
            asked_by(shell.map(str::to_owned), &args(words)).map(|(asker, words)| (asker, words.to_vec()))
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
}
