//! What the flags change of the cluster and the user that were picked, and what client-go refuses of the outcome.
//!
//! As `getCluster` and `getAuthInfo` in client-go's `tools/clientcmd/client_config.go`, and its `validation.go`.

use std::path::Path;

use kube::config::{AuthInfo, Cluster};
use secrecy::ExposeSecret;

use super::Settings;
use crate::error::{Error, Result};

/// A cluster with the flags over it.
pub(super) fn of_cluster(cluster: &mut Cluster, settings: &Settings) {
    let trust = &settings.trust;
    let server = super::named(settings.server.as_ref());
    let authority = path(trust.certificate_authority.as_deref());
    let server_name = super::named(trust.tls_server_name.as_ref());
    // Trust is said as a whole: whoever skips it by flag means no authority of the file, and the other way round.
    if trust.insecure_skip_tls_verify == Some(true) || authority.is_some() {
        cluster.insecure_skip_tls_verify = trust.insecure_skip_tls_verify;
        cluster.certificate_authority = authority;
        cluster.certificate_authority_data = None;
    }
    // Another address has another name.
    if server.is_some() || server_name.is_some() {
        cluster.tls_server_name = server_name.cloned();
    }
    if let Some(server) = server {
        cluster.server = Some(server.clone());
    }
    if settings.disable_compression {
        cluster.disable_compression = Some(true);
    }
}

/// A user with the flags over it.
pub(super) fn of_user(user: &mut AuthInfo, settings: &Settings) {
    let identity = &settings.identity;
    if let Some(token) = identity.token.as_ref().filter(|token| !token.expose_secret().is_empty()) {
        user.token = Some(token.clone());
    }
    if let Some(certificate) = path(identity.client_certificate.as_deref()) {
        (user.client_certificate, user.client_certificate_data) = (Some(certificate), None);
    }
    if let Some(key) = path(identity.client_key.as_deref()) {
        (user.client_key, user.client_key_data) = (Some(key), None);
    }
    let act_as = &settings.impersonation;
    if let Some(name) = super::named(act_as.user.as_ref()) {
        user.impersonate = Some(name.clone());
    }
    if let Some(uid) = super::named(act_as.uid.as_ref()) {
        user.impersonate_uid = Some(uid.clone());
    }
    if !act_as.groups.is_empty() {
        user.impersonate_groups = Some(act_as.groups.clone());
    }
    if !act_as.extra.is_empty() {
        let extra = user.impersonate_user_extra.get_or_insert_default();
        for (key, _) in &act_as.extra {
            extra.remove(key);
        }
        for (key, value) in &act_as.extra {
            extra.entry(key.clone()).or_default().push(value.clone());
        }
    }
}

fn path(path: Option<&Path>) -> Option<String> {
    path.filter(|path| !path.as_os_str().is_empty()).map(|path| path.to_string_lossy().into_owned())
}

/// What of a cluster says two things at once.
pub(super) fn check_cluster(name: &str, cluster: &Cluster) -> Result<()> {
    let file = filled(cluster.certificate_authority.as_deref());
    let data = filled(cluster.certificate_authority_data.as_deref());
    if file && data {
        return Err(Error::said_twice("certificate-authority-data", "certificate-authority", name));
    }
    if (file || data) && cluster.insecure_skip_tls_verify == Some(true) {
        return Err(Error::insecure_with_authority());
    }
    Ok(())
}

/// What of a user says two things at once, or half of one.
pub(super) fn check_user(name: &str, user: &AuthInfo) -> Result<()> {
    let secret = |secret: Option<&secrecy::SecretString>| secret.is_some_and(|text| !text.expose_secret().is_empty());
    let certificate = [filled(user.client_certificate.as_deref()), filled(user.client_certificate_data.as_deref())];
    let key = [filled(user.client_key.as_deref()), secret(user.client_key_data.as_ref())];
    let token = secret(user.token.as_ref()) || filled(user.token_file.as_deref());
    if certificate == [true, true] {
        return Err(Error::said_twice("client-certificate-data", "client-certificate", name));
    }
    if certificate.contains(&true) && key == [true, true] {
        return Err(Error::said_twice("client-key-data", "client-key", name));
    }
    if certificate.contains(&true) && key == [false, false] {
        return Err(Error::certificate_without_key(name));
    }
    if token && (filled(user.username.as_deref()) || secret(user.password.as_ref())) {
        return Err(Error::token_and_password(name));
    }
    if user.exec.is_some() && user.auth_provider.is_some() {
        return Err(Error::plugin_and_provider(name));
    }
    let acts = filled(user.impersonate_uid.as_deref())
        || user.impersonate_groups.as_ref().is_some_and(|groups| !groups.is_empty())
        || user.impersonate_user_extra.as_ref().is_some_and(|extra| !extra.is_empty());
    if acts && !filled(user.impersonate.as_deref()) {
        return Err(Error::impersonates_nobody(name));
    }
    Ok(())
}

fn filled(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.is_empty())
}
