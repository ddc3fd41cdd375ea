//! Mounts: of volumes that are there, each at a path of its own.

use k8s_openapi::api::core::v1;

use super::{Problem, Scaffold};
use crate::document::FieldPath;
use crate::scaffold::unknown;

pub(super) fn problems(scaffold: &Scaffold, container_at: &FieldPath, container: &v1::Container) -> Vec<Problem> {
    let volumes = scaffold.volumes.iter().map(|volume| volume.name.as_str());
    let volumes = volumes.chain(scaffold.claims.iter().map(|claim| claim.name.as_str()));
    let mounts = container.volume_mounts.as_deref().unwrap_or_default();
    let mut problems = Vec::new();
    for (index, mount) in mounts.iter().enumerate() {
        let at = container_at.key("volumeMounts").index(index);
        if !volumes.clone().any(|name| name == mount.name) {
            let hint = match unknown(&mount.name, volumes.clone()) {
                hint if hint == "there are none" => format!("declare it: --volume {}", mount.name),
                hint => {
                    format!("{hint}{} Volumes are declared with --volume", if hint.ends_with('?') { "" } else { "." })
                }
            };
            let problem = format!("Not found: {:?}", super::super::shortened(&mount.name));
            problems.push(Problem { at: at.key("name"), problem, hint: Some(hint) });
        }
        let directory = |mount: &v1::VolumeMount| mount.mount_path.trim_end_matches('/').to_owned();
        if let Some(other) = mounts[..index].iter().find(|other| directory(other) == directory(mount)) {
            let hint = format!(
                "container {:?} has {:?} there already: --share mounts a volume in all containers",
                container.name, other.name
            );
            problems.push(Problem::invalid(at.key("mountPath"), &mount.mount_path, "must be unique").hint(hint));
        }
        problems.extend(of_path(&at, mount));
    }
    problems
}

fn of_path(at: &FieldPath, mount: &v1::VolumeMount) -> Option<Problem> {
    let (path, path_at) = (mount.mount_path.as_str(), at.key("mountPath"));
    if path.is_empty() {
        return Some(Problem { at: path_at, problem: "Required value".to_owned(), hint: None });
    }
    if path.contains(':') {
        return Some(Problem::invalid(path_at, path, "must not contain ':'"));
    }
    if !path.starts_with('/') {
        let hint = format!("a path in a container begins at its root: did you mean /{path}?");
        return Some(Problem::invalid(path_at, path, "must be an absolute path").hint(hint));
    }
    let sub = mount.sub_path.as_deref()?;
    let sub_at = at.parent().key("subPath"); // the API server leaves the index out
    if sub.starts_with('/') {
        return Some(Problem::invalid(sub_at, sub, "must be a relative path"));
    }
    let leaves = sub.split('/').any(|part| part == "..");
    leaves.then(|| Problem::invalid(sub_at, sub, "must not contain '..'"))
}
