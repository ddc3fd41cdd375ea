//! Pods from a cluster.

use super::Found;
use crate::cluster::{Cluster, Pods, Settings};
use crate::commands::evidence;
use crate::diagnosis::{self, Observed};
use crate::error::{Kind, Result};
use crate::pod::{Pod, WorkloadKind};
use crate::render::inspect::{Finding, Inspection, Origin};
use crate::ui::Ui;

/// The pods of those names. One that is not there does not hide the others.
pub(super) async fn inspect(names: &[String], settings: &Settings, flags: &str, ui: &mut Ui) -> Result<Found> {
    let cluster = Cluster::connect(settings).await?;
    let pods = cluster.pods(cluster.namespace());
    let mut found = Found::default();
    for name in names {
        match pods.get(name).await {
            Ok(pod) => found.inspections.push(inspection(&pods, Pod::from(&pod), flags).await),
            Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Forbidden) => found.errors.push(error),
            Err(error) => return Err(error),
        }
    }
    for warning in cluster.take_warnings() {
        ui.warning(&warning);
    }
    Ok(found)
}

async fn inspection(pods: &Pods, pod: Pod, flags: &str) -> Inspection {
    let findings = findings(pods, &pod, flags).await;
    Inspection { kind: WorkloadKind::Pod, name: pod.name.clone(), pod, origin: Origin::Cluster, findings }
}

/// What is wrong with the pod. Events and logs are asked for where something may be.
async fn findings(pods: &Pods, pod: &Pod, flags: &str) -> Vec<Finding> {
    let (ready, all) = pod.ready_counts();
    if ready == all {
        return Vec::new();
    }
    let uid = pod.uid.as_deref().unwrap_or_default();
    let events = evidence::events(pods, &pod.name, uid).await.unwrap_or_default();
    let last_lines = evidence::last_lines(pods, pod).await;
    let observed = Observed { pod, events: &events, last_lines: &last_lines, flags };
    diagnosis::of_pod(&observed).into_iter().map(|diagnosis| Finding { at: None, diagnosis }).collect()
}
