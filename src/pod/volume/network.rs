//! Volumes that somebody serves over a network: by a driver, by a protocol, by a storage system.

use k8s_openapi::api::core::v1;

use super::VolumeSource;

pub(super) fn of(volume: &v1::Volume) -> Option<VolumeSource> {
    by_driver(volume).or_else(|| by_protocol(volume)).or_else(|| ceph(volume)).or_else(|| by_system(volume))
}

fn by_driver(volume: &v1::Volume) -> Option<VolumeSource> {
    if let Some(csi) = &volume.csi {
        return Some(
            VolumeSource::of_kind("csi")
                .detail(&csi.driver)
                .fact("driver", &csi.driver)
                .fact("fsType", &csi.fs_type)
                .read_only(csi.read_only)
                .fact("volumeAttributes", &csi.volume_attributes)
                .secret_ref("nodePublishSecretRef", csi.node_publish_secret_ref.as_ref()),
        );
    }
    let flex = volume.flex_volume.as_ref()?;
    Some(
        VolumeSource::of_kind("flexVolume")
            .detail(&flex.driver)
            .fact("driver", &flex.driver)
            .fact("fsType", &flex.fs_type)
            .read_only(flex.read_only)
            .fact("options", &flex.options)
            .secret_ref("secretRef", flex.secret_ref.as_ref()),
    )
}

fn by_protocol(volume: &v1::Volume) -> Option<VolumeSource> {
    if let Some(nfs) = &volume.nfs {
        return Some(
            VolumeSource::of_kind("nfs")
                .detail(format!("{}:{}", nfs.server, nfs.path))
                .fact("server", &nfs.server)
                .fact("path", &nfs.path)
                .read_only(nfs.read_only),
        );
    }
    if let Some(iscsi) = &volume.iscsi {
        return Some(
            VolumeSource::of_kind("iscsi")
                .detail(format!("{} {} lun {}", iscsi.target_portal, iscsi.iqn, iscsi.lun))
                .fact("targetPortal", &iscsi.target_portal)
                .fact("portals", &iscsi.portals)
                .fact("iqn", &iscsi.iqn)
                .fact("lun", iscsi.lun)
                .fact("initiatorName", &iscsi.initiator_name)
                .fact("fsType", &iscsi.fs_type)
                .read_only(iscsi.read_only)
                .secret_ref("secretRef", iscsi.secret_ref.as_ref()),
        );
    }
    let fc = volume.fc.as_ref()?;
    let (names, ids) = (fc.target_wwns.iter().flatten(), fc.wwids.iter().flatten());
    Some(
        VolumeSource::of_kind("fc")
            .detail(names.chain(ids).cloned().collect::<Vec<_>>())
            .fact("targetWWNs", &fc.target_wwns)
            .fact("lun", fc.lun)
            .fact("wwids", &fc.wwids)
            .fact("fsType", &fc.fs_type)
            .read_only(fc.read_only),
    )
}

fn ceph(volume: &v1::Volume) -> Option<VolumeSource> {
    if let Some(rbd) = &volume.rbd {
        let pool = rbd.pool.as_deref().unwrap_or("rbd");
        return Some(
            VolumeSource::of_kind("rbd")
                .detail(format!("{pool}/{}", rbd.image))
                .fact("monitors", &rbd.monitors)
                .fact("image", &rbd.image)
                .fact("pool", pool)
                .fact("user", &rbd.user)
                .fact("fsType", &rbd.fs_type)
                .read_only(rbd.read_only)
                .secret_ref("secretRef", rbd.secret_ref.as_ref()),
        );
    }
    let ceph = volume.cephfs.as_ref()?;
    let path = ceph.path.as_deref().unwrap_or("/");
    Some(
        VolumeSource::of_kind("cephfs")
            .detail(format!("{}:{path}", ceph.monitors.join(",")))
            .fact("monitors", &ceph.monitors)
            .fact("path", path)
            .fact("user", &ceph.user)
            .read_only(ceph.read_only)
            .secret_ref("secretRef", ceph.secret_ref.as_ref()),
    )
}

fn by_system(volume: &v1::Volume) -> Option<VolumeSource> {
    if let Some(gluster) = &volume.glusterfs {
        return Some(
            VolumeSource::of_kind("glusterfs")
                .detail(format!("{}:{}", gluster.endpoints, gluster.path))
                .fact("endpoints", &gluster.endpoints)
                .fact("path", &gluster.path)
                .read_only(gluster.read_only),
        );
    }
    if let Some(quobyte) = &volume.quobyte {
        return Some(
            VolumeSource::of_kind("quobyte")
                .detail(format!("{}/{}", quobyte.registry, quobyte.volume))
                .fact("registry", &quobyte.registry)
                .fact("volume", &quobyte.volume)
                .fact("tenant", &quobyte.tenant)
                .fact("user", &quobyte.user)
                .fact("group", &quobyte.group)
                .read_only(quobyte.read_only),
        );
    }
    if let Some(scale) = &volume.scale_io {
        return Some(
            VolumeSource::of_kind("scaleIO")
                .detail(&scale.volume_name)
                .fact("gateway", &scale.gateway)
                .fact("system", &scale.system)
                .fact("protectionDomain", &scale.protection_domain)
                .fact("storagePool", &scale.storage_pool)
                .fact("volumeName", &scale.volume_name)
                .fact("fsType", &scale.fs_type)
                .read_only(scale.read_only)
                .secret_ref("secretRef", Some(&scale.secret_ref)),
        );
    }
    if let Some(storage) = &volume.storageos {
        return Some(
            VolumeSource::of_kind("storageos")
                .detail(&storage.volume_name)
                .fact("volumeName", &storage.volume_name)
                .fact("volumeNamespace", &storage.volume_namespace)
                .fact("fsType", &storage.fs_type)
                .read_only(storage.read_only)
                .secret_ref("secretRef", storage.secret_ref.as_ref()),
        );
    }
    if let Some(portworx) = &volume.portworx_volume {
        return Some(
            VolumeSource::of_kind("portworxVolume")
                .detail(&portworx.volume_id)
                .fact("volumeID", &portworx.volume_id)
                .fact("fsType", &portworx.fs_type)
                .read_only(portworx.read_only),
        );
    }
    let flocker = volume.flocker.as_ref()?;
    Some(
        VolumeSource::of_kind("flocker")
            .detail(flocker.dataset_name.as_ref().or(flocker.dataset_uuid.as_ref()))
            .fact("datasetName", &flocker.dataset_name)
            .fact("datasetUUID", &flocker.dataset_uuid),
    )
}
