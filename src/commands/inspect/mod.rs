//! `kubectl sidecar inspect`: what a pod's containers are, and what they share.
//!
//! Live and offline differ in where pods come from, and in nothing else.

mod files;
mod kubectl;
mod live;
mod looking;
mod offline;
mod plan;
mod prove;
mod references;
mod usage;

use clap::{Args, ValueEnum};

use super::args::ShowKubectl;
use super::connection::Connection;
use super::pod_args::PodArgs;
use crate::cluster::Cluster;
use crate::error::{Error, Result};
use crate::render::inspect::{self as render, Detail, Inspection, diagram, json};
use crate::render::table::one_line;
use crate::system::interrupted;
use crate::ui::Ui;
use looking::LookArgs;
use plan::{Live, Plan, Pods};
use prove::ProveArgs;

/// Show what a pod's containers are, and what they share
///
/// Lists the containers in the order in which they start, with role, image, state and restarts; where each of them
/// mounts each volume, and whether it can write there (rw) or only read (ro); and who shares what. For a container that
/// does not run it says why, and what to do about it.
///
/// Use it to understand a pod that somebody else wrote, to see what a sidecar and the main container have in common, or
/// to find out why they do not see each other's files. With -f it needs no cluster: it reads manifests before they are
/// applied, finds beginners' mistakes in them (a volumeMount that names no volume, volumes confused with volumeMounts,
/// an image that ends at once without a command), and gives file, line and column. Documents that create no pods are
/// ignored.
///
/// TARGETs may be mixed: pods by name, and TYPE/NAME of anything that has pods, which stands for its pods; if it has
/// none now, its pod template is shown. -l, --field-selector, --match, --node and -A select all pods that match all of
/// them, in one namespace, in several (-n a -n b) or in all (-A).
///
/// Exits with 1 if a pod is not there, if a manifest cannot be read, if the API server would refuse it, if --prove
/// cannot prove what should be shared, or if something that --files or --usage asks for is forbidden or fails; the rest
/// is shown all the same.
#[derive(Debug, Args)]
#[command(visible_alias = "volumes", after_help = EXAMPLES)]
pub struct InspectArgs {
    #[command(flatten)]
    pods: PodArgs,
    /// A manifest, a folder of manifests, or - for standard input; may be repeated
    #[arg(short, long, value_name = "FILE", conflicts_with_all = PodArgs::FLAGS)]
    filename: Vec<String>,
    /// Show more (wide), or write it for another program
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    output: Option<OutputFormat>,
    /// Draw the pod: its containers, its volumes, and the mounts between them
    #[arg(long)]
    diagram: bool,
    /// Also show the volume with the service account's token, which Kubernetes adds to every pod; with --files also
    /// list volumes that only one container mounts
    #[arg(long)]
    all_volumes: bool,
    #[command(flatten)]
    prove: ProveArgs,
    #[command(flatten)]
    looks: LookArgs,
    #[command(flatten)]
    show_kubectl: ShowKubectl,
    /// The root's, where it may also stand before the command; `cli` hands it on.
    #[arg(skip)]
    pub(crate) connection: Connection,
}

const EXAMPLES: &str = "Examples:
  # The containers of the pod webserver, and what they share
  kubectl sidecar inspect webserver

  # Types and limits of its volumes, commands, and how each role was determined
  kubectl sidecar inspect webserver -o wide

  # All pods of a Deployment; all pods with a label; all pods of the cluster
  kubectl sidecar inspect deploy/web
  kubectl sidecar inspect -l app=web
  kubectl sidecar inspect -A -o json

  # Check a manifest before it is applied; no cluster is needed
  kubectl sidecar inspect -f webserver-pod.yaml

  # All manifests of a folder, or what another program writes
  kubectl sidecar inspect -f manifests/
  helm template . | kubectl sidecar inspect -f -

  # A picture of the pod in the terminal
  kubectl sidecar inspect webserver --diagram

  # The same picture for a page on a code host, and as a file that browsers show
  kubectl sidecar inspect webserver -o mermaid
  kubectl sidecar inspect -f webserver-pod.yaml -o svg > webserver.svg

  # Prove it: each container writes a small file, which all others read; it is removed afterwards
  kubectl sidecar inspect webserver --prove

  # What lies in the volumes they share, and who sees it; only its logs, in any directory
  kubectl sidecar inspect webserver --files
  kubectl sidecar inspect webserver --files='**/*.log'

  # How full its volumes are
  kubectl sidecar inspect webserver --usage

  # Which volumes are shared, for a script
  kubectl sidecar inspect webserver -o json | jq -r '.volumes[] | select(.sharing == \"shared\").name'";

/// `-o`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// As text, with more columns
    Wide,
    /// A document of version sidecar.kubectl/v1
    Json,
    /// The same as YAML
    Yaml,
    /// Only the names, as TYPE/NAME
    Name,
    /// A picture as a Mermaid flowchart, which code hosts show
    Mermaid,
    /// A picture as SVG
    Svg,
}

impl OutputFormat {
    /// Whether it says what is wrong.
    fn tells_findings(self) -> bool {
        matches!(self, Self::Wide | Self::Json | Self::Yaml)
    }
}

/// What was found of what was asked for.
#[derive(Default)]
struct Found {
    inspections: Vec<Inspection>,
    /// Why the rest is missing.
    errors: Vec<Error>,
    /// The API server would refuse one of the manifests.
    is_rejected: bool,
    /// Something that was looked for in containers could not be had.
    is_partial: bool,
    /// Where they were found.
    cluster: Option<Cluster>,
}

impl Found {
    /// Nobody asked for the volumes with tokens by hand.
    fn leave_out_tokens(&mut self, all_volumes: bool) {
        for inspection in self.inspections.iter_mut().filter(|_| !all_volumes) {
            inspection.pod = std::mem::take(&mut inspection.pod).without_token_volumes();
        }
    }

    /// Looks into the containers, where that was asked for.
    async fn look(&mut self, plan: &Plan, live: &Live, ui: &mut Ui) {
        let Some(cluster) = &self.cluster else { return };
        let looked = looking::look(&plan.looks, plan.all_volumes, live, cluster, &mut self.inspections, ui).await;
        self.errors.extend(looked.errors);
        self.is_partial |= looked.is_partial;
    }
}

/// Shows the pods.
pub fn run(args: &InspectArgs, ui: &mut Ui) -> Result<()> {
    let shows_kubectl = args.show_kubectl.show_kubectl;
    if shows_kubectl {
        say(&kubectl::of_files(args), ui);
    }
    let plan = plan::plan(args)?;
    if let (true, Pods::Live(live)) = (shows_kubectl, &plan.pods) {
        say(&kubectl::of_pods(args, &live.choice), ui);
    }
    let found = match &plan.pods {
        Pods::Live(live) => super::block_on(async {
            let mut found = live::inspect(live, ui).await?;
            found.leave_out_tokens(plan.all_volumes);
            let looks = async {
                prove::prove(&plan, &mut found, ui).await?;
                found.look(&plan, live, ui).await;
                Ok::<_, Error>(())
            };
            tokio::select! {
                done = looks => done?,
                () = interrupted() => return Err(Error::interrupted()),
            }
            Ok(found)
        })?,
        Pods::Offline { sources, namespace } => {
            let mut found = offline::inspect(sources, namespace.as_deref());
            found.leave_out_tokens(plan.all_volumes);
            found
        }
    };
    ui.data(written(&plan, &found.inspections, ui)?)?;
    if found.is_rejected && !plan.output.is_none_or(OutputFormat::tells_findings) {
        ui.warning("the API server would refuse one of the manifests: without -o it is said why");
    }
    end(found, ui)
}

fn say(lines: &[String], ui: &mut Ui) {
    for line in lines {
        ui.note(line);
    }
}

fn written(plan: &Plan, inspections: &[Inspection], ui: &Ui) -> Result<String> {
    let texts = |detail| {
        let texts = inspections.iter().map(|inspection| render::text(inspection, detail, ui.stdout_style()));
        texts.collect::<Vec<_>>().join("\n\n")
    };
    match plan.output {
        None if plan.is_diagram => {
            let pictures = inspections.iter().map(|inspection| diagram::text(inspection, ui.stdout_style()));
            Ok(pictures.collect::<Vec<_>>().join("\n"))
        }
        None => Ok(texts(Detail::Normal)),
        Some(OutputFormat::Wide) => Ok(texts(Detail::Wide)),
        Some(OutputFormat::Name) => {
            let name = |inspection: &Inspection| [one_line(&inspection.resource()), "\n".to_owned()];
            Ok(inspections.iter().flat_map(name).collect())
        }
        Some(OutputFormat::Mermaid) => Ok(diagram::mermaid(inspections)),
        Some(OutputFormat::Svg) => Ok(diagram::svg(inspections)),
        Some(OutputFormat::Json | OutputFormat::Yaml) if inspections.is_empty() && plan.is_single => Ok(String::new()),
        Some(OutputFormat::Json) => json::text(inspections, plan.is_single).map_err(Error::other),
        Some(OutputFormat::Yaml) => {
            let document = json::document(inspections, plan.is_single).map_err(Error::other)?;
            Ok(crate::render::yaml::yaml(&document))
        }
    }
}

/// Says what is missing. One error is the command's own; of several, each is said before the end.
fn end(found: Found, ui: &mut Ui) -> Result<()> {
    let mut errors = found.errors;
    let last = errors.pop();
    for error in &errors {
        ui.error(error);
    }
    match last {
        Some(error) => Err(error),
        None if found.is_rejected || found.is_partial => Err(Error::reported()),
        None => Ok(()),
    }
}
