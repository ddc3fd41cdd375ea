//! Volumes that are claimed: by name, for the life of the pod, or one for each pod of a StatefulSet.

use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::fact::unless;
use super::{Fact, Told, VolumeSource};
use crate::pod::{Reference, ReferenceKind};

pub(super) fn of(volume: &v1::Volume) -> Option<VolumeSource> {
    if let Some(claim) = &volume.persistent_volume_claim {
        let source = VolumeSource::of_kind("persistentVolumeClaim").detail(&claim.claim_name);
        let reference = Reference::new(ReferenceKind::PersistentVolumeClaim, &claim.claim_name);
        return Some(source.read_only(claim.read_only).refers_to(reference));
    }
    let ephemeral = volume.ephemeral.as_ref()?;
    let spec = ephemeral.volume_claim_template.as_ref().map(|template| &template.spec);
    let class = spec.and_then(|spec| spec.storage_class_name.as_deref());
    Some(VolumeSource::of_kind("ephemeral").detail(class).claiming(spec))
}

pub(super) fn for_each_pod(template: &str, spec: Option<&v1::PersistentVolumeClaimSpec>) -> VolumeSource {
    let detail = format!("{template}, one for each pod");
    VolumeSource::of_kind("persistentVolumeClaim").detail(detail).claiming(spec)
}

/// What is worth knowing of a claim that is there: what it got, and where it has not got it yet, what it asks for.
pub fn claim_facts(claim: &v1::PersistentVolumeClaim) -> Vec<Fact> {
    let (spec, status) = (claim.spec.as_ref(), claim.status.as_ref());
    let capacity = status.and_then(|status| status.capacity.as_ref()).and_then(|capacity| capacity.get("storage"));
    let modes = status.and_then(|status| status.access_modes.as_ref());
    let told = [
        ("phase", status.map(|status| &status.phase).told()),
        ("volumeName", spec.map(|spec| &spec.volume_name).told()),
        ("storageClassName", spec.map(|spec| &spec.storage_class_name).told()),
        ("capacity", capacity.told()),
        ("storage", if capacity.is_none() { spec.and_then(requested).told() } else { None }),
        ("accessModes", modes.or_else(|| spec?.access_modes.as_ref()).told()),
        ("volumeMode", spec.map(|spec| &spec.volume_mode).told()),
    ];
    told.into_iter().filter_map(|(name, value)| Some(Fact { name, value: value? })).collect()
}

fn requested(spec: &v1::PersistentVolumeClaimSpec) -> Option<&Quantity> {
    spec.resources.as_ref()?.requests.as_ref()?.get("storage")
}

impl VolumeSource {
    /// What is asked for.
    fn claiming(self, spec: Option<&v1::PersistentVolumeClaimSpec>) -> Self {
        let Some(spec) = spec else { return self };
        let copied = spec.data_source.as_ref().map(|source| format!("{}/{}", source.kind, source.name));
        self.fact("storageClassName", &spec.storage_class_name)
            .fact("storage", requested(spec))
            .fact("accessModes", &spec.access_modes)
            .fact("volumeMode", unless(spec.volume_mode.as_deref(), &"Filesystem"))
            .fact("volumeName", &spec.volume_name)
            .fact("volumeAttributesClassName", &spec.volume_attributes_class_name)
            .fact("dataSource", copied)
    }
}
