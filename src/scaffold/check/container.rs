//! Containers: names, variables, ports, resources.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::api::resource;

use super::{Problem, metadata, of_name};
use crate::document::FieldPath;
use crate::pod::Quantity;
use crate::scaffold::name;

const VARIABLE: &str =
    "a valid environment variable name must consist only of printable ASCII characters other than '='";

pub(super) fn problems(at: &FieldPath, container: &v1::Container) -> Vec<Problem> {
    let mut problems = of_name(&at.key("name"), &container.name, name::of_label);
    problems.extend(of_env(&at.key("env"), container.env.as_deref().unwrap_or_default()));
    problems.extend(of_env_from(&at.key("envFrom"), container.env_from.as_deref().unwrap_or_default()));
    problems.extend(of_ports(&at.key("ports"), container.ports.as_deref().unwrap_or_default()));
    problems.extend(container.security_context.iter().flat_map(|context| of_ids(&at.key("securityContext"), context)));
    problems.extend(container.resources.iter().flat_map(|resources| of_resources(&at.key("resources"), resources)));
    problems
}

/// As servers have it since 1.34 (`IsRelaxedEnvVarName`); an older one refuses more by itself.
fn of_env(at: &FieldPath, variables: &[v1::EnvVar]) -> Vec<Problem> {
    let is_printable = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'=';
    let wrong = variables.iter().enumerate().filter(|(_, variable)| !variable.name.bytes().all(is_printable));
    wrong.map(|(index, variable)| Problem::invalid(at.index(index).key("name"), &variable.name, VARIABLE)).collect()
}

/// The numbers of users and groups.
fn of_ids(at: &FieldPath, context: &v1::SecurityContext) -> Vec<Problem> {
    let ids = [("runAsUser", context.run_as_user), ("runAsGroup", context.run_as_group)];
    let wrong =
        ids.into_iter().filter_map(|(key, id)| Some((key, id.filter(|id| i32::try_from(*id).is_err() || *id < 0)?)));
    wrong
        .map(|(key, id)| Problem {
            at: at.key(key),
            problem: format!("Invalid value: {id}: must be between 0 and {}, inclusive", i32::MAX),
            hint: None,
        })
        .collect()
}

fn of_env_from(at: &FieldPath, sources: &[v1::EnvFromSource]) -> Vec<Problem> {
    let each = sources.iter().enumerate().flat_map(|(index, source)| {
        let map = source.config_map_ref.as_ref().map(|map| ("configMapRef", map.name.as_str()));
        let secret = source.secret_ref.as_ref().map(|secret| ("secretRef", secret.name.as_str()));
        map.into_iter()
            .chain(secret)
            .flat_map(move |(key, name)| of_name(&at.index(index).key(key).key("name"), name, name::of_subdomain))
    });
    each.collect()
}

fn of_ports(at: &FieldPath, ports: &[v1::ContainerPort]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, port) in ports.iter().enumerate() {
        let at = at.index(index);
        if let Some(name) = &port.name {
            let is_again = ports[..index].iter().any(|other| other.name.as_ref() == Some(name));
            problems.extend(port_name(name).into_iter().map(|why| Problem::invalid(at.key("name"), name, why)));
            problems.extend(is_again.then(|| Problem::duplicate(at.key("name"), name)));
        }
    }
    problems
}

/// What is wrong with the name of a port (`IsValidPortName`).
fn port_name(name: &str) -> Vec<&'static str> {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let rules = [
        (name.len() > 15, "must be no more than 15 characters"),
        (
            name.is_empty() || !name.bytes().all(letter),
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
        ),
        (!name.bytes().any(|byte| byte.is_ascii_lowercase()), "must contain at least one letter (a-z)"),
        (name.contains("--"), "must not contain consecutive hyphens"),
        (name.starts_with('-') || name.ends_with('-'), "must not begin or end with a hyphen"),
    ];
    rules.into_iter().filter(|(is_broken, _)| *is_broken).map(|(_, why)| why).collect()
}

fn of_resources(at: &FieldPath, resources: &v1::ResourceRequirements) -> Vec<Problem> {
    let (requests, limits) =
        (resources.requests.clone().unwrap_or_default(), resources.limits.clone().unwrap_or_default());
    let mut problems = Vec::new();
    let vendors = |name: &str| name.contains('/');
    let is_never_shared = |name: &str| vendors(name) || is_huge_pages(name);
    for (key, amounts) in [("requests", &requests), ("limits", &limits)] {
        for (name, amount) in amounts.iter().filter(|(name, _)| vendors(name)) {
            problems.extend(metadata::qualified(name).map(|why| Problem::invalid(at.key(key), name, why)));
            if Quantity::parse(&amount.0).is_ok_and(|amount| !amount.is_whole()) {
                problems.push(Problem::invalid(at.key(key).key(name), &amount.0, "must be an integer"));
            }
        }
    }
    problems.extend(of_huge_pages(at, &requests, &limits));
    for (name, request) in &requests {
        let at = at.key("requests");
        let Some(limit) = limits.get(name) else {
            if is_never_shared(name) {
                let problem = "Required value: Limit must be set for non overcommitable resources".to_owned();
                problems.push(Problem { at: at.key(name), problem, hint: Some(format!("add {name} to the limits")) });
            }
            continue;
        };
        let amounts = (Quantity::parse(&request.0).map(|it| it.nano()), Quantity::parse(&limit.0).map(|it| it.nano()));
        if let (Ok(asked), Ok(most)) = amounts {
            if is_never_shared(name) && asked != most {
                let why = format!("must be equal to {name} limit of {}", limit.0);
                problems.push(Problem::invalid(at, &request.0, why));
            } else if asked > most {
                let why = format!("must be less than or equal to {name} limit of {}", limit.0);
                problems.push(Problem::invalid(at, &request.0, why));
            }
        }
    }
    problems
}

type Amounts = BTreeMap<String, resource::Quantity>;

fn is_huge_pages(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// Whole pages, and never alone.
fn of_huge_pages(at: &FieldPath, requests: &Amounts, limits: &Amounts) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (key, amounts) in [("limits", limits), ("requests", requests)] {
        for (name, amount) in amounts.iter().filter(|(name, _)| is_huge_pages(name)) {
            let size = name.strip_prefix("hugepages-").and_then(|size| Quantity::parse(size).ok());
            let size = size.map(|size| size.nano()).filter(|size| *size > 0);
            let amount_nano = Quantity::parse(&amount.0).map_or(0, |amount| amount.nano());
            if size.is_none_or(|size| amount_nano % size != 0) {
                let why = format!("{} is not positive integer multiple of {name}", amount.0);
                problems.push(Problem::invalid(at.key(key).key(name), &amount.0, why));
            }
        }
    }
    let mut names = requests.keys().chain(limits.keys());
    if names.clone().any(|name| is_huge_pages(name)) && !names.any(|name| name == "cpu" || name == "memory") {
        let problem = "Forbidden: HugePages require cpu or memory".to_owned();
        problems.push(Problem { at: at.clone(), problem, hint: Some("add cpu or memory to the limits".to_owned()) });
    }
    problems
}
