//! What the API server would refuse of a workload, in its words, with what was probably meant; and what it would take,
//! though it is hardly meant.
//!
//! The rules are those of `pkg/apis/*/validation` in Kubernetes, for what can be asked for here.

mod container;
mod metadata;
mod mounts;
mod volumes;
mod warnings;

use std::fmt;

use super::{Kind, Scaffold, name};
use crate::document::FieldPath;

pub use warnings::warnings;

/// A field that the API server would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field.
    pub at: FieldPath,
    /// What is wrong with it.
    pub problem: String,
    /// What was probably meant.
    pub hint: Option<String>,
}

impl Problem {
    fn invalid(at: FieldPath, value: &str, why: impl fmt::Display) -> Self {
        Self { at, problem: format!("Invalid value: {:?}: {why}", super::shortened(value)), hint: None }
    }

    fn duplicate(at: FieldPath, value: &str) -> Self {
        Self { at, problem: format!("Duplicate value: {:?}", super::shortened(value)), hint: None }
    }

    fn unsupported(at: FieldPath, value: &str, supported: &[&str]) -> Self {
        let supported: Vec<String> = supported.iter().map(|value| format!("{value:?}")).collect();
        let supported = supported.join(", ");
        Self { at, problem: format!("Unsupported value: {value:?}: supported values: {supported}"), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A field as the API server names it, and what is wrong.
impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.at, self.problem)
    }
}

/// All that the API server would refuse.
pub fn problems(scaffold: &Scaffold) -> Vec<Problem> {
    let pod = scaffold.kind.workload().template();
    let spec = pod.key("spec");
    let mut problems = metadata::problems(scaffold);
    problems.extend(of_kind(scaffold));
    problems.extend(pod_settings(scaffold, &spec));
    problems.extend(volumes::problems(scaffold, &spec));
    for (at, container) in container_fields(scaffold, &spec) {
        problems.extend(container::problems(&at, container));
        problems.extend(mounts::problems(scaffold, &at, container));
    }
    problems.extend(duplicate_containers(scaffold, &spec));
    problems
}

/// The containers, each with its field.
fn container_fields<'a>(
    scaffold: &'a Scaffold,
    spec: &FieldPath,
) -> Vec<(FieldPath, &'a k8s_openapi::api::core::v1::Container)> {
    let list = |key: &str, native: bool, first: usize| {
        let of_kind = scaffold.sidecars.iter().filter(move |sidecar| sidecar.native == native);
        let list = spec.key(key);
        of_kind.enumerate().map(move |(at, sidecar)| (list.index(first + at), &sidecar.container))
    };
    let main = (spec.key("containers").index(0), &scaffold.main);
    list("initContainers", true, 0).chain([main]).chain(list("containers", false, 1)).collect()
}

fn duplicate_containers(scaffold: &Scaffold, spec: &FieldPath) -> Vec<Problem> {
    let containers = container_fields(scaffold, spec);
    let again = containers
        .iter()
        .enumerate()
        .filter(|(at, (_, container))| containers[..*at].iter().any(|(_, other)| other.name == container.name));
    again
        .map(|(_, (at, container))| {
            Problem::duplicate(at.key("name"), &container.name)
                .hint("containers of a pod have names of their own: the main one's is set with --container-name")
        })
        .collect()
}

fn of_kind(scaffold: &Scaffold) -> Vec<Problem> {
    let spec = FieldPath::ROOT.key("spec");
    match &scaffold.kind {
        Kind::StatefulSet { service_name, .. } => {
            // They are parts of its pods' names in the DNS.
            let mut problems =
                of_name(&FieldPath::ROOT.key("metadata").key("name"), scaffold.name.as_str(), name::of_label);
            problems.extend(of_name(&spec.key("serviceName"), service_name, name::of_label));
            problems
        }
        Kind::Deployment { replicas: Some(replicas) } if i32::try_from(*replicas).is_err() => {
            vec![Problem::invalid(spec.key("replicas"), &replicas.to_string(), "is more than there can be")]
        }
        _ => Vec::new(),
    }
}

fn pod_settings(scaffold: &Scaffold, spec: &FieldPath) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(policy) = &scaffold.restart_policy {
        let supported = scaffold.kind.restart_policies();
        if !supported.contains(&policy.as_str()) {
            let problem = Problem::unsupported(spec.key("restartPolicy"), policy, supported);
            problems.push(match supported {
                ["Always"] => problem.hint("for pods that are to end, choose --kind=job"),
                _ => problem.hint(format!("write --restart={}", supported.join(" or --restart="))),
            });
        }
    }
    if let Some(account) = &scaffold.service_account {
        problems.extend(of_name(&spec.key("serviceAccountName"), account, name::of_subdomain));
    }
    problems
}

/// What is wrong with a name, by that rule.
fn of_name(at: &FieldPath, text: &str, rule: impl Fn(&str) -> Option<(Vec<String>, Option<String>)>) -> Vec<Problem> {
    let Some((problems, near)) = rule(text) else { return Vec::new() };
    let hint = near.map(|near| format!("a valid name near it: {near}"));
    problems.into_iter().map(|why| Problem { hint: hint.clone(), ..Problem::invalid(at.clone(), text, why) }).collect()
}

#[cfg(test)]
mod tests;
