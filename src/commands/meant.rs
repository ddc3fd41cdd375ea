//! What was probably meant by a name that is not there: what commands share.
//!
//! Asks for the names that there are, for a second at most; who may not list them, or whose server is slow, is told
//! no more than that it is not there.

use std::time::Duration;

use tokio::time::timeout;

use crate::cluster::Cluster;
use crate::document;
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
    match document::meant(written, there_are.iter().map(String::as_str)) {
        Some(name) => error.hint_meant(&format!("-n {name}")),
        None => error,
    }
}

async fn named(error: Error, cluster: &Cluster, target: &Target) -> Error {
    let Ok(hints) = timeout(PATIENCE, meant(cluster, target)).await else { return error };
    match hints {
        Some(hint) => error.hint_meant(&hint),
        None => error,
    }
}

/// One of that type with a name like it, or of that name elsewhere.
async fn meant(cluster: &Cluster, target: &Target) -> Option<String> {
    let Target { kind, name } = target;
    let there_are = cluster.names(*kind, cluster.namespace()).await.unwrap_or_default();
    let there_are: Vec<&str> = there_are.iter().map(String::as_str).collect();
    // A pod that a workload made begins with the workload's name.
    let made: Vec<&str> = there_are.iter().copied().filter(|pod| is_made_by(pod, name)).take(SHOWN).collect();
    if target.is_pod() && !made.is_empty() {
        let workload = Target { kind: TargetKind::Workload(maker(made[0], name)), name: name.clone() };
        return Some(format!("{}, or what makes such pods, as in {workload}", made.join(", ")));
    }
    if let Some(near) = document::meant(name, there_are) {
        return Some(Target { kind: *kind, name: near.to_owned() }.to_string());
    }
    let namespaces = cluster.namespaces_with(*kind, name).await.ok()?;
    namespaces.first().filter(|namespace| !namespace.is_empty()).map(|namespace| format!("{target} -n {namespace}"))
}

/// By its name: `web-5d4f8c7b9-x2x4z` and `web-0` of `web`.
fn is_made_by(pod: &str, workload: &str) -> bool {
    let rest = pod.strip_prefix(workload).and_then(|rest| rest.strip_prefix('-'));
    rest.is_some_and(|rest| rest.contains(|letter: char| letter.is_ascii_digit()))
}

/// What makes pods of such names: a Deployment's have the hash of a ReplicaSet and five letters after its own, a
/// StatefulSet's a number, and all others' five letters.
fn maker(pod: &str, workload: &str) -> WorkloadKind {
    let rest = pod.strip_prefix(workload).unwrap_or_default().trim_start_matches('-');
    let ends_with_hash = workload.rsplit_once('-').is_some_and(|(_, last)| {
        (8..=10).contains(&last.len()) && last.contains(|letter: char| letter.is_ascii_digit())
    });
    match rest {
        rest if rest.contains('-') => WorkloadKind::Deployment,
        rest if rest.bytes().all(|byte| byte.is_ascii_digit()) => WorkloadKind::StatefulSet,
        _ if ends_with_hash => WorkloadKind::ReplicaSet,
        _ => WorkloadKind::DaemonSet,
    }
}

async fn in_time(names: impl Future<Output = Result<Vec<String>>>) -> Vec<String> {
    timeout(PATIENCE, names).await.ok().and_then(Result::ok).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_a_pod_is_read_off_its_name() {
        for (pod, workload, kind) in [
            ("web-5d4f8c7b9-x2x4z", "web", WorkloadKind::Deployment),
            ("web-5d4f8c7b9-x2x4z", "web-5d4f8c7b9", WorkloadKind::ReplicaSet),
            ("web-0", "web", WorkloadKind::StatefulSet),
            ("web-x2x4z", "web", WorkloadKind::DaemonSet),
        ] {
            assert_eq!(maker(pod, workload), kind, "{pod} of {workload}");
        }
    }

    #[test]
    fn pods_of_a_workload_are_known_by_their_names() {
        for pod in ["web-0", "web-5d4f8c7b9-x2x4z", "web-x2x4z"] {
            assert!(is_made_by(pod, "web"), "{pod}");
        }
        for pod in ["web", "website-0", "web-server", "my-web-0"] {
            assert!(!is_made_by(pod, "web"), "{pod}");
        }
    }
}
