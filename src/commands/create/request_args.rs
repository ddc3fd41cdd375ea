//! What is done with the workload: printed, checked or created, and waited for.

use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::cluster::{FIELD_MANAGER, FieldValidation};
use crate::commands::duration;

/// How it is created.
#[derive(Debug, Args)]
pub(super) struct RequestArgs {
    /// client: only print what would be created; no cluster is needed. server: let the server check it, without
    /// creating it
    #[arg(long, value_enum, value_name = "MODE", num_args = 0..=1, require_equals = true)]
    #[arg(default_value = "none", default_missing_value = "unchanged")]
    pub(super) dry_run: DryRun,
    /// Print the object, or its name, instead of "pod/NAME created"
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    pub(super) output: Option<OutputFormat>,
    /// Explain each line of the YAML in a comment; with --dry-run=client -o yaml
    #[arg(long)]
    pub(super) annotate: bool,
    /// Wait until all containers are ready, or a job is finished [default: true]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(super) wait: Option<bool>,
    /// How long to wait, such as 30s, 5m or 1h30m; 0: no limit [default: 5m]
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    pub(super) timeout: Option<Duration>,
    /// Save the configuration in an annotation, for a later kubectl apply
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = false, default_missing_value = "true", hide_default_value = true, action = clap::ArgAction::Set)]
    pub(super) save_config: bool,
    /// Name recorded as the manager of the fields
    #[arg(long, value_name = "NAME", default_value = FIELD_MANAGER)]
    pub(super) field_manager: String,
    /// What the server does about fields that it does not know
    #[arg(long, value_enum, value_name = "HOW", num_args = 0..=1, require_equals = true)]
    #[arg(default_value = "strict", default_missing_value = "strict")]
    pub(super) validate: Validate,
}

/// `--dry-run`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DryRun {
    /// Create it
    None,
    /// Only print it
    Client,
    /// Let the server check it
    Server,
    /// kubectl's word for a bare --dry-run
    #[value(hide = true)]
    Unchanged,
}

/// `-o`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    Yaml,
    Json,
    Name,
}

/// `--validate`, with kubectl's old words for two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Validate {
    /// Refuse the object
    #[value(alias = "true")]
    Strict,
    /// Warn, and leave them out
    Warn,
    /// Leave them out
    #[value(alias = "false")]
    Ignore,
}

impl From<Validate> for FieldValidation {
    fn from(how: Validate) -> Self {
        match how {
            Validate::Strict => Self::Strict,
            Validate::Warn => Self::Warn,
            Validate::Ignore => Self::Ignore,
        }
    }
}
