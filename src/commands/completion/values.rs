//! Which argument of the command tree stands for what, and where that is found.
//!
//! Flags and choices that clap knows need nothing here. Arguments are found by their ids, in all commands.

use std::ffi::OsStr;
use std::sync::Arc;

use clap::builder::Resettable;
use clap::{Arg, ArgAction, Command, value_parser};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use super::live::{self, Question};
use super::typed::Typed;
use super::{names, parts, targets};
use crate::cluster::Printed;
use crate::commands::presets;

/// What a word that begins like that may become. What does not begin like it may be among it.
type Values = fn(&Typed, &str) -> Vec<CompletionCandidate>;

const VALUES: &[(&str, Values)] = &[
    ("targets", targets::targets),
    ("container", |typed, word| live::words(typed, Question::Containers, word)),
    ("exclude_container", |typed, word| live::words(typed, Question::Containers, word)),
    ("namespaces", |typed, word| live::words(typed, Question::Printed(Printed::Namespaces), word)),
    ("node", |typed, word| live::words(typed, Question::Printed(Printed::Nodes), word)),
    ("context", |typed, _| names::contexts(typed)),
    ("cluster", |typed, _| names::clusters(typed)),
    ("user", |typed, _| names::users(typed)),
    ("preset", |_, word| presets::choices(word)),
    ("sidecar_command", |typed, _| parts::sidecars(typed)),
    ("sidecar_arg", |typed, _| parts::sidecars(typed)),
    ("sidecar_env", |typed, _| parts::sidecars(typed)),
    ("sidecar_env_from", |typed, _| parts::sidecars(typed)),
    ("sidecar_port", |typed, _| parts::sidecars(typed)),
    ("sidecar_requests", |typed, _| parts::sidecars(typed)),
    ("sidecar_limits", |typed, _| parts::sidecars(typed)),
    ("sidecar_image_pull_policy", |typed, _| parts::sidecars(typed)),
    ("share", |typed, _| parts::volumes(typed)),
    ("mount", parts::mounts),
];

/// The command tree, with what there is for each of these arguments.
pub(super) fn completed(command: Command, typed: &Arc<Typed>) -> Command {
    let says_value = typed.word().as_encoded_bytes().contains(&b'=');
    let of_arg =
        |arg: Arg| if arg.is_require_equals_set() && !says_value { bare(arg) } else { with_values(arg, typed) };
    command.mut_args(of_arg).mut_subcommands(|command| completed(command, typed))
}

/// A flag whose value stands behind an equals sign, without it: the word after it is another one, which clap's engine
/// does not know.
fn bare(arg: Arg) -> Arg {
    let arg = arg.require_equals(false).hide_default_value(false).hide_possible_values(false);
    let arg = arg.default_value(Resettable::Reset).default_missing_value(Resettable::Reset);
    arg.num_args(0).value_parser(value_parser!(bool)).action(ArgAction::SetTrue)
}

fn with_values(arg: Arg, typed: &Arc<Typed>) -> Arg {
    let Some((_, values)) = VALUES.iter().find(|(id, _)| arg.get_id() == id) else { return arg };
    let typed = Arc::clone(typed);
    arg.add(ArgValueCompleter::new(move |word: &OsStr| {
        typed.note_asked();
        // A flag is typed, which clap asks about the TARGETs as well; no name begins like that.
        let is_flag = word.as_encoded_bytes().first() == Some(&b'-');
        let Some(word) = word.to_str().filter(|_| !is_flag && !typed.is_behind_dashes()) else { return Vec::new() };
        let mut all = values(&typed, word);
        all.retain(|candidate| candidate.get_value().to_string_lossy().starts_with(word));
        all
    }))
}

/// A word, with what it stands for.
pub(super) fn candidate(value: String, help: String) -> CompletionCandidate {
    CompletionCandidate::new(value).help((!help.is_empty()).then(|| help.into()))
}
