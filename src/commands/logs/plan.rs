//! What is asked for: the command line, checked, and free of it.

use std::time::Duration;

use jiff::Timestamp;

use super::{LogsArgs, range_args};
use crate::commands::pod_args::PodChoice;
use crate::error::{Error, Result};
use crate::logs::{LineFilter, LinePatterns, Options, Since};
use crate::render::log_lines::LogFormat;
use crate::ui::Ui;

/// Waiting longer than this for order defeats following.
const LONGEST_WINDOW: Duration = Duration::from_secs(60);

/// Lines of each container to begin with where a selector means the pods, as kubectl has it.
const SELECTED_TAIL: i64 = 10;

/// Said when -A cut the logs, and neither --tail nor --since was given.
pub(super) const CUT_UNASKED: &str =
    "-- only the last 10 existing lines of each container are shown; use --since=1h or --tail=-1 for more";

/// What is asked for, free of the command line.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) pods: PodChoice,
    pub(super) options: Options,
    pub(super) format: LogFormat,
    /// Says which lines are shown; `None`: all.
    pub(super) filter: Option<LineFilter>,
    /// What is marked in lines, where colours are shown.
    pub(super) highlight: Option<LinePatterns>,
    /// Nobody said how much of the logs of all namespaces is to be shown.
    pub(super) is_cut_unasked: bool,
}

/// Checks what the command line says.
pub(super) fn plan(args: LogsArgs, ui: &Ui) -> Result<Plan> {
    let pods = args.pods.choice(&args.connection, "logs")?;
    // As in kubectl, 0 is the same as no --since.
    let since = match (args.since.filter(|age| !age.is_zero()), args.since_time) {
        (Some(age), _) => Some(Since::Age(whole_seconds(age))),
        (None, Some(time)) => Some(Since::Time(range_args::stamp(time))),
        (None, None) => None,
    };
    let up_to = range_args::up_to(args.range.until, since, args.tail, Timestamp::now())?;
    let is_over = up_to.is_some_and(|(_, is_over)| is_over);
    let tail = match (args.tail, &pods) {
        (Some(tail), _) => tail,
        (None, PodChoice::Matching(_)) if !is_over => SELECTED_TAIL,
        (None, _) => -1,
    };
    if tail < -1 {
        return Err(Error::usage("--tail must be greater than or equal to -1"));
    }
    if args.window > LONGEST_WINDOW {
        return Err(Error::usage("--window must be at most 1m: lines wait that long before they are shown"));
    }
    let format = args.looks.format(ui)?;
    let options = Options {
        choice: args.containers.into(),
        previous: args.range.previous,
        // What is over does not grow.
        follow: args.follow && !args.no_follow && !args.range.previous && !is_over,
        since,
        tail: u64::try_from(tail).ok(),
        up_to: up_to.map(|(up_to, _)| up_to),
        limit_bytes: Some(args.range.limit_bytes).filter(|limit| *limit > 0),
        window: args.window,
        most_requests: usize::try_from(args.max_log_requests).unwrap_or(usize::MAX),
        seed: u64::from(std::process::id()),
        ..Options::default()
    };
    let filter = args.lines.filter()?;
    let highlight = if format.style.color { args.lines.highlight()? } else { None };
    let is_of_all = matches!(&pods, PodChoice::Matching(filter) if filter.namespaces.is_none());
    let is_cut_unasked = is_of_all && args.tail.is_none() && options.tail.is_some() && since.is_none();
    Ok(Plan { pods, options, format, filter, highlight, is_cut_unasked })
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
