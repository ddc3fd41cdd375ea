//! The pods that are meant, as the cluster knows them.

use k8s_openapi::api::core::v1;

use super::check;
use super::plan::Plan;
use super::pod_args::{Fitting, PodChoice};
use crate::cluster::{Cluster, Pods, Scope, Selection};
use crate::error::{Error, Kind, Result};
use crate::follow::{Group, Members, Of, Targets, each_once};
use crate::logs::ContainerChoice;
use crate::pod::{Pod, Target, TargetKind, WorkloadKind};
use crate::ui::Ui;

/// Finds what was named.
///
/// # Errors
/// It is not there, or the server does not answer.
pub(super) async fn find(cluster: &Cluster, plan: &Plan, ui: &mut Ui) -> Result<Targets> {
    match &plan.pods {
        PodChoice::Targets(targets) => named(cluster, targets, plan, ui).await,
        PodChoice::Fitting(fitting) => {
            let scopes = scopes(fitting, cluster);
            if plan.options.follow {
                check_namespaces(cluster, &scopes).await?;
            }
            Ok(Targets { groups: vec![Group { target: None, of: fitting.of(scopes) }], ..Targets::default() })
        }
    }
}

async fn named(cluster: &Cluster, targets: &[Target], plan: &Plan, ui: &mut Ui) -> Result<Targets> {
    let options = &plan.options;
    let pods = cluster.pods(cluster.namespace());
    let mut found = Targets::default();
    for target in targets {
        if target.is_pod() {
            named_pod(&pods, &target.name, &options.choice, &mut found, ui).await?;
        } else {
            found.groups.push(group(cluster, target).await?);
        }
    }
    if !found.named.is_empty() {
        check::named(&found.named, options)?;
        if let Some(note) = check::nothing_yet(&found.named, &options.choice).filter(|_| !plan.format.quiet) {
            ui.note(note);
        }
    }
    Ok(found)
}

async fn named_pod(pods: &Pods, name: &str, choice: &ContainerChoice, found: &mut Targets, ui: &mut Ui) -> Result<()> {
    match (pods.get(name).await, choice.names()) {
        (Ok(pod), _) => found.named.push(Pod::from(&pod)),
        (Err(error), Some(containers)) if error.kind() == Kind::Forbidden => {
            if found.unseen.is_empty() {
                ui.note(&format!(
                    "Warning: only what the logs say is known of the pods, not restarts or ends: {error}"
                ));
            }
            found.unseen.push(unseen(pods, name, &containers));
        }
        (Err(error), None) if error.kind() == Kind::Forbidden => {
            return Err(error.hint(if choice.containers.is_empty() {
                "without that permission, name the containers to follow with -c"
            } else {
                "without that permission, only containers' exact names can be chosen, with -c"
            }));
        }
        (Err(error), _) => return Err(error),
    }
    Ok(())
}

/// What has pods, and which those are.
async fn group(cluster: &Cluster, target: &Target) -> Result<Group> {
    let namespace = cluster.namespace();
    let owner = cluster.owner(target.kind, namespace, &target.name).await.map_err(|error| match error.kind() {
        Kind::Forbidden => error.hint("without that permission, choose its pods by their labels: -l LABELS"),
        _ => error,
    })?;
    let shown = Some(target.to_string());
    let namespace = namespace.to_owned();
    let of = match target.kind {
        TargetKind::Workload(WorkloadKind::CronJob) => Of::CronJob { namespace, name: target.name.clone() },
        TargetKind::Workload(WorkloadKind::Job) => Of::Job { namespace, job: Box::new(owner) },
        kind => {
            let selector =
                owner.selector(kind).ok_or_else(|| selects_nothing(target, &namespace, owner.is_external_name()))?;
            let members = match kind {
                TargetKind::Service => Members::All,
                TargetKind::Workload(kind) => Members::Of(kind, target.name.clone()),
            };
            Of::Selection { scopes: vec![Scope::Namespace(namespace)], selection: Selection::labels(selector), members }
        }
    };
    Ok(Group { target: shown, of })
}

fn selects_nothing(target: &Target, namespace: &str, is_external_name: bool) -> Error {
    let error = Error::usage(format_args!("{target} has no selector, so nothing tells which pods are behind it"));
    if is_external_name {
        return error.hint("it stands for a name outside of the cluster: the logs are where that is");
    }
    error
        .hint(format!(
            "see what is behind it with: kubectl get endpointslices -l kubernetes.io/service-name={} -n {namespace}",
            target.name
        ))
        .hint("then name the pods, or choose them with -l")
}

impl Fitting {
    fn of(&self, scopes: Vec<Scope>) -> Of {
        let (labels, fields) = (self.labels.clone(), self.fields.clone());
        let members = self.pattern.as_ref().map_or(Members::All, |pattern| Members::Matching(pattern.clone()));
        Of::Selection { scopes, selection: Selection::Matching { labels, fields }, members }
    }
}

fn scopes(fitting: &Fitting, cluster: &Cluster) -> Vec<Scope> {
    match &fitting.namespaces {
        None => vec![Scope::Everywhere],
        Some(none) if none.is_empty() => vec![Scope::Namespace(cluster.namespace().to_owned())],
        Some(namespaces) => namespaces.iter().cloned().map(Scope::Namespace).collect(),
    }
}

/// In a namespace that is not there no pod will come, and nothing else would say so.
async fn check_namespaces(cluster: &Cluster, scopes: &[Scope]) -> Result<()> {
    for scope in scopes {
        if let Scope::Namespace(name) = scope
            && let Some(missing) = cluster.pods(name).missing_namespace().await
        {
            return Err(missing);
        }
    }
    Ok(())
}

/// The pods that there are now, and no others. `None`: there are none, and that was said.
///
/// # Errors
/// The server does not answer, or a namespace is not there.
pub(super) async fn now(cluster: &Cluster, mut targets: Targets, plan: &Plan, ui: &mut Ui) -> Result<Option<Targets>> {
    let mut empty = Vec::new();
    for group in std::mem::take(&mut targets.groups) {
        let pods = group.now(cluster).await?;
        if pods.is_empty() {
            empty.push(group);
        }
        targets.named.extend(pods);
    }
    targets.named = each_once(targets.named);
    if targets.named.is_empty() && targets.unseen.is_empty() {
        say_nothing_found(cluster, &empty, ui).await?;
        return Ok(None);
    }
    for target in empty.iter().filter_map(|group| group.target.as_ref()).filter(|_| !plan.format.quiet) {
        ui.note(&format!("-- {target} has no pods"));
    }
    if targets.unseen.is_empty() {
        check::chosen(&targets.named, &plan.options)?;
    }
    Ok(Some(targets))
}

async fn say_nothing_found(cluster: &Cluster, groups: &[Group], ui: &mut Ui) -> Result<()> {
    let mut scopes = Vec::new();
    for group in groups {
        match &group.of {
            Of::Selection { scopes: others, .. } => scopes.extend(others.clone()),
            Of::Job { namespace, .. } | Of::CronJob { namespace, .. } => {
                scopes.push(Scope::Namespace(namespace.clone()));
            }
        }
    }
    scopes.dedup();
    check_namespaces(cluster, &scopes).await?;
    for scope in scopes {
        match scope {
            Scope::Everywhere => ui.note("No resources found"),
            Scope::Namespace(name) => ui.note(&format!("No resources found in {name} namespace.")),
        }
    }
    Ok(())
}

/// A pod of which no more is known than these names.
fn unseen(pods: &Pods, name: &str, containers: &[&str]) -> Pod {
    let mut pod = v1::Pod::default();
    pod.metadata.name = Some(name.to_owned());
    pod.metadata.namespace = Some(pods.namespace().to_owned());
    let container = |name: &&str| v1::Container { name: (*name).to_owned(), ..v1::Container::default() };
    let containers = containers.iter().map(container).collect();
    pod.spec = Some(v1::PodSpec { containers, ..v1::PodSpec::default() });
    Pod::from(&pod)
}

/// The names of the containers that will be shown, by pod, as far as they are known.
pub(super) fn shown<'a>(targets: &'a Targets, choice: &ContainerChoice) -> Vec<(&'a str, Vec<&'a str>)> {
    let names = |pod: &'a Pod| choice.of(pod).into_iter().map(|container| container.name.as_str()).collect();
    targets.named.iter().chain(&targets.unseen).map(|pod| (pod.name.as_str(), names(pod))).collect()
}
