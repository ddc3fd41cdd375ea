//! Whose pods they are: what an object that has pods says of them, and what a pod says of it.
//!
//! Decides which pods are a workload's. By the selector alone a pod can be several workloads': two Deployments whose labels
//! overlap do not touch one another's pods, but each selects them. So a pod counts whose controller it is, too; and by kind
//! and name, not by uid, so that a workload that is deleted and made again goes on to be the one that was named.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta, OwnerReference};
use serde::Deserialize;
use serde_json::Value;

use super::{Target, TargetKind, WorkloadKind};

/// With this label a Deployment tells the pods of its ReplicaSets apart; it ends their names, too.
const TEMPLATE_HASH: &str = "pod-template-hash";

/// Something that has pods, as far as it matters for them. Of any kind but a pod itself.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Owner {
    /// Its `metadata`.
    pub metadata: ObjectMeta,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
struct Spec {
    #[serde(default)]
    selector: Value,
    #[serde(default)]
    suspend: Option<bool>,
    #[serde(default, rename = "type")]
    service_type: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
struct Status {
    #[serde(default)]
    conditions: Option<Vec<Condition>>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Condition {
    #[serde(rename = "type")]
    kind: String,
    status: String,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    message: Option<String>,
}

/// How a Job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobEnd {
    /// It did what it was to do.
    Complete,
    /// It will not.
    Failed {
        /// Such as `BackoffLimitExceeded`.
        reason: String,
        /// The explanation.
        message: String,
    },
}

impl Owner {
    /// Its name.
    pub fn name(&self) -> &str {
        self.metadata.name.as_deref().unwrap_or_default()
    }

    /// Its uid.
    pub fn uid(&self) -> &str {
        self.metadata.uid.as_deref().unwrap_or_default()
    }

    /// The labels of its pods, as the API takes a label selector. `None`: it selects none, as a CronJob, which has Jobs,
    /// and a Service without a selector, whose endpoints others make.
    pub fn selector(&self, kind: TargetKind) -> Option<String> {
        let words = match kind {
            TargetKind::Service | TargetKind::Workload(WorkloadKind::ReplicationController) => {
                self.spec.selector.as_object()?.iter().filter_map(|(key, value)| equals(key, value.as_str()?)).collect()
            }
            TargetKind::Workload(_) => requirements(&LabelSelector::deserialize(&self.spec.selector).ok()?),
        };
        Some(words.join(",")).filter(|selector| !selector.is_empty())
    }

    /// Whether it stands for a name outside of the cluster.
    pub fn is_external_name(&self) -> bool {
        self.spec.service_type.as_deref() == Some("ExternalName")
    }

    /// How the Job ended, if it did.
    pub fn job_end(&self) -> Option<JobEnd> {
        self.status.conditions.iter().flatten().filter(|condition| condition.status == "True").find_map(|condition| {
            match condition.kind.as_str() {
                "Complete" => Some(JobEnd::Complete),
                "Failed" => Some(JobEnd::Failed {
                    reason: condition.reason.clone().unwrap_or_default(),
                    message: condition.message.clone().unwrap_or_default(),
                }),
                _ => None,
            }
        })
    }

    /// Whether the Job makes no pods for now.
    pub fn is_suspended(&self) -> bool {
        self.spec.suspend == Some(true)
    }
}

fn equals(key: &str, value: &str) -> Option<String> {
    (!key.is_empty()).then(|| format!("{key}={value}"))
}

fn requirements(selector: &LabelSelector) -> Vec<String> {
    let labels = selector.match_labels.iter().flatten().filter_map(|(key, value)| equals(key, value));
    let expressions = selector.match_expressions.iter().flatten().map(|expression| {
        let (key, values) = (&expression.key, expression.values.as_deref().unwrap_or_default().join(","));
        match expression.operator.as_str() {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "DoesNotExist" => format!("!{key}"),
            // `Exists`: there is no other.
            _ => key.clone(),
        }
    });
    labels.chain(expressions).collect()
}

/// Whether an object, a pod or a Job, is controlled by the workload of that kind and name; a pod of a Deployment is by one
/// of its ReplicaSets. Jobs that were made from a CronJob by hand name it, and some versions of kubectl call it no controller.
pub fn belongs_to(object: &ObjectMeta, kind: WorkloadKind, name: &str) -> bool {
    let mut references = object.owner_references.iter().flatten();
    if kind == WorkloadKind::CronJob {
        return references.any(|reference| is_of_kind(reference, kind) && reference.name == name);
    }
    let Some(controller) = references.find(|reference| reference.controller == Some(true)) else {
        return false;
    };
    if kind != WorkloadKind::Deployment {
        return is_of_kind(controller, kind) && controller.name == name;
    }
    deployment(object, controller) == Some(name)
}

/// The workload that made an object, a pod or a Job: its controller; of a Deployment's ReplicaSet, the Deployment. `None`:
/// nobody did, or of whose kind nothing is known.
pub fn made_by(object: &ObjectMeta) -> Option<Target> {
    let controller = object.owner_references.iter().flatten().find(|reference| reference.controller == Some(true))?;
    if let Some(name) = deployment(object, controller) {
        return Some(Target { kind: TargetKind::Workload(WorkloadKind::Deployment), name: name.to_owned() });
    }
    let is_its = |kind: &TargetKind| matches!(kind, TargetKind::Workload(kind) if is_of_kind(controller, *kind));
    TargetKind::all().find(is_its).map(|kind| Target { kind, name: controller.name.clone() })
}

/// The Deployment whose ReplicaSet controls a pod, by name.
fn deployment<'a>(pod: &ObjectMeta, controller: &'a OwnerReference) -> Option<&'a str> {
    let hash = pod.labels.as_ref()?.get(TEMPLATE_HASH)?;
    let name = controller.name.strip_suffix(hash.as_str())?.strip_suffix('-')?;
    is_of_kind(controller, WorkloadKind::ReplicaSet).then_some(name)
}

fn is_of_kind(reference: &OwnerReference, kind: WorkloadKind) -> bool {
    let group = |version: &str| version.split_once('/').map_or(String::new(), |(group, _)| group.to_owned());
    reference.kind == kind.as_str() && group(&reference.api_version) == group(kind.api_version())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn owner(spec: &Value) -> Owner {
        serde_json::from_value(json!({ "metadata": { "name": "web" }, "spec": spec })).unwrap()
    }

    #[test]
    fn a_selector_is_written_as_the_api_takes_it() {
        let deployment = TargetKind::Workload(WorkloadKind::Deployment);
        let (service, controller) = (TargetKind::Service, TargetKind::Workload(WorkloadKind::ReplicationController));
        for (kind, selector, expected) in [
            (deployment, json!({"matchLabels": {"tier": "front", "app": "web"}}), Some("app=web,tier=front")),
            (
                deployment,
                json!({"matchLabels": {"app": "web"}, "matchExpressions": [
                    {"key": "tier", "operator": "In", "values": ["a", "b"]},
                    {"key": "track", "operator": "NotIn", "values": ["canary"]},
                    {"key": "release", "operator": "Exists"},
                    {"key": "legacy", "operator": "DoesNotExist"},
                ]}),
                Some("app=web,tier in (a,b),track notin (canary),release,!legacy"),
            ),
            (deployment, json!({"matchLabels": {"app": ""}}), Some("app=")),
            (service, json!({"app": "web", "tier": "front"}), Some("app=web,tier=front")),
            (controller, json!({"app": "web"}), Some("app=web")),
            (service, json!({}), None),
            (service, json!(null), None),
            (deployment, json!({}), None),
        ] {
            assert_eq!(owner(&json!({ "selector": selector })).selector(kind).as_deref(), expected, "{selector}");
        }
        assert_eq!(owner(&json!({})).selector(service), None);
    }

    #[test]
    fn a_job_says_when_it_is_over_and_how() {
        let job = |kind: &str, status: &str| -> Owner {
            let condition = json!({"type": kind, "status": status, "reason": "BackoffLimitExceeded"});
            serde_json::from_value(json!({ "metadata": {}, "status": { "conditions": [condition] } })).unwrap()
        };
        let failed = JobEnd::Failed { reason: "BackoffLimitExceeded".to_owned(), message: String::new() };
        assert_eq!(job("Complete", "True").job_end(), Some(JobEnd::Complete));
        assert_eq!(job("Failed", "True").job_end(), Some(failed));
        for not_yet in [job("Complete", "False"), job("FailureTarget", "True"), job("Suspended", "True")] {
            assert_eq!(not_yet.job_end(), None);
        }
    }

    fn controlled(api_version: &str, kind: &str, name: &str, labels: &Value) -> ObjectMeta {
        let other = json!({"apiVersion": "v1", "kind": "Node", "name": "x", "uid": "1"});
        let controller = json!({"apiVersion": api_version, "kind": kind, "name": name, "uid": "2", "controller": true});
        serde_json::from_value(json!({"labels": labels, "ownerReferences": [other, controller]})).unwrap()
    }

    #[test]
    fn a_pod_belongs_to_its_controller() {
        let pod = controlled("apps/v1", "StatefulSet", "web", &json!({}));
        assert!(belongs_to(&pod, WorkloadKind::StatefulSet, "web"));
        assert!(!belongs_to(&pod, WorkloadKind::StatefulSet, "db"));
        assert!(!belongs_to(&pod, WorkloadKind::DaemonSet, "web"));
        let strange = controlled("example.com/v1", "StatefulSet", "web", &json!({}));
        assert!(!belongs_to(&strange, WorkloadKind::StatefulSet, "web"));
        assert!(!belongs_to(&ObjectMeta::default(), WorkloadKind::StatefulSet, "web"));
    }

    #[test]
    fn a_pod_belongs_to_the_deployment_of_its_replica_set() {
        let hash = json!({"pod-template-hash": "7d9c5"});
        let pod = controlled("apps/v1", "ReplicaSet", "web-api-7d9c5", &hash);
        assert!(belongs_to(&pod, WorkloadKind::Deployment, "web-api"));
        assert!(belongs_to(&pod, WorkloadKind::ReplicaSet, "web-api-7d9c5"));
        assert!(!belongs_to(&pod, WorkloadKind::Deployment, "web"));
        assert!(!belongs_to(&pod, WorkloadKind::Deployment, "web-api-7d9c5"));
        let by_hand = controlled("apps/v1", "ReplicaSet", "web", &json!({}));
        assert!(!belongs_to(&by_hand, WorkloadKind::Deployment, "web"));
    }

    #[test]
    fn who_made_a_pod_is_its_controller_or_the_deployment_of_that() {
        let hash = json!({"pod-template-hash": "7d9c5"});
        for (version, kind, name, labels, maker) in [
            ("apps/v1", "ReplicaSet", "web-7d9c5", &hash, Some("deploy/web")),
            ("apps/v1", "ReplicaSet", "web", &hash, Some("rs/web")),
            ("apps/v1", "DaemonSet", "agent", &json!({}), Some("ds/agent")),
            ("batch/v1", "Job", "report-29012345", &json!({}), Some("job/report-29012345")),
            ("batch/v1", "CronJob", "report", &json!({}), Some("cronjob/report")),
            ("v1", "ReplicationController", "old", &json!({}), Some("rc/old")),
            ("v1", "Node", "worker", &json!({}), None),
            ("example.com/v1", "Job", "strange", &json!({}), None),
        ] {
            let made = made_by(&controlled(version, kind, name, labels)).map(|target| target.to_string());
            assert_eq!(made.as_deref(), maker, "{kind}/{name}");
        }
        assert_eq!(made_by(&ObjectMeta::default()), None);
    }
}
