//! Volumes that the node itself has: a folder of its own, one of the node's, an image, what a repository holds.

use k8s_openapi::api::core::v1;

use super::VolumeSource;
use super::fact::{Mode, unless};

/// The mode of an emptyDir where nobody says (`perm` in `pkg/volume/emptydir`).
const DEFAULT_MODE: i32 = 0o777;

pub(super) fn of(volume: &v1::Volume) -> Option<VolumeSource> {
    if let Some(dir) = &volume.empty_dir {
        let source = VolumeSource::of_kind("emptyDir")
            .detail(&dir.medium)
            .fact("medium", &dir.medium)
            .fact("sizeLimit", &dir.size_limit)
            .fact("mode", unless(dir.mode, &DEFAULT_MODE).map(Mode));
        let limit = dir.size_limit.as_ref().map(|quantity| quantity.0.clone());
        return Some(VolumeSource { limit, ..source });
    }
    if let Some(path) = &volume.host_path {
        return Some(VolumeSource::of_kind("hostPath").detail(&path.path).fact("type", &path.type_));
    }
    if let Some(image) = &volume.image {
        let source = VolumeSource::of_kind("image").detail(&image.reference).fact("pullPolicy", &image.pull_policy);
        return Some(VolumeSource { read_only: true, ..source });
    }
    let repository = volume.git_repo.as_ref()?;
    Some(
        VolumeSource::of_kind("gitRepo")
            .detail(&repository.repository)
            .fact("revision", &repository.revision)
            .fact("directory", &repository.directory),
    )
}
