//! Whose logs are followed: pods by name, and groups of pods, to which others may come.
//!
//! Decides which pods are of a group. Leaves to others when they are asked for, and what becomes of them.

use std::collections::HashSet;

use k8s_openapi::api::core::v1;

use crate::cluster::{Cluster, Scope, Selection};
use crate::error::{Error, Result};
use crate::logs::NamePattern;
use crate::pod::{Owner, Pod, TargetKind, WorkloadKind, belongs_to};

/// Whose logs are followed.
#[derive(Debug, Default)]
pub struct Targets {
    /// Of these pods, until they are gone or done.
    pub named: Vec<Pod>,
    /// Of these pods, of which nothing but the names of containers is known: they may not be looked at.
    pub unseen: Vec<Pod>,
    /// Of the pods of these groups, also of those that come.
    pub groups: Vec<Group>,
}

impl Targets {
    /// Whether a name may mean pods of several namespaces.
    pub fn are_of_several_namespaces(&self) -> bool {
        let mut named = self.named.iter().map(|pod| &pod.namespace);
        let first = named.next();
        named.any(|namespace| Some(namespace) != first)
            || self.groups.iter().any(|group| match &group.of {
                Of::Selection { scopes, .. } => scopes.len() > 1 || scopes.contains(&Scope::Everywhere),
                Of::Job { .. } | Of::CronJob { .. } => false,
            })
    }
}

/// Pods that are meant together.
#[derive(Debug)]
pub struct Group {
    /// As it is shown: `deploy/web`. `None`: the pods that fit a selector.
    pub target: Option<String>,
    /// Which pods they are.
    pub of: Of,
}

/// Which pods a group has.
#[derive(Debug)]
pub enum Of {
    /// Those that fit, until Ctrl-C.
    Selection {
        /// Where they are.
        scopes: Vec<Scope>,
        /// What the server finds them by.
        selection: Selection,
        /// Which of those are meant.
        members: Members,
    },
    /// A Job's, until it is finished.
    Job {
        /// Where it is.
        namespace: String,
        /// The Job.
        job: Box<Owner>,
    },
    /// Those of a CronJob's Jobs, also of those that come, until Ctrl-C.
    CronJob {
        /// Where it is.
        namespace: String,
        /// Its name.
        name: String,
    },
}

/// Which of the pods that the server finds are meant.
#[derive(Debug, Clone)]
pub enum Members {
    /// All of them.
    All,
    /// Those of which this matches the whole name.
    Matching(NamePattern),
    /// Those of the workload of that kind and name. Labels of two workloads may overlap.
    Of(WorkloadKind, String),
}

impl Members {
    /// Whether that pod is meant.
    pub(super) fn have(&self, pod: &v1::Pod) -> bool {
        match self {
            Self::All => true,
            Self::Matching(pattern) => pattern.matches(pod.metadata.name.as_deref().unwrap_or_default()),
            Self::Of(kind, name) => belongs_to(&pod.metadata, *kind, name),
        }
    }
}

/// The pods of a Job: which the server finds by its selector.
pub(super) fn pods_of_job(job: &Owner) -> Option<(Selection, Members)> {
    let selector = job.selector(TargetKind::Workload(WorkloadKind::Job))?;
    Some((Selection::labels(selector), Members::Of(WorkloadKind::Job, job.name().to_owned())))
}

impl Group {
    /// The pods that it has now.
    ///
    /// # Errors
    /// Whatever keeps the server from answering.
    pub async fn now(&self, cluster: &Cluster) -> Result<Vec<Pod>> {
        let in_namespace = |namespace: &String| Scope::Namespace(namespace.clone());
        let mut found = Vec::new();
        match &self.of {
            Of::Selection { scopes, selection, members } => {
                for scope in scopes {
                    found.extend(list(cluster, scope.clone(), selection, members).await?);
                }
            }
            Of::Job { namespace, job } => {
                if let Some((selection, members)) = pods_of_job(job) {
                    found = list(cluster, in_namespace(namespace), &selection, &members).await?;
                }
            }
            Of::CronJob { namespace, name } => {
                let jobs = cluster.jobs(namespace).list(&Selection::all()).all().await;
                let jobs = jobs.map_err(|error| hint_jobs(error, name))?;
                let is_ours = |job: &Owner| belongs_to(&job.metadata, WorkloadKind::CronJob, name);
                let ours = jobs.iter().map(|job| &job.0).filter(|job| is_ours(job)).filter_map(pods_of_job);
                for (selection, members) in ours {
                    found.extend(list(cluster, in_namespace(namespace), &selection, &members).await?);
                }
            }
        }
        Ok(found)
    }
}

/// What to do where the Jobs of a CronJob cannot be listed.
pub(super) fn hint_jobs(error: Error, cron_job: &str) -> Error {
    error.hint(format!("the pods of cronjob/{cron_job} are those of its Jobs: name one as job/NAME"))
}

async fn list(cluster: &Cluster, scope: Scope, selection: &Selection, members: &Members) -> Result<Vec<Pod>> {
    let pods = cluster.pod_objects_in(scope);
    pods.list(selection).all_kept(|pod| members.have(&pod.typed).then(|| Pod::from(&pod))).await
}

/// The same pods, each once: one may be of several groups.
pub fn each_once(pods: Vec<Pod>) -> Vec<Pod> {
    let mut known = HashSet::new();
    pods.into_iter().filter(|pod| pod.uid.is_none() || known.insert(pod.uid.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(name: &str) -> v1::Pod {
        serde_json::from_value(json!({"metadata": {"name": name}})).unwrap()
    }

    #[test]
    fn a_pattern_is_about_the_name() {
        let members = Members::Matching("web-.*".parse().unwrap());
        assert!(members.have(&pod("web-0")) && !members.have(&pod("my-web-0")));
        assert!(Members::All.have(&pod("any")));
        assert!(!Members::Of(WorkloadKind::StatefulSet, "web".to_owned()).have(&pod("web-0")));
    }

    #[test]
    fn a_pod_that_was_found_twice_is_one() {
        let pod = |uid: Option<&str>| Pod { uid: uid.map(str::to_owned), ..Pod::default() };
        let uids = each_once(vec![pod(Some("a")), pod(Some("b")), pod(Some("a")), pod(None), pod(None)]);
        assert_eq!(uids.iter().map(|pod| pod.uid.as_deref()).collect::<Vec<_>>(), [Some("a"), Some("b"), None, None]);
    }
}
