//! Names in the kubeconfig files, which are read anyway where a cluster is asked: no network, and no program, is needed.

use clap_complete::engine::CompletionCandidate;

use super::typed::Typed;
use super::values::candidate;
use crate::cluster::{self, Names};

/// Contexts, each with what it is made of.
pub(super) fn contexts(typed: &Typed) -> Vec<CompletionCandidate> {
    names(typed).contexts.into_iter().map(|(name, made_of)| candidate(name, made_of)).collect()
}

/// Clusters, each with its server.
pub(super) fn clusters(typed: &Typed) -> Vec<CompletionCandidate> {
    names(typed).clusters.into_iter().map(|(name, server)| candidate(name, server)).collect()
}

/// Users.
pub(super) fn users(typed: &Typed) -> Vec<CompletionCandidate> {
    names(typed).users.into_iter().map(|name| candidate(name, String::new())).collect()
}

/// Nothing, where a file cannot be read: who types cannot be told.
fn names(typed: &Typed) -> Names {
    let kubeconfig = typed.settings().and_then(|settings| settings.kubeconfig);
    cluster::names(kubeconfig.as_deref()).unwrap_or_default()
}
