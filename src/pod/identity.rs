//! Which documents are workloads at all, and which only look like one.

use super::{Maker, WorkloadKind};
use crate::document::{Node, Value};

/// What an object of a document is, going by its apiVersion and kind.
pub(super) enum Identity {
    /// It makes pods.
    Workload(WorkloadKind),
    /// A custom resource with a pod template.
    Custom(Maker),
    /// A list, and the kind of its items where that says it.
    List(Option<WorkloadKind>),
    /// It makes no pods; this is its kind where it says one.
    Other(Option<String>),
    /// The field that is wrong, and what is wrong.
    Broken(Option<&'static str>, String),
}

/// `expected`: the kind where the list around the object says it, and the object need not.
pub(super) fn identify(node: &Node, expected: Option<WorkloadKind>) -> Identity {
    let found = match &node.value {
        Value::Map(_) => None,
        Value::List(_) => Some("a list"),
        _ => Some("a plain value"),
    };
    if let Some(found) = found {
        let problem = format!("this is {found}, not an object of Kubernetes with apiVersion, kind and spec");
        return Identity::Broken(None, problem);
    }
    let text = |key: &str| node.field(key).and_then(Node::text);
    match (text("apiVersion"), text("kind"), expected) {
        (Some(version), Some(kind), _) => match identify_kind(version, kind) {
            Identity::Other(_) if !is_of_kubernetes(group(version)) => identify_custom(node, version, kind),
            known => known,
        },
        (None, None, Some(expected)) => Identity::Workload(expected),
        (None, None, None) if !has_containers(node) => Identity::Other(None),
        (_, None, _) => Identity::Broken(None, "kind is not set: an object begins with apiVersion and kind".to_owned()),
        (None, ..) => {
            Identity::Broken(None, "apiVersion is not set: an object begins with apiVersion and kind".to_owned())
        }
    }
}

fn has_containers(node: &Node) -> bool {
    let spec = node.field("spec").unwrap_or(node);
    spec.field("containers").is_some() || spec.field("template").is_some()
}

/// What a controller of others takes for pods, if it does: an object with a pod template where Kubernetes's own have it.
fn identify_custom(node: &Node, version: &str, kind: &str) -> Identity {
    let is_list = |node: &Node, key: &str| node.field(key).is_some_and(|node| matches!(node.value, Value::List(_)));
    if kind.ends_with("List") && is_list(node, "items") {
        return Identity::List(None);
    }
    let pod_spec = ["spec", "template", "spec"].iter().try_fold(node, |node, key| node.field(key));
    if pod_spec.is_some_and(|spec| is_list(spec, "containers") || is_list(spec, "initContainers")) {
        return Identity::Custom(Maker::Custom { api_version: version.to_owned(), kind: kind.to_owned() });
    }
    Identity::Other(Some(kind.to_owned()))
}

fn identify_kind(version: &str, kind: &str) -> Identity {
    let workload = |name: &str| WorkloadKind::ALL.into_iter().find(|known| known.as_str() == name);
    if let Some(known) = workload(kind) {
        return match group(version) {
            _ if version == known.api_version() => Identity::Workload(known),
            group if is_of_kubernetes(group) => Identity::Broken(
                Some("apiVersion"),
                format!(
                    "no matches for kind {kind:?} in version {version:?}: write apiVersion: {}",
                    known.api_version()
                ),
            ),
            _ => Identity::Other(Some(kind.to_owned())),
        };
    }
    if let Some(items) = kind.strip_suffix("List") {
        let items_kind = workload(items).filter(|known| known.api_version() == version);
        if items_kind.is_some() || (items.is_empty() && version == "v1") {
            return Identity::List(items_kind);
        }
    }
    let meant = WorkloadKind::ALL.into_iter().find(|known| {
        let singular = kind.strip_suffix(['s', 'S']).unwrap_or(kind);
        known.as_str().eq_ignore_ascii_case(kind) || known.as_str().eq_ignore_ascii_case(singular)
    });
    match meant {
        Some(known) if is_of_kubernetes(group(version)) => Identity::Broken(
            Some("kind"),
            format!("no matches for kind {kind:?} in version {version:?}: write kind: {}", known.as_str()),
        ),
        _ => Identity::Other(Some(kind.to_owned())),
    }
}

fn group(version: &str) -> &str {
    version.split_once('/').map_or("", |(group, _)| group)
}

/// Groups of others are named by a domain. Kubernetes's own are short, or end in k8s.io. None of its kinds but the known
/// ones has a pod template.
fn is_of_kubernetes(group: &str) -> bool {
    !group.contains('.') || group.ends_with(".k8s.io")
}
