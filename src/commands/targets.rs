//! The pods that are meant, as the cluster knows them: what commands share.
//!
//! Decides which pods a TARGET has, and that what cannot be found hides nothing else. Leaves to each command what it does
//! with them.

use futures_util::stream::{self, StreamExt};

use super::meant;
use super::pod_args::{PodChoice, PodFilter};
use crate::cluster::{Cluster, Scope, Selection};
use crate::error::{Error, Kind, Result};
use crate::follow::{Group, Members, Of, each_once};
use crate::pod::{Pod, Target, TargetKind, WorkloadKind};
use crate::ui::Ui;

/// Requests that are under way at the same time.
pub(super) const REQUESTS_AT_ONCE: usize = 8;

/// The pods that there are now.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Each once, in the order of namespace and name.
    pub(super) pods: Vec<Pod>,
    /// Why others are missing, in the order in which they were asked for.
    pub(super) errors: Vec<Error>,
    /// What is there, and has no pods now.
    pub(super) empty: Vec<Target>,
}

/// Finds the pods that there are now. What is missing, or may not be seen, hides nothing else.
///
/// # Errors
/// The server does not answer, or does not know who asks.
pub(super) async fn pods_now(cluster: &Cluster, choice: &PodChoice) -> Result<Found> {
    let mut found = Found::default();
    match choice {
        PodChoice::Targets(targets) => {
            let mut answers = stream::iter(targets).map(|target| of_target(cluster, target)).buffered(REQUESTS_AT_ONCE);
            let mut asked = targets.iter();
            while let (Some(answer), Some(target)) = (answers.next().await, asked.next()) {
                let is_empty = answer.as_ref().is_ok_and(Vec::is_empty);
                found.empty.extend(is_empty.then(|| target.clone()));
                found.take(answer)?;
            }
        }
        PodChoice::Matching(filter) => {
            let groups = filter.scopes(cluster).into_iter().map(|scope| in_scope(cluster, filter, scope));
            let mut answers = stream::iter(groups).buffered(REQUESTS_AT_ONCE);
            while let Some(answer) = answers.next().await {
                found.take(answer)?;
            }
        }
    }
    found.pods = each_once(found.pods);
    found.pods.sort_by(|one, other| (&one.namespace, &one.name).cmp(&(&other.namespace, &other.name)));
    Ok(found)
}

impl Found {
    fn take(&mut self, answer: Result<Vec<Pod>>) -> Result<()> {
        match answer {
            Ok(pods) => self.pods.extend(pods),
            Err(error) if matches!(error.kind(), Kind::Unreachable | Kind::Unauthorized) => return Err(error),
            Err(error) => self.errors.push(error),
        }
        Ok(())
    }
}

async fn of_target(cluster: &Cluster, target: &Target) -> Result<Vec<Pod>> {
    if target.is_pod() {
        let read = cluster.pods(cluster.namespace()).read(&target.name).await;
        return Ok(vec![Pod::from(&meant::or_meant(read, cluster, target).await?)]);
    }
    group(cluster, target).await?.now(cluster).await
}

async fn in_scope(cluster: &Cluster, filter: &PodFilter, scope: Scope) -> Result<Vec<Pod>> {
    Group { target: None, of: filter.of(vec![scope]) }.now(cluster).await
}

/// What has pods, and which those are.
pub(super) async fn group(cluster: &Cluster, target: &Target) -> Result<Group> {
    let namespace = cluster.namespace();
    let owner = cluster.owner(target.kind, namespace, &target.name).await;
    let owner = meant::or_meant(owner, cluster, target).await.map_err(|error| match error.kind() {
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
        return error.hint("it stands for a name outside this cluster: its pods, if any, are outside, too");
    }
    error
        .hint(format!(
            "see what is behind it with: kubectl get endpointslices -l kubernetes.io/service-name={} -n {namespace}",
            target.name
        ))
        .hint("then name the pods, or choose them with -l")
}

impl PodFilter {
    /// Which pods of these scopes fit.
    pub(super) fn of(&self, scopes: Vec<Scope>) -> Of {
        let (labels, fields) = (self.labels.clone(), self.fields.clone());
        let members = self.pattern.as_ref().map_or(Members::All, |pattern| Members::Matching(pattern.clone()));
        Of::Selection { scopes, selection: Selection::Matching { labels, fields }, members }
    }

    /// Where they are looked for.
    pub(super) fn scopes(&self, cluster: &Cluster) -> Vec<Scope> {
        match &self.namespaces {
            None => vec![Scope::Everywhere],
            Some(none) if none.is_empty() => vec![Scope::Namespace(cluster.namespace().to_owned())],
            Some(namespaces) => namespaces.iter().cloned().map(Scope::Namespace).collect(),
        }
    }
}

/// In a namespace that is not there no pod will come, and nothing else would say so.
pub(super) async fn check_namespaces(cluster: &Cluster, scopes: &[Scope]) -> Result<()> {
    for scope in scopes {
        if let Scope::Namespace(name) = scope
            && let Some(missing) = cluster.pods(name).missing_namespace().await
        {
            return Err(meant::namespace(missing, cluster, name).await);
        }
    }
    Ok(())
}

/// Says that these groups have no pods.
///
/// # Errors
/// One of the namespaces is not there.
pub(super) async fn say_nothing_found(cluster: &Cluster, groups: &[Group], ui: &mut Ui) -> Result<()> {
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
    say_nothing_in(cluster, scopes, ui).await
}

/// Says that there are no such pods there, as kubectl says it.
///
/// # Errors
/// One of the namespaces is not there.
pub(super) async fn say_nothing_in(cluster: &Cluster, scopes: Vec<Scope>, ui: &mut Ui) -> Result<()> {
    check_namespaces(cluster, &scopes).await?;
    for scope in scopes {
        match scope {
            Scope::Everywhere => ui.note("No resources found"),
            Scope::Namespace(name) => ui.note(&format!("No resources found in {name} namespace.")),
        }
    }
    Ok(())
}
