//! In which containers the command is to run, and in which of them it can.

use super::Plan;
use crate::cluster::Cluster;
use crate::commands::container_args::{all_there, listed, nothing_chosen};
use crate::commands::meant::or_meant;
use crate::commands::targets::group;
use crate::error::{Error, Result};
use crate::pod::{Container, Pod, Role, preferred};
use crate::probe::{Failure, Place, is_not_meant_to_run, not_running};
use crate::render::exec::name;
use crate::ui::Ui;

/// A container that is meant.
#[derive(Debug)]
pub(super) struct Where {
    pub(super) place: Place,
    /// Why nothing can run there.
    pub(super) obstacle: Option<Failure>,
}

/// The containers, in start order; at least one.
///
/// # Errors
/// The pods are not there, or done, or have no such containers; or standard input cannot go to several.
pub(super) async fn find(cluster: &Cluster, plan: &Plan, ui: &mut Ui) -> Result<Vec<Where>> {
    let pods = pods(cluster, plan, ui).await?;
    all_there(&pods, &plan.choice)?;
    let chosen: Vec<(&Pod, &Container)> =
        pods.iter().flat_map(|pod| plan.choice.of(pod).into_iter().map(move |container| (pod, container))).collect();
    if chosen.is_empty() {
        return Err(nothing_chosen(&pods, &plan.choice));
    }
    let is_asked_for = !plan.choice.containers.is_empty() || plan.choice.roles.contains(&Role::Init);
    let meant = chosen.into_iter().filter_map(|(pod, container)| {
        let obstacle = not_running(container).map(|failure| failure.hint(see_why(pod, plan)));
        let is_left_out = obstacle.is_some() && is_not_meant_to_run(container) && !is_asked_for;
        (!is_left_out).then(|| Where { place: Place::of(pod, container), obstacle })
    });
    let found: Vec<Where> = meant.collect();
    if found.is_empty() {
        return Err(nothing_runs(&pods, plan));
    }
    check_input(&found, plan)?;
    Ok(found)
}

/// The pods that are meant.
async fn pods(cluster: &Cluster, plan: &Plan, ui: &mut Ui) -> Result<Vec<Pod>> {
    if plan.target.is_pod() {
        let got = cluster.pods(cluster.namespace()).get(&plan.target.name).await;
        let pod = Pod::from(&or_meant(got, cluster, &plan.target).await?);
        if let Some(phase) = pod.status.as_ref().map(|status| status.phase).filter(|phase| phase.is_final()) {
            let message = "cannot exec into a container in a completed pod; current phase is";
            return Err(Error::usage(format_args!("{message} {}", phase.as_str()))
                .hint(format!("what it said is still there: kubectl sidecar logs {}{}", pod.name, plan.flags)));
        }
        return Ok(vec![pod]);
    }
    let mut all = group(cluster, &plan.target).await?.now(cluster).await?;
    let have_run = !all.is_empty();
    all.retain(|pod| !pod.status.as_ref().is_some_and(|status| status.phase.is_final()));
    let Some(best) = preferred(&all) else { return Err(no_pods(plan, have_run)) };
    if plan.all_pods {
        all.sort_by(|one, other| one.name.cmp(&other.name));
        return Ok(all);
    }
    if all.len() > 1 {
        ui.note(&defaulted(&best.name, &all));
    }
    Ok(vec![best.clone()])
}

/// As kubectl says it of containers.
fn defaulted(best: &str, all: &[Pod]) -> String {
    let names: Vec<&str> = all.iter().map(|pod| pod.name.as_str()).collect();
    format!("Defaulted pod \"{best}\" out of: {} (--all-pods means all)", listed(&names))
}

/// `have_run`: it has some that are done.
fn no_pods(plan: &Plan, have_run: bool) -> Error {
    let Plan { target, flags, .. } = plan;
    let error = Error::usage(format_args!("{target} has no running pods"));
    if have_run {
        return error.hint(format!("what its pods said is still there: kubectl sidecar logs {target}{flags}"));
    }
    error.hint(format!("see why with: kubectl describe {target}{flags}"))
}

fn nothing_runs(pods: &[Pod], plan: &Plan) -> Error {
    let names: Vec<&str> = pods.iter().map(|pod| pod.name.as_str()).collect();
    let error = Error::usage(format_args!("no container of {} is running", listed(&names)));
    pods.iter().take(1).fold(error, |error, pod| error.hint(see_why(pod, plan)))
}

fn see_why(pod: &Pod, plan: &Plan) -> String {
    format!("see why with: kubectl sidecar inspect {}{}", pod.name, plan.flags)
}

/// Whether a container's name alone does not tell which one is meant.
pub(super) fn are_of_several_pods(found: &[Where]) -> bool {
    found.iter().any(|one| one.place.pod != found[0].place.pod)
}

/// What is typed goes to one container.
fn check_input(found: &[Where], plan: &Plan) -> Result<()> {
    if found.len() == 1 || !plan.stdin {
        return Ok(());
    }
    let flag = if plan.tty || plan.lacks_terminal { "-it" } else { "-i" };
    let several_pods = are_of_several_pods(found);
    let names: Vec<String> = found.iter().map(|one| name(&one.place, several_pods)).collect();
    let hint = if several_pods { "choose one with -c, and one pod by its name" } else { "choose one with -c" };
    Err(Error::usage(format_args!("{flag} is for one container, and these are {}: {}", names.len(), names.join(", ")))
        .hint(format!("{hint}: what is typed cannot go to several")))
}
