//! `kubectl sidecar create`: makes the guide's pod, and watches it become ready.

mod plan;
mod wait;

use std::time::Duration;

use clap::{Args, ValueEnum};
use serde_json::Value;

use self::plan::{Action, Plan};
use self::wait::{Outcome, Waiting};
use super::args::{Connection, ShowKubectl};
use super::duration;
use crate::cluster::{Cluster, CreateMode, Settings};
use crate::diagnosis::after_refusal;
use crate::error::{Error, Kind, Result};
use crate::render::created;
use crate::ui::Ui;

/// Create a pod with a sidecar, and watch it become ready
///
/// The pod is the one every guide to the sidecar pattern begins with: a web server that writes its logs into a volume,
/// and beside it a sidecar that reads them there. Use it to have a pod with two containers to learn from or to try
/// things on; with --dry-run=client -o yaml, to begin a manifest of your own.
///
/// Waits until all containers are ready. If they cannot become ready, says which one, why, and what to do, and exits
/// with 1. Ctrl-C ends the waiting; the pod stays.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CreateArgs {
    /// The pod's name
    #[arg(default_value = "webserver")]
    name: String,
    /// The image of the main container, nginx-container
    #[arg(long, default_value = "nginx:latest")]
    image: String,
    /// The image of the sidecar, sidecar-container; it must have sh, cat and sleep
    #[arg(long, value_name = "IMAGE", default_value = "ubuntu:latest")]
    sidecar_image: String,
    /// client: only print what would be created, no cluster is needed. server: the server checks it, and creates nothing
    #[arg(long, value_enum, value_name = "MODE", num_args = 0..=1, require_equals = true)]
    #[arg(default_value = "none", default_missing_value = "unchanged")]
    dry_run: DryRun,
    /// Print the object, or its name, in place of "pod/NAME created"
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    output: Option<OutputFormat>,
    /// Explain each line of the YAML in a comment; with --dry-run=client -o yaml
    #[arg(long)]
    annotate: bool,
    /// Wait until all containers are ready [default: true]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    wait: Option<bool>,
    /// How long to wait, such as 30s, 5m or 1h30m; 0: for as long as it takes [default: 5m]
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    timeout: Option<Duration>,
    #[command(flatten)]
    show_kubectl: ShowKubectl,
    #[command(flatten)]
    connection: Connection,
}

const EXAMPLES: &str = "Examples:
  # The guide's pod, in the current namespace
  kubectl sidecar create

  # Under another name, in another namespace, without waiting
  kubectl sidecar create blog -n demo --wait=false

  # See its manifest, each line explained; no cluster is needed
  kubectl sidecar create --dry-run=client -o yaml --annotate

  # Begin a manifest of your own with it
  kubectl sidecar create --dry-run=client -o yaml > webserver.yaml

  # Ask the server whether it would take it: quotas, policies, permissions
  kubectl sidecar create --dry-run=server";

/// `--dry-run`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DryRun {
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
enum OutputFormat {
    Yaml,
    Json,
    Name,
}

/// Creates the pod, or says what would be created.
pub fn run(args: &CreateArgs, ui: &mut Ui) -> Result<()> {
    if args.dry_run == DryRun::Unchanged {
        ui.warning("--dry-run is deprecated and can be replaced with --dry-run=client");
    }
    let plan = Plan::of(args)?;
    if args.show_kubectl.show_kubectl {
        plan.kubectl(&args.connection.kubectl_flags()).iter().for_each(|line| ui.note(line));
    }
    match plan.action {
        Action::Print => print(&plan, &plan.scaffold.to_object(), " (dry run)", ui),
        Action::Check => super::block_on(ask(&plan, &args.connection, CreateMode::DryRun, ui)).map(drop),
        Action::Create { patience } => super::block_on(async {
            let created = ask(&plan, &args.connection, CreateMode::Persist, ui).await?;
            match patience {
                None => Ok(()),
                Some(patience) => {
                    let waiting = Waiting::new(&created, &args.connection.kubectl_flags(), patience);
                    wait(&plan, waiting, ui).await
                }
            }
        }),
    }
}

/// A pod the server took, and where.
struct Created {
    cluster: Cluster,
    object: Value,
}

/// Asks the server to create the pod, and prints its answer.
async fn ask(plan: &Plan, connection: &Connection, mode: CreateMode, ui: &mut Ui) -> Result<Created> {
    let cluster = Cluster::connect(&Settings::from(connection)).await?;
    ui.note(&created::where_to(cluster.namespace(), cluster.context_name()));
    let pods = cluster.pods(cluster.namespace());
    let answer = pods.create(&plan.scaffold.to_object(), mode).await;
    for warning in cluster.take_warnings() {
        ui.warning(&warning);
    }
    let object = answer.map_err(|error| with_next_steps(error, &connection.kubectl_flags()))?;
    print(plan, &object, if mode == CreateMode::DryRun { " (server dry run)" } else { "" }, ui)?;
    Ok(Created { cluster, object })
}

/// Quotas and admission refuse in words of their own, which leave open what to do.
fn with_next_steps(error: Error, flags: &str) -> Error {
    if !matches!(error.kind(), Kind::Forbidden | Kind::BadRequest | Kind::Server) {
        return error;
    }
    after_refusal(&error.to_string(), flags).into_iter().fold(error, Error::hint)
}

fn print(plan: &Plan, object: &Value, how: &str, ui: &mut Ui) -> Result<()> {
    Ok(ui.data(created::object(&plan.scaffold, object, plan.print, how))?)
}

/// Waits for the pod, and says how that came out.
async fn wait(plan: &Plan, mut waiting: Waiting, ui: &mut Ui) -> Result<()> {
    let may_wait = |error: Error| match error.kind() {
        Kind::Forbidden => error.hint("the pod was created; who may not watch pods creates them with --wait=false"),
        _ => error,
    };
    let outcome = waiting.until_ready(ui).await.map_err(may_wait)?;
    ui.clear_progress();
    let name = plan.scaffold.name.as_str();
    let flags = waiting.flags();
    let style = ui.stderr_style();
    let mut say = |lines: Vec<String>| lines.iter().for_each(|line| ui.note(line));
    match outcome {
        Outcome::Ready { containers, after } => {
            say(created::ready(&plan.scaffold, containers, after, flags, style));
            Ok(())
        }
        Outcome::NotReady(found) => {
            say(created::not_ready(name, &found, flags, style));
            Err(Error::reported())
        }
        Outcome::TimedOut { after, found } => {
            say(created::timed_out(name, after, &found, flags, style));
            Err(Error::reported())
        }
        Outcome::Gone => Err(Error::other(format_args!("pod/{name} was deleted before it became ready"))
            .hint("create it again, or see who deleted it: a node that was drained, a controller, a colleague")),
        Outcome::Interrupted => {
            say(created::interrupted(name, flags));
            Err(Error::interrupted())
        }
    }
}
