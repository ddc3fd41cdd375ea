//! Mounts and devices of volumes that the pod does not declare, and a pod without containers.

use super::{Manifest, Mistake, Verdict, fields, meant};
use crate::document::FieldPath;
use crate::pod::{Container, Device, Mount, WorkloadKind};

/// These mistakes in a workload.
pub(super) fn mistakes(manifest: &Manifest<'_>) -> Vec<Mistake> {
    let pod = &manifest.workload.pod;
    // A volume that is declared in the wrong place is told by `fields`; once it is moved, its mounts are right.
    let misplaced = fields::misplaced_volumes(manifest);
    let mut mistakes: Vec<Mistake> = no_containers(manifest).into_iter().collect();
    for (field, container) in pod.container_fields() {
        for (index, mount) in container.mounts.iter().enumerate() {
            let is_declared = pod.volume(&mount.volume).is_some() || misplaced.contains(&mount.volume);
            let field = field.key("volumeMounts").index(index).key("name");
            if mount.volume.is_empty() {
                mistakes.push(no_name(manifest, container, mount, &field));
            } else if !is_declared {
                mistakes.push(undeclared(manifest, container, Use::Mount(mount), &field));
            }
        }
        for (index, device) in container.devices.iter().enumerate() {
            let field = field.key("volumeDevices").index(index).key("name");
            if pod.volume(&device.volume).is_none() && !device.volume.is_empty() {
                mistakes.push(undeclared(manifest, container, Use::Device(device), &field));
            }
        }
    }
    mistakes
}

/// How a container uses a volume.
#[derive(Clone, Copy)]
enum Use<'a> {
    Mount(&'a Mount),
    Device(&'a Device),
}

fn undeclared(manifest: &Manifest<'_>, container: &Container, used: Use<'_>, field: &FieldPath) -> Mistake {
    let (name, mounts, entry) = match used {
        Use::Mount(mount) => (&mount.volume, "mounts", "volumeMount"),
        Use::Device(device) => (&device.volume, "has as a device", "volumeDevice"),
    };
    let cause = format!(
        "container {:?} {mounts} the volume {name:?}, which the pod does not declare: the name of a {entry} must be \
         that of one of the pod's volumes",
        container.name
    );
    let refusal = manifest.invalid(&manifest.field_of_object(field), &format!("Not found: {name:?}"));
    let found = manifest.mistake("UndeclaredVolume", Verdict::Rejected, field, cause);
    let found = found.of(&container.name).shown_by(refusal);

    let volumes = &manifest.workload.pod.volumes;
    let list = manifest.volumes_field();
    let source = match used {
        Use::Mount(_) => "emptyDir: {}",
        Use::Device(_) => "persistentVolumeClaim: {claimName: CLAIM}",
    };
    let declare = format!("under {list}, beside \"containers\": - {{name: {name}, {source}}}");
    let known: Vec<&str> = volumes.iter().map(|volume| volume.name.as_str()).collect();
    match meant(name, known.iter().copied()) {
        Some(near) => {
            let index = known.iter().position(|known| *known == near).unwrap_or_default();
            let line = manifest.line(&FieldPath::ROOT.key("spec").key("volumes").index(index));
            found.next(format!("did you mean {near:?}, which is declared in line {line}? Write: name: {near}"))
        }
        None if known.is_empty() => found.next(format!("the pod declares no volumes; declare it once, {declare}")),
        None => found
            .next(format!("write the name of a volume the pod declares: {}", known.join(", ")))
            .next(format!("or declare it, {declare}")),
    }
}

fn no_name(manifest: &Manifest<'_>, container: &Container, mount: &Mount, field: &FieldPath) -> Mistake {
    let cause = format!("container {:?} mounts a volume at {:?}, and does not say which", container.name, mount.path);
    let refusal = manifest.invalid(&manifest.field_of_object(field), "Required value");
    let known: Vec<&str> = manifest.workload.pod.volumes.iter().map(|volume| volume.name.as_str()).collect();
    let found = manifest.mistake("MountWithoutName", Verdict::Rejected, field, cause);
    let found = found.of(&container.name).shown_by(refusal);
    found.next(format!(
        "add the name of one of the pod's volumes: {}",
        if known.is_empty() { "it declares none yet".to_owned() } else { known.join(", ") }
    ))
}

fn no_containers(manifest: &Manifest<'_>) -> Option<Mistake> {
    let spec = FieldPath::ROOT.key("spec");
    let has_some = manifest.workload.pod.containers.iter().any(|container| container.spec_field() == "containers");
    if has_some {
        return None;
    }
    let field = manifest.field_of_object(&spec.key("containers"));
    // Whoever takes the template of a custom resource may put containers in.
    let cause = match manifest.workload.kind.workload()? {
        WorkloadKind::Pod => "the pod has no containers".to_owned(),
        kind => format!("the pod template of this {} has no containers", kind.as_str()),
    };
    let found = manifest.mistake("NoContainers", Verdict::Rejected, &spec, cause);
    Some(found.shown_by(manifest.invalid(&field, "Required value")).next(format!("list them under {field}")))
}
