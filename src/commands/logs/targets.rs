//! The pods that are meant, as the cluster knows them.

use k8s_openapi::api::core::v1;

use super::check;
use super::plan::{Plan, Whose};
use crate::cluster::{Pods, Selection};
use crate::error::{Kind, Result};
use crate::follow::Targets;
use crate::logs::{ContainerChoice, Options};
use crate::pod::Pod;
use crate::ui::Ui;

/// Finds the pods. `None`: a selector means none, and that was said.
///
/// # Errors
/// A pod or a container that was named is not there, or the server does not answer.
pub(super) async fn find(pods: &Pods, plan: &Plan, ui: &mut Ui) -> Result<Option<Targets>> {
    match &plan.whose {
        Whose::Named(names) => named(pods, names, &plan.options, ui).await.map(Some),
        Whose::Selected(labels) if plan.options.follow => Ok(Some(Targets::Selected(labels.clone()))),
        Whose::Selected(labels) => {
            let found = listed(pods, labels).await?;
            if found.is_empty() {
                ui.note(&format!("No resources found in {} namespace.", pods.namespace()));
                return Ok(None);
            }
            check::chosen(&found, &plan.options)?;
            Ok(Some(Targets::Named(found)))
        }
    }
}

async fn named(pods: &Pods, names: &[String], options: &Options, ui: &mut Ui) -> Result<Targets> {
    let mut found = Vec::new();
    for name in names {
        match (pods.get(name).await, options.choice.names()) {
            (Ok(pod), _) => found.push(Pod::from(&pod)),
            (Err(error), Some(containers)) if error.kind() == Kind::Forbidden => {
                ui.note(&format!(
                    "Warning: only what the logs say is known of the pods, not restarts or ends: {error}"
                ));
                return Ok(Targets::Unseen(names.iter().map(|name| unseen(pods, name, &containers)).collect()));
            }
            (Err(error), None) if error.kind() == Kind::Forbidden => {
                return Err(error.hint(if options.choice.containers.is_empty() {
                    "without that permission, name the containers to follow with -c"
                } else {
                    "without that permission, only containers' exact names can be chosen, with -c"
                }));
            }
            (Err(error), _) => return Err(error),
        }
    }
    check::named(&found, options)?;
    if let Some(note) = check::nothing_yet(&found, &options.choice) {
        ui.note(note);
    }
    Ok(Targets::Named(found))
}

async fn listed(pods: &Pods, labels: &str) -> Result<Vec<Pod>> {
    let selection = Selection::Labels(labels.to_owned());
    let (mut pages, mut found) = (pods.list(&selection), Vec::new());
    while let Some(page) = pages.next().await? {
        found.extend(page.iter().map(Pod::from));
    }
    Ok(found)
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

/// The pods that are known by now.
pub(super) fn known(targets: &Targets) -> &[Pod] {
    match targets {
        Targets::Named(pods) | Targets::Unseen(pods) => pods,
        Targets::Selected(_) => &[],
    }
}

/// The names of the containers that will be shown, by pod, as far as they are known.
pub(super) fn shown<'a>(targets: &'a Targets, choice: &ContainerChoice) -> Vec<(&'a str, Vec<&'a str>)> {
    let names = |pod: &'a Pod| choice.of(pod).into_iter().map(|container| container.name.as_str()).collect();
    known(targets).iter().map(|pod| (pod.name.as_str(), names(pod))).collect()
}
