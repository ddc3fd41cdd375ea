//! What was probably meant by a name that is not there: what commands share.
//!
//! Asks for the names that there are, once and for a second at most; who may not list them, or whose server is slow, is told
//! no more than that it is not there.

use std::time::Duration;

use tokio::time::timeout;

use crate::cluster::Cluster;
use crate::document::{ALIKE, nearest};
use crate::error::{Error, Kind, Result};
use crate::pod::{Target, TargetKind, WorkloadKind};

/// A help that comes later is none.
const PATIENCE: Duration = Duration::from_secs(1);

/// So many names are shown.
const SHOWN: usize = 3;

/// The same result; of a target that is not there with what was probably meant.
pub(super) async fn or_meant<T>(result: Result<T>, cluster: &Cluster, target: &Target) -> Result<T> {
    match result {
        Err(error) if error.is_of_namespace() => Err(namespace(error, cluster, cluster.namespace()).await),
        Err(error) if error.kind() == Kind::NotFound => Err(named(error, cluster, target).await),
        result => result,
    }
}

/// Of a namespace that is not there, with the one that was probably meant.
pub(super) async fn namespace(error: Error, cluster: &Cluster, written: &str) -> Error {
    if !error.is_of_namespace() {
        return error;
    }
    let there_are = in_time(cluster.namespace_names()).await;
    match nearest(written, there_are.iter().map(String::as_str), ALIKE) {
        Some(name) => error.hint_meant(&format!("-n {name}")),
        None => error,
    }
}

async fn named(error: Error, cluster: &Cluster, target: &Target) -> Error {
    let there_are = in_time(cluster.names(target.kind, cluster.namespace())).await;
    let near = nearest(&target.name, there_are.iter().map(String::as_str), ALIKE);
    if let Some(name) = near {
        return error.hint_meant(&Target { kind: target.kind, name: name.to_owned() }.to_string());
    }
    let begins = format!("{}-", target.name);
    let pods: Vec<&str> = there_are.iter().map(String::as_str).filter(|name| name.starts_with(&begins)).collect();
    match pods.as_slice() {
        [] => error,
        _ if !target.is_pod() => error,
        pods => {
            let deployment = TargetKind::Workload(WorkloadKind::Deployment);
            let workload = Target { kind: deployment, name: target.name.clone() };
            let shown = pods.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
            error.hint_meant(&format!("{shown}, or what makes such pods, as in {workload}"))
        }
    }
}

async fn in_time(names: impl Future<Output = Result<Vec<String>>>) -> Vec<String> {
    timeout(PATIENCE, names).await.ok().and_then(Result::ok).unwrap_or_default()
}
