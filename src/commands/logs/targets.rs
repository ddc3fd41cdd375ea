//! The pods that are meant, as the cluster knows them.

use k8s_openapi::api::core::v1;

use super::check;
use super::plan::Plan;
use crate::cluster::{Cluster, Pods};
use crate::commands::meant::or_meant;
use crate::commands::pod_args::PodChoice;
use crate::commands::targets::{check_namespaces, group, say_nothing_found};
use crate::error::{Error, Kind, Result};
use crate::follow::{Group, Targets, each_once};
use crate::logs::ContainerChoice;
use crate::pod::{Pod, Target};
use crate::ui::Ui;

/// Finds what was named.
///
/// # Errors
/// It is not there, or the server does not answer.
pub(super) async fn find(cluster: &Cluster, plan: &Plan, ui: &mut Ui) -> Result<Targets> {
    match &plan.pods {
        PodChoice::Targets(targets) => named(cluster, targets, plan, ui).await,
        PodChoice::Matching(filter) => {
            let scopes = filter.scopes(cluster);
            if plan.options.follow {
                check_namespaces(cluster, &scopes).await?;
            }
            Ok(Targets { groups: vec![Group { target: None, of: filter.of(scopes) }], ..Targets::default() })
        }
    }
}

async fn named(cluster: &Cluster, targets: &[Target], plan: &Plan, ui: &mut Ui) -> Result<Targets> {
    let options = &plan.options;
    let pods = cluster.pods(cluster.namespace());
    let mut found = Targets::default();
    for target in targets {
        if target.is_pod() {
            named_pod(&pods, target, plan, &mut found, ui).await?;
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

async fn named_pod(pods: &Pods, target: &Target, plan: &Plan, found: &mut Targets, ui: &mut Ui) -> Result<()> {
    let (name, choice) = (&target.name, &plan.options.choice);
    let got = or_meant(pods.get(name).await, pods.cluster(), target).await;
    match (got, choice.names()) {
        (Ok(pod), _) => found.named.push(Pod::from(&pod)),
        (Err(error), Some(containers)) if error.kind() == Kind::Forbidden => {
            if found.unseen.is_empty() && !plan.format.quiet {
                ui.warning(&format!("without permission to get the pods, restarts and ends are not seen: {error}"));
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
        (Err(error), _) => return Err(hint_container(error, name, &found.named)),
    }
    Ok(())
}

/// kubectl takes `logs POD CONTAINER`.
fn hint_container(error: Error, name: &str, named: &[Pod]) -> Error {
    let has = |pod: &&Pod| pod.containers.iter().any(|container| container.name == name);
    match named.iter().find(has).filter(|_| error.kind() == Kind::NotFound) {
        Some(pod) => error.hint_meant(&format!("{} -c {name}", pod.name)),
        None => error,
    }
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
