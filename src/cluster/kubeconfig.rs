//! Which cluster, user and namespace are meant: the kubeconfig files, the flags, or the pod we run in.
//!
//! As client-go decides it: `--kubeconfig` alone, else every file of `$KUBECONFIG` that is there, merged, else
//! `~/.kube/config`, else the service account of the pod we run in. How flags change what was picked is decided in
//! `overrides`; what a user shows the server, by `credentials`. `names` lists what is in the files, for who is typing.

mod names;
mod overrides;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use http::Uri;
use kube::Config;
use kube::config::{AuthInfo, Cluster, Context, Kubeconfig, KubeconfigError};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use secrecy::ExposeSecret;

pub use names::{Names, names};

use super::Settings;
use super::credentials::{self, AuthLayer};
use crate::document;
use crate::error::{Error, Result};

/// What the settings come to.
pub(super) struct Target {
    pub(super) config: Config,
    /// Shows the server who we are, with every request.
    pub(super) auth: AuthLayer,
    pub(super) context_name: String,
    pub(super) namespace: String,
    /// The proxy on the way to the cluster, as the kubeconfig has it.
    pub(super) proxy_url: Option<String>,
}

/// A cluster and a user that were picked, with their names, which failures show.
#[derive(Default)]
struct Picked {
    context_name: String,
    namespace: Option<String>,
    cluster_name: String,
    cluster: Cluster,
    user_name: String,
    /// `None`: the context names one that is not there, or none.
    user: Option<AuthInfo>,
}

/// Reads the files that count, and picks.
pub(super) async fn resolve(settings: &Settings) -> Result<Target> {
    let files = Files::that_count(settings.kubeconfig.as_deref());
    match files.read()? {
        Some(kubeconfig) => target(pick(kubeconfig, settings)?, settings).await,
        None if named(settings.server.as_ref()).is_some() => {
            target(pick(Kubeconfig::default(), settings)?, settings).await
        }
        None => match in_cluster(settings)? {
            Some(target) => Ok(target),
            None => Err(Error::no_kubeconfig(files.paths())),
        },
    }
}

fn named(value: Option<&String>) -> Option<&String> {
    value.filter(|value| !value.is_empty())
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
    fn that_count(flag: Option<&Path>) -> Self {
        Self::find(flag, std::env::var_os("KUBECONFIG").as_deref(), home())
    }

    fn find(flag: Option<&Path>, list: Option<&OsStr>, home: Option<PathBuf>) -> Self {
        if let Some(path) = flag.filter(|path| !path.as_os_str().is_empty()) {
            return Self::Named(path.to_owned());
        }
        match list.filter(|list| !list.is_empty()) {
            Some(list) => {
                Self::Usual(std::env::split_paths(list).filter(|path| !path.as_os_str().is_empty()).collect())
            }
            None => Self::Usual(home.map(|home| home.join(".kube").join("config")).into_iter().collect()),
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
            let mut file =
                Kubeconfig::read_from(path).map_err(|error| Error::kubeconfig_file(path, &reason(&error)))?;
            // An empty one says nothing, and a later file may say it.
            file.current_context = file.current_context.filter(|name| !name.is_empty());
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

fn pick(kubeconfig: Kubeconfig, settings: &Settings) -> Result<Picked> {
    let (context_name, context) = context(&kubeconfig, settings)?;
    let (cluster_name, cluster) = cluster(&kubeconfig, &context, settings)?;
    let user_name = named(settings.user.as_ref()).or(context.user.as_ref()).cloned().unwrap_or_default();
    let user = kubeconfig.auth_infos.into_iter().find(|named| named.name == user_name);
    if user.is_none() && named(settings.user.as_ref()).is_some() {
        return Err(Error::no_user(&user_name));
    }
    let user = user.map(|named| named.auth_info.unwrap_or_default());
    Ok(Picked { context_name, namespace: context.namespace, cluster_name, cluster, user_name, user })
}

/// The context that is meant. A cluster or a server named by flag needs none: it gets an empty one, as in kubectl.
fn context(kubeconfig: &Kubeconfig, settings: &Settings) -> Result<(String, Context)> {
    let Some(name) = named(settings.context.as_ref()).or(named(kubeconfig.current_context.as_ref())) else {
        let named = named(settings.cluster.as_ref()).or(named(settings.server.as_ref())).is_some();
        return if named { Ok(Default::default()) } else { Err(Error::no_current_context()) };
    };
    let Some(entry) = kubeconfig.contexts.iter().find(|named| named.name == *name) else {
        let names: Vec<&str> = kubeconfig.contexts.iter().map(|named| named.name.as_str()).collect();
        let meant = document::meant(name, names.iter().copied());
        return Err(Error::no_context(name, &names, meant));
    };
    Ok((name.clone(), entry.context.clone().unwrap_or_default()))
}

/// The cluster that is meant. A server named by flag needs no entry.
fn cluster(kubeconfig: &Kubeconfig, context: &Context, settings: &Settings) -> Result<(String, Cluster)> {
    let flag = named(settings.cluster.as_ref());
    let name = flag.unwrap_or(&context.cluster);
    match kubeconfig.clusters.iter().find(|named| named.name == *name) {
        Some(named) => Ok((name.clone(), named.cluster.clone().unwrap_or_default())),
        None if flag.is_some() => Err(Error::no_cluster(name)),
        None if named(settings.server.as_ref()).is_some() => Ok((name.clone(), Cluster::default())),
        None => Err(Error::no_server(name)),
    }
}

/// What was picked, with the flags over it, as a connection can be made of it.
async fn target(mut picked: Picked, settings: &Settings) -> Result<Target> {
    overrides::of_cluster(&mut picked.cluster, settings);
    let missing = picked.user.is_none();
    let mut user = picked.user.take().unwrap_or_default();
    overrides::of_user(&mut user, settings);
    overrides::check_user(&picked.user_name, &user)?;
    overrides::check_cluster(&picked.cluster_name, &picked.cluster)?;
    let mut config = config(&picked.cluster_name, &picked.cluster)?;
    config.auth_info = AuthInfo {
        impersonate: user.impersonate.take(),
        impersonate_uid: user.impersonate_uid.take(),
        impersonate_groups: user.impersonate_groups.take(),
        impersonate_user_extra: user.impersonate_user_extra.take(),
        ..AuthInfo::default()
    };
    // As client-go: credentials are not sent where anybody could read them.
    let auth = if config.cluster_url.scheme() == Some(&http::uri::Scheme::HTTPS) {
        if !credentials::are_any(&user) {
            return Err(Error::nobody(&picked.user_name, &picked.context_name, missing));
        }
        credentials::of(&user, &picked.user_name, &picked.cluster, &mut config).await?
    } else {
        AuthLayer::default()
    };
    let namespace = namespace(settings, picked.namespace.as_deref());
    let proxy_url = picked.cluster.proxy_url.filter(|url| !url.is_empty());
    Ok(Target { config, auth, context_name: picked.context_name, namespace, proxy_url })
}

/// The cluster's address, and how it is trusted.
fn config(name: &str, cluster: &Cluster) -> Result<Config> {
    let server = cluster.server.as_deref().unwrap_or_default();
    if server.is_empty() {
        return Err(Error::no_server(name));
    }
    let mut config = Config::new(address(server)?);
    config.root_cert = authority(cluster)?;
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify.unwrap_or_default();
    config.tls_server_name = cluster.tls_server_name.clone().filter(|name| !name.is_empty());
    config.disable_compression = cluster.disable_compression.unwrap_or_default();
    config.default_retry = false;
    Ok(config)
}

/// An address without a scheme is one of http, as for client-go.
fn address(server: &str) -> Result<Uri> {
    let url = if server.contains("://") {
        server.to_owned()
    } else if server.trim_end_matches('/').contains('/') {
        return Err(Error::server_address(server, &"host must be a URL or a host:port pair"));
    } else {
        format!("http://{server}")
    };
    url.parse().map_err(|cause| Error::server_address(server, &cause))
}

/// The certificates of who may vouch for the server.
fn authority(cluster: &Cluster) -> Result<Option<Vec<Vec<u8>>>> {
    let pem = credentials::read(
        "certificate-authority",
        cluster.certificate_authority_data.as_deref(),
        cluster.certificate_authority.as_deref(),
    )?;
    let Some(pem) = pem else { return Ok(None) };
    let certificates: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let certificates =
        certificates.map_err(|cause| Error::configuration(format_args!("certificate-authority: {cause}")))?;
    if certificates.is_empty() {
        return Err(Error::configuration("certificate-authority: there is no PEM block of a certificate in it"));
    }
    Ok(Some(certificates.iter().map(|certificate| certificate.to_vec()).collect()))
}

fn namespace(settings: &Settings, context: Option<&str>) -> String {
    let named = [settings.namespace.as_deref(), context].into_iter().flatten().find(|name| !name.is_empty());
    named.unwrap_or("default").to_owned()
}

/// The pod we run in, where there is one and it may talk to its cluster. Of the flags those count that say who we are
/// and whom to trust; with an address of its own its token would go to somebody else, and kubectl does not send it.
fn in_cluster(settings: &Settings) -> Result<Option<Target>> {
    let Ok(mut config) = Config::incluster() else { return Ok(None) };
    if let Some(name) = named(settings.context.as_ref()) {
        return Err(Error::no_context(name, &[], None));
    }
    let own = std::env::var("POD_NAMESPACE").ok().filter(|name| !name.is_empty());
    let namespace = namespace(settings, Some(own.as_deref().unwrap_or(&config.default_namespace)));
    let mut user = std::mem::take(&mut config.auth_info);
    let mut cluster = Cluster::default();
    overrides::of_cluster(&mut cluster, settings);
    overrides::of_user(&mut user, settings);
    overrides::check_user("in-cluster", &user)?;
    if let Some(token) = settings.identity.token.as_ref().filter(|token| !token.expose_secret().is_empty()) {
        (user.token, user.token_file) = (Some(token.clone()), None);
    }
    if let Some(authority) = authority(&cluster)? {
        (config.root_cert, config.root_cert_file) = (Some(authority), None);
    }
    if cluster.tls_server_name.is_some() {
        config.tls_server_name = cluster.tls_server_name;
    }
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify.unwrap_or_default();
    let auth = credentials::of_token(&user)?;
    config.auth_info = AuthInfo { token: None, token_file: None, ..user };
    Ok(Some(Target { config, auth, context_name: "in-cluster".to_owned(), namespace, proxy_url: None }))
}

#[cfg(test)]
mod tests;
