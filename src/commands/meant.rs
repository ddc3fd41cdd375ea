//! What was probably meant by a name that is not there: what commands share.
//!
//! Asks for the names that there are, for a second at most; who may not list them, or whose server is slow, is told
//! no more than that it is not there.

use std::time::Duration;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use tokio::time::timeout;

use crate::cluster::Cluster;
use crate::document;
use crate::error::{Error, Kind, Result};
use crate::pod::{Target, made_by};

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
    let there_are = cluster.metadata_of(*kind, cluster.namespace()).await.unwrap_or_default();
    if let Some(made) = made_by_workload(&there_are, name).filter(|_| target.is_pod()) {
        return Some(made);
    }
    let there_are = there_are.iter().filter_map(|metadata| metadata.name.as_deref());
    if let Some(near) = document::meant(name, there_are) {
        return Some(Target { kind: *kind, name: near.to_owned() }.to_string());
    }
    let namespaces = cluster.namespaces_with(*kind, name).await.ok()?;
    namespaces.first().filter(|namespace| !namespace.is_empty()).map(|namespace| format!("{target} -n {namespace}"))
}

/// Pods that a workload of that name made, with the one that makes such pods.
fn made_by_workload(pods: &[ObjectMeta], workload: &str) -> Option<String> {
    let known = pods.iter().filter_map(|pod| Some((pod.name.as_deref()?, made_by(pod))));
    let is_its = |maker: &Option<Target>| maker.as_ref().is_some_and(|maker| maker.name == workload);
    let its = known.filter(|(pod, maker)| is_its(maker) || is_named_after(pod, workload)).take(SHOWN);
    let (names, makers): (Vec<&str>, Vec<Option<Target>>) = its.unzip();
    match makers.into_iter().flatten().next() {
        Some(maker) => Some(format!("{}, or what makes such pods, as in {maker}", names.join(", "))),
        None => Some(names.join(", ")).filter(|names| !names.is_empty()),
    }
}

/// As a pod is after the workload that made it: `web-5d4f8c7b9-x2x4z` and `web-0` of `web`.
fn is_named_after(pod: &str, workload: &str) -> bool {
    let rest = pod.strip_prefix(workload).and_then(|rest| rest.strip_prefix('-'));
    rest.is_some_and(|rest| rest.contains(|letter: char| letter.is_ascii_digit()))
}

async fn in_time(names: impl Future<Output = Result<Vec<String>>>) -> Vec<String> {
    timeout(PATIENCE, names).await.ok().and_then(Result::ok).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod(name: &str, kind: &str, controller: &str) -> ObjectMeta {
        let version = if kind == "Job" { "batch/v1" } else { "apps/v1" };
        let by = json!({"apiVersion": version, "kind": kind, "name": controller, "uid": "1", "controller": true});
        let owners = if kind.is_empty() { json!([]) } else { json!([by]) };
        let labels = json!({"pod-template-hash": "5d4f8c7b9"});
        serde_json::from_value(json!({"name": name, "labels": labels, "ownerReferences": owners})).unwrap()
    }

    #[test]
    fn what_makes_a_pod_is_who_controls_it() {
        for (name, kind, controller, written, maker) in [
            ("web-5d4f8c7b9-x2x4z", "ReplicaSet", "web-5d4f8c7b9", "web", Some("deploy/web")),
            ("web-x2x4z", "ReplicaSet", "web", "web", Some("rs/web")),
            ("web-0", "StatefulSet", "web", "web", Some("sts/web")),
            ("migration-bcdfg", "Job", "migration", "migration", Some("job/migration")),
            ("migration-0-x2x4z", "Job", "migration", "migration", Some("job/migration")),
            ("report-29012345-x2x4z", "Job", "report-29012345", "report", Some("job/report-29012345")),
            ("db-0", "Database", "db", "db", None),
            ("web-5d4f8c7b9-x2x4z", "", "", "web", None),
        ] {
            let maker = maker.map_or(String::new(), |maker| format!(", or what makes such pods, as in {maker}"));
            let meant = made_by_workload(&[pod("other", "", ""), pod(name, kind, controller)], written);
            assert_eq!(meant, Some(format!("{name}{maker}")));
        }
        assert_eq!(made_by_workload(&[pod("webserver", "", "")], "web"), None);
    }

    #[test]
    fn pods_of_a_workload_are_known_by_their_names() {
        for pod in ["web-0", "web-5d4f8c7b9-x2x4z", "web-x2x4z"] {
            assert!(is_named_after(pod, "web"), "{pod}");
        }
        for pod in ["web", "website-0", "web-server", "my-web-0"] {
            assert!(!is_named_after(pod, "web"), "{pod}");
        }
    }
}
