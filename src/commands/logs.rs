//! `kubectl sidecar logs`: all containers of the chosen pods as one stream.

mod check;
mod kubectl;
mod line_args;
mod looks;
mod plan;
mod range_args;
mod targets;

use std::time::Duration;

use clap::Args;
use jiff::Timestamp;

use super::args::ShowKubectl;
use super::connection::Connection;
use super::container_args::ContainerArgs;
use super::duration;
use super::pod_args::PodArgs;
use crate::error::Result;
use crate::follow::{self, Onlooker, Output, Targets};
use crate::logs::ContainerChoice;
use crate::render::log_lines::{self, LogFormat, LogLines};
use crate::system;
use crate::ui::Ui;
use line_args::LineArgs;
use looks::Looks;
use plan::Plan;
use range_args::RangeArgs;

/// Follow the logs of all containers of pods as one stream, in time order
///
/// Init containers, native sidecars, ordinary containers and ephemeral ones: each line is shown once, in the order in
/// which it was written, for as long as the pod exists. Containers that have not started are waited for, and restarts
/// are followed. No -c is needed; with -c only those containers are shown.
///
/// TARGETs may be mixed: pods by name, and TYPE/NAME of anything that has pods. -l, --field-selector, --match, --node
/// and -A select all pods that match all of them, in one namespace, in several (-n a -n b) or in all (-A). New pods
/// join; pods that end or no longer match leave.
///
/// It ends when the named pods are gone or done, and when a Job that was named is finished; where new pods may come, it
/// runs until Ctrl-C. A workload is followed by its name, even after it was deleted and created again.
///
/// On a terminal each line begins with its container's name; in a pipe with kubectl's [pod/NAME/CONTAINER].
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct LogsArgs {
    #[command(flatten)]
    pods: PodArgs,
    #[command(flatten)]
    containers: ContainerArgs,
    /// Keep streaming while the pod exists; --follow=false stops after the existing lines
    #[arg(short, long, value_name = "BOOL", num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    follow: bool,
    /// The same as --follow=false
    #[arg(long, conflicts_with = "follow")]
    no_follow: bool,
    /// Begin with this many of the last lines of each container; -1: all of them [default: -1; when pods are selected,
    /// not named: 10]
    #[arg(long, value_name = "LINES", value_parser = plan::lines, allow_hyphen_values = true)]
    tail: Option<i64>,
    /// Begin with lines newer than this, such as 5s, 2m or 3h
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, conflicts_with = "since_time")]
    since: Option<Duration>,
    /// Begin with lines after this time (RFC 3339), such as 2026-01-31T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = plan::time)]
    since_time: Option<Timestamp>,
    #[command(flatten)]
    range: RangeArgs,
    #[command(flatten)]
    lines: LineArgs,
    /// How long a line may wait for an older one from another container; 0: lines are shown as they arrive
    ///
    /// Up to ten times as long, and at most 1s, if that container has written without a pause until now.
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, default_value = "100ms")]
    #[arg(allow_hyphen_values = true)]
    window: Duration,
    /// How many logs are read at the same time, at most; the others wait their turn
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
    /// The root's, where it may also stand before the command; `cli` hands it on.
    #[arg(skip)]
    pub(crate) connection: Connection,
}

const EXAMPLES: &str = "Examples:
  # All containers of the pod webserver, for as long as it exists
  kubectl sidecar logs webserver

  # All pods of a Deployment and of the database's Service, also new ones
  kubectl sidecar logs deploy/api svc/db

  # A Job, until it is finished
  kubectl sidecar logs job/migration

  # All pods with that label, also new ones; begins with the last 10 lines of each container
  kubectl sidecar logs -l app=web

  # By name, in two namespaces; a dot is any character, \\. is a dot
  kubectl sidecar logs --match 'web-.*|api-.*' -n shop -n store

  # All pods on one node, in all namespaces
  kubectl sidecar logs -A --node worker-1 --since=1m

  # Only the existing lines, the last 20 of each container
  kubectl sidecar logs webserver --follow=false --tail=20

  # Only the sidecar, with the time of each line
  kubectl sidecar logs webserver -c sidecar-container --timestamps

  # All containers but the proxies of a service mesh
  kubectl sidecar logs webserver --no-mesh

  # What containers that crashed wrote before they were restarted
  kubectl sidecar logs webserver --previous

  # Errors from 70 to 60 minutes ago, with two lines before and after each
  kubectl sidecar logs webserver --since=70m --until=60m --include='error|panic' -i --around=2

  # JSON and logfmt lines made readable, with the time since the first line
  kubectl sidecar logs webserver --pretty --timestamps=relative

  # What was written in the last five minutes, for other programs
  kubectl sidecar logs webserver --no-follow --since=5m -o raw | grep GET
  kubectl sidecar logs webserver --no-follow -o json | jq -r 'select(.role == \"sidecar\") | .message'";

/// Follows the logs.
pub fn run(args: LogsArgs, ui: &mut Ui) -> Result<()> {
    let show_kubectl = args.show_kubectl.show_kubectl;
    let connection = args.connection.clone();
    let mut plan = plan::plan(args, ui)?;
    super::block_on(async {
        let cluster = connection.connect(ui).await?;
        let mut targets = targets::find(&cluster, &plan, ui).await?;
        if show_kubectl {
            for line in kubectl::commands(&targets, &plan, &connection) {
                ui.note(&line);
            }
        }
        if !plan.options.follow {
            let Some(now) = targets::now(&cluster, targets, &plan, ui).await? else { return Ok(()) };
            targets = now;
        }
        if plan.is_cut_unasked && !plan.format.quiet {
            ui.note(plan::CUT_UNASKED);
        }
        let most = system::most_open_logs(plan.options.most_requests);
        if most < plan.options.most_requests && !plan.format.quiet {
            ui.warning(&format!("this system allows at most {most} open logs (see ulimit -n)"));
        }
        plan.options.most_requests = most;
        let Plan { options, format, filter, highlight, .. } = plan;
        let is_quiet = format.quiet;
        let onlooker = (options.follow && !is_quiet && ui.stdout_is_terminal())
            .then(|| Onlooker { kubectl_flags: connection.kubectl_flags_in(None), style: ui.stderr_style() });
        let lines = lines_of(format, &targets, &options.choice).highlighting(highlight);
        let ended = follow::follow(&cluster, targets, options, Output::new(lines, filter), onlooker).await?;
        let summary = log_lines::summary(&ended.summary, ui.stderr_style());
        if let Some(line) = summary.filter(|_| !is_quiet) {
            ui.note(&line);
        }
        ended.result
    })
}

/// How lines of these targets look, as far as they are known.
fn lines_of(format: LogFormat, targets: &Targets, choice: &ContainerChoice) -> LogLines {
    let more_may_come = !targets.groups.is_empty();
    let lines = LogLines::new(format, &targets::shown(targets, choice), more_may_come);
    if targets.are_of_several_namespaces() { lines.across_namespaces() } else { lines }
}
