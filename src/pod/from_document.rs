//! Documents → workloads. What a document is at all is decided in `identity`.

use k8s_openapi::api::core::v1;
use k8s_openapi::api::{apps, batch};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Deserialize;

use super::identity::{Identity, identify};
use super::{Pod, Volume, VolumeSource, WorkloadKind};
use crate::document::{Document, FieldPath, Mismatch, Node, UnknownField};

/// A workload of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// What it is.
    pub kind: WorkloadKind,
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
        Identity::Workload(kind) => found.push(match read(document, kind, at) {
            Ok(workload) => Object::Workload(Box::new(workload)),
            Err(mismatch) => Object::Broken(mismatch),
        }),
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

fn read(document: &Document, kind: WorkloadKind, at: &FieldPath) -> Result<Workload, Mismatch> {
    let reading = Reading { document, kind, at };
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
    Some(Volume { source: VolumeSource::claimed_for_each_pod(&name), name })
}

struct Reading<'d> {
    document: &'d Document,
    kind: WorkloadKind,
    at: &'d FieldPath,
}

impl<'d> Reading<'d> {
    fn workload<T>(&self, parts: impl FnOnce(&T) -> (ObjectMeta, Pod)) -> Result<Workload, Mismatch>
    where
        T: Deserialize<'d>,
    {
        let typed = self.document.typed::<T>(self.at)?;
        let (meta, pod) = parts(&typed.object);
        let name = match (meta.name, meta.generate_name) {
            (Some(name), _) => name,
            (None, Some(prefix)) => format!("{prefix}*"),
            (None, None) => "<none>".to_owned(),
        };
        Ok(Workload { kind: self.kind, at: self.at.clone(), name, pod, unknown: typed.unknown })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::document::documents;

    fn found(text: &str) -> Vec<String> {
        let told = |object| match object {
            Object::Workload(workload) => {
                let containers: Vec<_> = workload.pod.containers.iter().map(|c| c.name.as_str()).collect();
                format!(
                    "{} {} at {:?}: {}",
                    workload.kind.as_str(),
                    workload.name,
                    workload.at.to_string(),
                    containers.join(" ")
                )
            }
            Object::Other(kind) => format!("other {kind:?}"),
            Object::Broken(mismatch) => format!("broken {:?}: {}", mismatch.at.to_string(), mismatch.problem),
        };
        documents(&Arc::from(text)).flat_map(|document| objects(&document.unwrap())).map(told).collect()
    }

    #[test]
    fn every_kind_says_where_its_pod_is() {
        for kind in WorkloadKind::ALL {
            let spec = r#"{"spec":{"containers":[{"name":"a"}]}}"#;
            let body = kind.template().steps().iter().rev().fold(spec.to_owned(), |inner, step| match step {
                crate::document::Step::Key(key) => format!(r#"{{"{key}":{inner}}}"#),
                crate::document::Step::Index(_) => unreachable!(),
            });
            let head = format!(
                r#"{{"apiVersion":"{}","kind":"{}","metadata":{{"name":"n"}},"#,
                kind.api_version(),
                kind.as_str()
            );
            let text = format!("{head}{}", &body[1..]);
            assert_eq!(found(&text), [format!("{} n at \"\": a", kind.as_str())], "{text}");
        }
    }

    #[test]
    fn resources_are_named_as_kubectl_names_them() {
        assert_eq!(WorkloadKind::Pod.resource(), "pod");
        assert_eq!(WorkloadKind::Deployment.resource(), "deployment.apps");
        assert_eq!(WorkloadKind::CronJob.resource(), "cronjob.batch");
    }

    #[test]
    fn lists_are_looked_into() {
        let item = "{apiVersion: v1, kind: Pod, metadata: {generateName: p-}}";
        let text = format!("apiVersion: v1\nkind: List\nitems: [{item}, {{apiVersion: v1, kind: Service}}, 5]");
        assert_eq!(
            found(&text),
            [
                "Pod p-* at \"items[0]\": ",
                "other Some(\"Service\")",
                "broken \"items[2]\": this is a plain value, not an object of Kubernetes with apiVersion, kind and spec"
            ]
        );
        let text = "apiVersion: v1\nkind: PodList\nitems: [{metadata: {name: p}}]";
        assert_eq!(found(text), ["Pod p at \"items[0]\": "]);
    }

    #[test]
    fn near_misses_are_told() {
        let cases = [
            (
                "apiVersion: v1\nkind: Deployment",
                "broken \"apiVersion\": no matches for kind \"Deployment\" in version \"v1\": write apiVersion: \
                 apps/v1",
            ),
            (
                "apiVersion: v1\nkind: pod",
                "broken \"kind\": no matches for kind \"pod\" in version \"v1\": write kind: Pod",
            ),
            (
                "apiVersion: v1\nkind: Pods",
                "broken \"kind\": no matches for kind \"Pods\" in version \"v1\": write kind: Pod",
            ),
            ("apiVersion: v1\nspec: {}", "broken \"\": kind is not set: an object begins with apiVersion and kind"),
            ("kind: Pod", "broken \"\": apiVersion is not set: an object begins with apiVersion and kind"),
            ("spec: {containers: []}", "broken \"\": kind is not set: an object begins with apiVersion and kind"),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text), [expected]);
        }
    }

    #[test]
    fn what_belongs_to_others_is_left_alone() {
        assert_eq!(found("apiVersion: batch.volcano.sh/v1alpha1\nkind: Job"), ["other Some(\"Job\")"]);
        assert_eq!(found("apiVersion: v1\nkind: ConfigMap"), ["other Some(\"ConfigMap\")"]);
        assert_eq!(found("replicas: 3\nimage: {tag: x}"), ["other None"]);
    }

    #[test]
    fn claims_of_a_stateful_set_are_volumes_of_its_pods() {
        let text = "apiVersion: apps/v1\nkind: StatefulSet\nspec: {volumeClaimTemplates: [{metadata: {name: data}}]}";
        let document = documents(&Arc::from(text)).next().unwrap().unwrap();
        let [Object::Workload(workload)] = &objects(&document)[..] else { panic!() };
        assert_eq!(workload.pod.volume("data").unwrap().source.kind, "persistentVolumeClaim");
    }

    #[test]
    fn a_claim_of_a_stateful_set_replaces_the_volume_of_its_name() {
        let text = "apiVersion: apps/v1\nkind: StatefulSet\nspec: {volumeClaimTemplates: [{metadata: {name: data}}], \
                    template: {spec: {volumes: [{name: data, emptyDir: {}}, {name: other, emptyDir: {}}]}}}";
        let document = documents(&Arc::from(text)).next().unwrap().unwrap();
        let [Object::Workload(workload)] = &objects(&document)[..] else { panic!() };
        let kinds: Vec<_> = workload.pod.volumes.iter().map(|volume| volume.source.kind.as_str()).collect();
        assert_eq!(kinds, ["emptyDir", "persistentVolumeClaim"]);
    }
}
