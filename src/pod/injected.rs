//! Which containers were put into a pod by an injector, going by the names that injectors document.

use super::{Container, ContainerKind, Role};

/// Proxies and agents, native or plain: Istio, Linkerd, Vault, Dapr, Kuma, Consul, Cloud SQL proxy.
const PROXIES: [&str; 7] =
    ["istio-proxy", "linkerd-proxy", "vault-agent", "daprd", "kuma-sidecar", "consul-dataplane", "cloud-sql-proxy"];

/// What runs before them: it redirects the pod's traffic, checks that, or fetches the first secrets.
const PREPARE: [&str; 9] = [
    "istio-init",
    "istio-validation",
    "enable-core-dump",
    "linkerd-init",
    "linkerd-network-validator",
    "kuma-init",
    "kuma-validation",
    "consul-connect-inject-init",
    "vault-agent-init",
];

/// Whether a known injector gives its proxy that name.
pub(super) fn is_injected_proxy(name: &str) -> bool {
    PROXIES.contains(&name)
}

impl Container {
    /// Whether a known injector added it. A gateway's own proxy is what its pod is for, and was not added to it.
    pub fn is_injected(&self) -> bool {
        match self.kind {
            ContainerKind::Init => PREPARE.contains(&self.name.as_str()),
            ContainerKind::Native | ContainerKind::Container => {
                self.role != Role::Main && is_injected_proxy(&self.name)
            }
            ContainerKind::Ephemeral => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1;
    use serde_json::json;

    use crate::pod::Pod;

    fn injected(spec: &serde_json::Value) -> Vec<String> {
        let pod: v1::Pod = serde_json::from_value(json!({ "spec": spec })).unwrap();
        let pod = Pod::from(&pod);
        pod.containers
            .iter()
            .filter(|container| container.is_injected())
            .map(|container| container.name.clone())
            .collect()
    }

    #[test]
    fn proxies_and_what_prepares_them() {
        let spec = json!({
            "initContainers": [
                {"name": "istio-init"},
                {"name": "linkerd-proxy", "restartPolicy": "Always"},
                {"name": "istio-proxy"},
                {"name": "migrate"},
            ],
            "containers": [{"name": "app"}, {"name": "istio-proxy"}, {"name": "istio-init"}, {"name": "logger"}],
            "ephemeralContainers": [{"name": "daprd"}],
        });
        assert_eq!(injected(&spec), ["istio-init", "linkerd-proxy", "istio-proxy"]);
    }

    #[test]
    fn a_gateway_is_its_proxy() {
        assert_eq!(injected(&json!({"containers": [{"name": "istio-proxy"}]})), [""; 0]);
    }
}
