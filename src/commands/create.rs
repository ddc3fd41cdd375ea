//! `kubectl sidecar create`: makes a workload with sidecars, the guide's pod where nothing else is said, and watches it come
//! to be.

mod chosen;
mod container_args;
mod kubectl;
mod outcome;
mod own_command;
mod plan;
mod refused;
mod request_args;
mod rollout;
mod shape;
mod sidecar_args;
mod volume_args;
mod wait;
mod workload_args;

use clap::Args;
use k8s_openapi::api::{apps, batch};
use serde_json::Value;

use self::chosen::Chosen;
use self::container_args::ContainerArgs;
use self::outcome::Outcome;
use self::plan::{Action, Patience, Plan};
use self::request_args::{DryRun, RequestArgs};
use self::rollout::RolloutWaiting;
use self::sidecar_args::SidecarArgs;
use self::volume_args::VolumeArgs;
use self::wait::Waiting;
use self::workload_args::WorkloadArgs;
use super::args::ShowKubectl;
use super::connection::Connection;
use crate::cluster::{Cluster, CreateMode};
use crate::error::{Error, Kind, Result};
use crate::pod::WorkloadKind;
use crate::render::created;
use crate::ui::Ui;

/// Create a pod or another workload with sidecars, and watch it become ready
///
/// Without flags it creates the pod that guides to the sidecar pattern begin with: a web server that writes its logs
/// into a volume, and a sidecar beside it that reads them there. Use it to have a pod with two containers to learn from
/// or to try things on; or, with --dry-run=client -o yaml, as the start of a manifest of your own. Settings such as
/// --env or --limits change its main container; those of the sidecar take its name, as in --sidecar-env
/// sidecar-container=A=1.
///
/// With --kind, --sidecar, --preset, --volume, --share or --mount the workload is your own: the guide's sidecar and
/// volume are not added. Its main container has the workload's name, unless --container-name gives another; kubectl
/// logs and exec use it if no container is named. Kinds other than pod need --image. What the API server would refuse
/// is refused before anything is sent.
///
/// Waits until all containers are ready, or a job is complete. If that cannot happen, it says which container is the
/// reason, why, and what to do, and exits with 1. Ctrl-C ends the waiting; what was created stays.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CreateArgs {
    /// The workload's name
    #[arg(default_value = "webserver")]
    name: String,
    #[command(flatten)]
    request: RequestArgs,
    #[command(flatten)]
    workload: WorkloadArgs,
    #[command(flatten)]
    container: ContainerArgs,
    #[command(flatten)]
    sidecars: SidecarArgs,
    #[command(flatten)]
    volumes: VolumeArgs,
    #[command(flatten)]
    show_kubectl: ShowKubectl,
    /// The root's, where it may also stand before the command; `cli` hands it on.
    #[arg(skip)]
    pub(crate) connection: Connection,
}

const EXAMPLES: &str = "Examples:
  # The guide's pod, in the current namespace
  kubectl sidecar create

  # Under another name, in another namespace, without waiting
  kubectl sidecar create blog -n demo --wait=false

  # See its manifest, with each line explained; no cluster is needed
  kubectl sidecar create --dry-run=client -o yaml --annotate

  # A Deployment whose sidecar follows the log file that the app writes
  kubectl sidecar create shop --kind deployment --replicas 2 --image registry.example/shop:1.4 --port 8080 \\
    --sidecar log=busybox:1.36 --sidecar-command log='tail -n+1 -F /var/log/shop/app.log' \\
    --volume logs --share logs:/var/log/shop

  # The sidecar can only read the volume, and its resources are limited
  kubectl sidecar create shop --image registry.example/shop:1.4 --sidecar log=busybox:1.36 --volume logs \\
    --mount shop=logs:/var/log/shop --mount log=logs:/logs:ro --sidecar-limits log=cpu=50m,memory=32Mi

  # A StatefulSet with 10 GiB for each pod
  kubectl sidecar create db --kind statefulset --image postgres:17 --env-from secret:db --volume data=pvc:10Gi \\
    --mount db=data:/var/lib/postgresql/data

  # A known sidecar
  kubectl sidecar create --preset tail-logs

  # A Job with a sidecar that does not keep it from completing
  kubectl sidecar create import --kind job --image registry.example/import:2 --sidecar proxy=registry.example/proxy:1

  # Every night; words for the container as kubectl run takes them
  kubectl sidecar create report --kind cronjob --schedule '30 2 * * *' --image busybox:1.36 --command -- sh -c 'date'

  # Ask the server whether it would take it: quotas, policies, permissions
  kubectl sidecar create --dry-run=server";

/// Creates the workload, or says what would be created.
pub fn run(args: &CreateArgs, ui: &mut Ui) -> Result<()> {
    if args.request.dry_run == DryRun::Unchanged {
        ui.warning("--dry-run is deprecated and can be replaced with --dry-run=client");
    }
    let chosen = Chosen::of(&args.sidecars, &args.container, ui)?;
    let plan = Plan::of(args, chosen, own_command::manifest_command(std::env::args_os()))?;
    if args.show_kubectl.show_kubectl {
        for line in kubectl::commands(&plan, &args.connection.kubectl_flags()) {
            ui.note(&line);
        }
    }
    plan.notes.iter().for_each(|note| ui.note(note));
    plan.warnings.iter().for_each(|warning| ui.warning(warning));
    match plan.action {
        Action::Print => {
            let object = plan.object(args.connection.namespace());
            print(&plan, &object, " (dry run)", ui)
        }
        Action::Check => super::block_on(ask(&plan, &args.connection, ui)).map(drop),
        Action::Create { patience } => super::block_on(async {
            let created = ask(&plan, &args.connection, ui).await?;
            match patience {
                None => Ok(()),
                Some(patience) => wait(&plan, &created, &args.connection.kubectl_flags(), patience, ui).await,
            }
        }),
    }
}

/// A workload the server took, and where.
struct Created {
    cluster: Cluster,
    object: Value,
    /// The command that writes its manifest.
    write_manifest: String,
}

/// Asks the server to create the workload, and prints its answer.
async fn ask(plan: &Plan, connection: &Connection, ui: &mut Ui) -> Result<Created> {
    let cluster = connection.connect(ui).await?;
    ui.note(&created::where_to(cluster.namespace(), cluster.context_name(), cluster.server()));
    refused::without_native_sidecars(&cluster, &plan.scaffold).await?;
    let (kind, namespace) = (plan.scaffold.kind.workload(), cluster.namespace());
    let answer = cluster.create(kind, namespace, &plan.object(Some(namespace)), &plan.creation).await;
    let object = match answer {
        Ok(object) => object,
        Err(error) => return Err(refused::explained(error, &cluster, plan, &connection.kubectl_flags()).await),
    };
    print(plan, &object, if plan.creation.mode == CreateMode::DryRun { " (server dry run)" } else { "" }, ui)?;
    Ok(Created { cluster, object, write_manifest: plan.write_manifest() })
}

fn print(plan: &Plan, object: &Value, how: &str, ui: &mut Ui) -> Result<()> {
    ui.data(created::object(&plan.scaffold, object, plan.print, how))?;
    plan.afterwards.iter().for_each(|note| ui.note(note));
    Ok(())
}

/// Waits for the workload, and says how that came out.
async fn wait(plan: &Plan, created: &Created, flags: &str, patience: Patience, ui: &mut Ui) -> Result<()> {
    let kind = plan.scaffold.kind.workload();
    let outcome = match kind {
        WorkloadKind::Deployment => roll_out::<apps::v1::Deployment>(kind, created, flags, patience, ui).await,
        WorkloadKind::StatefulSet => roll_out::<apps::v1::StatefulSet>(kind, created, flags, patience, ui).await,
        WorkloadKind::DaemonSet => roll_out::<apps::v1::DaemonSet>(kind, created, flags, patience, ui).await,
        WorkloadKind::Job => roll_out::<batch::v1::Job>(kind, created, flags, patience, ui).await,
        WorkloadKind::CronJob => Ok(Outcome::NothingToWaitFor),
        _ => Waiting::new(created, flags, patience).until_ready(ui).await,
    };
    let what = kind.as_str().to_lowercase();
    let may_wait = |error: Error| match error.kind() {
        Kind::Forbidden => error.hint(match kind {
            WorkloadKind::Pod => "the pod was created; without permission to watch pods, use --wait=false".to_owned(),
            _ => format!("the {what} was created; without permission to watch it and its pods, use --wait=false"),
        }),
        _ => error,
    };
    let outcome = outcome.map_err(may_wait)?;
    ui.clear_progress();
    tell(plan, outcome, flags, ui)
}

async fn roll_out<K>(
    kind: WorkloadKind,
    created: &Created,
    flags: &str,
    patience: Patience,
    ui: &mut Ui,
) -> Result<Outcome>
where
    K: crate::cluster::Listed + crate::pod::Progress,
{
    RolloutWaiting::new(kind, created, flags, patience).until_done::<K>(ui).await
}

/// Says how waiting ended.
fn tell(plan: &Plan, outcome: Outcome, flags: &str, ui: &mut Ui) -> Result<()> {
    let target = created::target(&plan.scaffold);
    let style = ui.stderr_style();
    let mut say = |lines: Vec<String>| lines.iter().for_each(|line| ui.note(line));
    match outcome {
        Outcome::Ready { ready, after } => say(created::ready(&plan.scaffold, &ready, after, flags, style)),
        Outcome::Complete { after } => say(created::complete(&plan.scaffold, after, flags, style)),
        Outcome::NothingToWaitFor => say(created::scheduled(&plan.scaffold, flags)),
        Outcome::NotReady(found) => {
            say(created::not_ready(&plan.scaffold, &found, flags, style));
            return Err(Error::reported());
        }
        Outcome::TimedOut { after, found } => {
            say(created::timed_out(&plan.scaffold, after, &found, flags, style));
            return Err(Error::reported());
        }
        Outcome::Gone => {
            return Err(Error::other(format_args!("{target} was deleted before it became ready"))
                .hint("create it again, or see who deleted it: a node that was drained, a controller, a colleague"));
        }
        Outcome::Interrupted => {
            say(created::interrupted(&plan.scaffold, flags));
            return Err(Error::interrupted());
        }
    }
    Ok(())
}
