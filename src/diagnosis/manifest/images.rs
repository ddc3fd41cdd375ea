//! Containers without a command whose image has nothing to do by itself: they end at once, again and again.

use super::{Manifest, Mistake, Verdict};
use crate::document::{FieldPath, Node};
use crate::pod::{Container, ContainerKind, WorkloadKind};

/// Images whose default command is a shell or a prompt, which ends where there is nobody to type. They are Docker's
/// official images (`docker.io/library`), and the distributions' own (`quay.io/fedora/fedora`).
const NOTHING_TO_DO: [&str; 23] = [
    "almalinux",
    "alpine",
    "amazonlinux",
    "archlinux",
    "bash",
    "buildpack-deps",
    "busybox",
    "centos",
    "clearlinux",
    "debian",
    "fedora",
    "gcc",
    "golang",
    "mageia",
    "node",
    "openjdk",
    "oraclelinux",
    "photon",
    "python",
    "rockylinux",
    "ruby",
    "rust",
    "ubuntu",
];

/// These mistakes in a workload. A dump of a live pod says by itself what has ended.
pub(super) fn mistakes(manifest: &Manifest<'_>) -> Vec<Mistake> {
    if manifest.workload.pod.status.is_some() {
        return Vec::new();
    }
    let containers = manifest.workload.pod.container_fields();
    let idle = containers.filter(|(field, container)| ends_at_once(manifest, field, container));
    idle.map(|(field, container)| no_command(manifest, &field, container)).collect()
}

fn no_command(manifest: &Manifest<'_>, field: &FieldPath, container: &Container) -> Mistake {
    let Container { name, image, .. } = container;
    let cause = format!(
        "container {name:?} has no command, and {image} has nothing to do by itself: it would end at once, be started \
         again, and end again (CrashLoopBackOff)"
    );
    let list = manifest.field_of_object(field);
    manifest
        .mistake("NoCommand", Verdict::Accepted, &field.key("image"), cause)
        .of(name)
        .shown_by(format!(
            "the default command of {image} is a shell or a prompt, which ends where nobody types into it"
        ))
        .next(format!(
            "give {list} a command that keeps running, such as: command: [\"/bin/sh\", \"-c\", \"while true; do \
             date; sleep 30; done\"]"
        ))
}

fn ends_at_once(manifest: &Manifest<'_>, field: &FieldPath, container: &Container) -> bool {
    // Arguments replace the default command too.
    let has_command = !container.command.is_empty() || !container.args.is_empty();
    !has_command
        && is_started_again(manifest, container)
        && !is_typed_into(manifest, field)
        && has_nothing_to_do(&container.image)
}

/// Where nobody starts it again, ending may be what it is for.
fn is_started_again(manifest: &Manifest<'_>, container: &Container) -> bool {
    let policy = manifest.workload.pod_field(&FieldPath::ROOT.key("spec").key("restartPolicy"));
    let policy = manifest.document.get(&policy).and_then(Node::text);
    match container.kind {
        ContainerKind::Native => true,
        ContainerKind::Container => {
            let runs_to_completion = manifest.workload.kind.workload().is_some_and(WorkloadKind::runs_to_completion);
            policy.is_none_or(|policy| policy == "Always") && !runs_to_completion
        }
        ContainerKind::Init | ContainerKind::Ephemeral => false,
    }
}

/// A shell that has an input or a terminal waits for somebody to type.
fn is_typed_into(manifest: &Manifest<'_>, field: &FieldPath) -> bool {
    let container = manifest.document.get(&manifest.workload.pod_field(field));
    let is_set = |key: &str| container.and_then(|container| container.field(key)).is_some_and(Node::is_true);
    is_set("stdin") || is_set("tty")
}

/// `ubuntu`, `docker.io/library/ubuntu:24.04`, `quay.io/fedora/fedora`, `localhost:5000/alpine@sha256:…`; not
/// `example.com/ubuntu-app` or `someone/ubuntu`, which may have a command.
fn has_nothing_to_do(image: &str) -> bool {
    let image = image.split('@').next().unwrap_or_default();
    let (path, last) = image.rsplit_once('/').unwrap_or(("", image));
    let name = last.split(':').next().unwrap_or_default();
    let mut folders: Vec<&str> = path.split('/').filter(|folder| !folder.is_empty()).collect();
    if folders.first().is_some_and(|host| host.contains(['.', ':']) || *host == "localhost") {
        folders.remove(0);
    }
    let is_official = match folders.as_slice() {
        [] | ["library"] | ["docker", "library"] => true,
        [owner] => *owner == name,
        _ => false,
    };
    is_official && NOTHING_TO_DO.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_known_by_their_name_from_any_registry() {
        for image in [
            "ubuntu",
            "ubuntu:latest",
            "busybox:1.36",
            "docker.io/library/debian:12-slim",
            "docker.io/alpine",
            "localhost:5000/ubuntu:24.04",
            "localhost/ubuntu",
            "public.ecr.aws/docker/library/busybox",
            "quay.io/fedora/fedora:41",
            "alpine@sha256:0123456789abcdef",
            "registry.example.com:5000/library/alpine:3@sha256:0123456789abcdef",
        ] {
            assert!(has_nothing_to_do(image), "{image}");
        }
    }

    #[test]
    fn images_that_only_bear_the_word_are_left_alone() {
        for image in [
            "",
            "nginx",
            "ubuntu-app",
            "my-ubuntu:latest",
            "someone/ubuntu",
            "ubuntu/nginx",
            "ghcr.io/org/debian",
            "alpine/git",
            "nginx:alpine",
            "nginx@ubuntu",
            "gcr.io/project/team/busybox",
        ] {
            assert!(!has_nothing_to_do(image), "{image}");
        }
    }
}
