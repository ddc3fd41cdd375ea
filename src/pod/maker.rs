//! What makes the pods of an object: a workload of Kubernetes, or a custom resource that carries a pod template.

use super::WorkloadKind;
use crate::document::FieldPath;

/// What makes pods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Maker {
    /// Kubernetes itself knows it.
    Workload(WorkloadKind),
    /// A controller of others does: of its kind no more is known than where it has its pod template.
    Custom {
        /// `apiVersion` as the object has it: `argoproj.io/v1alpha1`.
        api_version: String,
        /// `kind` as the object has it: `Rollout`.
        kind: String,
    },
}

impl From<WorkloadKind> for Maker {
    fn from(kind: WorkloadKind) -> Self {
        Self::Workload(kind)
    }
}

impl Maker {
    /// `kind` as the API spells it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Workload(kind) => kind.as_str(),
            Self::Custom { kind, .. } => kind,
        }
    }

    /// `apiVersion` of that kind.
    pub fn api_version(&self) -> &str {
        match self {
            Self::Workload(kind) => kind.api_version(),
            Self::Custom { api_version, .. } => api_version,
        }
    }

    /// The workload of Kubernetes, where it is one.
    pub fn workload(&self) -> Option<WorkloadKind> {
        if let Self::Workload(kind) = self { Some(*kind) } else { None }
    }

    /// The resource as `kubectl get -o name` spells it: `pod`, `deployment.apps`, `rollout.argoproj.io`.
    pub fn resource(&self) -> String {
        let name = self.as_str().to_lowercase();
        match self.api_version().split_once('/') {
            Some((group, _)) => format!("{name}.{group}"),
            None => name,
        }
    }

    /// Where the pod's own `metadata` and `spec` are, seen from the object.
    pub fn template(&self) -> FieldPath {
        match self {
            Self::Workload(kind) => kind.template(),
            Self::Custom { .. } => FieldPath::ROOT.key("spec").key("template"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_named_as_kubectl_names_them() {
        for (kind, resource) in [
            (WorkloadKind::Pod, "pod"),
            (WorkloadKind::Deployment, "deployment.apps"),
            (WorkloadKind::CronJob, "cronjob.batch"),
        ] {
            assert_eq!(Maker::from(kind).resource(), resource);
        }
        let rollout = Maker::Custom { api_version: "argoproj.io/v1alpha1".to_owned(), kind: "Rollout".to_owned() };
        assert_eq!(rollout.resource(), "rollout.argoproj.io");
    }
}
