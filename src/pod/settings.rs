//! What else a container is told: its ports, probes, resources, and as whom it runs.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// What a container is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// As listed. Ports that are not listed are open, too.
    pub ports: Vec<Port>,
    /// Startup, liveness and readiness, those that there are.
    pub probes: Vec<Probe>,
    /// What it is sure to get, by resource: `cpu`, `100m`.
    pub requests: Vec<(String, String)>,
    /// What it cannot go beyond, by resource.
    pub limits: Vec<(String, String)>,
    /// As whom it runs: its own word, else the pod's. `None`: the image's user.
    pub user: Option<i64>,
    /// In which group: its own word, else the pod's. `None`: the image's group.
    pub group: Option<i64>,
    /// `readOnlyRootFilesystem`: it can write to volumes only.
    pub read_only_root: bool,
    /// `privileged`: it may do all that root on the node may.
    pub privileged: bool,
}

/// A port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Its name; may be empty.
    pub name: String,
    /// The number, in the network that all containers of the pod share.
    pub number: i32,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
    /// The port of the node that leads there.
    pub host_port: Option<i32>,
}

/// How the kubelet asks a container how it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// `startup`, `liveness` or `readiness`
    pub kind: &'static str,
    /// What it does: `http-get :8080/healthz`, `tcp-socket :80`, `exec cat /ready`, `grpc :9000`, as `kubectl describe` has it.
    pub action: String,
}

impl Settings {
    pub(super) fn of(container: &v1::Container, pod: Option<&v1::PodSecurityContext>) -> Self {
        let own = container.security_context.as_ref();
        let resources = container.resources.as_ref();
        Self {
            ports: container.ports.iter().flatten().map(Port::from).collect(),
            probes: probes(container),
            requests: quantities(resources.and_then(|resources| resources.requests.as_ref())),
            limits: quantities(resources.and_then(|resources| resources.limits.as_ref())),
            user: own.and_then(|own| own.run_as_user).or_else(|| pod?.run_as_user),
            group: own.and_then(|own| own.run_as_group).or_else(|| pod?.run_as_group),
            read_only_root: own.and_then(|own| own.read_only_root_filesystem).unwrap_or_default(),
            privileged: own.and_then(|own| own.privileged).unwrap_or_default(),
        }
    }
}

impl From<&v1::ContainerPort> for Port {
    fn from(port: &v1::ContainerPort) -> Self {
        Self {
            name: port.name.clone().unwrap_or_default(),
            number: port.container_port,
            protocol: port.protocol.clone().unwrap_or_else(|| "TCP".to_owned()),
            host_port: port.host_port.filter(|port| *port != 0),
        }
    }
}

/// As `kubectl describe` has it: `8080/TCP`, with the name and the node's port where there are any.
impl std::fmt::Display for Port {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.name.is_empty() {
            write!(out, "{}:", self.name)?;
        }
        write!(out, "{}/{}", self.number, self.protocol)?;
        self.host_port.map_or(Ok(()), |port| write!(out, " (node's {port})"))
    }
}

fn probes(container: &v1::Container) -> Vec<Probe> {
    let probes = [
        ("startup", container.startup_probe.as_ref()),
        ("liveness", container.liveness_probe.as_ref()),
        ("readiness", container.readiness_probe.as_ref()),
    ];
    probes.into_iter().filter_map(|(kind, probe)| Some(Probe { kind, action: action(probe?) })).collect()
}

fn action(probe: &v1::Probe) -> String {
    let port = |port: &IntOrString| match port {
        IntOrString::Int(number) => number.to_string(),
        IntOrString::String(name) => name.clone(),
    };
    let host = |host: &Option<String>| host.clone().unwrap_or_default();
    if let Some(get) = &probe.http_get {
        let path = get.path.as_deref().unwrap_or("/");
        format!("http-get {}:{}{path}", host(&get.host), port(&get.port))
    } else if let Some(tcp) = &probe.tcp_socket {
        format!("tcp-socket {}:{}", host(&tcp.host), port(&tcp.port))
    } else if let Some(exec) = &probe.exec {
        format!("exec {}", exec.command.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" "))
    } else if let Some(grpc) = &probe.grpc {
        format!("grpc :{} {}", grpc.port, grpc.service.as_deref().unwrap_or_default()).trim_end().to_owned()
    } else {
        String::new()
    }
}

fn quantities(of: Option<&BTreeMap<String, Quantity>>) -> Vec<(String, String)> {
    of.into_iter().flatten().map(|(name, quantity)| (name.clone(), quantity.0.clone())).collect()
}
