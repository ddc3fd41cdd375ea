//! Paths of mounts that the API server refuses (`ValidateVolumeMounts` and `validateLocalDescendingPath` in
//! `pkg/apis/core/validation/validation.go`).

use super::{Manifest, Mistake, Verdict};
use crate::document::FieldPath;
use crate::pod::{Container, Mount};

/// These mistakes in a workload.
pub(super) fn mistakes(manifest: &Manifest<'_>) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (field, container) in manifest.workload.pod.container_fields() {
        for (index, mount) in container.mounts.iter().enumerate() {
            let field = field.key("volumeMounts").index(index);
            let before = container.mounts[..index].iter().find(|other| other.path == mount.path);
            mistakes.extend(before.map(|before| repeated(manifest, container, before, mount, &field)));
            mistakes.extend(leading_out(manifest, container, mount, &field));
        }
    }
    mistakes
}

fn repeated(
    manifest: &Manifest<'_>,
    container: &Container,
    before: &Mount,
    mount: &Mount,
    field: &FieldPath,
) -> Mistake {
    let field = field.key("mountPath");
    let cause = format!(
        "container {:?} mounts two volumes at {:?}, {:?} and {:?}: only one can be there",
        container.name, mount.path, before.volume, mount.volume
    );
    let refusal = manifest
        .invalid(&manifest.field_of_object(&field), &format!("Invalid value: {:?}: must be unique", mount.path));
    let found = manifest.mistake("RepeatedPath", Verdict::Rejected, &field, cause).of(&container.name);
    found.shown_by(refusal).next("mount one of them elsewhere, or leave it out".to_owned())
}

fn leading_out(manifest: &Manifest<'_>, container: &Container, mount: &Mount, field: &FieldPath) -> Option<Mistake> {
    let (key, path) = match (&mount.sub_path_expr, &mount.sub_path) {
        (Some(path), _) => ("subPathExpr", path),
        (None, path) => ("subPath", path.as_ref()?),
    };
    let (is, must) = if path.starts_with('/') {
        ("begins with /", "must be a relative path")
    } else if path.split('/').any(|segment| segment == "..") {
        ("leads out of it", "must not contain '..'")
    } else {
        return None;
    };
    // The server tells the list, and not which of its items.
    let told = manifest.field_of_object(&field.parent().key(key));
    let field = field.key(key);
    let cause = format!(
        "container {:?} mounts the part {path:?} of the volume {:?}, which {is}: a {key} is a path in the volume",
        container.name, mount.volume
    );
    let refusal = manifest.invalid(&told, &format!("Invalid value: {path:?}: {must}"));
    let found = manifest.mistake("PathOutOfVolume", Verdict::Rejected, &field, cause).of(&container.name);
    Some(found.shown_by(refusal).next(format!("write it as seen from the volume's root: {key}: logs")))
}
