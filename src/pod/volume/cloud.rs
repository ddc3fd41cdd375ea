//! Disks and shares of a cloud, attached to the node. All of these types are deprecated: CSI drivers took their place.

use k8s_openapi::api::core::v1;

use super::VolumeSource;

pub(super) fn of(volume: &v1::Volume) -> Option<VolumeSource> {
    if let Some(disk) = &volume.aws_elastic_block_store {
        return Some(
            VolumeSource::of_kind("awsElasticBlockStore")
                .detail(&disk.volume_id)
                .fact("volumeID", &disk.volume_id)
                .fact("partition", disk.partition.filter(|partition| *partition != 0))
                .fact("fsType", &disk.fs_type)
                .read_only(disk.read_only),
        );
    }
    if let Some(disk) = &volume.gce_persistent_disk {
        return Some(
            VolumeSource::of_kind("gcePersistentDisk")
                .detail(&disk.pd_name)
                .fact("pdName", &disk.pd_name)
                .fact("partition", disk.partition.filter(|partition| *partition != 0))
                .fact("fsType", &disk.fs_type)
                .read_only(disk.read_only),
        );
    }
    azure(volume).or_else(|| other(volume))
}

fn azure(volume: &v1::Volume) -> Option<VolumeSource> {
    if let Some(disk) = &volume.azure_disk {
        return Some(
            VolumeSource::of_kind("azureDisk")
                .detail(&disk.disk_name)
                .fact("diskName", &disk.disk_name)
                .fact("diskURI", &disk.disk_uri)
                .fact("kind", &disk.kind)
                .fact("cachingMode", &disk.caching_mode)
                .fact("fsType", &disk.fs_type)
                .read_only(disk.read_only),
        );
    }
    let share = volume.azure_file.as_ref()?;
    Some(
        VolumeSource::of_kind("azureFile")
            .detail(&share.share_name)
            .fact("shareName", &share.share_name)
            .fact("secretName", &share.secret_name)
            .read_only(share.read_only),
    )
}

fn other(volume: &v1::Volume) -> Option<VolumeSource> {
    if let Some(disk) = &volume.cinder {
        return Some(
            VolumeSource::of_kind("cinder")
                .detail(&disk.volume_id)
                .fact("volumeID", &disk.volume_id)
                .fact("fsType", &disk.fs_type)
                .read_only(disk.read_only)
                .secret_ref("secretRef", disk.secret_ref.as_ref()),
        );
    }
    if let Some(disk) = &volume.vsphere_volume {
        return Some(
            VolumeSource::of_kind("vsphereVolume")
                .detail(&disk.volume_path)
                .fact("volumePath", &disk.volume_path)
                .fact("storagePolicyName", &disk.storage_policy_name)
                .fact("storagePolicyID", &disk.storage_policy_id)
                .fact("fsType", &disk.fs_type),
        );
    }
    let disk = volume.photon_persistent_disk.as_ref()?;
    Some(
        VolumeSource::of_kind("photonPersistentDisk")
            .detail(&disk.pd_id)
            .fact("pdID", &disk.pd_id)
            .fact("fsType", &disk.fs_type),
    )
}
