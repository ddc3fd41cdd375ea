//! What is said of each line of a new pod's manifest to somebody who reads one for the first time.
//!
//! The words are those of the guide's line-by-line explanation wherever it has any.

use super::{Container, Scaffold};
use crate::document::FieldPath;

/// A comment, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comment {
    /// On lines of its own before the field.
    Above(Vec<String>),
    /// On the field's own line.
    Beside(String),
}

/// A comment for each field that has one; no field has two.
pub type Comments = Vec<(FieldPath, Comment)>;

/// The comments of that pod's manifest.
pub fn comments(scaffold: &Scaffold) -> Comments {
    let mut comments = header(scaffold);
    comments.extend(volumes(scaffold));
    comments.push((
        spec().key("containers"),
        above(&["'containers' is a list of all the containers that will run in this Pod.", "They start together."]),
    ));
    for (at, container) in scaffold.containers.iter().enumerate() {
        comments.extend(of_container(at, container));
    }
    comments
}

fn header(scaffold: &Scaffold) -> Comments {
    let root = FieldPath::ROOT;
    let mut comments = vec![
        (root.key("apiVersion"), beside("Pods belong to version 1 of the Kubernetes core API.")),
        (root.key("kind"), beside("What this manifest describes: a Pod, containers that run together on one node.")),
        (root.key("metadata"), beside("What Kubernetes calls it.")),
        (root.key("metadata").key("name"), beside("The Pod's name, unique in its namespace.")),
        (root.key("spec"), beside("What you want to run. Kubernetes makes it so, and keeps it so.")),
    ];
    if scaffold.namespace.is_some() {
        comments.push((root.key("metadata").key("namespace"), beside("The namespace it lives in.")));
    }
    comments
}

fn volumes(scaffold: &Scaffold) -> Comments {
    let volumes = spec().key("volumes");
    let mut comments = vec![(
        volumes.clone(),
        above(&[
            "This 'volumes' block is at the Pod's 'spec' level. It DECLARES all the volumes that",
            "will be available to the containers in this Pod. Do not confuse it with 'volumeMounts',",
            "which stands inside each container that USES one of them.",
        ]),
    )];
    for (at, _) in scaffold.volumes.iter().enumerate() {
        let volume = volumes.index(at);
        if at == 0 {
            comments.push((
                volume.clone(),
                above(&["The '-' begins an item of a list. This is the definition of a volume."]),
            ));
        }
        comments.push((volume.key("name"), beside("A name for the volume that the containers refer to.")));
        comments.push((
            volume.key("emptyDir"),
            beside("The TYPE of volume: a directory, empty when the Pod starts, gone when it is deleted."),
        ));
    }
    comments
}

fn of_container(at: usize, container: &Container) -> Comments {
    let here = spec().key("containers").index(at);
    let role = if at == 0 { "the main container: the app" } else { "a sidecar: a helper that runs beside the app" };
    let mut comments = vec![
        (here.clone(), above(&[&format!("This is the definition of {role}.")])),
        (here.key("name"), beside("Unique in the Pod. kubectl logs and exec take it after -c.")),
        (here.key("image"), beside("What it runs. Where no registry is named, it comes from Docker Hub.")),
        (
            here.key("volumeMounts"),
            above(&[
                "This 'volumeMounts' block is inside the container's definition.",
                "It tells this container how to USE a volume declared above.",
            ]),
        ),
    ];
    if !container.command.is_empty() {
        comments.push((
            here.key("command"),
            beside("Replaces the image's own command: a shell, which runs the words of 'args'."),
        ));
        comments.push((
            here.key("args"),
            above(&[
                "A loop that reads the log files every 30 seconds. Without a command that keeps",
                "running, the container would end as soon as it has started.",
            ]),
        ));
    }
    for (mount, _) in container.mounts.iter().enumerate() {
        let mount = here.key("volumeMounts").index(mount);
        let name = match at {
            0 => "This name MUST match a name in the 'volumes' block.",
            _ => "It refers to the SAME volume by name.",
        };
        comments.push((mount.key("name"), beside(name)));
        comments.push((mount.key("mountPath"), beside("The path INSIDE this container where the volume appears.")));
    }
    comments
}

fn spec() -> FieldPath {
    FieldPath::ROOT.key("spec")
}

fn above(lines: &[&str]) -> Comment {
    Comment::Above(lines.iter().map(|line| (*line).to_owned()).collect())
}

fn beside(text: &str) -> Comment {
    Comment::Beside(text.to_owned())
}
