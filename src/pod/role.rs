//! What people call a container: the main one, a sidecar, an init or a debug container.
//!
//! Kind is a fact of the API; role is what is asked for. Decided here and nowhere else.

use std::collections::BTreeMap;

use super::ContainerKind;
use super::injected::is_injected_proxy;

/// Names the pod's sidecars, separated by commas. It goes before every other sign.
pub const OWN_ANNOTATION: &str = "kubectl-sidecar/sidecars";

/// Names the container that `kubectl logs` and `exec` choose when none is given.
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// What a container is to the people who run the pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// What the pod is for.
    Main,
    /// Helps the main one, and runs beside it.
    Sidecar,
    /// Prepares the pod, and ends.
    Init,
    /// Was added to look around.
    Debug,
}

impl Role {
    /// The role as JSON output and `--role` spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Sidecar => "sidecar",
            Self::Init => "init",
            Self::Debug => "debug",
        }
    }
}

/// How a role is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoleEvidence {
    /// The API's own fact: its kind leaves no choice.
    Kind,
    /// Our annotation, [`OWN_ANNOTATION`], says so.
    OwnAnnotation,
    /// It bears the documented name of a container that a known injector adds.
    KnownInjector,
    /// `kubectl.kubernetes.io/default-container` says which one is the main one.
    DefaultContainer,
    /// The first plain container is the main one, the rest are sidecars.
    Position,
}

impl RoleEvidence {
    /// The evidence as JSON output spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::OwnAnnotation => "annotation",
            Self::KnownInjector => "known-injector",
            Self::DefaultContainer => "default-container",
            Self::Position => "position",
        }
    }
}

/// The roles of all containers of one pod: they depend on one another.
///
/// `containers` are (name, kind) in start order; the answer has one role a container, in the same order.
pub(super) fn roles(
    containers: &[(&str, ContainerKind)],
    annotations: Option<&BTreeMap<String, String>>,
) -> Vec<(Role, RoleEvidence)> {
    let annotation = |name: &str| annotations.and_then(|all| all.get(name)).map(String::as_str);
    let sidecars: Option<Vec<&str>> = annotation(OWN_ANNOTATION).map(|names| names.split(',').map(str::trim).collect());
    let plain = || containers.iter().filter(|(_, kind)| *kind == ContainerKind::Container).map(|(name, _)| *name);
    let named_main = annotation(DEFAULT_CONTAINER).filter(|main| plain().any(|name| name == *main));
    let is_listed = |name: &str| sidecars.as_ref().is_some_and(|names| names.contains(&name));
    let first = plain().find(|name| !is_listed(name) && !is_injected_proxy(name)).or_else(|| plain().next());

    let plain_role = |name: &str| {
        if is_listed(name) {
            (Role::Sidecar, RoleEvidence::OwnAnnotation)
        } else if sidecars.is_some() {
            (Role::Main, RoleEvidence::OwnAnnotation)
        } else if named_main == Some(name) {
            (Role::Main, RoleEvidence::DefaultContainer)
        } else if is_injected_proxy(name) && first != Some(name) {
            (Role::Sidecar, RoleEvidence::KnownInjector)
        } else if named_main.is_some() {
            (Role::Sidecar, RoleEvidence::DefaultContainer)
        } else if first == Some(name) {
            (Role::Main, RoleEvidence::Position)
        } else {
            (Role::Sidecar, RoleEvidence::Position)
        }
    };
    let role = |&(name, kind): &(&str, ContainerKind)| match kind {
        ContainerKind::Init => (Role::Init, RoleEvidence::Kind),
        ContainerKind::Native => (Role::Sidecar, RoleEvidence::Kind),
        ContainerKind::Ephemeral => (Role::Debug, RoleEvidence::Kind),
        ContainerKind::Container => plain_role(name),
    };
    containers.iter().map(role).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: ContainerKind = ContainerKind::Container;

    fn with(annotations: &[(&str, &str)], containers: &[(&str, ContainerKind)]) -> Vec<&'static str> {
        let annotations = annotations.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        roles(containers, Some(&annotations)).into_iter().map(|(role, _)| role.as_str()).collect()
    }

    #[test]
    fn first_plain_container_is_main_as_in_the_guide() {
        assert_eq!(with(&[], &[("nginx", PLAIN), ("sidecar", PLAIN)]), ["main", "sidecar"]);
    }

    #[test]
    fn an_injected_proxy_listed_first_is_no_main_container() {
        assert_eq!(with(&[], &[("istio-proxy", PLAIN), ("app", PLAIN)]), ["sidecar", "main"]);
    }

    #[test]
    fn an_injected_proxy_alone_is_what_the_pod_is_for() {
        assert_eq!(with(&[], &[("istio-proxy", PLAIN)]), ["main"]);
    }

    #[test]
    fn default_container_names_the_main_one() {
        let annotations = [(DEFAULT_CONTAINER, "b")];
        assert_eq!(with(&annotations, &[("a", PLAIN), ("b", PLAIN)]), ["sidecar", "main"]);
    }

    #[test]
    fn a_default_container_that_does_not_exist_decides_nothing() {
        let annotations = [(DEFAULT_CONTAINER, "gone")];
        assert_eq!(with(&annotations, &[("a", PLAIN), ("b", PLAIN)]), ["main", "sidecar"]);
    }

    #[test]
    fn our_annotation_goes_before_the_default_container() {
        let annotations = [(DEFAULT_CONTAINER, "b"), (OWN_ANNOTATION, "b, c")];
        assert_eq!(with(&annotations, &[("a", PLAIN), ("b", PLAIN), ("c", PLAIN)]), ["main", "sidecar", "sidecar"]);
    }

    #[test]
    fn kind_leaves_no_choice() {
        let kinds =
            [("i", ContainerKind::Init), ("n", ContainerKind::Native), ("a", PLAIN), ("d", ContainerKind::Ephemeral)];
        assert_eq!(with(&[], &kinds), ["init", "sidecar", "main", "debug"]);
    }
}
