//! How lines look: the flags for it, and which of them go together.

use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;

use crate::error::{Error, Result};
use crate::render::log_lines::{LineForm, LogFormat, Prefix, Times};
use crate::ui::Ui;

/// How lines look.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output options")]
pub(super) struct Looks {
    /// How each line is written
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: OutputForm,
    /// What is shown before each line
    #[arg(long, value_enum, value_name = "FORM", num_args = 0..=1, require_equals = true)]
    #[arg(default_value = "auto", default_missing_value = "kubectl")]
    prefix: PrefixForm,
    /// Show the time at which each line was written; without a value: utc on a terminal, otherwise as kubectl shows it
    ///
    /// With -o json the time is always included, in UTC.
    #[arg(long, value_enum, value_name = "FORM", num_args = 0..=1, require_equals = true)]
    #[arg(default_value = "false", default_missing_value = "true", hide_default_value = true)]
    timestamps: TimestampsForm,
    /// Make JSON and logfmt lines readable: time, level, message, then the other fields as key=value
    ///
    /// No field is left out. Other lines are not changed. Without this flag, levels are coloured where colours are
    /// shown, and nothing is rewritten.
    #[arg(long)]
    pretty: bool,
    /// Pass control sequences to the terminal unchanged; by default all but colours are shown as text
    #[arg(long)]
    raw_control: bool,
    /// Print only errors on standard error; starts, restarts and possible gaps are not reported
    #[arg(short, long)]
    quiet: bool,
}

/// `--output`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum OutputForm {
    /// The line, with its container's name
    #[default]
    Text,
    /// Only the message; in a pipe, its exact bytes
    Raw,
    /// One JSON object per line: timestamp, namespace, pod, node, container, containerKind, role, restart, message
    Json,
}

/// `--prefix`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PrefixForm {
    /// short on a terminal, kubectl elsewhere
    Auto,
    /// Nothing
    #[value(alias = "false")]
    None,
    /// [pod/NAME/CONTAINER], as kubectl writes it
    #[value(alias = "true")]
    Kubectl,
    /// CONTAINER |, POD/CONTAINER | or NAMESPACE/POD/CONTAINER |, as much as is needed
    Short,
}

/// `--timestamps`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TimestampsForm {
    #[value(hide = true)]
    True,
    #[value(hide = true)]
    False,
    /// 2026-01-31T08:00:00.123Z
    Utc,
    /// The same in the local time zone: 2026-01-31T09:00:00.123+01:00
    Local,
    /// Since the first line shown: +12.034s
    Relative,
}

impl Looks {
    /// The format for where the lines go.
    ///
    /// # Errors
    /// Two of the flags contradict one another.
    pub(super) fn format(&self, ui: &Ui) -> Result<LogFormat> {
        self.check()?;
        let to_terminal = ui.stdout_is_terminal();
        Ok(LogFormat {
            form: match self.output {
                OutputForm::Text => LineForm::Text,
                OutputForm::Raw => LineForm::Raw,
                OutputForm::Json => LineForm::Json,
            },
            prefix: match self.prefix {
                PrefixForm::Auto if to_terminal => Prefix::Short,
                PrefixForm::Auto | PrefixForm::Kubectl => Prefix::Kubectl,
                PrefixForm::Short => Prefix::Short,
                PrefixForm::None => Prefix::None,
            },
            times: match self.timestamps {
                TimestampsForm::False => Times::None,
                TimestampsForm::True if to_terminal => Times::Utc,
                TimestampsForm::True => Times::Runtime,
                TimestampsForm::Utc => Times::Utc,
                TimestampsForm::Local => Times::Local(TimeZone::system()),
                TimestampsForm::Relative => Times::Relative,
            },
            pretty: self.pretty,
            to_terminal,
            raw_control: self.raw_control,
            quiet: self.quiet,
            style: ui.stdout_style(),
            note_style: ui.stderr_style(),
        })
    }

    fn check(&self) -> Result<()> {
        let output = match self.output {
            OutputForm::Text => return Ok(()),
            OutputForm::Raw => "-o raw writes only the messages",
            OutputForm::Json => "-o json writes everything about a line",
        };
        let is_json = self.output == OutputForm::Json;
        let wrong = match (self.prefix, self.timestamps) {
            (PrefixForm::Kubectl | PrefixForm::Short, _) => Some("--prefix needs -o text".to_owned()),
            (_, TimestampsForm::Local | TimestampsForm::Relative) if is_json => {
                Some("its timestamp is always included, in UTC".to_owned())
            }
            (_, times) if times != TimestampsForm::False && !is_json => Some("--timestamps needs -o text".to_owned()),
            _ if self.pretty => Some("--pretty needs -o text".to_owned()),
            _ if self.raw_control && is_json => Some("--raw-control needs -o text or -o raw".to_owned()),
            _ => None,
        };
        wrong.map_or(Ok(()), |wrong| Err(Error::usage(format_args!("{output}: {wrong}"))))
    }
}
