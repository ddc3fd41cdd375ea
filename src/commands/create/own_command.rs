//! The user's own command line, to be run again for the manifest.

use std::ffi::OsString;

use clap::{Arg, Args, Command};

use super::CreateArgs;
use crate::cluster::shown_address;
use crate::commands::connection::Connection;
use crate::render::shell;

/// Flags that say how it is printed and waited for, and who asks: credentials are never shown.
const LEFT_OUT: [&str; 9] =
    ["dry-run", "output", "annotate", "wait", "timeout", "show-kubectl", "color", "token", "password"];

/// What a flag takes as the word after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Nothing: its value, if it has one, is in the same word.
    None,
    /// Its value.
    Value,
}

/// The command that was given, as one that prints the manifest; ready to paste. `args` begin with the program.
pub(super) fn manifest_command(args: impl IntoIterator<Item = OsString>) -> String {
    let mut command = Connection::augment_args(CreateArgs::augment_args(Command::new("create")));
    command.build();
    let words: Vec<String> = args.into_iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let mut kept = vec!["kubectl".to_owned(), "sidecar".to_owned()];
    let mut rest = words[..end].iter();
    while let Some(word) = rest.next() {
        let (name, next) = flag(&command, word);
        let with_next = std::iter::once(word).chain((next == Next::Value).then(|| rest.next()).flatten());
        match name.as_deref() {
            Some(name) if LEFT_OUT.contains(&name) => with_next.for_each(drop),
            Some("server") => kept.extend(with_next.map(|word| shown_server(word))),
            _ => kept.extend(with_next.cloned()),
        }
    }
    kept.extend(["--dry-run=client", "-o", "yaml"].map(str::to_owned));
    kept.extend_from_slice(&words[end..]);
    shell::command(kept)
}

/// A word of `--server URL`, in any of its forms, without what is secret in the address.
fn shown_server(word: &str) -> String {
    let address = ["--server=", "-s=", "-s"].iter().find_map(|flag| word.strip_prefix(flag)).unwrap_or(word);
    let flag = &word[..word.len() - address.len()];
    format!("{flag}{}", shown_address(address))
}

/// The flag that a word is, by its long name, and what it takes.
fn flag(command: &Command, word: &str) -> (Option<String>, Next) {
    let (long, short) = (word.strip_prefix("--"), word.strip_prefix('-').and_then(|rest| rest.chars().next()));
    let (name, is_alone) = match long {
        Some(long) => (long.split('=').next().unwrap_or_default(), !long.contains('=')),
        None => ("", word.chars().count() == 2),
    };
    let is_it = |arg: &&Arg| match long {
        Some(_) => arg.get_long() == Some(name) || arg.get_all_aliases().unwrap_or_default().contains(&name),
        None => short.is_some() && arg.get_short() == short,
    };
    let Some(arg) = command.get_arguments().find(is_it) else {
        // Those of the root are not among this one's.
        let is_known = LEFT_OUT.contains(&name);
        return (is_known.then(|| name.to_owned()), if is_known && is_alone { Next::Value } else { Next::None });
    };
    let wants_value = arg.get_num_args().is_some_and(|count| count.min_values() > 0);
    let next = if wants_value && is_alone { Next::Value } else { Next::None };
    (arg.get_long().map(str::to_owned), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(line: &str) -> String {
        manifest_command(shlex::split(line).unwrap().into_iter().map(OsString::from))
    }

    #[test]
    fn what_is_made_stays_and_how_goes() {
        for (given, expected) in [
            ("p create", "kubectl sidecar create --dry-run=client -o yaml"),
            (
                "p create web -n demo --wait=false --timeout 5m -o json --dry-run --annotate --show-kubectl",
                "kubectl sidecar create web -n demo --dry-run=client -o yaml",
            ),
            (
                "p --color always create a --output=name -oyaml --token secret --password=secret --label a=b -l c=d",
                "kubectl sidecar create a --label a=b -l c=d --dry-run=client -o yaml",
            ),
            (
                "p create a --image a:1 --arg -o --arg --wait --command 'sh -c' --env 'A=a b' -- -o x",
                "kubectl sidecar create a --image a:1 --arg -o --arg --wait --command 'sh -c' --env 'A=a b' \
                 --dry-run=client -o yaml -- -o x",
            ),
            (
                "p create -s https://me:secret@a:1 --server=https://me:secret@b -shttps://me:secret@c --server d -s=me:secret@e",
                "kubectl sidecar create -s https://a:1 --server=https://b -shttps://c --server d -s=e --dry-run=client -o yaml",
            ),
            (
                "p --server https://me:secret@a create --arg -s --context -s -- -s https://me:mine@b",
                "kubectl sidecar --server https://a create --arg -s --context -s --dry-run=client -o yaml -- -s https://me:mine@b",
            ),
            (
                "p create a --command --native -- sh -c 'date; sleep 1'",
                "kubectl sidecar create a --command --native --dry-run=client -o yaml -- sh -c 'date; sleep 1'",
            ),
        ] {
            assert_eq!(command(given), expected, "{given}");
        }
    }
}
