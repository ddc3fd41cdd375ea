//! What is asked for: the command line, checked, and free of it.

use std::time::Duration;

use jiff::Timestamp;

use super::LogsArgs;
use crate::cluster::Settings;
use crate::commands::args::pod_name;
use crate::error::{Error, Result};
use crate::logs::{Options, Since, Stamp};
use crate::render::log_lines::LogFormat;
use crate::ui::Ui;

/// Who waits longer for order does not want to follow.
const LONGEST_WINDOW: Duration = Duration::from_secs(60);

/// Lines of each container to begin with where a selector means the pods, as kubectl has it.
const SELECTED_TAIL: i64 = 10;

/// What is asked for, free of the command line.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) whose: Whose,
    pub(super) options: Options,
    pub(super) format: LogFormat,
    pub(super) settings: Settings,
}

/// Whose logs are asked for.
#[derive(Debug)]
pub(super) enum Whose {
    /// Of the pods of these names, each once.
    Named(Vec<String>),
    /// Of those that this label selector means.
    Selected(String),
}

/// Checks what the command line says.
pub(super) fn plan(args: LogsArgs, ui: &Ui) -> Result<Plan> {
    let whose = match args.selector {
        Some(selector) => Whose::Selected(selector),
        None => Whose::Named(names(&args.targets)?),
    };
    let tail = match (args.tail, &whose) {
        (Some(tail), _) => tail,
        (None, Whose::Selected(_)) => SELECTED_TAIL,
        (None, Whose::Named(_)) => -1,
    };
    if tail < -1 {
        return Err(Error::usage("--tail must be greater than or equal to -1"));
    }
    if args.window > LONGEST_WINDOW {
        return Err(Error::usage("--window must be at most 1m: lines wait that long before they are shown"));
    }
    // As in kubectl, 0 is the same as no --since.
    let since = match (args.since.filter(|age| !age.is_zero()), args.since_time) {
        (Some(age), _) => Some(Since::Age(whole_seconds(age))),
        (None, Some(time)) => Some(Since::Time(Stamp(i64::try_from(time.as_nanosecond()).unwrap_or(i64::MAX)))),
        (None, None) => None,
    };
    let format = args.looks.format(ui)?;
    let options = Options {
        containers: args.container,
        follow: args.follow && !args.no_follow,
        since,
        tail: u64::try_from(tail).ok(),
        window: args.window,
        most_requests: usize::try_from(args.max_log_requests).unwrap_or(usize::MAX),
        seed: u64::from(std::process::id()),
        ..Options::default()
    };
    Ok(Plan { whose, options, format, settings: Settings::from(&args.connection) })
}

fn names(targets: &[String]) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for target in targets {
        let name = pod_name(target)?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// `--since-time`.
pub(super) fn time(text: &str) -> std::result::Result<Timestamp, String> {
    text.parse().map_err(|_| "write it as RFC 3339 has it: 2026-01-31T08:00:00Z".to_owned())
}

/// `--tail`.
pub(super) fn lines(text: &str) -> std::result::Result<i64, String> {
    text.parse().map_err(|_| "write a whole number, or -1 for all lines".to_owned())
}

/// The server counts in whole seconds: a part of one is a whole one, so that nothing is left out.
fn whole_seconds(age: Duration) -> u64 {
    age.as_secs() + u64::from(age.subsec_nanos() > 0)
}
