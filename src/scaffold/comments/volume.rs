//! The words for volumes, and for what each Pod claims for itself.

use serde_json::Value;

use super::{Comment, Words, above, beside};
use crate::scaffold::Scaffold;

pub(super) const WORDS: Words = &[
    ("volumes", "name", "A name for the volume that the containers refer to."),
    ("volumes", "persistentVolumeClaim", "The TYPE of volume: storage that outlives the Pod."),
    ("persistentVolumeClaim", "claimName", "The PersistentVolumeClaim that holds it. It must be there before the Pod."),
    ("persistentVolumeClaim", "readOnly", "No container can write to it."),
    ("volumes", "configMap", "The TYPE of volume: a ConfigMap, a file for each of its keys. It can only be read."),
    ("configMap", "name", "The ConfigMap. It must be there before the Pod."),
    ("volumes", "secret", "The TYPE of volume: a Secret, a file for each of its keys. It can only be read."),
    ("secret", "secretName", "The Secret. It must be there before the Pod."),
    ("volumes", "hostPath", "The TYPE of volume: a directory of the node itself. Many clusters forbid it."),
    ("hostPath", "path", "The path on the node."),
    ("hostPath", "type", "What must be there."),
    ("emptyDir", "medium", "Memory: it is held in RAM, and counts against the containers' memory limits."),
    ("emptyDir", "sizeLimit", "The Pod is evicted if there is more in it."),
    ("configMap", "items", "Only these of its keys."),
    ("items", "key", "The key."),
    ("items", "path", "The file it becomes."),
    ("*", "defaultMode", "The files' permissions."),
    ("spec", "accessModes", "How it may be used."),
    ("resources", "storage", "How much it holds."),
];

/// The words that depend on more than the keys.
pub(super) fn of_field(scaffold: &Scaffold, parent: &str, key: &str, value: &Value) -> Option<Comment> {
    Some(match (parent, key) {
        ("spec", "volumes") => above(&[
            "This 'volumes' block is at the Pod's 'spec' level. It DECLARES all the volumes that",
            "will be available to the containers in this Pod. Do not confuse it with 'volumeMounts',",
            "which stands inside each container that USES one of them.",
        ]),
        ("volumes", "emptyDir") => {
            beside("The TYPE of volume: a directory, empty when the Pod starts, gone when it is deleted.")
        }
        ("spec", "volumeClaimTemplates") => above(&[
            "Each Pod gets a PersistentVolumeClaim of its own from each of these, and keeps it when it is",
            "made anew. The containers mount it by its name, like a volume.",
        ]),
        ("volumeClaimTemplates", "metadata") => beside("What the claim is called."),
        ("volumeClaimTemplates", "spec") => beside("What is claimed."),
        ("metadata", "name") => beside("A name for the volume that the containers refer to."),
        ("spec", "resources") => beside("How much is claimed."),
        ("resources", "requests") if value.get("storage").is_some() && !scaffold.claims.is_empty() => {
            beside("At least so much.")
        }
        ("requests", "storage") => beside("How much it holds."),
        _ => return None,
    })
}
