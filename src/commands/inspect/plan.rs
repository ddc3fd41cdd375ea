//! What is asked for: the command line, checked, and free of it.

use super::looking::{self, LookPlan};
use super::{InspectArgs, OutputFormat};
use crate::commands::connection::Connection;
use crate::commands::pod_args::PodChoice;
use crate::error::{Error, Result};
use crate::manifest::{self, Source};
use crate::probe::proof::Scope;
use crate::render::inspect::FILES_SHOWN;

/// What is asked for, free of the command line.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) pods: Pods,
    pub(super) output: Option<OutputFormat>,
    pub(super) is_diagram: bool,
    pub(super) all_volumes: bool,
    /// Which volumes are proven to be shared, if any.
    pub(super) prove: Option<Scope>,
    pub(super) looks: LookPlan,
    /// One was asked for: JSON and YAML show it as it is, and not in a list.
    pub(super) is_single: bool,
}

/// Where the pods are.
#[derive(Debug)]
pub(super) enum Pods {
    Live(Box<Live>),
    Offline { sources: Vec<Source>, namespace: Option<String> },
}

/// Pods on a cluster.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) choice: PodChoice,
    pub(super) connection: Connection,
    /// The namespace was named.
    pub(super) is_placed: bool,
    /// Nothing but the names of the pods is shown.
    pub(super) names_only: bool,
}

impl Live {
    /// The flags that kubectl needs to find something in that namespace. `own`: where it looks without.
    pub(super) fn kubectl_flags(&self, namespace: &str, own: &str) -> String {
        self.connection.kubectl_flags_in((self.is_placed || namespace != own).then_some(namespace))
    }
}

/// Checks what the command line says.
///
/// # Errors
/// Flags that do not go together, or a manifest that is not there.
pub(super) fn plan(args: &InspectArgs) -> Result<Plan> {
    if args.diagram && args.output.is_some() {
        return Err(Error::usage(
            "--diagram cannot be used with -o: -o svg and -o mermaid give the same picture for other programs",
        ));
    }
    let is_offline = !args.filename.is_empty();
    let prove = args.prove.scope(is_offline, args.diagram, args.output)?;
    let looks = looks(args)?;
    if is_offline {
        return offline(args);
    }
    let choice = args.pods.choice(&args.connection, "inspect").map_err(|error| {
        if args.pods.is_empty() { error.hint("or read manifests, without a cluster: -f FILE") } else { error }
    })?;
    // What has pods may have one by chance: then it is a list of one.
    let is_single = matches!(&choice, PodChoice::Targets(targets) if matches!(&targets[..], [one] if one.is_pod()));
    let namespaces = args.connection.namespaces();
    let live = Live {
        choice,
        connection: args.connection.clone(),
        is_placed: !namespaces.is_empty(),
        names_only: args.output == Some(OutputFormat::Name),
    };
    Ok(Plan {
        pods: Pods::Live(Box::new(live)),
        output: args.output,
        is_diagram: args.diagram,
        all_volumes: args.all_volumes,
        prove,
        looks,
        is_single,
    })
}

fn offline(args: &InspectArgs) -> Result<Plan> {
    let mut namespaces = args.connection.namespaces();
    if namespaces.len() > 1 {
        return Err(Error::usage("a manifest in several namespaces: only one -n is allowed with -f"));
    }
    let sources = args.filename.iter().map(|file| manifest::sources(file)).collect::<Result<Vec<_>>>()?.concat();
    if sources.iter().filter(|source| **source == Source::StandardInput).count() > 1 {
        return Err(Error::usage("standard input can be read only once: give -f - once"));
    }
    let pods = Pods::Offline { sources, namespace: namespaces.pop() };
    let is_single = args.filename.len() == 1;
    Ok(Plan {
        pods,
        output: args.output,
        is_diagram: args.diagram,
        all_volumes: args.all_volumes,
        prove: None,
        looks: LookPlan::default(),
        is_single,
    })
}

/// What is looked for in running containers.
fn looks(args: &InspectArgs) -> Result<LookPlan> {
    let without = match args.output {
        _ if !args.filename.is_empty() => Some(("-f", "it looks into running containers, and -f asks no cluster")),
        None if args.diagram => Some(("--diagram", "a picture shows what the pod's spec says")),
        Some(OutputFormat::Name) => Some(("-o name", "names are all that is written then")),
        Some(OutputFormat::Mermaid) => Some(("-o mermaid", "a picture shows what the pod's spec says")),
        Some(OutputFormat::Svg) => Some(("-o svg", "a picture shows what the pod's spec says")),
        None | Some(OutputFormat::Wide | OutputFormat::Json | OutputFormat::Yaml) => None,
    };
    let most_files = match args.output {
        Some(OutputFormat::Json) => looking::MOST_AS_JSON,
        Some(OutputFormat::Yaml) => looking::MOST_AS_YAML,
        _ => FILES_SHOWN,
    };
    args.looks.plan(without, most_files)
}
