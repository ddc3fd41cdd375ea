//! What keeps a workload from coming further: its pods, of which a few are looked into, and its controller.

use super::RolloutWaiting;
use crate::commands::create::outcome::TICK;
use crate::commands::evidence;
use crate::diagnosis::{self, Diagnosis, Event, Finding, LastLines, Observed, Outlook, Stage};
use crate::pod::{Pod, WorkloadKind};

/// Pods that are looked into at once: what is wrong with more of them is the same.
const MOST_PODS: usize = 3;

/// What was seen of a pod, or of the workload itself.
pub(super) struct Looked {
    /// The pod's name; empty: the workload.
    pub(super) pod: String,
    /// What is wrong.
    pub(super) found: Vec<Finding>,
    /// What it is at.
    pub(super) stages: Vec<Stage>,
}

impl RolloutWaiting {
    /// Whether there is no use in waiting.
    pub(super) fn is_final(&self, finding: &Finding) -> bool {
        let code = finding.diagnosis.code;
        finding.outlook == Outlook::Stuck && !comes_right(code, self.kind, self.makes_claims)
    }

    /// What is wrong with those pods that are not ready, of a few; and with the workload, where it has none. `deep`: what
    /// their containers said last is asked for, too.
    pub(super) async fn look_into(&self, deep: bool) -> Vec<Looked> {
        let mut all = Vec::new();
        if let Some(message) = self.refused().await {
            let target = self.target();
            let found =
                diagnosis::refused_pods(&target, !self.pods.is_empty(), &message, &self.flags, &self.write_manifest);
            let found = vec![found];
            all.push(Looked { pod: String::new(), found, stages: Vec::new() });
        }
        for pod in self.unready() {
            let last_lines = if deep { evidence::last_lines(&self.pods_api, pod).await } else { LastLines::default() };
            let look = |observed: &Observed<'_>| (diagnosis::findings(observed), diagnosis::stages(observed));
            let (mut found, stages) = self.observed(pod, &last_lines, look).await;
            for finding in &mut found {
                self.lead_to_the_template(&mut finding.diagnosis, pod);
            }
            all.push(Looked { pod: pod.name.clone(), found, stages });
        }
        all
    }

    /// How containers of a few pods ended before that run again.
    pub(super) async fn look_back(&self) -> Vec<Diagnosis> {
        let mut all = Vec::new();
        for pod in self.some_pods(|_| true) {
            let last_lines = evidence::lines_before(&self.pods_api, pod).await;
            let mut found = self.observed(pod, &last_lines, diagnosis::ended_before).await;
            for found in &mut found {
                self.lead_to_the_template(found, pod);
            }
            all.extend(found);
        }
        once_each(all)
    }

    /// What those pods are at, though nothing is wrong with them.
    pub(super) async fn stopped_at(&self, pods: &[&Pod]) -> Vec<Diagnosis> {
        let mut all = Vec::new();
        for pod in pods {
            all.push(self.observed(pod, &LastLines::default(), diagnosis::timed_out).await);
        }
        all
    }

    /// What is to be changed is changed in the workload, from which its pods are made.
    fn lead_to_the_template(&self, found: &mut Diagnosis, pod: &Pod) {
        let (of_pod, target) = (format!("kubectl set image pod/{}", pod.name), self.target());
        for step in &mut found.next_steps {
            if !step.contains(&of_pod) {
                continue;
            }
            *step = match self.kind {
                WorkloadKind::Job => "a Job's template cannot be changed: delete it, and create it again".to_owned(),
                _ => step.replace(&of_pod, &format!("kubectl set image {target}")),
            };
        }
    }

    /// What is seen of a pod with its events, and with those lines.
    async fn observed<T>(&self, pod: &Pod, last_lines: &LastLines, look: impl FnOnce(&Observed<'_>) -> T) -> T {
        let uid = pod.uid.as_deref().unwrap_or_default();
        let events = evidence::events(&self.pods_api, &pod.name, uid).await.unwrap_or_default();
        look(&Observed { pod, events: &events, last_lines, flags: &self.flags })
    }

    pub(super) fn unready(&self) -> Vec<&Pod> {
        self.some_pods(|pod| !pod.all_ready())
    }

    /// A few of those that are meant to stay.
    pub(super) fn some_pods(&self, is_meant: impl Fn(&Pod) -> bool) -> Vec<&Pod> {
        let stays = |pod: &&Pod| !pod.status.as_ref().is_some_and(|status| status.deleting);
        let mut pods: Vec<&Pod> = self.pods.values().filter(stays).filter(|pod| is_meant(pod)).collect();
        pods.sort_by(|a, b| a.name.cmp(&b.name));
        pods.truncate(MOST_PODS);
        pods
    }

    /// Why its controller does not make pods, or not all of them.
    async fn refused(&self) -> Option<String> {
        if self.refusal.is_some() || self.kind == WorkloadKind::Deployment {
            return self.refusal.clone();
        }
        let uid = self.uid.as_deref()?;
        let events = tokio::time::timeout(TICK, self.cluster.events_about(self.pods_api.namespace(), uid)).await;
        let events = events.ok()?.ok()?;
        let failed = events.iter().map(Event::from).filter(|event| event.reason == "FailedCreate");
        let lasting = failed.filter(|event| event.last_seen > self.newest);
        Some(lasting.max_by_key(|event| event.last_seen)?.message)
    }
}

/// Whether what leaves a pod as it is comes right in a workload: its controller makes another pod; what a Job's pod did wrong the
/// next one may do right; and the scheduler may see a pod before the claim that was made for it.
fn comes_right(code: &str, kind: WorkloadKind, makes_claims: bool) -> bool {
    match code {
        "Evicted" | "PodFailed" | "DeadlineExceeded" => true,
        "CrashLoop"
        | "EndedBySignal"
        | "OutOfMemory"
        | "NothingKeepsItRunning"
        | "ProbeRestarts"
        | "ProbeKilled"
        | "ContainerStatusUnknown" => kind == WorkloadKind::Job,
        "ClaimNotFound" => makes_claims,
        _ => false,
    }
}

/// All that was found.
pub(super) fn flat(looked_into: Vec<Looked>) -> Vec<Diagnosis> {
    once_each(looked_into.into_iter().flat_map(|looked| looked.found).map(|finding| finding.diagnosis))
}

/// The same cause in several pods is told once.
fn once_each(found: impl IntoIterator<Item = Diagnosis>) -> Vec<Diagnosis> {
    let mut all: Vec<Diagnosis> = Vec::new();
    for found in found {
        if !all.iter().any(|other| (other.code, &other.container) == (found.code, &found.container)) {
            all.push(found);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_that_is_not_there_comes_where_claims_are_made() {
        assert!(comes_right("ClaimNotFound", WorkloadKind::StatefulSet, true));
        assert!(!comes_right("ClaimNotFound", WorkloadKind::StatefulSet, false));
    }

    #[test]
    fn only_a_job_tries_again_what_its_containers_did_wrong() {
        assert!(comes_right("CrashLoop", WorkloadKind::Job, false));
        assert!(!comes_right("CrashLoop", WorkloadKind::Deployment, false));
        assert!(comes_right("Evicted", WorkloadKind::Deployment, false));
        assert!(!comes_right("ImageNotFound", WorkloadKind::Job, true));
    }
}
