//! The API's typed objects → our model.

use std::borrow::Cow;

use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::container::{Container, ContainerKind, Device, Instance, RunState, Runtime, Termination};
use super::expansion::variables;
use super::role::roles;
use super::{Common, Condition, Mount, Phase, Pod, PodStatus, Settings, Volume};

impl From<&v1::Pod> for Pod {
    fn from(pod: &v1::Pod) -> Self {
        let empty = v1::PodSpec::default();
        let spec = pod.spec.as_ref().unwrap_or(&empty);
        let status = pod.status.as_ref();
        let mut ours = build(&pod.metadata, Some(&pod.metadata), spec, status);
        ours = ours.with_claims_of_its_own();
        ours.status = status.map(|status| pod_status(status, spec, &pod.metadata));
        ours
    }
}

impl Pod {
    /// The pod that a workload makes, named after the workload.
    pub fn from_template(workload: &ObjectMeta, template: &v1::PodTemplateSpec) -> Self {
        let empty = v1::PodSpec::default();
        build(workload, template.metadata.as_ref(), template.spec.as_ref().unwrap_or(&empty), None)
    }
}

/// `own`: what is known of the metadata of the pod itself, where `meta` may be that of what makes it.
fn build(meta: &ObjectMeta, own: Option<&ObjectMeta>, spec: &v1::PodSpec, status: Option<&v1::PodStatus>) -> Pod {
    let specs = in_start_order(spec);
    let kinds: Vec<_> = specs.iter().map(|(kind, container)| (container.name.as_str(), *kind)).collect();
    let roles = roles(&kinds, own.and_then(|own| own.annotations.as_ref()));
    let containers = specs.iter().zip(roles).map(|((kind, container), (role, role_evidence))| {
        let reported = status.and_then(|status| reported(status, *kind, &container.name));
        let statuses = reported.and_then(|status| status.volume_mounts.as_deref()).unwrap_or_default();
        let variables =
            variables(container.env.as_deref().unwrap_or_default(), |field| pod_field(field, meta, own, spec));
        let mounts = container.volume_mounts.iter().flatten();
        Container {
            name: container.name.clone(),
            kind: *kind,
            role,
            role_evidence,
            image: container.image.clone().unwrap_or_default(),
            command: container.command.clone().unwrap_or_default(),
            args: container.args.clone().unwrap_or_default(),
            mounts: mounts.map(|mount| Mount::of(mount, statuses, &variables)).collect(),
            devices: container.volume_devices.iter().flatten().map(device).collect(),
            settings: Settings::of(container, spec.security_context.as_ref()),
            runtime: reported.map(runtime),
        }
    });
    Pod {
        name: meta.name.clone().unwrap_or_default(),
        namespace: meta.namespace.clone(),
        uid: meta.uid.clone(),
        containers: containers.collect(),
        volumes: spec.volumes.iter().flatten().map(Volume::from).collect(),
        common: Common::from(spec),
        status: None,
    }
}

fn in_start_order(spec: &v1::PodSpec) -> Vec<(ContainerKind, Cow<'_, v1::Container>)> {
    let init_kind = |container: &v1::Container| match container.restart_policy.as_deref() {
        Some("Always") => ContainerKind::Native,
        _ => ContainerKind::Init,
    };
    let init = spec.init_containers.iter().flatten().map(|container| (init_kind(container), Cow::Borrowed(container)));
    let containers = spec.containers.iter().map(|container| (ContainerKind::Container, Cow::Borrowed(container)));
    let ephemeral = spec.ephemeral_containers.iter().flatten();
    let ephemeral = ephemeral.map(|container| (ContainerKind::Ephemeral, Cow::Owned(as_container(container))));
    init.chain(containers).chain(ephemeral).collect()
}

/// The API gives ephemeral containers a type of their own, with the same fields.
fn as_container(ephemeral: &v1::EphemeralContainer) -> v1::Container {
    let ephemeral = ephemeral.clone();
    v1::Container {
        name: ephemeral.name,
        image: ephemeral.image,
        command: ephemeral.command,
        args: ephemeral.args,
        env: ephemeral.env,
        ports: ephemeral.ports,
        startup_probe: ephemeral.startup_probe,
        liveness_probe: ephemeral.liveness_probe,
        readiness_probe: ephemeral.readiness_probe,
        resources: ephemeral.resources,
        security_context: ephemeral.security_context,
        volume_mounts: ephemeral.volume_mounts,
        volume_devices: ephemeral.volume_devices,
        ..v1::Container::default()
    }
}

fn device(device: &v1::VolumeDevice) -> Device {
    Device { volume: device.name.clone(), path: device.device_path.clone() }
}

/// The fields of a pod that variables can stand for, and that do not change.
fn pod_field(path: &str, meta: &ObjectMeta, own: Option<&ObjectMeta>, spec: &v1::PodSpec) -> Option<String> {
    match path {
        "metadata.name" => own?.name.clone(),
        "metadata.namespace" => meta.namespace.clone(),
        "metadata.uid" => own?.uid.clone(),
        "spec.nodeName" => spec.node_name.clone(),
        "spec.serviceAccountName" => spec.service_account_name.clone(),
        _ => {
            let (map, key) = path.strip_suffix("']")?.split_once("['")?;
            let values = match map {
                "metadata.labels" => own?.labels.as_ref(),
                "metadata.annotations" => own?.annotations.as_ref(),
                _ => None,
            };
            values?.get(key).cloned()
        }
    }
}

fn reported<'a>(status: &'a v1::PodStatus, kind: ContainerKind, name: &str) -> Option<&'a v1::ContainerStatus> {
    let statuses = match kind {
        ContainerKind::Init | ContainerKind::Native => &status.init_container_statuses,
        ContainerKind::Container => &status.container_statuses,
        ContainerKind::Ephemeral => &status.ephemeral_container_statuses,
    };
    statuses.iter().flatten().find(|status| status.name == name)
}

fn runtime(reported: &v1::ContainerStatus) -> Runtime {
    Runtime {
        ready: reported.ready,
        started: reported.started.unwrap_or_default(),
        image_id: reported.image_id.clone(),
        instance: Instance {
            id: reported.container_id.clone().unwrap_or_default(),
            restarts: u32::try_from(reported.restart_count).unwrap_or_default(),
        },
        state: run_state(reported.state.as_ref()),
        last_termination: reported.last_state.as_ref().and_then(|state| state.terminated.as_ref()).map(termination),
    }
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
        changed: condition.last_transition_time.as_ref().map(|time| time.0),
    };
    PodStatus {
        phase: Phase::parse(status.phase.as_deref().unwrap_or_default()),
        reason: status.reason.clone().unwrap_or_default(),
        message: status.message.clone().unwrap_or_default(),
        conditions: status.conditions.iter().flatten().map(condition).collect(),
        node: spec.node_name.clone(),
        deleting: meta.deletion_timestamp.is_some(),
        created: meta.creation_timestamp.as_ref().map(|time| time.0),
    }
}
