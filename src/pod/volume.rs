//! A declared volume: its type, and what is worth saying of its source.
//!
//! The type is the field's name in the API, so a type this program has never heard of still has a name.

use k8s_openapi::api::core::v1;

/// A volume the pod declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// What mounts call it.
    pub name: String,
    /// Where its content comes from.
    pub source: VolumeSource,
}

/// Where a volume's content comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeSource {
    /// The field's name in the API: `emptyDir`, `configMap`, `persistentVolumeClaim`, …
    pub kind: String,
    /// What tells this one from others of its kind: the claim, the path, the medium; empty where there is nothing.
    pub detail: String,
    /// The most it may hold, as written (`64Mi`).
    pub limit: Option<String>,
    /// Nobody can write to it, whatever a mount says: its content is Kubernetes's, or its source says so.
    pub read_only: bool,
    /// It brings the pod its service account's token, which nobody asked for by hand.
    pub service_account_token: bool,
}

impl From<&v1::Volume> for Volume {
    fn from(volume: &v1::Volume) -> Self {
        Self { name: volume.name.clone(), source: VolumeSource::from(volume) }
    }
}

impl From<&v1::Volume> for VolumeSource {
    fn from(volume: &v1::Volume) -> Self {
        let (kind, says_read_only) = kind_of(volume);
        let mut source = Self::of_kind(&kind);
        source.read_only = says_read_only || ALWAYS_READ_ONLY.contains(&kind.as_str());
        if let Some(dir) = &volume.empty_dir {
            source.detail = dir.medium.clone().unwrap_or_default();
            source.limit = dir.size_limit.as_ref().map(|quantity| quantity.0.clone());
        } else if let Some(map) = &volume.config_map {
            source.detail.clone_from(&map.name);
        } else if let Some(secret) = &volume.secret {
            source.detail = secret.secret_name.clone().unwrap_or_default();
        } else if let Some(claim) = &volume.persistent_volume_claim {
            source.detail.clone_from(&claim.claim_name);
        } else if let Some(path) = &volume.host_path {
            source.detail.clone_from(&path.path);
        } else if let Some(csi) = &volume.csi {
            source.detail.clone_from(&csi.driver);
        } else if let Some(nfs) = &volume.nfs {
            source.detail = format!("{}:{}", nfs.server, nfs.path);
        } else if let Some(image) = &volume.image {
            source.detail = image.reference.clone().unwrap_or_default();
        } else if let Some(projected) = &volume.projected {
            source.detail = projected_sources(projected);
            source.service_account_token = is_service_account_token(&volume.name, projected);
        }
        source
    }
}

impl VolumeSource {
    /// The claim that a StatefulSet makes for each of its pods.
    pub(super) fn claimed_for_each_pod(template: &str) -> Self {
        Self { detail: format!("{template}, one for each pod"), ..Self::of_kind("persistentVolumeClaim") }
    }

    fn of_kind(kind: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            detail: String::new(),
            limit: None,
            read_only: false,
            service_account_token: false,
        }
    }
}

/// The service account admission controller names the volume it adds `kube-api-access-` and five random
/// letters (`plugin/pkg/admission/serviceaccount/admission.go`, `ServiceAccountVolumeName`).
fn is_service_account_token(name: &str, projected: &v1::ProjectedVolumeSource) -> bool {
    let has_token = || projected.sources.iter().flatten().any(|source| source.service_account_token.is_some());
    name.starts_with("kube-api-access-") && has_token()
}

/// What a projected volume puts together: `serviceAccountToken, configMap, downwardAPI`.
fn projected_sources(projected: &v1::ProjectedVolumeSource) -> String {
    let names = |source: &v1::VolumeProjection| match serde_json::to_value(source) {
        Ok(serde_json::Value::Object(fields)) => fields.into_iter().map(|(name, _)| name).collect(),
        _ => Vec::new(),
    };
    projected.sources.iter().flatten().flat_map(names).collect::<Vec<String>>().join(", ")
}

/// The kubelet mounts these read-only, whatever the mount says (`GetAttributes` in `pkg/volume/*`, and
/// `makeMounts` in `pkg/kubelet/kubelet_pods.go`).
const ALWAYS_READ_ONLY: [&str; 5] = ["configMap", "downwardAPI", "image", "projected", "secret"];

/// The name of the one source field that is set, and whether the source says that it is read-only. A volume with
/// none is an emptyDir, by the API's default.
fn kind_of(volume: &v1::Volume) -> (String, bool) {
    let fields = serde_json::to_value(volume).unwrap_or_default();
    let named = fields.as_object().and_then(|fields| fields.iter().find(|(key, _)| *key != "name"));
    named.map_or_else(|| ("emptyDir".to_owned(), false), |(kind, source)| (kind.clone(), source["readOnly"] == true))
}
