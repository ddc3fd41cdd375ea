//! The words for items of lists: where a container or a volume begins, and single words.

use serde_json::Value;

use super::{Comment, above, beside};
use crate::document::{FieldPath, Step};
use crate::scaffold::Scaffold;

pub(super) fn of_item(scaffold: &Scaffold, at: &FieldPath, list: &str, index: usize, item: &Value) -> Option<Comment> {
    Some(match list {
        "volumes" if index == 0 => above(&["The '-' begins an item of a list. This is the definition of a volume."]),
        "containers" | "initContainers" => {
            let is_main = *item.get("name")? == scaffold.main.name;
            let role =
                if is_main { "the main container: the app" } else { "a sidecar: a helper that runs beside the app" };
            above(&[&format!("This is the definition of {role}.")])
        }
        "command" if index == 0 => beside("The program."),
        "command" | "args" => beside("A word it gets."),
        "accessModes" => beside("By the Pods of one node at a time."),
        "drop" | "add" if in_capabilities(at) => beside("ALL: each of them."),
        _ => return None,
    })
}

fn in_capabilities(at: &FieldPath) -> bool {
    at.steps().iter().any(|step| matches!(step, Step::Key(key) if key == "capabilities"))
}
