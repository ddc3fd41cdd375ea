//! Help in kubectl's form: what a command does, examples, options by group, usage last.
//!
//! Decides how help is laid out, for the whole tree at once; what it says stands with each command's flags. `-h` tells what
//! a command does in a line, and `--help` explains it, and each flag that needs it. Both have an option a line.

use clap::{Arg, ArgAction, Command};

/// How much a help tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// `-h`, and where nothing was asked for.
    Short,
    /// `--help`
    Long,
}

/// The commands by what they are for, as the root's help shows them.
const GROUPS: [(&str, &[&str]); 3] = [
    ("Create pods and workloads with sidecars", &["create", "presets"]),
    ("Look into existing ones", &["inspect", "logs", "exec"]),
    ("Other commands", &["version", "completion", "options"]),
];

/// The examples of the whole.
pub(super) const EXAMPLES: &str = "Examples:
  # A pod with a sidecar, watched until it is ready
  kubectl sidecar create

  # What its containers are, and what they share
  kubectl sidecar inspect webserver

  # What all of them say, as one stream
  kubectl sidecar logs webserver

  # The same command in each of them
  kubectl sidecar exec webserver -- ls /var/log/nginx";

/// The flags that each command takes, and `options` lists.
const EVERYWHERE: &str = "Connection options";

/// Those of them that each help shows.
const SHOWN: [&str; 3] = ["namespaces", "context", "kubeconfig"];

/// The tree whose help has kubectl's form.
pub(super) fn in_kubectls_form(tree: Command, length: Length) -> Command {
    let groups = groups(&tree);
    let tree = tree.mut_args(|arg| {
        let is_rare = arg.get_help_heading() == Some(EVERYWHERE) && !SHOWN.contains(&arg.get_id().as_str());
        arg.hide(is_rare)
    });
    let more = "\nUse \"kubectl sidecar COMMAND --help\" for more information about a command.";
    let template = template(&examples(&tree), &groups, more);
    let tree = dressed(tree, length).mut_subcommands(|command| command.hide(true));
    tree.override_usage("kubectl sidecar COMMAND [OPTIONS]").help_template(template)
}

/// `{before-help}` is what it does. The examples are part of the template, so that no line of them is broken: they are there to
/// be pasted.
fn template(examples: &str, commands: &str, more: &str) -> String {
    format!(
        "{{before-help}}{examples}{commands}{{all-args}}\n\nUsage:\n  {{usage}}\n{more}\n\
         Use \"kubectl sidecar options\" for all connection options."
    )
}

fn examples(command: &Command) -> String {
    command.get_after_help().map(|text| format!("{text}\n\n")).unwrap_or_default()
}

fn dressed(command: Command, length: Length) -> Command {
    let about = match length {
        Length::Short => command.get_about(),
        Length::Long => command.get_long_about().or(command.get_about()),
    };
    let about = about.map(ToString::to_string).unwrap_or_default();
    let template = template(&examples(&command), "", "");
    let command = match length {
        Length::Short => command.mut_args(of_yes_and_no),
        Length::Long => command.mut_args(|arg| explained(of_yes_and_no(arg))),
    };
    command
        .before_help(about)
        .help_template(template)
        .disable_help_flag(true)
        .arg(help_flag())
        .mut_subcommands(|command| dressed(command, length))
}

fn help_flag() -> Arg {
    let flag = Arg::new("help").short('h').long("help").help("Print help: -h is short, --help explains more");
    // A long one would have three lines for each option.
    flag.action(ArgAction::HelpShort).help_heading(None::<&str>)
}

/// Without the values true and false, which are told by its form: `--follow[=<BOOL>]`.
fn of_yes_and_no(arg: Arg) -> Arg {
    let values = arg.get_possible_values();
    let is_bool = values.iter().map(clap::builder::PossibleValue::get_name).eq(["true", "false"]);
    if is_bool && arg.get_action().takes_values() { arg.hide_possible_values(true) } else { arg }
}

/// With all that is told of it, and of its values.
fn explained(arg: Arg) -> Arg {
    let Some(help) = arg.get_long_help().or(arg.get_help()) else { return arg };
    let help = help.to_string().replace("\n\n", "\n");
    let values = if arg.is_hide_possible_values_set() { Vec::new() } else { arg.get_possible_values() };
    let told = values.iter().filter(|value| !value.is_hide_set());
    let told: String =
        told.filter_map(|value| Some(format!("\n- {}: {}", value.get_name(), value.get_help()?))).collect();
    if told.is_empty() {
        return arg.help(help);
    }
    let default = match arg.get_default_values() {
        [default, ..] if !arg.is_hide_default_value_set() => format!(" [default: {}]", default.to_string_lossy()),
        _ => String::new(),
    };
    arg.help(format!("{help}{default}{told}")).hide_possible_values(true).hide_default_value(true)
}

/// The commands with a line each.
fn groups(tree: &Command) -> String {
    let widest = tree.get_subcommands().map(|command| command.get_name().len()).max().unwrap_or_default();
    let line = |name: &&str| {
        let command = tree.find_subcommand(name)?;
        let aliases: String = command.get_visible_aliases().flat_map(|alias| [" [alias: ", alias, "]"]).collect();
        Some(format!("  {name:widest$}  {}{aliases}\n", command.get_about()?))
    };
    let group = |(heading, names): &(&str, &[&str])| {
        let lines: String = names.iter().filter_map(line).collect();
        format!("{heading}:\n{lines}\n")
    };
    GROUPS.iter().map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;

    #[test]
    fn every_command_is_in_one_group() {
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let tree = command();
        let mut all: Vec<&str> = tree.get_subcommands().map(Command::get_name).collect();
        grouped.sort_unstable();
        all.sort_unstable();
        assert_eq!(grouped, all);
    }

    fn each(command: &Command, look: &mut impl FnMut(&Command)) {
        look(command);
        command.get_subcommands().for_each(|command| each(command, look));
    }

    #[test]
    fn every_help_has_examples_before_options_and_ends_with_usage() {
        for length in [Length::Short, Length::Long] {
            let mut tree = in_kubectls_form(command(), length);
            tree.build();
            each(&tree, &mut |command| {
                let help = command.clone().render_help().to_string();
                let at = |text: &str| help.find(text).unwrap_or_else(|| panic!("no {text} in:\n{help}"));
                assert!(at("Examples:") < at("  -h, --help") && at("  -h, --help") < at("\nUsage:\n"), "{help}");
                assert!(help.ends_with("for all connection options.\n"), "{help}");
                assert!(at("--kubeconfig") > 0 && !help.contains("--as-group"), "{help}");
            });
        }
    }
}
