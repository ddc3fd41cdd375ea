//! The pods that are meant, as the cluster knows them.

use k8s_openapi::api::core::v1;

use super::plan::{Plan, Whose};
use crate::cluster::{Pods, Selection};
use crate::error::{Error, Kind, Result};
use crate::follow::Targets;
use crate::pod::Pod;
use crate::ui::Ui;

/// Finds the pods. `None`: a selector means none, and that was said.
///
/// # Errors
/// A pod or a container that was named is not there, or the server does not answer.
pub(super) async fn find(pods: &Pods, plan: &Plan, ui: &mut Ui) -> Result<Option<Targets>> {
    match &plan.whose {
        Whose::Named(names) => named(pods, names, &plan.options.containers, ui).await.map(Some),
        Whose::Selected(labels) if plan.options.follow => Ok(Some(Targets::Selected(labels.clone()))),
        Whose::Selected(labels) => {
            let found = listed(pods, labels).await?;
            if found.is_empty() {
                ui.note(&format!("No resources found in {} namespace.", pods.namespace()));
                return Ok(None);
            }
            Ok(Some(Targets::Named(found)))
        }
    }
}

async fn named(pods: &Pods, names: &[String], containers: &[String], ui: &mut Ui) -> Result<Targets> {
    let mut found = Vec::new();
    for name in names {
        match pods.get(name).await {
            Ok(pod) => {
                let pod = Pod::from(&pod);
                check_containers(&pod, containers)?;
                found.push(pod);
            }
            Err(error) if error.kind() == Kind::Forbidden && !containers.is_empty() => {
                ui.note(&format!(
                    "Warning: only what the logs say is known of the pods, not restarts or ends: {error}"
                ));
                return Ok(Targets::Unseen(names.iter().map(|name| unseen(pods, name, containers)).collect()));
            }
            Err(error) if error.kind() == Kind::Forbidden => {
                return Err(error.hint("without that permission, name the containers to follow with -c"));
            }
            Err(error) => return Err(error),
        }
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
fn unseen(pods: &Pods, name: &str, containers: &[String]) -> Pod {
    let mut pod = v1::Pod::default();
    pod.metadata.name = Some(name.to_owned());
    pod.metadata.namespace = Some(pods.namespace().to_owned());
    let container = |name: &String| v1::Container { name: name.clone(), ..v1::Container::default() };
    let containers = containers.iter().map(container).collect();
    pod.spec = Some(v1::PodSpec { containers, ..v1::PodSpec::default() });
    Pod::from(&pod)
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

/// The pods that are known by now.
pub(super) fn known(targets: &Targets) -> &[Pod] {
    match targets {
        Targets::Named(pods) | Targets::Unseen(pods) => pods,
        Targets::Selected(_) => &[],
    }
}

/// The names of the containers that will be shown, by pod, as far as they are known.
pub(super) fn shown<'a>(targets: &'a Targets, wanted: &[String]) -> Vec<(&'a str, Vec<&'a str>)> {
    let pods = known(targets);
    let is_wanted = |name: &&str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    let names =
        |pod: &'a Pod| pod.containers.iter().map(|container| container.name.as_str()).filter(is_wanted).collect();
    pods.iter().map(|pod| (pod.name.as_str(), names(pod))).collect()
}
