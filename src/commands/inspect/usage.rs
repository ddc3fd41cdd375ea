//! `--usage`: how much is in volumes, logs and writable layers: by the kubelet where it may be asked, else by `du`.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use tokio::time::timeout;

use super::looking::{PATIENCE, Runner, Told, complaint, not_running, now};
use crate::cluster::Pods;
use crate::commands::targets::REQUESTS_AT_ONCE;
use crate::diagnosis::Diagnosis;
use crate::error::Kind;
use crate::pod::{Container, Pod, Volume};
use crate::probe::{
    ContainerUsage, Figure, FsStats, Limit, NearlyFull, Part, PodStats, PodUsage, Source, Summary, VolumeUsage,
    du_bytes, du_commands, limited, parts_of,
};
use crate::render::inspect::{Finding, Inspection};

/// Measures those pods, each of their nodes asked once.
pub(super) async fn look(runner: &Runner<'_>, inspections: &mut [&mut Inspection]) {
    let nodes = nodes(runner, inspections).await;
    let measured = join_all(inspections.iter().map(|inspection| measure(runner, inspection, &nodes))).await;
    for (inspection, usage) in inspections.iter_mut().zip(measured) {
        inspection.findings.extend(usage.nearly_full().into_iter().map(finding));
        inspection.insight.usage = Some(usage);
    }
}

fn finding(full: NearlyFull) -> Finding {
    let NearlyFull { container, code, cause, next_step } = full;
    let diagnosis = Diagnosis { container, at: None, code, cause, evidence: Vec::new(), next_steps: vec![next_step] };
    Finding { at: None, diagnosis }
}

/// What the kubelets measured, by node, or why that cannot be had.
type Nodes = BTreeMap<String, Result<Summary, String>>;

async fn nodes(runner: &Runner<'_>, inspections: &[&mut Inspection]) -> Nodes {
    let names = inspections.iter().filter_map(|inspection| inspection.pod.status.as_ref()?.node.clone());
    let names: std::collections::BTreeSet<String> = names.collect();
    let asked = names.into_iter().map(async |node| {
        let summary = timeout(PATIENCE, runner.cluster().node_summary(&node)).await;
        let summary = match summary {
            Ok(Ok(summary)) => Ok(summary),
            Ok(Err(error)) if error.kind() == Kind::Forbidden => {
                Err("no permission to ask the kubelet (nodes/proxy)".to_owned())
            }
            Ok(Err(error)) => Err(format!("the kubelet could not be asked: {error}")),
            Err(_) => Err(format!("the kubelet did not answer within {PATIENCE:?}")),
        };
        (node, summary)
    });
    stream::iter(asked).buffer_unordered(REQUESTS_AT_ONCE).collect().await
}

/// A pod, and what its kubelet measured.
struct Measuring<'a> {
    runner: &'a Runner<'a>,
    pods: Pods,
    pod: &'a Pod,
    /// `None`: nothing yet.
    stats: Result<Option<&'a PodStats>, String>,
}

async fn measure(runner: &Runner<'_>, inspection: &Inspection, nodes: &Nodes) -> PodUsage {
    let pod = &inspection.pod;
    let node = pod.status.as_ref().and_then(|status| status.node.as_deref());
    let stats = match node.and_then(|node| nodes.get(node)) {
        None => Err("the pod is on no node".to_owned()),
        Some(Err(reason)) => Err(reason.clone()),
        Some(Ok(summary)) => Ok(summary.pod(pod.uid.as_deref().unwrap_or_default())),
    };
    let measuring = Measuring { runner, pods: runner.pods(inspection), pod, stats };
    let volumes = join_all(pod.volumes.iter().map(|volume| measuring.volume(volume))).await;
    let containers = pod.containers.iter().map(|container| measuring.container(container));
    PodUsage { volumes, containers: containers.collect(), looked_at: now() }
}

impl Measuring<'_> {
    fn of_kubelet(&self) -> Option<&PodStats> {
        self.stats.as_ref().ok().copied().flatten()
    }

    fn container(&self, container: &Container) -> ContainerUsage {
        let state = not_running(container);
        let figure = |stats: fn(&PodStats, &str) -> Option<FsStats>| {
            let measured = self.of_kubelet().and_then(|pod| Figure::of_kubelet(stats(pod, &container.name)?));
            measured.unwrap_or_else(|| Figure::Missing {
                reason: match (&state, &self.stats) {
                    (Some(state), _) => format!("it does not run ({state})"),
                    (None, Err(reason)) => reason.clone(),
                    (None, Ok(_)) => "the kubelet has not measured it yet".to_owned(),
                },
                is_failure: state.is_none() && self.stats.is_err(),
            })
        };
        ContainerUsage {
            container: container.name.clone(),
            log: figure(PodStats::log),
            layer: figure(PodStats::layer),
            limit: limit(container),
        }
    }

    async fn volume(&self, volume: &Volume) -> VolumeUsage {
        let stats = self.of_kubelet().and_then(|pod| pod.volume(&volume.name));
        let used = match stats.and_then(Figure::of_kubelet) {
            Some(figure) => figure,
            None => self.du(volume).await,
        };
        VolumeUsage::new(&volume.name, &volume.source, stats, used)
    }

    /// Measured in a container, the one that sees most of the volume, and least else.
    async fn du(&self, volume: &Volume) -> Figure {
        let mut parts = parts_of(self.pod, &volume.name);
        let is_mounted = !parts.is_empty();
        let runs = |part: &Part| self.pod.container(&part.container).is_some_and(|it| not_running(it).is_none());
        parts.retain(runs);
        parts.sort_by_key(|part| (!part.is_all(), !part.nested.is_empty()));
        let nobody = if is_mounted { "no container that mounts it runs" } else { "no container mounts it" };
        if parts.is_empty() {
            return Figure::Missing { reason: nobody.to_owned(), is_failure: false };
        }
        let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
        for part in &parts {
            match self.du_in(part).await {
                Ok(figure) => return figure,
                Err(reason) => match reasons.iter_mut().find(|(other, _)| *other == reason) {
                    Some((_, names)) => names.push(&part.container),
                    None => reasons.push((reason, vec![&part.container])),
                },
            }
        }
        let kubelet = match &self.stats {
            Err(reason) => reason.clone(),
            Ok(None) => "the kubelet has not measured the pod yet".to_owned(),
            Ok(Some(_)) => "the kubelet does not measure it".to_owned(),
        };
        let others = reasons.into_iter().map(|(reason, names)| format!("{}: {reason}", names.join(", ")));
        let reason = std::iter::once(kubelet).chain(others).collect::<Vec<_>>().join("; ");
        Figure::Missing { reason, is_failure: true }
    }

    async fn du_in(&self, part: &Part) -> Result<Figure, String> {
        let mut told = String::new();
        for command in du_commands(&part.path) {
            let command = |is_limited| if is_limited { limited(&command) } else { command.clone() };
            let run = self.runner.run_limited(&self.pods, &self.pod.name, &part.container, command);
            match self.runner.turn(run).await.unwrap_or_else(Told::Failed) {
                Told::Answer { stdout, stderr, code } => match du_bytes(&stdout) {
                    Some(bytes) => {
                        let note = note(part, code == Some(0));
                        return Ok(Figure::Measured { bytes, by: Source::Du, at: Some(now()), note });
                    }
                    None => told = complaint(&stderr),
                },
                Told::NoProgram => return Err("no du".to_owned()),
                Told::Failed(reason) => return Err(reason),
            }
        }
        Err(told)
    }
}

/// What it may write beside volumes.
fn limit(container: &Container) -> Option<Limit> {
    let limits = &container.settings.limits;
    limits.iter().find(|(resource, _)| resource == "ephemeral-storage").and_then(|(_, text)| Limit::written(text))
}

/// What the figure is not.
fn note(part: &Part, is_whole: bool) -> Option<String> {
    let mut notes = Vec::new();
    if !part.is_all() {
        notes.push(format!("only its part {}", part.sub_path));
    }
    if !part.nested.is_empty() {
        let names: Vec<&str> = part.nested.iter().map(|nested| nested.volume.as_str()).collect();
        notes.push(format!("with what is mounted inside: {}", names.join(", ")));
    }
    if !is_whole {
        notes.push(format!("without what {} may not read", part.container));
    }
    (!notes.is_empty()).then(|| notes.join("; "))
}
