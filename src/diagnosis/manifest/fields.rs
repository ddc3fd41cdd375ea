//! Fields that are not where they belong: `volumes` confused with `volumeMounts`, and misspelt names.

use super::{Manifest, Mistake, Verdict, meant, mistake};
use crate::document::{FieldPath, Node, UnknownField, Value};

/// What a volume can come from, as far as people write it by hand (`VolumeSource`, `core/v1`).
const VOLUME_SOURCES: [&str; 12] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "hostPath",
    "image",
    "iscsi",
    "nfs",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// What only a volumeMount has.
const MOUNT_FIELDS: [&str; 5] = ["mountPath", "mountPropagation", "readOnly", "subPath", "subPathExpr"];

/// The two words that beginners confuse.
#[derive(Clone, Copy, PartialEq)]
enum Confusion {
    /// `volumes:` in a container.
    VolumesInContainer,
    /// `volumeMounts:` in the pod's spec.
    MountsInPod,
    /// `mountPath` and the like in a volume.
    MountFieldInVolume,
    /// `emptyDir` and the like in a volumeMount.
    SourceInMount,
}

impl Confusion {
    fn of(unknown: &UnknownField) -> Option<Self> {
        match (unknown.inside, unknown.key.as_str()) {
            ("Container" | "EphemeralContainer", "volumes") => Some(Self::VolumesInContainer),
            ("PodSpec", "volumeMounts") => Some(Self::MountsInPod),
            ("Volume", key) if MOUNT_FIELDS.contains(&key) => Some(Self::MountFieldInVolume),
            ("VolumeMount", key) if VOLUME_SOURCES.contains(&key) => Some(Self::SourceInMount),
            _ => None,
        }
    }
}

/// These mistakes in a workload, and keys that are given twice.
pub(super) fn mistakes(manifest: &Manifest<'_>) -> Vec<Mistake> {
    let unknown = manifest.workload.unknown.iter().filter(|unknown| !is_in_status(manifest, &unknown.at));
    let unknown = unknown.map(|unknown| match Confusion::of(unknown) {
        Some(confusion) => confused(manifest, confusion, unknown),
        None => misspelt(manifest, unknown),
    });
    unknown.chain(repeated(manifest)).collect()
}

/// The names of volumes that are declared, but not where the pod's volumes belong.
pub(super) fn misplaced_volumes(manifest: &Manifest<'_>) -> Vec<String> {
    let declared = |unknown: &UnknownField| -> Vec<String> {
        let node = manifest.document.get(&unknown.at);
        let items = node.map(Node::items).unwrap_or_default();
        let named = |node: &Node| node.field("name").and_then(Node::text).map(str::to_owned);
        match Confusion::of(unknown) {
            Some(Confusion::VolumesInContainer | Confusion::MountsInPod) => items.iter().filter_map(named).collect(),
            Some(Confusion::SourceInMount) => {
                manifest.document.get(&unknown.at.parent()).and_then(named).into_iter().collect()
            }
            Some(Confusion::MountFieldInVolume) | None => Vec::new(),
        }
    };
    manifest.workload.unknown.iter().flat_map(declared).collect()
}

fn confused(manifest: &Manifest<'_>, confusion: Confusion, unknown: &UnknownField) -> Mistake {
    let Explanation { code, cause, steps } = match confusion {
        Confusion::VolumesInContainer => volumes_in_container(manifest, unknown),
        Confusion::MountsInPod => mounts_in_pod(manifest, unknown),
        Confusion::MountFieldInVolume => mount_field_in_volume(manifest, unknown),
        Confusion::SourceInMount => source_in_mount(manifest, unknown),
    };
    steps.into_iter().fold(refused(manifest, unknown, code, cause), Mistake::next)
}

/// What a confusion is, in a beginner's words.
struct Explanation {
    code: &'static str,
    cause: String,
    steps: Vec<String>,
}

fn volumes_in_container(manifest: &Manifest<'_>, unknown: &UnknownField) -> Explanation {
    let list = manifest.volumes_field();
    let (cause, steps) = if an_item_has(manifest, unknown, &MOUNT_FIELDS) {
        let cause = "a container has no \"volumes\": what it mounts is listed in its volumeMounts".to_owned();
        let mut steps = vec!["rename \"volumes\" to \"volumeMounts\" here".to_owned()];
        steps.extend(declare_too(manifest, unknown));
        (cause, steps)
    } else {
        let cause = format!(
            "a container has no \"volumes\": volumes are declared once for the whole pod, under {list}, and each \
             container that uses one says so in its volumeMounts"
        );
        let keep = "keep volumeMounts in each container: name says which volume, mountPath where the container sees it";
        (cause, vec![format!("move this list to {list}, beside \"containers\""), keep.to_owned()])
    };
    Explanation { code: "VolumesInContainer", cause, steps }
}

fn mounts_in_pod(manifest: &Manifest<'_>, unknown: &UnknownField) -> Explanation {
    let (cause, steps) = if an_item_has(manifest, unknown, &VOLUME_SOURCES) {
        let cause = "a pod has no \"volumeMounts\": the volumes it declares are listed in \"volumes\"";
        (cause, vec!["rename \"volumeMounts\" to \"volumes\" here".to_owned()])
    } else {
        let cause = "a pod has no \"volumeMounts\": each container that uses a volume says so itself";
        let step = "move this list into every container that uses the volume, beside its \"image\"".to_owned();
        (cause, std::iter::once(step).chain(declare_too(manifest, unknown)).collect())
    };
    Explanation { code: "VolumeMountsInPod", cause: cause.to_owned(), steps }
}

/// What is mounted must be declared as well: said of what is not.
fn declare_too(manifest: &Manifest<'_>, mounts: &UnknownField) -> Option<String> {
    let is_declared = |name: &str| manifest.workload.pod.volumes.iter().any(|volume| volume.name == name);
    let items = manifest.document.get(&mounts.at).map(Node::items).unwrap_or_default();
    let names = items.iter().filter_map(|mount| mount.field("name").and_then(Node::text));
    let missing: Vec<String> = names.filter(|name| !is_declared(name)).map(|name| format!("{name:?}")).collect();
    let list = manifest.volumes_field();
    (!missing.is_empty()).then(|| format!("and declare {} once for the whole pod, under {list}", missing.join(" and ")))
}

fn mount_field_in_volume(manifest: &Manifest<'_>, unknown: &UnknownField) -> Explanation {
    let (list, key) = (manifest.volumes_field(), &unknown.key);
    let cause = format!(
        "a volume has no {key:?}: under {list} it is declared, no more; where a container sees it is said in that \
         container's volumeMounts"
    );
    let step =
        format!("move {key:?} to the volumeMounts of each container that uses the volume, beside the volume's name");
    Explanation { code: "MountFieldInVolume", cause, steps: vec![step] }
}

fn source_in_mount(manifest: &Manifest<'_>, unknown: &UnknownField) -> Explanation {
    let (list, key) = (manifest.volumes_field(), &unknown.key);
    let cause =
        format!("a volumeMount has no {key:?}: it only names a volume, and what the volume is stands under {list}");
    let declare =
        format!("declare the volume once for the whole pod, with {key:?}, under {list}, beside \"containers\"");
    let steps = vec![declare, "keep only its name and the mountPath here".to_owned()];
    Explanation { code: "VolumeSourceInMount", cause, steps }
}

/// Whether an item of the list that is in the wrong place has one of those fields.
fn an_item_has(manifest: &Manifest<'_>, unknown: &UnknownField, keys: &[&str]) -> bool {
    let items = manifest.document.get(&unknown.at).map(Node::items).unwrap_or_default();
    items.iter().flat_map(Node::fields).any(|field| keys.contains(&field.key.as_str()))
}

fn misspelt(manifest: &Manifest<'_>, unknown: &UnknownField) -> Mistake {
    let near = meant(&unknown.key, unknown.known.iter().copied());
    if near.is_none() && is_volume_type(manifest, unknown) {
        return unknown_volume_type(manifest, unknown);
    }
    let cause = format!("{} has no field {:?}", thing(unknown.inside), unknown.key);
    let found = refused(manifest, unknown, "UnknownField", cause);
    match near {
        Some(near) => found.next(format!("did you mean {near:?}?")),
        None if manifest.is_custom() => found,
        None => found.next("see whether it stands in the right place: a field belongs to what it is indented under"),
    }
}

/// Whether it is what the volume comes from: a mapping, and nothing else of the volume is one.
fn is_volume_type(manifest: &Manifest<'_>, unknown: &UnknownField) -> bool {
    let volume = manifest.document.get(&unknown.at.parent()).map(Node::fields).unwrap_or_default();
    let mut mappings = volume.iter().filter(|field| matches!(field.value.value, Value::Map(_)));
    unknown.inside == "Volume"
        && mappings.next().is_some_and(|field| field.key == unknown.key)
        && mappings.next().is_none()
}

/// A newer Kubernetes may have it.
fn unknown_volume_type(manifest: &Manifest<'_>, unknown: &UnknownField) -> Mistake {
    let key = &unknown.key;
    let cause = format!("the volume type {key:?} is not known here: it may be newer than this program");
    let position = manifest.document.key_position(&unknown.at);
    mistake("UnknownVolumeType", Verdict::Accepted, position, unknown.at.clone(), cause)
        .next(format!("see whether your cluster knows it: kubectl explain pod.spec.volumes.{key}"))
}

fn refused(manifest: &Manifest<'_>, unknown: &UnknownField, code: &'static str, cause: String) -> Mistake {
    let at = unknown.at.below(&manifest.workload.at);
    let position = manifest.document.key_position(&unknown.at);
    let refusal = if manifest.is_custom() {
        let kind = manifest.workload.kind.resource();
        format!("Kubernetes has no {at}: what is made of it is the matter of whoever takes a {kind}")
    } else {
        format!("kubectl apply would say: strict decoding error: unknown field \"{at}\"")
    };
    let found = mistake(code, Verdict::Rejected, position, unknown.at.clone(), cause).shown_by(refusal);
    match container_around(manifest, &unknown.at) {
        Some(container) => found.of(container),
        None => found,
    }
}

fn container_around<'m>(manifest: &Manifest<'m>, at: &FieldPath) -> Option<&'m str> {
    let containers = manifest.workload.pod.container_fields();
    let around = containers.map(|(field, container)| (manifest.workload.pod_field(&field), container));
    around.into_iter().find(|(field, _)| at.starts_with(field)).map(|(_, container)| container.name.as_str())
}

fn repeated<'m>(manifest: &'m Manifest<'_>) -> impl Iterator<Item = Mistake> + 'm {
    let of_this =
        manifest.document.duplicates().iter().filter(|repeated| repeated.at.starts_with(&manifest.workload.at));
    of_this.map(|repeated| {
        let field = repeated.at.below(&manifest.workload.at);
        let (first, again) = (repeated.first.line, repeated.again.line);
        let cause = format!("{field} is given twice, in line {first} and in line {again}: only the last one counts");
        mistake("RepeatedKey", Verdict::Accepted, repeated.again, repeated.at.clone(), cause)
            .next("take one of the two away, or put their content together under one key".to_owned())
    })
}

/// What a dump of a live object says of its status does not matter for the manifest.
fn is_in_status(manifest: &Manifest<'_>, at: &FieldPath) -> bool {
    at.starts_with(&manifest.workload.at.key("status"))
}

/// A type of the API in a sentence.
fn thing(inside: &str) -> String {
    match inside {
        "PodSpec" => "a pod's spec".to_owned(),
        "PodTemplateSpec" => "a pod template".to_owned(),
        "ObjectMeta" => "metadata".to_owned(),
        "Container" => "a container".to_owned(),
        "EphemeralContainer" => "an ephemeral container".to_owned(),
        "Volume" => "a volume".to_owned(),
        "VolumeMount" => "a volumeMount".to_owned(),
        other => other.to_owned(),
    }
}
