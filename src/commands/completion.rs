//! `kubectl sidecar completion`, and the answers to kubectl while somebody types.
//!
//! kubectl (1.26 and later) completes `kubectl sidecar …` by running a program named `kubectl_complete-sidecar` with
//! the words so far and the one that is typed, and reads `value<TAB>description` lines, then `:N`, a mask of what the
//! shell is to do (cobra's `ShellCompDirective`). That program is a script that asks `kubectl-sidecar __complete …`, or a link to us.
//! Leaves which words there are to clap, which knows the command tree.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::Args;
use clap_complete::engine::{self, CompletionCandidate};
use clap_complete::{Shell, aot};

use crate::error::{Error, Result};
use crate::ui::Ui;

/// The name of the program that kubectl asks.
const PROGRAM: &str = "kubectl_complete-sidecar";

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
pub fn run(args: &CompletionArgs, mut command: clap::Command, ui: &mut Ui) -> Result<()> {
    let mut script = Vec::new();
    aot::generate(args.shell, &mut command, "kubectl-sidecar", &mut script);
    Ok(ui.data(script)?)
}

/// The words to complete, where that is what we were started for: as `__complete`, or under the name that kubectl asks
/// for. No subcommand, so that no help and no script shows it.
pub fn asked_for(args: &[OsString]) -> Option<&[OsString]> {
    let name = args.first().map(Path::new).and_then(Path::file_stem)?;
    if name == OsStr::new(PROGRAM) {
        return args.get(1..);
    }
    args.get(1..)?.split_first().filter(|(first, _)| *first == "__complete").map(|(_, words)| words)
}

/// What the last of these words may become, for kubectl to read.
pub fn complete(words: &[OsString], mut command: clap::Command) -> Result<String> {
    let mut line = vec![OsString::from("kubectl-sidecar")];
    line.extend_from_slice(words);
    if words.is_empty() {
        line.push(OsString::new());
    }
    let typed = line.len() - 1;
    let folder = std::env::current_dir().ok();
    let candidates = engine::complete(&mut command, line, typed, folder.as_deref()).map_err(Error::other)?;
    Ok(answer(&candidates))
}

/// What kubectl reads: a line for each word, and what the shell is to do besides.
fn answer(candidates: &[CompletionCandidate]) -> String {
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
        assert_eq!(answer(&candidates), "logs\tFollow\nplain\n:4\n");
        assert_eq!(answer(&[]), ":0\n");
        assert_eq!(answer(&[CompletionCandidate::new("src/")]), "src/\n:6\n");
    }

    #[test]
    fn under_kubectls_name_and_ours_the_words_are_completed() {
        let args = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let asked = |words: &[&str]| asked_for(&args(words)).map(<[OsString]>::to_vec);
        assert_eq!(asked(&["/bin/kubectl_complete-sidecar", "logs", ""]), Some(args(&["logs", ""])));
        assert_eq!(asked(&["kubectl-sidecar", "__complete", "logs"]), Some(args(&["logs"])));
        assert_eq!(asked(&["kubectl-sidecar", "logs", "__complete"]), None);
        assert_eq!(asked(&["kubectl-sidecar"]), None);
        assert_eq!(asked(&[]), None);
    }
}
