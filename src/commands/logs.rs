//! `kubectl sidecar logs`: all containers of the chosen pods as one stream.

mod kubectl;
mod looks;
mod plan;
mod targets;

use std::time::Duration;

use clap::Args;
use jiff::Timestamp;

use super::args::{Connection, ShowKubectl};
use super::duration;
use crate::cluster::Cluster;
use crate::error::Result;
use crate::follow::{self, Targets};
use crate::render::log_lines::{self, LogLines};
use crate::ui::Ui;
use looks::Looks;
use plan::Plan;

/// Follow the logs of all containers of pods as one stream, in time order
///
/// Init containers, native sidecars, containers and ephemeral ones: each line comes once, in the order in which it
/// was written, for as long as the pod lives. Containers that have not started are waited for, restarts are followed.
/// No -c is needed; with -c only those containers are shown.
///
/// On a terminal each line begins with its container's name; in a pipe with kubectl's [pod/NAME/CONTAINER].
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct LogsArgs {
    /// The pods, by name or as pod/NAME
    #[arg(required_unless_present = "selector", conflicts_with = "selector", value_name = "POD")]
    targets: Vec<String>,
    /// The pods with these labels, also those that come later, until Ctrl-C: app=web, tier in (a, b), !legacy
    #[arg(short = 'l', long, value_name = "LABELS")]
    selector: Option<String>,
    /// Only this container; may be repeated
    #[arg(short, long, value_name = "NAME")]
    container: Vec<String>,
    /// Go on as long as the pod lives; --follow=false ends after what there is
    #[arg(short, long, value_name = "BOOL", num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    follow: bool,
    /// The same as --follow=false
    #[arg(long, conflicts_with = "follow")]
    no_follow: bool,
    /// Begin with this many of the last lines of each container; -1: all of them [default: -1, with -l 10]
    #[arg(long, value_name = "LINES", value_parser = plan::lines, allow_hyphen_values = true)]
    tail: Option<i64>,
    /// Begin with lines younger than this, such as 5s, 2m or 3h
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, conflicts_with = "since_time")]
    since: Option<Duration>,
    /// Begin with lines after this time (RFC 3339), such as 2026-01-31T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = plan::time)]
    since_time: Option<Timestamp>,
    /// How long a line may wait for an older one of another container; 0: lines come as they arrive
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, default_value = "100ms")]
    #[arg(allow_hyphen_values = true)]
    window: Duration,
    /// Logs that are read at the same time at most; the others wait for their turn
    #[arg(long, value_name = "LOGS", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    max_log_requests: u32,
    /// Already so: all containers are shown, as by kubectl with this flag
    #[arg(long, hide = true, value_name = "BOOL", num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    all_containers: bool,
    #[command(flatten)]
    looks: Looks,
    #[command(flatten)]
    show_kubectl: ShowKubectl,
    #[command(flatten)]
    connection: Connection,
}

const EXAMPLES: &str = "Examples:
  # All containers of the pod webserver, for as long as it lives
  kubectl sidecar logs webserver

  # All pods with that label, also those that come; at first the last 10 lines of each container
  kubectl sidecar logs -l app=web

  # Only what there is now, the last 20 lines of each container
  kubectl sidecar logs webserver --follow=false --tail=20

  # Only the sidecar, with the time of each line
  kubectl sidecar logs webserver -c sidecar-container --timestamps

  # JSON and logfmt lines made readable, with the time since the first line
  kubectl sidecar logs webserver --pretty --timestamps=relative

  # What was written in the last five minutes, for other programs
  kubectl sidecar logs webserver --since=5m -o raw | grep GET
  kubectl sidecar logs webserver --no-follow -o json | jq -r 'select(.role == \"sidecar\") | .message'";

/// Follows the logs.
pub fn run(args: LogsArgs, ui: &mut Ui) -> Result<()> {
    let show_kubectl = args.show_kubectl.show_kubectl;
    let flags = args.connection.kubectl_flags();
    let mut plan = plan::plan(args, ui)?;
    super::block_on(async {
        let cluster = Cluster::connect(&plan.settings).await?;
        let pods = cluster.pods(cluster.namespace());
        let Some(targets) = targets::find(&pods, &plan, ui).await? else { return Ok(()) };
        if show_kubectl {
            for line in kubectl::commands(&targets, &plan, &flags) {
                ui.note(&line);
            }
        }
        let most = follow::most_open_logs(plan.options.most_requests);
        if most < plan.options.most_requests {
            ui.note(&format!("Warning: this system lets {most} logs be open at the same time (see ulimit -n)"));
        }
        plan.options.most_requests = most;
        let Plan { options, format, .. } = plan;
        let is_quiet = format.quiet;
        let more_may_come = matches!(targets, Targets::Selected(_));
        let lines = LogLines::new(format, &targets::shown(&targets, &options.containers), more_may_come);
        let ended = follow::follow(&pods, targets, options, lines).await?;
        let summary = log_lines::summary(&ended.summary, ui.stderr_style());
        if let Some(line) = summary.filter(|_| !is_quiet) {
            ui.note(&line);
        }
        ended.result
    })
}
