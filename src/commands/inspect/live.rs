//! Pods from a cluster.

use std::sync::Arc;

use futures_util::stream::{self, StreamExt};

use super::{Found, Live, offline, references};
use crate::cluster::Cluster;
use crate::commands::evidence;
use crate::commands::pod_args::PodChoice;
use crate::commands::progress::{Progress, counted};
use crate::commands::targets::{self, REQUESTS_AT_ONCE, say_nothing_in};
use crate::diagnosis::{self, Diagnosis, LastLines, Observed};
use crate::document::documents;
use crate::error::{Error, Result};
use crate::pod::{Object, Phase, Pod, Target, TargetKind, Workload, WorkloadKind, objects};
use crate::render::inspect::{Finding, Insight, Inspection, Origin};
use crate::ui::Ui;

/// Pods that are not well of which events and logs are asked for at most: nobody reads about more.
const MOST_ASKED: usize = 50;

/// The pods that are meant. What is not there does not hide the rest.
pub(super) async fn inspect(live: &Live, ui: &mut Ui) -> Result<Found> {
    let cluster = live.connection.connect(ui).await?;
    let progress = Progress::default();
    let looked = progress.shown(ui, look(&cluster, live, &progress)).await;
    let Looked { found, notes } = looked?;
    for note in notes {
        ui.note(&note);
    }
    if let PodChoice::Matching(filter) = &live.choice
        && found.inspections.is_empty()
        && found.errors.is_empty()
    {
        say_nothing_in(&cluster, filter.scopes(&cluster), ui).await?;
    }
    Ok(Found { cluster: Some(cluster), ..found })
}

/// What was found, and what is to be said of it.
#[derive(Default)]
struct Looked {
    found: Found,
    notes: Vec<String>,
}

async fn look(cluster: &Cluster, live: &Live, progress: &Progress) -> Result<Looked> {
    progress.say("looking for the pods …".to_owned());
    let targets::Found { mut pods, errors, empty } = targets::pods_now(cluster, &live.choice).await?;
    let mut looked = Looked { found: Found { errors, ..Found::default() }, notes: Vec::new() };
    if live.names_only {
        looked.found.inspections.extend(pods.into_iter().map(|pod| inspection(pod, Vec::new())));
    } else {
        progress.say(format!("found {}, looking at their volumes …", counted(pods.len(), "pod")));
        if !references::ask(cluster, &mut pods).await? {
            looked.notes.push(format!(
                "-- only the first {} volume sources were looked up; name fewer pods to see the rest",
                references::MOST_ASKED
            ));
        }
        looked.diagnose(cluster, live, pods, progress).await;
    }
    for target in &empty {
        looked.template(cluster, target).await;
    }
    Ok(looked)
}

fn inspection(pod: Pod, findings: Vec<Diagnosis>) -> Inspection {
    let findings = findings.into_iter().map(|diagnosis| Finding { at: None, diagnosis }).collect();
    Inspection {
        kind: WorkloadKind::Pod.into(),
        name: pod.name.clone(),
        pod,
        origin: Origin::Cluster,
        findings,
        insight: Insight::default(),
    }
}

impl Looked {
    async fn diagnose(&mut self, cluster: &Cluster, live: &Live, pods: Vec<Pod>, progress: &Progress) {
        let all = pods.len();
        let unwell = pods.iter().filter(|pod| !is_well(pod)).count();
        if unwell > MOST_ASKED {
            self.notes
                .push(format!("-- events and logs were read for only {MOST_ASKED} of the {unwell} unhealthy pods"));
        }
        let mut asked = 0;
        let work = pods.into_iter().map(|pod| {
            let is_asked = !is_well(&pod) && asked < MOST_ASKED;
            asked += usize::from(is_asked);
            async move {
                let findings = findings(cluster, live, &pod, is_asked).await;
                inspection(pod, findings)
            }
        });
        let mut coming = stream::iter(work).buffered(REQUESTS_AT_ONCE);
        while let Some(inspection) = coming.next().await {
            self.found.inspections.push(inspection);
            progress.say(format!("looked at {} of {} …", self.found.inspections.len(), counted(all, "pod")));
        }
    }

    /// Of what has no pods now, its template.
    async fn template(&mut self, cluster: &Cluster, target: &Target) {
        if target.kind == TargetKind::Service {
            return self.notes.push(format!("-- {target} selects no pods now"));
        }
        match template(cluster, target).await {
            Ok(inspection) => {
                self.notes.push(format!("-- {target} has no pods now: this is its template"));
                self.found.inspections.push(inspection);
            }
            Err(error) => self.found.errors.push(error),
        }
    }
}

/// Whether there is nothing to ask about.
fn is_well(pod: &Pod) -> bool {
    pod.all_ready() || pod.status.as_ref().is_some_and(|status| status.phase == Phase::Succeeded)
}

/// What is wrong with the pod. `is_asked`: events and logs are asked for.
async fn findings(cluster: &Cluster, live: &Live, pod: &Pod, is_asked: bool) -> Vec<Diagnosis> {
    let namespace = pod.namespace.as_deref().unwrap_or(cluster.namespace());
    let flags = live.kubectl_flags(namespace, cluster.namespace());
    if is_well(pod) {
        return diagnosis::with_references(pod, Vec::new(), &flags);
    }
    let pods = cluster.pods(namespace);
    let (mut events, mut last_lines) = (Vec::new(), LastLines::default());
    if is_asked {
        let uid = pod.uid.as_deref().unwrap_or_default();
        events = evidence::events(&pods, &pod.name, uid).await.unwrap_or_default();
        last_lines = evidence::last_lines(&pods, pod).await;
    }
    let observed = Observed { pod, events: &events, last_lines: &last_lines, flags: &flags };
    diagnosis::with_references(pod, diagnosis::of_pod(&observed), &flags)
}

/// The pod that a workload would make, read as from a manifest.
async fn template(cluster: &Cluster, target: &Target) -> Result<Inspection> {
    let text: Arc<str> = cluster.owner_text(target.kind, cluster.namespace(), &target.name).await?.into();
    let unread = |cause: String| Error::unexpected_answer(cluster.server(), cause);
    let document = documents(&text).next().ok_or_else(|| unread("it is empty".to_owned()))?;
    let document = document.map_err(|error| unread(error.problem))?;
    match objects(&document).pop() {
        Some(Object::Workload(workload)) => {
            let (_, findings) = offline::findings(&document, &workload);
            let findings = findings.into_iter().map(|finding| Finding { at: None, ..finding }).collect();
            let Workload { kind, name, pod, .. } = *workload;
            Ok(Inspection { kind, name, pod, origin: Origin::Cluster, findings, insight: Insight::default() })
        }
        Some(Object::Broken(mismatch)) => Err(unread(format!("{}: {}", mismatch.at, mismatch.problem))),
        Some(Object::Other(_)) | None => Err(unread("it makes no pods".to_owned())),
    }
}
