//! Which cluster, user and namespace are meant: the kubeconfig files, the flags, or the pod we run in.
//!
//! As client-go decides it: `--kubeconfig` alone, else every file of `$KUBECONFIG` that is there, merged, else
//! `~/.kube/config`, else the service account of the pod we run in. Reading credentials is left to kube.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use kube::Config;
use kube::config::{Context, KubeConfigOptions, Kubeconfig, KubeconfigError, NamedContext};

use super::Settings;
use crate::document;
use crate::error::{Error, Result};

/// What the settings come to.
pub(super) struct Target {
    pub(super) config: Config,
    pub(super) context_name: String,
    pub(super) namespace: String,
}

/// Reads the files that count, and picks.
pub(super) async fn resolve(settings: &Settings) -> Result<Target> {
    let files = Files::find(settings.kubeconfig.as_deref(), std::env::var_os("KUBECONFIG").as_deref(), home());
    match files.read()? {
        Some(kubeconfig) => pick(kubeconfig, settings).await,
        None => in_cluster(settings).ok_or_else(|| Error::no_kubeconfig(files.paths())),
    }
}

fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| !home.as_os_str().is_empty())
}

/// Where the kubeconfig is looked for.
#[derive(Debug, PartialEq, Eq)]
enum Files {
    /// The one the user named: it must be there.
    Named(PathBuf),
    /// Those that may be there.
    Usual(Vec<PathBuf>),
}

impl Files {
    fn find(flag: Option<&Path>, list: Option<&OsStr>, home: Option<PathBuf>) -> Self {
        if let Some(path) = flag.filter(|path| !path.as_os_str().is_empty()) {
            return Self::Named(path.to_owned());
        }
        let listed: Vec<PathBuf> =
            list.iter().flat_map(std::env::split_paths).filter(|path| !path.as_os_str().is_empty()).collect();
        if listed.is_empty() {
            Self::Usual(home.map(|home| home.join(".kube").join("config")).into_iter().collect())
        } else {
            Self::Usual(listed)
        }
    }

    fn paths(&self) -> &[PathBuf] {
        match self {
            Self::Named(path) => std::slice::from_ref(path),
            Self::Usual(paths) => paths,
        }
    }

    /// The files as one kubeconfig: the first to say a thing wins. `None` where they say nothing.
    fn read(&self) -> Result<Option<Kubeconfig>> {
        let mut merged = Kubeconfig::default();
        for path in self.paths() {
            if matches!(self, Self::Usual(_)) && !path.exists() {
                continue;
            }
            let file = Kubeconfig::read_from(path).map_err(|error| Error::kubeconfig_file(path, &reason(&error)))?;
            merged = merged.merge(file).map_err(|error| Error::kubeconfig_file(path, &error.to_string()))?;
        }
        let says_nothing = merged.contexts.is_empty() && merged.clusters.is_empty();
        Ok((!says_nothing).then_some(merged))
    }
}

/// Why a file could not be used, without the path, which the caller names.
fn reason(error: &KubeconfigError) -> String {
    match error {
        KubeconfigError::ReadConfig(source, _) => source.to_string(),
        KubeconfigError::Parse(source) => source.to_string(),
        other => other.to_string(),
    }
}

async fn pick(mut kubeconfig: Kubeconfig, settings: &Settings) -> Result<Target> {
    let context_name = context_name(&mut kubeconfig, settings)?;
    let context = kubeconfig.contexts.iter().find(|named| named.name == context_name);
    let Some(context) = context.and_then(|named| named.context.clone()) else {
        let names: Vec<&str> = kubeconfig.contexts.iter().map(|named| named.name.as_str()).collect();
        let meant = document::meant(&context_name, names.iter().copied());
        return Err(Error::no_context(&context_name, &names, meant));
    };
    let cluster = settings.cluster.as_ref().unwrap_or(&context.cluster);
    let Some(entry) = kubeconfig.clusters.iter().find(|named| named.name == *cluster) else {
        return Err(Error::no_cluster(cluster));
    };
    if let Some(proxy) =
        entry.cluster.as_ref().and_then(|entry| entry.proxy_url.as_deref()).filter(|url| !url.is_empty())
    {
        return Err(Error::proxy_unsupported(proxy));
    }
    if let Some(user) = &settings.user
        && !kubeconfig.auth_infos.iter().any(|named| named.name == *user)
    {
        return Err(Error::no_user(user));
    }
    let namespace = namespace(settings, context.namespace.as_deref());
    let options = KubeConfigOptions {
        context: Some(context_name.clone()),
        cluster: settings.cluster.clone(),
        user: settings.user.clone(),
    };
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
    let config = config.map_err(|error| super::failure::of_kubeconfig(&error))?;
    Ok(Target { config, context_name, namespace })
}

/// The context that is meant. A cluster named by flag needs none: it gets an empty one, as in kubectl.
fn context_name(kubeconfig: &mut Kubeconfig, settings: &Settings) -> Result<String> {
    let named = settings.context.clone().or_else(|| kubeconfig.current_context.clone());
    match (named.filter(|name| !name.is_empty()), &settings.cluster) {
        (Some(name), _) => Ok(name),
        (None, Some(cluster)) => {
            let context = Context { cluster: cluster.clone(), ..Context::default() };
            kubeconfig.contexts.retain(|named| !named.name.is_empty());
            kubeconfig.contexts.push(NamedContext { context: Some(context), ..NamedContext::default() });
            Ok(String::new())
        }
        (None, None) => Err(Error::no_current_context()),
    }
}

fn namespace(settings: &Settings, context: Option<&str>) -> String {
    let named = [settings.namespace.as_deref(), context].into_iter().flatten().find(|name| !name.is_empty());
    named.unwrap_or("default").to_owned()
}

/// The pod we run in, where there is one and it may talk to its cluster.
fn in_cluster(settings: &Settings) -> Option<Target> {
    let config = Config::incluster().ok()?;
    let namespace = namespace(settings, Some(&config.default_namespace));
    Some(Target { config, context_name: "in-cluster".to_owned(), namespace })
}

#[cfg(test)]
mod tests;
