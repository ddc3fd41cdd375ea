//! The object the API takes.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1;
use serde_json::{Map, Value, json};

use super::{ClaimTemplate, Kind, Scaffold, order};

/// By this annotation kubectl knows which container is meant where none is named.
pub(super) const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

impl Scaffold {
    /// The object the API takes, its fields in the order a person writes them.
    pub fn to_object(&self) -> Value {
        let kind = self.kind.workload();
        let mut metadata = self.metadata(&self.annotations);
        metadata.insert("name".to_owned(), json!(self.name.as_str()));
        if let Some(namespace) = &self.namespace {
            metadata.insert("namespace".to_owned(), json!(namespace.as_str()));
        }
        if self.kind == Kind::Pod {
            metadata.extend(self.pod_metadata());
        }
        order::written(json!({
            "apiVersion": kind.api_version(),
            "kind": kind.as_str(),
            "metadata": metadata,
            "spec": self.spec(),
        }))
    }

    fn spec(&self) -> Value {
        let template = || json!({ "metadata": self.pod_metadata(), "spec": self.pod_spec() });
        let selector = || json!({ "matchLabels": self.labels_written() });
        match &self.kind {
            Kind::Pod => self.pod_spec(),
            Kind::Deployment { replicas } => {
                json!({ "replicas": replicas.unwrap_or(1), "selector": selector(), "template": template() })
            }
            Kind::StatefulSet { replicas, service_name } => json!({
                "replicas": replicas.unwrap_or(1),
                "serviceName": service_name,
                "selector": selector(),
                "template": template(),
                "volumeClaimTemplates": self.claims.iter().map(ClaimTemplate::to_object).collect::<Vec<_>>(),
            }),
            Kind::DaemonSet => json!({ "selector": selector(), "template": template() }),
            Kind::Job => json!({ "template": template() }),
            Kind::CronJob { schedule } => {
                json!({ "schedule": schedule.as_str(), "jobTemplate": { "spec": { "template": template() } } })
            }
        }
    }

    /// Its labels and its pods'. What has a selector goes by all of them: by `app` alone it would take the pods of another
    /// workload of the same app for its own.
    pub fn labels_written(&self) -> BTreeMap<String, String> {
        let mut labels = self.labels.clone();
        if self.kind.has_selector() {
            labels.entry("app".to_owned()).or_insert_with(|| self.name.to_label_value());
        }
        labels
    }

    fn metadata(&self, annotations: &BTreeMap<String, String>) -> Map<String, Value> {
        let labels = self.labels_written();
        Map::from_iter([("labels".to_owned(), json!(labels)), ("annotations".to_owned(), json!(annotations))])
    }

    fn pod_metadata(&self) -> Map<String, Value> {
        let mut annotations = self.annotations.clone();
        if self.names_main && !self.sidecars.is_empty() {
            annotations.entry(DEFAULT_CONTAINER.to_owned()).or_insert_with(|| self.main.name.clone());
        }
        self.metadata(&annotations)
    }

    fn pod_spec(&self) -> Value {
        let native = self
            .sidecars
            .iter()
            .filter(|sidecar| sidecar.native)
            .map(|sidecar| v1::Container { restart_policy: Some("Always".to_owned()), ..sidecar.container.clone() });
        let ordinary = self.sidecars.iter().filter(|sidecar| !sidecar.native).map(|sidecar| &sidecar.container);
        json!({
            "serviceAccountName": self.service_account,
            "restartPolicy": self.restart_policy.as_deref().or(self.kind.restart_policy()),
            "volumes": self.volumes,
            "initContainers": native.collect::<Vec<_>>(),
            "containers": std::iter::once(&self.main).chain(ordinary).collect::<Vec<_>>(),
        })
    }
}

impl ClaimTemplate {
    fn to_object(&self) -> Value {
        json!({
            "metadata": { "name": self.name },
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "resources": { "requests": { "storage": self.size.as_str() } },
            },
        })
    }
}
