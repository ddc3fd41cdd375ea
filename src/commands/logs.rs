//! `kubectl sidecar logs`: all containers of a pod as one stream.

use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::args::{Connection, ShowKubectl};
use super::duration;
use crate::cluster::{Cluster, Settings};
use crate::error::{Error, Result};
use crate::follow;
use crate::logs::{Options, Since, Stamp};
use crate::pod::Pod;
use crate::render::log_lines::{self, LogFormat, LogLines, Prefix};
use crate::render::shell;
use crate::ui::Ui;

/// Follow the logs of all containers of a pod as one stream, in time order
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
    #[arg(required = true, value_name = "POD")]
    targets: Vec<String>,
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
    /// Begin with this many of the last lines of each container; -1: all of them
    #[arg(long, value_name = "LINES", value_parser = lines, default_value = "-1", allow_hyphen_values = true)]
    tail: i64,
    /// Begin with lines younger than this, such as 5s, 2m or 3h
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, conflicts_with = "since_time")]
    since: Option<Duration>,
    /// Begin with lines after this time (RFC 3339), such as 2026-01-31T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    since_time: Option<Timestamp>,
    /// Show the time at which each line was written
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = false, default_missing_value = "true", action = clap::ArgAction::Set)]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    timestamps: bool,
    /// What stands in front of each line
    #[arg(long, value_enum, value_name = "FORM", num_args = 0..=1, require_equals = true)]
    #[arg(default_value = "auto", default_missing_value = "kubectl")]
    prefix: PrefixForm,
    /// How long a line may wait for an older one of another container; 0: lines come as they arrive
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, default_value = "100ms")]
    #[arg(allow_hyphen_values = true)]
    window: Duration,
    /// Already so: all containers are shown, as by kubectl with this flag
    #[arg(long, hide = true, value_name = "BOOL", num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    all_containers: bool,
    #[command(flatten)]
    show_kubectl: ShowKubectl,
    #[command(flatten)]
    connection: Connection,
}

const EXAMPLES: &str = "Examples:
  # All containers of the pod webserver, for as long as it lives
  kubectl sidecar logs webserver

  # Only what there is now, the last 20 lines of each container
  kubectl sidecar logs webserver --follow=false --tail=20

  # Only the sidecar, with the time of each line
  kubectl sidecar logs webserver -c sidecar-container --timestamps

  # What was written in the last five minutes, for another program
  kubectl sidecar logs webserver --since=5m --prefix=none | grep GET";

/// Who waits longer for order does not want to follow.
const LONGEST_WINDOW: Duration = Duration::from_secs(60);

/// `--prefix`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum PrefixForm {
    /// short on a terminal, kubectl elsewhere
    Auto,
    /// Nothing
    #[value(alias = "false")]
    None,
    /// [pod/NAME/CONTAINER], as kubectl has it
    #[value(alias = "true")]
    Kubectl,
    /// CONTAINER |
    Short,
}

/// What is asked for, free of the command line.
#[derive(Debug)]
struct Plan {
    pods: Vec<String>,
    options: Options,
    format: LogFormat,
    settings: Settings,
}

/// Follows the logs.
pub fn run(args: LogsArgs, ui: &mut Ui) -> Result<()> {
    let show_kubectl = args.show_kubectl.show_kubectl;
    let flags = args.connection.kubectl_flags();
    let plan = plan(args, ui)?;
    super::block_on(async {
        let cluster = Cluster::connect(&plan.settings).await?;
        let pods = cluster.pods(cluster.namespace());
        let mut targets = Vec::new();
        for name in &plan.pods {
            let pod = Pod::from(&pods.get(name).await?);
            check_containers(&pod, &plan.options.containers)?;
            targets.push(pod);
        }
        if show_kubectl {
            targets.iter().flat_map(|pod| kubectl(pod, &plan, &flags)).for_each(|line| ui.note(&line));
        }
        let lines = LogLines::new(plan.format, &shown(&targets, &plan.options.containers));
        let ended = follow::follow(&pods, targets, plan.options, lines).await?;
        if let Some(line) = log_lines::summary(&ended.summary, ui.stderr_style()) {
            ui.note(&line);
        }
        ended.result
    })
}

fn plan(args: LogsArgs, ui: &Ui) -> Result<Plan> {
    let mut pods: Vec<String> = Vec::new();
    for target in &args.targets {
        let name = super::args::pod_name(target)?;
        if !pods.contains(&name) {
            pods.push(name);
        }
    }
    if args.tail < -1 {
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
    let to_terminal = ui.stdout_is_terminal();
    let prefix = match args.prefix {
        PrefixForm::Auto if to_terminal => Prefix::Short,
        PrefixForm::Auto | PrefixForm::Kubectl => Prefix::Kubectl,
        PrefixForm::Short => Prefix::Short,
        PrefixForm::None => Prefix::None,
    };
    let options = Options {
        containers: args.container,
        follow: args.follow && !args.no_follow,
        since,
        tail: u64::try_from(args.tail).ok(),
        window: args.window,
        seed: u64::from(std::process::id()),
        ..Options::default()
    };
    let format = LogFormat {
        prefix,
        timestamps: args.timestamps,
        to_terminal,
        style: ui.stdout_style(),
        note_style: ui.stderr_style(),
    };
    Ok(Plan { pods, options, format, settings: Settings::from(&args.connection) })
}

fn time(text: &str) -> std::result::Result<Timestamp, String> {
    text.parse().map_err(|_| "write it as RFC 3339 has it: 2026-01-31T08:00:00Z".to_owned())
}

fn lines(text: &str) -> std::result::Result<i64, String> {
    text.parse().map_err(|_| "write a whole number, or -1 for all lines".to_owned())
}

/// The server counts in whole seconds: a part of one is a whole one, so that nothing is left out.
fn whole_seconds(age: Duration) -> u64 {
    age.as_secs() + u64::from(age.subsec_nanos() > 0)
}

fn check_containers(pod: &Pod, wanted: &[String]) -> Result<()> {
    match wanted.iter().find(|name| pod.container(name).is_none()) {
        None => Ok(()),
        Some(name) => {
            let all: Vec<_> = pod.containers.iter().map(|container| container.name.as_str()).collect();
            Err(Error::usage(format_args!("container {name} is not valid for pod {}", pod.name)).hint(format!(
                "the containers of pod {} are: {}",
                pod.name,
                all.join(", ")
            )))
        }
    }
}

fn shown<'a>(pods: &'a [Pod], wanted: &[String]) -> Vec<(&'a str, Vec<&'a str>)> {
    let is_wanted = |name: &&str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    let names =
        |pod: &'a Pod| pod.containers.iter().map(|container| container.name.as_str()).filter(is_wanted).collect();
    pods.iter().map(|pod| (pod.name.as_str(), names(pod))).collect()
}

/// What does part of the same with kubectl: it has no order in time, and needs `-c` for each container.
fn kubectl(pod: &Pod, plan: &Plan, connection: &str) -> Vec<String> {
    let name = shell::quote(&pod.name);
    let wanted = shown(std::slice::from_ref(pod), &plan.options.containers);
    let mut ways: Vec<_> =
        wanted.iter().flat_map(|(_, names)| names).map(|name| format!("-c {}", shell::quote(name))).collect();
    if plan.options.containers.is_empty() {
        ways.push("--all-containers --prefix".to_owned());
    }
    let mut flags = kubectl_flags(&plan.options, plan.format.timestamps);
    flags.extend((!connection.is_empty()).then(|| connection.to_owned()));
    let words = |way| [vec![format!("kubectl logs {name} {way}")], flags.clone()].concat().join(" ");
    ways.into_iter().map(words).collect()
}

/// What is to be read, as kubectl takes it.
fn kubectl_flags(options: &Options, timestamps: bool) -> Vec<String> {
    let since = options.since.map(|since| match since {
        Since::Age(seconds) => format!("--since={seconds}s"),
        Since::Time(stamp) => format!("--since-time={}", log_lines::time(stamp)),
    });
    let flags = [
        options.follow.then(|| "-f".to_owned()),
        options.tail.map(|tail| format!("--tail={tail}")),
        since,
        timestamps.then(|| "--timestamps".to_owned()),
    ];
    flags.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_read_is_told_to_kubectl() {
        let since = |since| Options { since: Some(since), tail: Some(5), ..Options::default() };
        assert_eq!(kubectl_flags(&since(Since::Age(90)), false), ["-f", "--tail=5", "--since=90s"]);
        let time = Since::Time(Stamp(1_500_000_000));
        let options = Options { follow: false, tail: None, ..since(time) };
        assert_eq!(kubectl_flags(&options, true), ["--since-time=1970-01-01T00:00:01.5Z", "--timestamps"]);
    }
}
