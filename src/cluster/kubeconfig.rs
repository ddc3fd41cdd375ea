//! Which cluster, user and namespace are meant: the kubeconfig files, the flags, or the pod we run in.
//!
//! As client-go decides it: `--kubeconfig` alone, else every file of `$KUBECONFIG` that is there, merged, else
//! `~/.kube/config`; where none of that, and no flag, names a server, the ServiceAccount of the pod we run in (`pod`).
//! How flags change what was picked is decided in `overrides`; what a user shows the server, by `credentials`. `files`
//! finds and reads them, and `names` lists what is in the files, for who is typing.

mod files;
mod names;
mod overrides;
mod pod;

use std::path::{Path, PathBuf};

use http::Uri;
use kube::Config;
use kube::config::{AuthInfo, Cluster, Context, Kubeconfig};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use secrecy::ExposeSecret;

pub use names::{Names, names};

use super::address::{self, Credentials};
use super::credentials::{self, AuthLayer};
use super::{Listener, Notice, Settings};
use crate::document;
use crate::error::{Error, Result, visible};
use files::Files;
use pod::Pod;

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

impl Picked {
    /// Takes from the pod we run in what nothing else says: the namespace; and where no server is named, cluster and user.
    /// Whether those were taken. With an address of its own the pod's token would go to somebody else.
    fn take_from(&mut self, pod: &Pod, settings: &Settings) -> bool {
        self.namespace = self.namespace.take().filter(|name| !name.is_empty()).or_else(|| pod.namespace.clone());
        if named(settings.server.as_ref()).or(named(self.cluster.server.as_ref())).is_some() {
            return false;
        }
        // Here a token by flag wins over that in a file.
        let token = settings.identity.token.as_ref().filter(|token| !token.expose_secret().is_empty());
        let user = if token.is_some() { AuthInfo::default() } else { pod.user() };
        (self.context_name, self.cluster, self.user) = ("in-cluster".to_owned(), pod.cluster(), Some(user));
        true
    }
}

/// Reads the files that count, and picks.
pub(super) async fn resolve(settings: &Settings, listener: &Listener) -> Result<Target> {
    let files = Files::that_count(settings.kubeconfig.as_deref());
    // The two spaces are klog's.
    let loaded = |path: &Path| format!("Config loaded from file:  {}", path.display());
    let kubeconfig = files.read(|path| tell(listener, settings, 6, loaded(path)))?;
    let pod = Pod::here();
    let says_nothing = kubeconfig.contexts.is_empty() && kubeconfig.clusters.is_empty();
    if says_nothing && pod.is_none() && named(settings.server.as_ref()).is_none() {
        let error = Error::no_kubeconfig(files.paths(), files.paths().iter().any(|path| path.exists()));
        return Err(if pod::is_around() { error.hint_account() } else { error });
    }
    let mut picked = pick(kubeconfig, settings)?;
    if pod.is_some_and(|pod| picked.take_from(&pod, settings)) {
        tell(listener, settings, 4, "Using in-cluster configuration".to_owned());
    }
    target(picked, settings).await
}

/// Tells what `-v` asks for from that level on.
fn tell(listener: &Listener, settings: &Settings, from: u8, line: String) {
    if settings.verbosity >= from {
        listener.tell(Notice::Trace(visible(line)));
    }
}

fn named(value: Option<&String>) -> Option<&String> {
    value.filter(|value| !value.is_empty())
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

/// The context that is meant. Where none is, it is an empty one, as in kubectl: flags may name a server.
fn context(kubeconfig: &Kubeconfig, settings: &Settings) -> Result<(String, Context)> {
    let Some(name) = named(settings.context.as_ref()).or(named(kubeconfig.current_context.as_ref())) else {
        return Ok(Default::default());
    };
    let Some(entry) = kubeconfig.contexts.iter().find(|named| named.name == *name) else {
        let names: Vec<&str> = kubeconfig.contexts.iter().map(|named| named.name.as_str()).collect();
        let meant = document::meant(name, names.iter().copied());
        return Err(Error::no_context(name, &names, meant));
    };
    Ok((name.clone(), entry.context.clone().unwrap_or_default()))
}

/// The cluster that is meant. That of a context needs no entry: a flag may name the server, or the pod we run in.
fn cluster(kubeconfig: &Kubeconfig, context: &Context, settings: &Settings) -> Result<(String, Cluster)> {
    let flag = named(settings.cluster.as_ref());
    let name = flag.unwrap_or(&context.cluster);
    match kubeconfig.clusters.iter().find(|named| named.name == *name) {
        Some(named) => Ok((name.clone(), named.cluster.clone().unwrap_or_default())),
        None if flag.is_some() => Err(Error::no_cluster(name)),
        None => Ok((name.clone(), Cluster::default())),
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
    let mut config = match picked.cluster.server.as_deref().unwrap_or_default() {
        "" if picked.context_name.is_empty() && picked.cluster_name.is_empty() => {
            return Err(Error::no_current_context());
        }
        "" => return Err(Error::no_server(&picked.cluster_name)),
        server => config(server, &picked.cluster)?,
    };
    take_out_user(&mut config, &mut user)?;
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
fn config(server: &str, cluster: &Cluster) -> Result<Config> {
    let mut config = Config::new(address(server)?);
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify.unwrap_or_default();
    // Where no certificate is looked at, none of the system's is needed: small images have none.
    let trusts_all = config.accept_invalid_certs || config.cluster_url.scheme_str() == Some("http");
    config.root_cert = authority(cluster)?.or_else(|| trusts_all.then(Vec::new));
    // Who follows for long lives through a change of it: the kubelet keeps that of a pod fresh.
    config.root_cert_file = cluster.certificate_authority.as_ref().filter(|path| !path.is_empty()).map(PathBuf::from);
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
        return Err(Error::server_address(&address::shown(server), &"host must be a URL or a host:port pair"));
    } else {
        format!("http://{server}")
    };
    url.parse().map_err(|cause| Error::server_address(&address::shown(server), &cause))
}

/// Who stands in the address is who is meant where nobody else is, as for Go's HTTP client. Nothing that shows the
/// address shows a password then.
fn take_out_user(config: &mut Config, user: &mut AuthInfo) -> Result<()> {
    let Some(Credentials { user: name, password }) = address::credentials(&config.cluster_url) else { return Ok(()) };
    let mut parts = config.cluster_url.clone().into_parts();
    parts.authority = address::place(&config.cluster_url).parse().ok();
    config.cluster_url = Uri::from_parts(parts).map_err(Error::other)?;
    if !credentials::are_any(user) {
        (user.username, user.password) = (Some(name), Some(password.into()));
    }
    Ok(())
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

#[cfg(test)]
mod tests;
