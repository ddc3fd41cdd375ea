//! Volumes whose content Kubernetes brings: ConfigMaps, Secrets, what is known of the pod, tokens and certificates.
//!
//! The kubelet mounts these read-only, whatever the mount says (`GetAttributes` in `pkg/volume/*`, and `makeMounts` in
//! `pkg/kubelet/kubelet_pods.go`).

use k8s_openapi::api::core::v1;

use super::fact::{Mode, mode, unless};
use super::{Fact, Told, VolumeSource};
use crate::pod::{Reference, ReferenceKind};

/// How long a service account's token lasts where nobody says (`serviceaccount.admission`).
const DEFAULT_TOKEN_SECONDS: i64 = 3600;

pub(super) fn of(volume: &v1::Volume) -> Option<VolumeSource> {
    let found = if let Some(map) = &volume.config_map {
        config_map(map)
    } else if let Some(secret) = &volume.secret {
        self::secret(secret)
    } else if let Some(downward) = &volume.downward_api {
        VolumeSource::of_kind("downwardAPI")
            .fact("defaultMode", mode(downward.default_mode))
            .fact("defaultUser", downward.default_user)
            .downward(downward.items.as_deref())
    } else {
        projected(&volume.name, volume.projected.as_ref()?)
    };
    Some(VolumeSource { read_only: true, ..found })
}

fn config_map(map: &v1::ConfigMapVolumeSource) -> VolumeSource {
    VolumeSource::of_kind("configMap")
        .detail(&map.name)
        .fact("defaultMode", mode(map.default_mode))
        .fact("defaultUser", map.default_user)
        .fact("optional", map.optional)
        .items(map.items.as_deref())
        .refers_to(reference(ReferenceKind::ConfigMap, &map.name, map.optional, map.items.as_deref()))
}

fn secret(secret: &v1::SecretVolumeSource) -> VolumeSource {
    let name = secret.secret_name.as_deref().unwrap_or_default();
    VolumeSource::of_kind("secret")
        .detail(name)
        .fact("defaultMode", mode(secret.default_mode))
        .fact("defaultUser", secret.default_user)
        .fact("optional", secret.optional)
        .items(secret.items.as_deref())
        .refers_to(reference(ReferenceKind::Secret, name, secret.optional, secret.items.as_deref()))
}

fn projected(name: &str, projected: &v1::ProjectedVolumeSource) -> VolumeSource {
    let mut source = VolumeSource::of_kind("projected")
        .fact("defaultMode", mode(projected.default_mode))
        .fact("defaultUser", projected.default_user);
    let mut kinds = Vec::new();
    for projection in projected.sources.iter().flatten() {
        let before = source.facts.len();
        source = source.projection(projection);
        kinds.extend(source.facts[before..].iter().map(|fact| fact.name));
    }
    source.detail = kinds.join(", ");
    source.service_account_token = is_service_account_token(name, projected);
    source
}

/// The service account admission controller names the volume it adds `kube-api-access-` and five random
/// letters (`plugin/pkg/admission/serviceaccount/admission.go`, `ServiceAccountVolumeName`).
fn is_service_account_token(name: &str, projected: &v1::ProjectedVolumeSource) -> bool {
    let has_token = || projected.sources.iter().flatten().any(|source| source.service_account_token.is_some());
    name.starts_with("kube-api-access-") && has_token()
}

fn reference(kind: ReferenceKind, name: &str, optional: Option<bool>, items: Option<&[v1::KeyToPath]>) -> Reference {
    let keys = items.into_iter().flatten().map(|item| item.key.clone()).collect();
    Reference { optional: optional == Some(true), keys, ..Reference::new(kind, name) }
}

impl VolumeSource {
    fn items(self, items: Option<&[v1::KeyToPath]>) -> Self {
        items.into_iter().flatten().fold(self, |source, item| source.fact("items", key_to_path(item)))
    }

    fn downward(self, files: Option<&[v1::DownwardAPIVolumeFile]>) -> Self {
        files.into_iter().flatten().fold(self, |source, file| source.fact("items", downward_file(file)))
    }

    /// One source of a projected volume is one fact: its type, and what it brings.
    fn projection(self, projection: &v1::VolumeProjection) -> Self {
        if let Some(map) = &projection.config_map {
            return self
                .projected("configMap", named(&map.name, map.optional, map.items.as_deref()))
                .refers_to(reference(ReferenceKind::ConfigMap, &map.name, map.optional, map.items.as_deref()));
        }
        if let Some(secret) = &projection.secret {
            return self
                .projected("secret", named(&secret.name, secret.optional, secret.items.as_deref()))
                .refers_to(reference(ReferenceKind::Secret, &secret.name, secret.optional, secret.items.as_deref()));
        }
        if let Some(downward) = &projection.downward_api {
            let files = downward.items.iter().flatten().map(downward_file).collect::<Vec<_>>();
            return self.projected("downwardAPI", files.join(", "));
        }
        if let Some(token) = &projection.service_account_token {
            let seconds = unless(token.expiration_seconds, &DEFAULT_TOKEN_SECONDS);
            let more = [("audience", token.audience.told()), ("expirationSeconds", seconds.told())];
            return self.projected("serviceAccountToken", with(&token.path, &more));
        }
        if let Some(bundle) = &projection.cluster_trust_bundle {
            let more = [
                ("name", bundle.name.told()),
                ("signerName", bundle.signer_name.told()),
                ("optional", bundle.optional.told()),
            ];
            return self.projected("clusterTrustBundle", with(&bundle.path, &more));
        }
        if let Some(certificate) = &projection.pod_certificate {
            let paths =
                [&certificate.credential_bundle_path, &certificate.key_path, &certificate.certificate_chain_path];
            let paths = paths.into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
            let more = [("signerName", certificate.signer_name.told()), ("keyType", certificate.key_type.told())];
            return self.projected("podCertificate", with(&paths, &more));
        }
        self
    }

    /// Each source is told, also one that says nothing: it is part of what there is.
    fn projected(mut self, name: &'static str, value: String) -> Self {
        self.facts.push(Fact { name, value });
        self
    }
}

/// `ca.crt → tls/ca.crt (mode 0400)`
fn key_to_path(item: &v1::KeyToPath) -> String {
    with(&format!("{} -> {}", item.key, item.path), &[("mode", item.mode.map(Mode).told()), ("user", item.user.told())])
}

/// `labels ← metadata.labels`, `cpu ← requests.cpu of app`
fn downward_file(file: &v1::DownwardAPIVolumeFile) -> String {
    let from = match (&file.field_ref, &file.resource_field_ref) {
        (Some(field), _) => field.field_path.clone(),
        (None, Some(v1::ResourceFieldSelector { container_name: Some(container), resource, .. })) => {
            format!("{resource} of {container}")
        }
        (None, Some(resource)) => resource.resource.clone(),
        (None, None) => String::new(),
    };
    with(&format!("{} <- {from}", file.path), &[("mode", file.mode.map(Mode).told()), ("user", file.user.told())])
}

/// `settings`, `settings: key → path, …`
fn named(name: &str, optional: Option<bool>, items: Option<&[v1::KeyToPath]>) -> String {
    let name = with(name, &[("optional", optional.told())]);
    let items = items.into_iter().flatten().map(key_to_path).collect::<Vec<_>>();
    if items.is_empty() { name } else { format!("{name}: {}", items.join(", ")) }
}

/// `what (name value, name)`, without the names that have no value; of a flag the name is enough.
fn with(what: &str, more: &[(&str, Option<String>)]) -> String {
    let told = more.iter().filter_map(|(name, value)| match value.as_deref()? {
        "true" => Some((*name).to_owned()),
        value => Some(format!("{name} {value}")),
    });
    let told = told.collect::<Vec<_>>();
    if told.is_empty() { what.to_owned() } else { format!("{what} ({})", told.join(", ")) }
}
