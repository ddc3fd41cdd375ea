//! The API's typed objects → our model.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::container::{Container, ContainerKind, Instance, Mount, RunState, Runtime, Termination};
use super::role::roles;
use super::{Condition, Phase, Pod, PodStatus, Volume};

impl From<&v1::Pod> for Pod {
    fn from(pod: &v1::Pod) -> Self {
        let empty = v1::PodSpec::default();
        let spec = pod.spec.as_ref().unwrap_or(&empty);
        let status = pod.status.as_ref();
        let mut ours = build(&pod.metadata, pod.metadata.annotations.as_ref(), spec, status);
        ours.status = status.map(|status| pod_status(status, spec, &pod.metadata));
        ours
    }
}

impl Pod {
    /// The pod that a workload makes, named after the workload.
    pub fn from_template(workload: &ObjectMeta, template: &v1::PodTemplateSpec) -> Self {
        let empty = v1::PodSpec::default();
        let annotations = template.metadata.as_ref().and_then(|meta| meta.annotations.as_ref());
        build(workload, annotations, template.spec.as_ref().unwrap_or(&empty), None)
    }
}

/// The fields the three container types have in common: the API gives ephemeral containers a type of their own.
struct ContainerSpec<'a> {
    name: &'a str,
    kind: ContainerKind,
    image: Option<&'a String>,
    command: Option<&'a Vec<String>>,
    args: Option<&'a Vec<String>>,
    mounts: Option<&'a Vec<v1::VolumeMount>>,
}

impl<'a> ContainerSpec<'a> {
    fn of(kind: ContainerKind, container: &'a v1::Container) -> Self {
        let native = kind == ContainerKind::Init && container.restart_policy.as_deref() == Some("Always");
        Self {
            name: &container.name,
            kind: if native { ContainerKind::Native } else { kind },
            image: container.image.as_ref(),
            command: container.command.as_ref(),
            args: container.args.as_ref(),
            mounts: container.volume_mounts.as_ref(),
        }
    }

    fn of_ephemeral(container: &'a v1::EphemeralContainer) -> Self {
        Self {
            name: &container.name,
            kind: ContainerKind::Ephemeral,
            image: container.image.as_ref(),
            command: container.command.as_ref(),
            args: container.args.as_ref(),
            mounts: container.volume_mounts.as_ref(),
        }
    }
}

fn build(
    meta: &ObjectMeta,
    annotations: Option<&BTreeMap<String, String>>,
    spec: &v1::PodSpec,
    status: Option<&v1::PodStatus>,
) -> Pod {
    let specs = in_start_order(spec);
    let kinds: Vec<_> = specs.iter().map(|container| (container.name, container.kind)).collect();
    let roles = roles(&kinds, annotations);
    let containers = specs.iter().zip(roles).map(|(container, (role, role_evidence))| Container {
        name: container.name.to_owned(),
        kind: container.kind,
        role,
        role_evidence,
        image: container.image.cloned().unwrap_or_default(),
        command: container.command.cloned().unwrap_or_default(),
        args: container.args.cloned().unwrap_or_default(),
        mounts: container.mounts.into_iter().flatten().map(mount).collect(),
        runtime: status.and_then(|status| runtime(status, container)),
    });
    Pod {
        name: meta.name.clone().unwrap_or_default(),
        namespace: meta.namespace.clone(),
        uid: meta.uid.clone(),
        containers: containers.collect(),
        volumes: spec.volumes.iter().flatten().map(Volume::from).collect(),
        status: None,
    }
}

fn in_start_order(spec: &v1::PodSpec) -> Vec<ContainerSpec<'_>> {
    let init = spec.init_containers.iter().flatten().map(|container| ContainerSpec::of(ContainerKind::Init, container));
    let containers = spec.containers.iter().map(|container| ContainerSpec::of(ContainerKind::Container, container));
    init.chain(containers).chain(spec.ephemeral_containers.iter().flatten().map(ContainerSpec::of_ephemeral)).collect()
}

fn mount(mount: &v1::VolumeMount) -> Mount {
    Mount {
        volume: mount.name.clone(),
        path: mount.mount_path.clone(),
        read_only: mount.read_only.unwrap_or_default(),
        sub_path: mount.sub_path.clone().or_else(|| mount.sub_path_expr.clone()),
    }
}

fn runtime(status: &v1::PodStatus, container: &ContainerSpec<'_>) -> Option<Runtime> {
    let statuses = match container.kind {
        ContainerKind::Init | ContainerKind::Native => &status.init_container_statuses,
        ContainerKind::Container => &status.container_statuses,
        ContainerKind::Ephemeral => &status.ephemeral_container_statuses,
    };
    let reported = statuses.iter().flatten().find(|status| status.name == container.name)?;
    Some(Runtime {
        ready: reported.ready,
        started: reported.started.unwrap_or_default(),
        image_id: reported.image_id.clone(),
        instance: Instance {
            id: reported.container_id.clone().unwrap_or_default(),
            restarts: u32::try_from(reported.restart_count).unwrap_or_default(),
        },
        state: run_state(reported.state.as_ref()),
        last_termination: reported.last_state.as_ref().and_then(|state| state.terminated.as_ref()).map(termination),
    })
}

/// A state with nothing set is `waiting`, by the API's default.
fn run_state(state: Option<&v1::ContainerState>) -> RunState {
    if let Some(running) = state.and_then(|state| state.running.as_ref()) {
        return RunState::Running { since: running.started_at.as_ref().map(|time| time.0) };
    }
    if let Some(ended) = state.and_then(|state| state.terminated.as_ref()) {
        return RunState::Terminated(termination(ended));
    }
    let waiting = state.and_then(|state| state.waiting.clone()).unwrap_or_default();
    RunState::Waiting { reason: waiting.reason.unwrap_or_default(), message: waiting.message.unwrap_or_default() }
}

fn termination(ended: &v1::ContainerStateTerminated) -> Termination {
    Termination {
        id: ended.container_id.clone().unwrap_or_default(),
        exit_code: ended.exit_code,
        signal: ended.signal.filter(|signal| *signal != 0),
        reason: ended.reason.clone().unwrap_or_default(),
        message: ended.message.clone().unwrap_or_default(),
        started: ended.started_at.as_ref().map(|time| time.0),
        finished: ended.finished_at.as_ref().map(|time| time.0),
    }
}

fn pod_status(status: &v1::PodStatus, spec: &v1::PodSpec, meta: &ObjectMeta) -> PodStatus {
    let condition = |condition: &v1::PodCondition| Condition {
        kind: condition.type_.clone(),
        met: condition.status == "True",
        reason: condition.reason.clone().unwrap_or_default(),
        message: condition.message.clone().unwrap_or_default(),
    };
    PodStatus {
        phase: Phase::parse(status.phase.as_deref().unwrap_or_default()),
        reason: status.reason.clone().unwrap_or_default(),
        message: status.message.clone().unwrap_or_default(),
        conditions: status.conditions.iter().flatten().map(condition).collect(),
        node: spec.node_name.clone(),
        deleting: meta.deletion_timestamp.is_some(),
    }
}
