//! A pod in Kubernetes's own form, with what the engine reads of it, and nothing more.

use std::collections::BTreeMap;
use std::ops::Deref;

use jiff::Timestamp;
use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use serde::{Deserialize, Serialize};

use crate::pod::{
    Container, ContainerKind, OWN_ANNOTATION, Pod, PodStatus, Role, RoleEvidence, RunState, Runtime, Termination,
};

/// A pod in a recording. Read back, it has its names, and its containers with their kinds and what they did; what they
/// were made of and what they mount is left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "v1::Pod", into = "v1::Pod")]
pub struct RecordedPod(Box<Pod>);

impl Deref for RecordedPod {
    type Target = Pod;

    fn deref(&self) -> &Pod {
        &self.0
    }
}

impl From<&Pod> for RecordedPod {
    fn from(pod: &Pod) -> Self {
        Self(Box::new(pod.clone()))
    }
}

impl From<v1::Pod> for RecordedPod {
    fn from(pod: v1::Pod) -> Self {
        Self(Box::new(Pod::from(&pod)))
    }
}

impl From<RecordedPod> for v1::Pod {
    fn from(RecordedPod(pod): RecordedPod) -> Self {
        let status = pod.status.as_ref();
        let deleting = status.is_some_and(|status| status.deleting);
        Self {
            metadata: ObjectMeta {
                name: Some(pod.name.clone()),
                namespace: pod.namespace.clone(),
                uid: pod.uid.clone(),
                // That it is set is all that matters.
                deletion_timestamp: deleting.then_some(Time(Timestamp::UNIX_EPOCH)),
                annotations: sidecars(&pod).map(|names| BTreeMap::from([(OWN_ANNOTATION.to_owned(), names)])),
                ..ObjectMeta::default()
            },
            spec: Some(spec(&pod)),
            status: status.map(|status| pod_status(&pod, status)),
        }
    }
}

/// The names of the sidecars, where annotations say which containers are: by its place, a container may be another thing.
fn sidecars(pod: &Pod) -> Option<String> {
    let is_said =
        |one: &Container| matches!(one.role_evidence, RoleEvidence::OwnAnnotation | RoleEvidence::DefaultContainer);
    let plain = || pod.containers.iter().filter(|container| container.kind == ContainerKind::Container);
    let names = plain().filter(|container| container.role == Role::Sidecar).map(|container| container.name.as_str());
    plain().any(is_said).then(|| names.collect::<Vec<_>>().join(","))
}

fn spec(pod: &Pod) -> v1::PodSpec {
    let container = |container: &Container| v1::Container {
        name: container.name.clone(),
        restart_policy: (container.kind == ContainerKind::Native).then(|| "Always".to_owned()),
        ..v1::Container::default()
    };
    let ephemeral =
        |container: &Container| v1::EphemeralContainer { name: container.name.clone(), ..Default::default() };
    v1::PodSpec {
        init_containers: some(of(pod, "initContainers").map(container)),
        containers: of(pod, "containers").map(container).collect(),
        ephemeral_containers: some(of(pod, "ephemeralContainers").map(ephemeral)),
        ..v1::PodSpec::default()
    }
}

fn pod_status(pod: &Pod, status: &PodStatus) -> v1::PodStatus {
    let statuses = |field| some(of(pod, field).filter_map(container_status));
    v1::PodStatus {
        phase: Some(status.phase.as_str().to_owned()),
        reason: words(&status.reason),
        init_container_statuses: statuses("initContainers"),
        container_statuses: statuses("containers"),
        ephemeral_container_statuses: statuses("ephemeralContainers"),
        ..v1::PodStatus::default()
    }
}

fn container_status(container: &Container) -> Option<v1::ContainerStatus> {
    let Runtime { ready, started, instance, state, last_termination, .. } = container.runtime.as_ref()?;
    Some(v1::ContainerStatus {
        name: container.name.clone(),
        ready: *ready,
        started: Some(*started),
        container_id: words(&instance.id),
        restart_count: i32::try_from(instance.restarts).unwrap_or(i32::MAX),
        state: Some(container_state(state)),
        last_state: last_termination
            .as_ref()
            .map(|last| v1::ContainerState { terminated: Some(terminated(last)), ..v1::ContainerState::default() }),
        ..v1::ContainerStatus::default()
    })
}

fn container_state(state: &RunState) -> v1::ContainerState {
    let none = v1::ContainerState::default();
    match state {
        RunState::Waiting { reason, message } => {
            let waiting = v1::ContainerStateWaiting { reason: words(reason), message: words(message) };
            v1::ContainerState { waiting: Some(waiting), ..none }
        }
        RunState::Running { since } => {
            let running = v1::ContainerStateRunning { started_at: since.map(Time) };
            v1::ContainerState { running: Some(running), ..none }
        }
        RunState::Terminated(ended) => v1::ContainerState { terminated: Some(terminated(ended)), ..none },
    }
}

fn terminated(ended: &Termination) -> v1::ContainerStateTerminated {
    v1::ContainerStateTerminated {
        container_id: words(&ended.id),
        exit_code: ended.exit_code,
        signal: ended.signal,
        reason: words(&ended.reason),
        message: words(&ended.message),
        started_at: ended.started.map(Time),
        finished_at: ended.finished.map(Time),
    }
}

/// The containers of one of the spec's lists.
fn of<'a>(pod: &'a Pod, field: &'static str) -> impl Iterator<Item = &'a Container> {
    pod.containers.iter().filter(move |container| container.spec_field() == field)
}

fn words(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// An empty list is left out.
fn some<T>(all: impl Iterator<Item = T>) -> Option<Vec<T>> {
    let all: Vec<T> = all.collect();
    (!all.is_empty()).then_some(all)
}
