//! What is there besides, though it was not asked for.

use serde_json::Value;

use super::{Difference, name, of_named, shown};
use crate::document::{FieldPath, Step};
use crate::scaffold::Image;
use crate::scaffold::object::DEFAULT_CONTAINER;
use crate::scaffold::order::CONTAINER;

/// All but the name and the image, which every container has.
const OF_CONTAINER: &[&str] = CONTAINER.split_at(2).1;

const OF_POD: &[&str] = &["serviceAccountName", "restartPolicy", "volumes", "initContainers"];

/// Tells what `there` has, and `here` has not, of that which can be asked for.
pub(super) fn tell(at: &FieldPath, here: &Value, there: &Value, found: &mut Vec<Difference>) {
    if matches!(at.steps(), [.., Step::Key(key)] if key == "resources") {
        return of_resources(at, here, there, found);
    }
    if matches!(at.steps(), [.., Step::Key(key)] if key == "metadata") {
        return of_metadata(at, here, there, found);
    }
    if matches!(at.steps(), [.., Step::Key(key)] if key == "template") && here.get("metadata").is_none() {
        of_metadata(&at.key("metadata"), &Value::Null, &there["metadata"], found);
    }
    for key in can_be_asked(at, here).iter().filter(|key| here.get(key).is_none()) {
        let Some(value) = there.get(key).filter(|value| !is_by_itself(key, value, there)) else { continue };
        let at = at.key(*key);
        match value.as_array() {
            _ if *key == "resources" => of_resources(&at, &Value::Null, value, found),
            Some(items) if items.iter().all(|item| !name(item).is_null()) => of_named(&at, &[], items, found),
            _ => found.push(Difference { at, here: None, there: Some(shown(value)) }),
        }
    }
}

fn can_be_asked(at: &FieldPath, here: &Value) -> &'static [&'static str] {
    match at.steps() {
        [.., Step::Key(list), Step::Index(_)] if list == "containers" || list == "initContainers" => OF_CONTAINER,
        _ if here.get("containers").is_some() => OF_POD,
        _ if here.get("serviceName").is_some() => &["volumeClaimTemplates"],
        _ => &[],
    }
}

/// It says nothing, or is what the server writes where nothing is said.
fn is_by_itself(key: &str, value: &Value, beside: &Value) -> bool {
    let is_empty = match value {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        other => other.is_null(),
    };
    let image = || Image::parse(beside["image"].as_str().unwrap_or_default());
    is_empty
        || match key {
            "imagePullPolicy" => image().is_ok_and(|image| value == image.usual_pull_policy()),
            "serviceAccountName" => value == "default",
            "restartPolicy" => beside.get("containers").is_some() && value == "Always",
            _ => false,
        }
}

/// A request that nobody made is as high as the limit.
fn of_resources(at: &FieldPath, here: &Value, there: &Value, found: &mut Vec<Difference>) {
    for side in ["limits", "requests"] {
        for (resource, amount) in there[side].as_object().into_iter().flatten() {
            let is_asked = here.get(side).is_some_and(|here| here.get(resource).is_some());
            let is_limit = side == "requests" && there["limits"].get(resource) == Some(amount);
            if !is_asked && !is_limit {
                let at = at.key(side).key(resource);
                found.push(Difference { at, here: None, there: Some(shown(amount)) });
            }
        }
    }
}

/// Labels and annotations, but those that Kubernetes and kubectl write by themselves.
fn of_metadata(at: &FieldPath, here: &Value, there: &Value, found: &mut Vec<Difference>) {
    for map in ["labels", "annotations"] {
        for (key, value) in there[map].as_object().into_iter().flatten() {
            let is_asked = here.get(map).is_some_and(|here| here.get(key).is_some());
            if !is_asked && !is_kubernetes_own(key) {
                found.push(Difference { at: at.key(map).key(key), here: None, there: Some(shown(value)) });
            }
        }
    }
}

/// Written by a controller, or by `kubectl apply` and `kubectl rollout`. The recommended labels are people's.
fn is_kubernetes_own(key: &str) -> bool {
    const WITHOUT_PREFIX: [&str; 3] = ["controller-uid", "job-name", "deprecated.daemonset.template.generation"];
    let Some((domain, _)) = key.split_once('/') else { return WITHOUT_PREFIX.contains(&key) };
    let is_kubernetes = ["kubernetes.io", "k8s.io"]
        .iter()
        .any(|own| domain.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    is_kubernetes && domain != "app.kubernetes.io" && key != DEFAULT_CONTAINER
}
