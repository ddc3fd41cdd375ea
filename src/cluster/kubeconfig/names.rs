//! What the kubeconfig files name, for completion and for who mistyped a name.

use std::path::Path;

use kube::config::NamedContext;

use super::Files;
use crate::cluster::address;
use crate::error::Result;

/// The names in the kubeconfig files, each with what it stands for, for who is typing one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Contexts, each with its cluster, user and namespace.
    pub contexts: Vec<(String, String)>,
    /// Clusters, each with its server.
    pub clusters: Vec<(String, String)>,
    /// Users.
    pub users: Vec<String>,
}

/// The names in the kubeconfig files that count. Nothing is asked of the network, and no program is run.
///
/// # Errors
/// A file that cannot be read, or is none.
pub fn names(flag: Option<&Path>) -> Result<Names> {
    let kubeconfig = Files::that_count(flag).read(|_| ())?;
    let context = |named: NamedContext| {
        let context = named.context.unwrap_or_default();
        let parts = [("cluster", Some(context.cluster)), ("user", context.user), ("namespace", context.namespace)];
        let parts = parts.into_iter().filter_map(|(what, name)| Some((what, name.filter(|name| !name.is_empty())?)));
        let parts: Vec<String> = parts.map(|(what, name)| format!("{what} {name}")).collect();
        (named.name, parts.join(", "))
    };
    let clusters = kubeconfig.clusters.into_iter();
    Ok(Names {
        contexts: kubeconfig.contexts.into_iter().map(context).collect(),
        clusters: clusters
            .map(|named| {
                (named.name, address::shown(&named.cluster.and_then(|cluster| cluster.server).unwrap_or_default()))
            })
            .collect(),
        users: kubeconfig.auth_infos.into_iter().map(|named| named.name).collect(),
    })
}
