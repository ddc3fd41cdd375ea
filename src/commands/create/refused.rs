//! Refusals: those that need no server, in its words; and what is in the way where it refuses.

use serde_json::Value;

use super::plan::Plan;
use crate::cluster::Cluster;
use crate::commands::meant;
use crate::diagnosis::after_refusal;
use crate::error::{Error, Kind, Result};
use crate::scaffold::{self, MINIMUM_FOR_NATIVE, Problem, Scaffold, Version, differences};

/// Differences that are told; more do not help to see what is meant.
const MOST_TOLD: usize = 12;

/// As kubectl shows what the API server says of an object.
pub(super) fn invalid(kind: &str, name: &str, problem: &str) -> Error {
    Error::new(Kind::Usage, format!("The {kind} {:?} is invalid: {problem}", scaffold::shortened(name)))
}

/// All that the API server would refuse, and what was probably meant.
pub(super) fn by_server(scaffold: &Scaffold, problems: &[Problem]) -> Error {
    let text = match problems {
        [one] => one.to_string(),
        many => many.iter().fold(String::new(), |text, problem| format!("{text}\n* {problem}")),
    };
    let error = invalid(scaffold.kind.workload().as_str(), scaffold.name.as_str(), &text);
    let mut hints: Vec<&str> = Vec::new();
    for hint in problems.iter().filter_map(|problem| problem.hint.as_deref()) {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    hints.into_iter().fold(error, Error::hint)
}

/// Quotas and admission refuse in words of their own, which leave open what to do. One of the same name may be another.
pub(super) async fn explained(error: Error, cluster: &Cluster, plan: &Plan, flags: &str) -> Error {
    match error.kind() {
        Kind::NotFound => meant::namespace(error, cluster, cluster.namespace()).await,
        Kind::AlreadyExists => with_differences(error, cluster, plan).await,
        Kind::Forbidden | Kind::BadRequest | Kind::Server => {
            after_refusal(&error.to_string(), flags, &plan.write_manifest()).into_iter().fold(error, Error::hint)
        }
        _ => error,
    }
}

/// What the one that is there has otherwise. Who may not look at it hears less.
async fn with_differences(error: Error, cluster: &Cluster, plan: &Plan) -> Error {
    let (kind, name) = (plan.scaffold.kind.workload(), plan.scaffold.name.as_str());
    let Ok(there) = cluster.workload(kind, cluster.namespace(), name).await else { return error };
    let found = differences(&plan.scaffold.to_object(), &there);
    if is_being_deleted(&there) {
        return error.shown_by(&["It is being deleted: try again when it is gone.".to_owned()]);
    }
    if found.is_empty() {
        return error.shown_by(&["All that was asked for is there.".to_owned()]);
    }
    let mut lines = vec!["It differs from what was asked for:".to_owned()];
    lines.extend(found.iter().take(MOST_TOLD).map(|difference| format!("  {difference}")));
    if found.len() > MOST_TOLD {
        lines.push(format!("  and {} more", found.len() - MOST_TOLD));
    }
    error.shown_by(&lines)
}

fn is_being_deleted(object: &Value) -> bool {
    object.pointer("/metadata/deletionTimestamp").is_some_and(Value::is_string)
}

/// Native sidecars need a server and nodes that know them: older ones take them for init containers, which never end.
///
/// # Errors
/// One of them is older, or the server does not answer.
pub(super) async fn without_native_sidecars(cluster: &Cluster, scaffold: &Scaffold) -> Result<()> {
    if !scaffold.has_native_sidecars() {
        return Ok(());
    }
    let is_old = |version: &str| Version::parse(version).is_some_and(|version| version < MINIMUM_FOR_NATIVE);
    let server = unless_kept_back(cluster.server_version().await)?;
    let who = if is_old(&server) {
        Some(format!("the server is {server}"))
    } else {
        let nodes = unless_kept_back(cluster.kubelet_versions().await)?;
        nodes.iter().find(|(_, version)| is_old(version)).map(|(node, version)| format!("node {node} is {version}"))
    };
    who.map_or(Ok(()), |who| {
        let message = format!(
            "native sidecars need Kubernetes {MINIMUM_FOR_NATIVE} or later, and {who}: it would take them for init \
             containers, and wait for their end before it starts the app"
        );
        Err(Error::usage(message).hint("make ordinary sidecars: --native=false"))
    })
}

/// What was asked for, or nothing: who may not ask is not kept from creating.
fn unless_kept_back<T: Default>(answer: Result<T>) -> Result<T> {
    match answer {
        Err(error) if matches!(error.kind(), Kind::Forbidden | Kind::NotFound) => Ok(T::default()),
        answer => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_may_not_ask_goes_on_without_an_answer() {
        let asked = |kind| unless_kept_back::<String>(Err(Error::new(kind, "no".to_owned())));
        for kind in [Kind::Forbidden, Kind::NotFound] {
            assert_eq!(asked(kind).unwrap(), "");
        }
        for kind in [Kind::Unreachable, Kind::Unauthorized, Kind::Server] {
            assert_eq!(asked(kind).unwrap_err().kind(), kind);
        }
    }
}
