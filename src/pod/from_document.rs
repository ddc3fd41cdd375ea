//! Documents → workloads. What a document is at all is decided in `identity`.

use k8s_openapi::api::core::v1;
use k8s_openapi::api::{apps, batch};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Deserialize;

use super::identity::{Identity, identify};
use super::volume::unknown_source;
use super::{Maker, Pod, Volume, VolumeSource, WorkloadKind};
use crate::document::{Document, FieldPath, Mismatch, Node, UnknownField, Value};

/// A workload of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// What it is.
    pub kind: Maker,
    /// Where it stands in its document: all of it, or an item of a `List`.
    pub at: FieldPath,
    /// `metadata.name`, or what `generateName` begins its names with, and a `*`; `<none>` where it has neither.
    pub name: String,
    /// The pod, or the pod it makes.
    pub pod: Pod,
    /// Fields that the API's types do not know, in the order of the text.
    pub unknown: Vec<UnknownField>,
}

/// What an object of a document is.
#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    /// It makes pods.
    Workload(Box<Workload>),
    /// It makes no pods; this is its kind. `None`: it does not say that it is an object of Kubernetes.
    Other(Option<String>),
    /// It should be an object of Kubernetes, and cannot be.
    Broken(Mismatch),
}

impl Workload {
    /// Where a field of the pod stands in the document: `inner` is seen from the pod.
    pub fn pod_field(&self, inner: &FieldPath) -> FieldPath {
        self.at.join(&self.kind.template()).join(inner)
    }
}

/// The objects of a document: one, or the items of a `List`.
pub fn objects(document: &Document) -> Vec<Object> {
    let mut found = Vec::new();
    collect(document, document.root(), &FieldPath::ROOT, None, &mut found);
    found
}

/// `expected`: the kind where the list around the object says it, and the object need not.
fn collect(document: &Document, node: &Node, at: &FieldPath, expected: Option<WorkloadKind>, found: &mut Vec<Object>) {
    let broken = |at: FieldPath, problem: String| Object::Broken(Mismatch { at, problem });
    match identify(node, expected) {
        Identity::Workload(kind) => found.push(object(read(&Reading { document, kind: kind.into(), at }, kind))),
        Identity::Custom(kind) => found.push(object(Reading { document, kind, at }.custom())),
        Identity::List(expected) => {
            let items = node.field("items").map(Node::items).unwrap_or_default();
            for (index, item) in items.iter().enumerate() {
                collect(document, item, &at.key("items").index(index), expected, found);
            }
        }
        Identity::Other(kind) => found.push(Object::Other(kind)),
        Identity::Broken(field, problem) => {
            found.push(broken(field.map_or_else(|| at.clone(), |field| at.key(field)), problem));
        }
    }
}

fn object(read: Result<Workload, Mismatch>) -> Object {
    match read {
        Ok(workload) => Object::Workload(Box::new(workload)),
        Err(mismatch) => Object::Broken(mismatch),
    }
}

fn read(reading: &Reading<'_>, kind: WorkloadKind) -> Result<Workload, Mismatch> {
    match kind {
        WorkloadKind::Pod => reading.workload(|pod: &v1::Pod| (pod.metadata.clone(), Pod::from(pod))),
        WorkloadKind::Deployment => {
            reading.workload(|object: &apps::v1::Deployment| made_by(&object.metadata, Some(&object.spec.template)))
        }
        WorkloadKind::StatefulSet => reading.workload(|object: &apps::v1::StatefulSet| {
            let (meta, mut pod) = made_by(&object.metadata, Some(&object.spec.template));
            for claimed in object.spec.volume_claim_templates.iter().flatten().filter_map(claimed_volume) {
                pod.volumes.retain(|volume| volume.name != claimed.name);
                pod.volumes.push(claimed);
            }
            (meta, pod)
        }),
        WorkloadKind::DaemonSet => {
            reading.workload(|object: &apps::v1::DaemonSet| made_by(&object.metadata, Some(&object.spec.template)))
        }
        WorkloadKind::ReplicaSet => {
            reading.workload(|object: &apps::v1::ReplicaSet| made_by(&object.metadata, object.spec.template.as_ref()))
        }
        WorkloadKind::ReplicationController => reading.workload(|object: &v1::ReplicationController| {
            made_by(&object.metadata, object.spec.as_ref().and_then(|spec| spec.template.as_ref()))
        }),
        WorkloadKind::Job => reading.workload(|object: &batch::v1::Job| {
            made_by(&object.metadata, object.spec.as_ref().map(|spec| &spec.template))
        }),
        WorkloadKind::CronJob => reading.workload(|object: &batch::v1::CronJob| {
            made_by(&object.metadata, object.spec.job_template.spec.as_ref().map(|spec| &spec.template))
        }),
        WorkloadKind::PodTemplate => {
            reading.workload(|object: &v1::PodTemplate| made_by(&object.metadata, object.template.as_ref()))
        }
    }
}

fn made_by(meta: &ObjectMeta, template: Option<&v1::PodTemplateSpec>) -> (ObjectMeta, Pod) {
    let empty = v1::PodTemplateSpec::default();
    (meta.clone(), Pod::from_template(meta, template.unwrap_or(&empty)))
}

/// Each pod of a StatefulSet gets a volume for each claim template, under its name, in place of one that the pod's template
/// has under that name (`updateStorage` in `pkg/controller/statefulset/stateful_set_utils.go`).
fn claimed_volume(claim: &v1::PersistentVolumeClaim) -> Option<Volume> {
    let name = claim.metadata.name.clone()?;
    Some(Volume { source: VolumeSource::claimed_for_each_pod(&name, claim.spec.as_ref()), name })
}

struct Reading<'d> {
    document: &'d Document,
    kind: Maker,
    at: &'d FieldPath,
}

impl<'d> Reading<'d> {
    fn workload<T>(&self, parts: impl FnOnce(&T) -> (ObjectMeta, Pod)) -> Result<Workload, Mismatch>
    where
        T: Deserialize<'d>,
    {
        let typed = self.document.typed::<T>(self.at)?;
        let (meta, pod) = parts(&typed.object);
        Ok(self.read(meta, pod, typed.unknown))
    }

    /// Of a custom resource nothing is known but its metadata and its pod template. What is claimed for each pod is told
    /// as by a StatefulSet, which some of them stand for.
    fn custom(&self) -> Result<Workload, Mismatch> {
        let mut template = self.document.typed::<v1::PodTemplateSpec>(&self.at.join(&self.kind.template()))?;
        template.object.spec.iter_mut().for_each(|spec| name_containers(&mut spec.containers));
        let meta = self.document.typed::<ObjectMeta>(&self.at.key("metadata")).map(|typed| typed.object);
        let (meta, mut pod) = made_by(&meta.unwrap_or_default(), Some(&template.object));
        let claims = self.at.key("spec").key("volumeClaimTemplates");
        let claims = self.document.typed::<Vec<v1::PersistentVolumeClaim>>(&claims).map(|typed| typed.object);
        pod.volumes.extend(claims.unwrap_or_default().iter().filter_map(claimed_volume));
        Ok(self.read(meta, pod, template.unknown))
    }

    fn read(&self, meta: ObjectMeta, mut pod: Pod, unknown: Vec<UnknownField>) -> Workload {
        let name = match (meta.name, meta.generate_name) {
            (Some(name), _) => name,
            (None, Some(prefix)) => format!("{prefix}*"),
            (None, None) => NO_NAME.to_owned(),
        };
        self.tell_unknown_sources(&mut pod);
        Workload { kind: self.kind.clone(), at: self.at.clone(), name, pod, unknown }
    }

    /// A volume whose type the API's types do not know is of the type that its text says.
    fn tell_unknown_sources(&self, pod: &mut Pod) {
        let volumes = self.at.join(&self.kind.template()).key("spec").key("volumes");
        let nodes = self.document.get(&volumes).map(Node::items).unwrap_or_default();
        for (volume, node) in pod.volumes.iter_mut().zip(nodes) {
            let is_source = |node: &Node| matches!(node.value, Value::Map(_));
            let fields = node.fields().iter().filter(|field| is_source(&field.value));
            let mut fields = fields.map(|field| field.key.as_str());
            if volume.source == VolumeSource::unknown("emptyDir")
                && !fields.clone().any(|field| field == "emptyDir")
                && let Some(source) = unknown_source(&mut fields)
            {
                volume.source = VolumeSource::unknown(source);
            }
        }
    }
}

/// What stands for a name that is not given.
const NO_NAME: &str = "<none>";

/// A container is known by its name, and some controllers give one to those that have none.
fn name_containers(containers: &mut [v1::Container]) {
    let nameless = containers.iter_mut().filter(|container| container.name.is_empty());
    for (index, container) in nameless.enumerate() {
        container.name = if index == 0 { NO_NAME.to_owned() } else { format!("{NO_NAME} {}", index + 1) };
    }
}

#[cfg(test)]
mod tests;
