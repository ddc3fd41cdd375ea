//! `kubectl sidecar exec`: the same command in every container of a pod.
//!
//! Several containers are asked at once, and their answers are shown one after the other; one container's is passed on as
//! it comes.

mod gather;
mod kubectl;
mod pass_on;
mod places;
mod plan;
pub(super) mod session;

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::args::ShowKubectl;
use super::connection::Connection;
use super::container_args::ContainerArgs;
use super::duration;
use crate::error::{Error, Result};
use crate::probe::{Answer, ended_with};
use crate::ui::Ui;
use places::Where;
use plan::Plan;

/// Run a command in all containers of a pod, and show each one's answer
///
/// The command runs in every running container, at most 32 at a time. The answers are shown one below the other, in the
/// order in which the containers start, each under a heading with its container's name. With -c, --role,
/// --exclude-container and --no-mesh only some of the containers are asked.
///
/// If only one container is asked, its output is passed on as it comes, as with kubectl exec; -i passes on standard
/// input, and -it opens a terminal in it.
///
/// TARGET is a pod, or TYPE/NAME of something that has pods: then the command runs in one of its pods, as with kubectl
/// exec, or in all of them with --all-pods.
///
/// The command is not run in a shell: for *, | or $ start one yourself, as in: -- sh -c 'ls /var/log/*'. On a terminal,
/// control characters other than colours are shown as text, except with -t; a pipe gets every byte unchanged.
///
/// Exits with 0 if all commands did, else with the first other code in start order, or with 1 if a command could not
/// run.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, override_usage = "kubectl sidecar exec [OPTIONS] TARGET -- COMMAND [ARGS]...")]
pub struct ExecArgs {
    /// A pod, as NAME or pod/NAME, or a workload or service, as TYPE/NAME: deploy, sts, ds, rs, rc, job, cronjob, svc
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    /// The command and its arguments, after --
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
    #[command(flatten)]
    containers: ContainerArgs,
    /// Run in all pods of TARGET, not only in one of them
    #[arg(long)]
    all_pods: bool,
    /// Pass standard input to the container
    #[arg(short = 'i', long, value_name = "BOOL", num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = false, default_missing_value = "true", hide_default_value = true, action = clap::ArgAction::Set)]
    stdin: bool,
    /// Standard input is a terminal
    #[arg(short = 't', long, value_name = "BOOL", num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = false, default_missing_value = "true", hide_default_value = true, action = clap::ArgAction::Set)]
    tty: bool,
    /// How long the commands may take, such as 5s or 2m; 0: no limit
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, default_value = "0")]
    timeout: Duration,
    /// Write the answers for another program
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    output: Option<OutputFormat>,
    #[command(flatten)]
    show_kubectl: ShowKubectl,
    /// The root's, where it may also stand before the command; `cli` hands it on.
    #[arg(skip)]
    pub(crate) connection: Connection,
}

const EXAMPLES: &str = "Examples:
  # Do both containers see the same files?
  kubectl sidecar exec webserver -- ls /var/log/nginx

  # A command that needs a shell
  kubectl sidecar exec webserver -- sh -c 'du -sh /var/log/*'

  # In the sidecars of all pods of a Deployment, but not in the mesh's
  kubectl sidecar exec deploy/web --all-pods --role sidecar --no-mesh -- cat /etc/resolv.conf

  # A shell in one container
  kubectl sidecar exec webserver -c sidecar-container -it -- bash

  # Copy a file into one container
  kubectl sidecar exec webserver -c nginx-container -i -- tee /tmp/page.html < page.html

  # Which user each of them runs as, for a script
  kubectl sidecar exec webserver -o json -- id -u | jq '.results[] | {container, stdout}'";

/// `-o`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// A document of version sidecar.kubectl/v1
    Json,
}

/// Runs the command.
pub fn run(args: ExecArgs, ui: &mut Ui) -> Result<()> {
    let show_kubectl = args.show_kubectl.show_kubectl;
    let plan = plan::plan(args)?;
    super::block_on(async {
        let cluster = plan.connection.connect(ui).await?;
        let found = places::find(&cluster, &plan, ui).await?;
        if show_kubectl {
            for line in kubectl::commands(&found, &plan) {
                ui.note(&line);
            }
        }
        let pods = cluster.pods(cluster.namespace());
        match found.as_slice() {
            [one] if !plan.is_json => pass_on::pass_on(&pods, one, &plan, ui).await,
            all => gather::gather(&pods, all, &plan, ui).await,
        }
    })
}

/// What the process ends with.
fn end(answers: &[Answer]) -> Result<()> {
    match ended_with(answers.iter().map(|answer| &answer.end)) {
        0 => Ok(()),
        code => Err(Error::exited(code)),
    }
}
