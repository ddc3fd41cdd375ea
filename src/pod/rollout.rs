//! How far a workload has come: what `kubectl rollout status` and `kubectl wait` go by.
//!
//! The rules for what goes on running are those of kubectl's `polymorphichelpers/rollout_status.go`.

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, DeploymentCondition, StatefulSet};
use k8s_openapi::api::batch::v1::Job;

use super::JobEnd;

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rollout {
    /// Not far enough yet. In words, such as `0 of 3 updated replicas are available`.
    Under(String),
    /// All of these pods are there and well.
    Done(u32),
    /// It did what it was to do.
    Complete,
    /// It will not come to its end.
    Failed {
        /// Such as `BackoffLimitExceeded`.
        reason: String,
        /// The explanation.
        message: String,
    },
}

/// A workload whose pods come to be.
pub trait Progress {
    /// How far it has come.
    fn rollout(&self) -> Rollout;

    /// Why its controller cannot make its pods, where it says so.
    fn refusal(&self) -> Option<&str> {
        None
    }
}

fn count(number: Option<i32>) -> u32 {
    number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
}

fn is_behind(observed: Option<i64>, generation: Option<i64>) -> bool {
    observed.unwrap_or_default() < generation.unwrap_or_default()
}

fn not_observed() -> Rollout {
    Rollout::Under("waiting for its controller to begin".to_owned())
}

impl Progress for Deployment {
    fn rollout(&self) -> Rollout {
        let wanted = count(self.spec.replicas.or(Some(1)));
        let Some(status) = &self.status else { return not_observed() };
        if is_behind(status.observed_generation, self.metadata.generation) {
            return not_observed();
        }
        let conditions = status.conditions.iter().flatten();
        let late = conditions.into_iter().find(|it| it.reason.as_deref() == Some("ProgressDeadlineExceeded"));
        if let Some(late) = late {
            let message = late.message.clone().unwrap_or_default();
            return Rollout::Failed { reason: "ProgressDeadlineExceeded".to_owned(), message };
        }
        let [updated, all, available] =
            [status.updated_replicas, status.replicas, status.available_replicas].map(count);
        if updated < wanted {
            return Rollout::Under(format!("{updated} of {wanted} new replicas are there"));
        }
        if all > updated {
            return Rollout::Under(format!("{} old replicas are pending termination", all - updated));
        }
        if available < updated {
            return Rollout::Under(format!("{available} of {updated} updated replicas are available"));
        }
        Rollout::Done(available)
    }

    fn refusal(&self) -> Option<&str> {
        let conditions = self.status.as_ref()?.conditions.as_ref()?;
        let is_failure = |it: &DeploymentCondition| {
            it.type_.as_deref() == Some("ReplicaFailure") && it.status.as_deref() == Some("True")
        };
        let failure = conditions.iter().find(|it| is_failure(it))?;
        failure.message.as_deref()
    }
}

impl Progress for StatefulSet {
    fn rollout(&self) -> Rollout {
        let wanted = count(self.spec.replicas.or(Some(1)));
        let Some(status) = &self.status else { return not_observed() };
        if is_behind(status.observed_generation, self.metadata.generation) {
            return not_observed();
        }
        let ready = count(status.ready_replicas);
        if ready < wanted {
            return Rollout::Under(format!("{ready} of {wanted} pods are ready"));
        }
        if status.update_revision != status.current_revision {
            return Rollout::Under(format!("{} of {wanted} pods are updated", count(status.updated_replicas)));
        }
        Rollout::Done(ready)
    }
}

impl Progress for DaemonSet {
    fn rollout(&self) -> Rollout {
        let Some(status) = &self.status else { return not_observed() };
        if is_behind(status.observed_generation, self.metadata.generation) {
            return not_observed();
        }
        let wanted = count(Some(status.desired_number_scheduled));
        let (updated, available) = (count(status.updated_number_scheduled), count(status.number_available));
        if updated < wanted {
            return Rollout::Under(format!("{updated} of {wanted} new pods are there"));
        }
        if available < wanted {
            return Rollout::Under(format!("{available} of {wanted} updated pods are available"));
        }
        Rollout::Done(available)
    }
}

impl Progress for Job {
    fn rollout(&self) -> Rollout {
        let Some(status) = &self.status else { return not_observed() };
        match job_end(self) {
            Some(JobEnd::Complete) => return Rollout::Complete,
            Some(JobEnd::Failed { reason, message }) => return Rollout::Failed { reason, message },
            None => {}
        }
        let wanted = count(self.spec.as_ref().and_then(|spec| spec.completions).or(Some(1)));
        let (succeeded, failed) = (count(status.succeeded), count(status.failed));
        let failures = if failed > 0 { format!(", {failed} failed") } else { String::new() };
        Rollout::Under(format!("{succeeded} of {wanted} completions{failures}"))
    }
}

fn job_end(job: &Job) -> Option<JobEnd> {
    let conditions = job.status.as_ref()?.conditions.as_ref()?;
    conditions.iter().filter(|condition| condition.status == "True").find_map(|it| match it.type_.as_str() {
        "Complete" => Some(JobEnd::Complete),
        "Failed" => Some(JobEnd::Failed {
            reason: it.reason.clone().unwrap_or_default(),
            message: it.message.clone().unwrap_or_default(),
        }),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn object(spec: &Value, status: &Value) -> Value {
        json!({"metadata": {"generation": 2}, "spec": spec, "status": status})
    }

    fn deployment(status: &Value) -> Deployment {
        let spec = json!({"replicas": 2, "selector": {}, "template": {}});
        serde_json::from_value(object(&spec, status)).unwrap()
    }

    fn under(words: &str) -> Rollout {
        Rollout::Under(words.to_owned())
    }

    #[test]
    fn deployments() {
        let old = json!({"observedGeneration": 1, "updatedReplicas": 2, "replicas": 2, "availableReplicas": 2});
        assert_eq!(deployment(&old).rollout(), not_observed());
        let mut status = json!({"observedGeneration": 2, "updatedReplicas": 1, "replicas": 2});
        assert_eq!(deployment(&status).rollout(), under("1 of 2 new replicas are there"));
        status["updatedReplicas"] = json!(2);
        status["replicas"] = json!(3);
        assert_eq!(deployment(&status).rollout(), under("1 old replicas are pending termination"));
        status["replicas"] = json!(2);
        status["availableReplicas"] = json!(1);
        assert_eq!(deployment(&status).rollout(), under("1 of 2 updated replicas are available"));
        status["availableReplicas"] = json!(2);
        assert_eq!(deployment(&status).rollout(), Rollout::Done(2));
        status["conditions"] = json!([{"type": "ReplicaFailure", "status": "True", "message": "exceeded quota"}]);
        assert_eq!(deployment(&status).refusal(), Some("exceeded quota"));
    }

    #[test]
    fn stateful_and_daemon_sets() {
        let set = |status: Value| -> StatefulSet {
            let spec = json!({"replicas": 2, "selector": {}, "template": {}});
            serde_json::from_value(object(&spec, &status)).unwrap()
        };
        let ready = |ready: u32| json!({"observedGeneration": 2, "replicas": 2, "readyReplicas": ready});
        assert_eq!(set(ready(1)).rollout(), under("1 of 2 pods are ready"));
        assert_eq!(set(ready(2)).rollout(), Rollout::Done(2));
        let daemons = |available: u32| -> DaemonSet {
            let status = json!({"observedGeneration": 2, "desiredNumberScheduled": 3, "updatedNumberScheduled": 3, "numberAvailable": available,
                "currentNumberScheduled": 3, "numberMisscheduled": 0, "numberReady": 3});
            serde_json::from_value(object(&json!({"selector": {}, "template": {}}), &status)).unwrap()
        };
        assert_eq!(daemons(2).rollout(), under("2 of 3 updated pods are available"));
        assert_eq!(daemons(3).rollout(), Rollout::Done(3));
    }

    #[test]
    fn jobs() {
        let job = |status: Value| -> Job { serde_json::from_value(object(&json!({"template": {}}), &status)).unwrap() };
        assert_eq!(job(json!({"failed": 2})).rollout(), under("0 of 1 completions, 2 failed"));
        let ended =
            |kind: &str| job(json!({"conditions": [{"type": kind, "status": "True", "reason": "r"}]})).rollout();
        assert_eq!(ended("Complete"), Rollout::Complete);
        assert_eq!(ended("Failed"), Rollout::Failed { reason: "r".into(), message: String::new() });
    }
}
