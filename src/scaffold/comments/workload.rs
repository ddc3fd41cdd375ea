//! The words for what a workload is called, how many pods it makes, and when.

use super::{Comment, Words, above, beside};
use crate::document::FieldPath;
use crate::pod::WorkloadKind;

pub(super) const WORDS: Words = &[
    ("metadata", "namespace", "The namespace it lives in."),
    ("labels", "app", "Which app it is part of: selectors and Services find pods by this."),
    ("labels", "*", "A label: kubectl get -l and Services choose by it."),
    ("metadata", "annotations", "What tools and people note about it; nothing is chosen by it."),
    (
        "annotations",
        "kubectl.kubernetes.io/default-container",
        "The container that kubectl logs and exec mean where none is named.",
    ),
    (
        "annotations",
        "kubectl.kubernetes.io/last-applied-configuration",
        "What was written here, for kubectl apply: what is missing next time is taken away.",
    ),
    ("annotations", "*", "A note for tools and people."),
    ("spec", "replicas", "How many Pods of this kind there shall be."),
    ("spec", "schedule", "When: minute, hour, day of the month, month, day of the week; * is every one."),
    ("spec", "serviceName", "The headless Service that gives each Pod a name of its own in the cluster's DNS."),
    ("spec", "selector", "Which Pods are its own."),
    ("selector", "matchLabels", "Those with all of these labels."),
    ("matchLabels", "*", "It MUST match a label of the template below."),
    ("spec", "jobTemplate", "The Job that is made each time."),
    ("jobTemplate", "spec", "What each Job is to run."),
    (
        "spec",
        "serviceAccountName",
        "Who the Pod's programs are to the Kubernetes API. It must be there before the Pod.",
    ),
];

/// The words that depend on the kind, or stand at the object's own level.
pub(super) fn of_field(kind: WorkloadKind, at: &FieldPath, parent: &str, key: &str) -> Option<Comment> {
    let is_template = parent == "template";
    Some(match (parent, key) {
        ("", "apiVersion") => beside(api_version(kind)),
        ("", "kind") => beside(what_it_is(kind)),
        ("", "metadata") => beside("What Kubernetes calls it."),
        ("metadata", "name") if at.steps().len() == 2 => {
            beside(format!("The {}'s name, unique in its namespace.", kind.as_str()))
        }
        ("metadata", "labels") => beside("Words by which it is found and chosen."),
        ("", "spec") => beside("What you want to run. Kubernetes makes it so, and keeps it so."),
        ("spec", "template") => {
            above(&["The Pods are made from this template. What follows is what a Pod's manifest would say."])
        }
        (_, "metadata") if is_template => beside("What each Pod gets besides its name, which is made up."),
        (_, "spec") if is_template => beside("What each Pod runs."),
        ("spec", "restartPolicy") if kind.runs_to_completion() => beside(
            "A Job's Pod is to end. OnFailure: a container that failed is started again; Never: another Pod is made.",
        ),
        ("spec", "restartPolicy") => {
            beside("What becomes of a container that ends: Always, OnFailure or Never started again.")
        }
        _ => return None,
    })
}

fn api_version(kind: WorkloadKind) -> &'static str {
    match kind.api_version() {
        "apps/v1" => "Workloads that go on running belong to version 1 of the API group 'apps'.",
        "batch/v1" => "Workloads that come to an end belong to version 1 of the API group 'batch'.",
        _ => "Pods belong to version 1 of the Kubernetes core API.",
    }
}

fn what_it_is(kind: WorkloadKind) -> &'static str {
    match kind {
        WorkloadKind::Deployment => {
            "What this manifest describes: a Deployment, Pods that are alike and are replaced as needed."
        }
        WorkloadKind::StatefulSet => {
            "What this manifest describes: a StatefulSet, Pods with names and data of their own."
        }
        WorkloadKind::DaemonSet => "What this manifest describes: a DaemonSet, one Pod on each node.",
        WorkloadKind::Job => "What this manifest describes: a Job, a Pod that does something and ends.",
        WorkloadKind::CronJob => "What this manifest describes: a CronJob, which makes a Job again and again.",
        _ => "What this manifest describes: a Pod, containers that run together on one node.",
    }
}
