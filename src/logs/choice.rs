//! Which containers of a pod are read.
//!
//! Decided pod by pod: a name that one of its containers has means that one, in another pod the same may be an
//! expression that matches several.

use serde::{Deserialize, Serialize};

use super::pattern::NamePattern;
use crate::pod::{Container, Pod, Role};

/// Which containers of each pod are read. By default all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerChoice {
    /// Only these; empty: all.
    pub containers: Vec<NamePattern>,
    /// Not these.
    pub exclude_containers: Vec<NamePattern>,
    /// Only those with one of these roles; empty: all.
    #[serde(with = "role_words")]
    pub roles: Vec<Role>,
    /// Not those that a known injector added.
    pub no_mesh: bool,
}

/// What was asked for, and is not there.
#[derive(Debug, Clone, PartialEq)]
pub struct NoSuchContainer<'a> {
    /// As it was asked for.
    pub name: &'a str,
    /// The pod that has no such container.
    pub pod: &'a Pod,
}

impl ContainerChoice {
    /// Only the containers of these names.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let containers = names.into_iter().filter_map(|name| name.parse().ok()).collect();
        Self { containers, ..Self::default() }
    }

    /// The containers of a pod that are read, in start order.
    pub fn of<'a>(&self, pod: &'a Pod) -> Vec<&'a Container> {
        pod.containers.iter().filter(|container| self.includes(pod, container)).collect()
    }

    /// Whether all containers are read, whatever they are.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// The names, if nothing else is asked for: then no pod is needed to know which containers are read.
    pub fn names(&self) -> Option<Vec<&str>> {
        let only_names = Self { containers: self.containers.clone(), ..Self::default() };
        let is_known = !self.containers.is_empty() && self.containers.iter().all(NamePattern::is_name);
        (is_known && *self == only_names).then(|| self.containers.iter().map(NamePattern::as_str).collect())
    }

    /// Whether containers that are added to a pod while it runs may be read, too: ephemeral ones.
    pub fn may_come_later(&self) -> bool {
        self.roles.is_empty() || self.roles.contains(&Role::Debug)
    }

    /// What was asked for in vain: a name that one of the pods does not have, or an expression that means nothing in any
    /// of them.
    pub fn missing<'a>(&'a self, pods: &'a [Pod]) -> Option<NoSuchContainer<'a>> {
        self.containers.iter().find_map(|wanted| {
            let mut without = pods.iter().filter(|pod| !pod.containers.iter().any(|one| picks(wanted, pod, one)));
            let pod = if wanted.is_name() {
                without.next()
            } else {
                let all = without.collect::<Vec<_>>();
                all.first().filter(|_| all.len() == pods.len()).copied()
            };
            pod.map(|pod| NoSuchContainer { name: wanted.as_str(), pod })
        })
    }

    fn includes(&self, pod: &Pod, container: &Container) -> bool {
        let any = |patterns: &[NamePattern]| patterns.iter().any(|pattern| picks(pattern, pod, container));
        (self.containers.is_empty() || any(&self.containers))
            && (self.roles.is_empty() || self.roles.contains(&container.role))
            && !any(&self.exclude_containers)
            && !(self.no_mesh && container.is_injected())
    }
}

fn picks(pattern: &NamePattern, pod: &Pod, container: &Container) -> bool {
    pattern.picks(&container.name, pod.containers.iter().map(|container| container.name.as_str()))
}

/// Roles as `--role` and JSON output spell them.
mod role_words {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    use crate::pod::Role;

    pub(super) fn serialize<S: Serializer>(roles: &[Role], to: S) -> Result<S::Ok, S::Error> {
        roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Role>, D::Error> {
        let role = |word: String| {
            let all = [Role::Main, Role::Sidecar, Role::Init, Role::Debug];
            let unknown = || de::Error::custom(format_args!("no role: {word}"));
            all.into_iter().find(|role| role.as_str() == word).ok_or_else(unknown)
        };
        Vec::<String>::deserialize(from)?.into_iter().map(role).collect()
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1;
    use serde_json::json;

    use super::*;

    fn pod(name: &str, spec: &serde_json::Value) -> Pod {
        let pod: v1::Pod = serde_json::from_value(json!({ "metadata": {"name": name}, "spec": spec })).unwrap();
        Pod::from(&pod)
    }

    /// One of each kind, and a proxy.
    fn web() -> Pod {
        let spec = json!({
            "initContainers": [{"name": "istio-init"}, {"name": "shipper", "restartPolicy": "Always"}],
            "containers": [{"name": "app"}, {"name": "app-cache"}, {"name": "istio-proxy"}],
            "ephemeralContainers": [{"name": "debugger"}],
        });
        pod("web", &spec)
    }

    fn patterns(words: &[&str]) -> Vec<NamePattern> {
        words.iter().map(|word| word.parse().unwrap()).collect()
    }

    fn chosen(choice: &ContainerChoice) -> Vec<String> {
        choice.of(&web()).into_iter().map(|container| container.name.clone()).collect()
    }

    #[test]
    fn names_and_expressions() {
        let of = |words: &[&str]| chosen(&ContainerChoice { containers: patterns(words), ..Default::default() });
        assert_eq!(of(&["app"]), ["app"]);
        assert_eq!(of(&["app.*"]), ["app", "app-cache"]);
        assert_eq!(of(&["ap"]), [""; 0]);
        assert_eq!(of(&["debugger", "app"]), ["app", "debugger"]);
        assert_eq!(of(&[]).len(), 6);
    }

    #[test]
    fn roles_and_what_is_left_out() {
        let sidecars = ContainerChoice { roles: vec![Role::Sidecar], ..Default::default() };
        assert_eq!(chosen(&sidecars), ["shipper", "app-cache", "istio-proxy"]);
        let no_mesh = ContainerChoice { no_mesh: true, ..sidecars.clone() };
        assert_eq!(chosen(&no_mesh), ["shipper", "app-cache"]);
        let without = ContainerChoice { exclude_containers: patterns(&["app", ".*-.*"]), ..sidecars };
        assert_eq!(chosen(&without), ["shipper"]);
        let all_but_mesh = ContainerChoice { no_mesh: true, ..Default::default() };
        assert_eq!(chosen(&all_but_mesh), ["shipper", "app", "app-cache", "debugger"]);
    }

    #[test]
    fn a_name_must_be_in_each_pod_and_an_expression_in_one() {
        let pods = [web(), pod("db", &json!({"containers": [{"name": "db"}]}))];
        let missing = |word: &str| {
            let choice = ContainerChoice { containers: patterns(&[word]), ..Default::default() };
            choice.missing(&pods).map(|missing| (missing.name.to_owned(), missing.pod.name.clone()))
        };
        let of = |pod: &str, word: &str| Some((word.to_owned(), pod.to_owned()));
        assert_eq!(missing("app"), of("db", "app"));
        assert_eq!(missing("db|app"), None);
        assert_eq!(missing("a.."), None);
        assert_eq!(missing("a."), of("web", "a."));
    }

    #[test]
    fn plain_names_are_known_without_a_pod() {
        let names = |words: &[&str]| {
            let choice = ContainerChoice { containers: patterns(words), ..Default::default() };
            choice.names().map(|names| names.into_iter().map(str::to_owned).collect::<Vec<_>>())
        };
        assert_eq!(names(&["a", "b-1"]), Some(vec!["a".to_owned(), "b-1".to_owned()]));
        assert_eq!((names(&["a.*"]), names(&[])), (None, None));
        assert_eq!(ContainerChoice { no_mesh: true, ..ContainerChoice::named(["a"]) }.names(), None);
    }

    #[test]
    fn it_is_read_again_and_so_is_an_older_recording() {
        let choice = ContainerChoice {
            containers: patterns(&["a", "b.*"]),
            exclude_containers: patterns(&["c"]),
            roles: vec![Role::Sidecar, Role::Debug],
            no_mesh: true,
        };
        let text = serde_json::to_string(&choice).unwrap();
        assert_eq!(
            text,
            r#"{"containers":["a","b.*"],"excludeContainers":["c"],"roles":["sidecar","debug"],"noMesh":true}"#
        );
        assert_eq!(serde_json::from_str::<ContainerChoice>(&text).unwrap(), choice);
        assert_eq!(
            serde_json::from_str::<ContainerChoice>(r#"{"containers":["a"]}"#).unwrap(),
            ContainerChoice::named(["a"])
        );
        assert!(serde_json::from_str::<ContainerChoice>(r#"{"containers":["a("]}"#).is_err());
    }
}
