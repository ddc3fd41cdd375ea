//! What the containers of a pod have in common besides volumes.

use k8s_openapi::api::core::v1;

/// What all containers of a pod have in common. The network they always have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Common {
    /// `shareProcessNamespace`: each sees the processes of all.
    pub process_namespace: bool,
    /// `hostPID`: they see all processes of the node.
    pub host_pid: bool,
    /// `hostIPC`: they share memory and queues with the node's processes.
    pub host_ipc: bool,
    /// `hostNetwork`: they use the node's network.
    pub host_network: bool,
    /// `fsGroup`: volumes belong to this group, of which all of them are members.
    pub fs_group: Option<i64>,
    /// `supplementalGroups`: all of them are members.
    pub supplemental_groups: Vec<i64>,
}

impl From<&v1::PodSpec> for Common {
    fn from(spec: &v1::PodSpec) -> Self {
        let security = spec.security_context.as_ref();
        Self {
            process_namespace: spec.share_process_namespace.unwrap_or_default(),
            host_pid: spec.host_pid.unwrap_or_default(),
            host_ipc: spec.host_ipc.unwrap_or_default(),
            host_network: spec.host_network.unwrap_or_default(),
            fs_group: security.and_then(|security| security.fs_group),
            supplemental_groups: security.and_then(|security| security.supplemental_groups.clone()).unwrap_or_default(),
        }
    }
}
