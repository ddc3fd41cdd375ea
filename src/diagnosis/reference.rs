//! Volumes that use something that does not exist.
//!
//! The kubelet and the scheduler tell of it too, in events: where they did, that is enough, unless this says more.

use super::Diagnosis;
use super::finding::{Outlook, finding};
use super::words::kubectl;
use crate::pod::{Container, Known, Pod, Reference, ReferenceKind};

/// What is wrong with the pod, and with what its volumes are made from. `flags`: what kubectl needs to find the pod.
pub fn with_references(pod: &Pod, mut found: Vec<Diagnosis>, flags: &str) -> Vec<Diagnosis> {
    for (volume, reference) in pod.references().filter(|(_, reference)| !reference.optional) {
        match &reference.known {
            Some(Known::Missing) if !is_told(&found, reference) => {
                found.push(missing(pod, &volume.name, reference, flags));
            }
            Some(Known::MissingKeys(keys)) => {
                let told = found.extract_if(.., |other| is_about_keys(other, keys));
                let evidence = told.flat_map(|told| told.evidence).collect();
                found.push(Diagnosis { evidence, ..missing_keys(pod, &volume.name, reference, keys, flags) });
            }
            _ => {}
        }
    }
    found
}

fn is_told(found: &[Diagnosis], reference: &Reference) -> bool {
    let code = code(reference.kind);
    let is_named = |cause: &str| cause.split([' ', ',']).any(|word| word == reference.name);
    found.iter().any(|other| other.code == code && is_named(&other.cause))
}

/// The kubelet says that there is no such key, and not in which object.
fn is_about_keys(other: &Diagnosis, keys: &[String]) -> bool {
    let is_about =
        |text: &String| text.contains("references non-existent") && keys.iter().any(|key| text.contains(key));
    other.code == "VolumeMountFailed" && other.evidence.iter().any(is_about)
}

fn code(kind: ReferenceKind) -> &'static str {
    match kind {
        ReferenceKind::ConfigMap => "ConfigMapNotFound",
        ReferenceKind::Secret => "SecretNotFound",
        ReferenceKind::PersistentVolumeClaim => "ClaimNotFound",
    }
}

fn missing(pod: &Pod, volume: &str, reference: &Reference, flags: &str) -> Diagnosis {
    let Reference { kind, name, .. } = reference;
    let cause = format!(
        "the volume {volume} uses the {} {name}, which does not exist: {}",
        kind.as_str(),
        fate(pod, *kind, "it is created")
    );
    let step = match kind {
        ReferenceKind::ConfigMap => format!("create configmap {name} --from-literal=KEY=VALUE"),
        ReferenceKind::Secret => format!("create secret generic {name} --from-literal=KEY=VALUE"),
        ReferenceKind::PersistentVolumeClaim => "get pvc".to_owned(),
    };
    let words =
        if *kind == ReferenceKind::PersistentVolumeClaim { "see which there are with" } else { "create it with" };
    finding(code(*kind), Outlook::MayHeal, cause).next(format!("{words}: {}", kubectl(&step, flags))).diagnosis
}

fn missing_keys(pod: &Pod, volume: &str, reference: &Reference, keys: &[String], flags: &str) -> Diagnosis {
    let Reference { kind, name, .. } = reference;
    let keys = keys.join(", ");
    let cause = format!(
        "the volume {volume} needs keys that the {} {name} does not have ({keys}): {}",
        kind.as_str(),
        fate(pod, *kind, "it has them")
    );
    let word = kind.as_str().to_lowercase();
    finding("KeyNotFound", Outlook::MayHeal, cause)
        .next(format!("see which keys it has with: {}", kubectl(&format!("describe {word} {name}"), flags)))
        .diagnosis
}

/// What comes of it: to a pod whose containers were created it does not matter any more.
fn fate(pod: &Pod, kind: ReferenceKind, until: &str) -> String {
    match kind {
        _ if pod.containers.iter().any(Container::got_beyond_creation) => {
            "this pod keeps running with what it has; a new pod would wait".to_owned()
        }
        ReferenceKind::PersistentVolumeClaim => format!("the pod stays Pending until {until}"),
        ReferenceKind::ConfigMap | ReferenceKind::Secret => {
            format!("the containers wait in ContainerCreating until {until}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::{Volume, VolumeSource};
    use k8s_openapi::api::core::v1;
    use serde_json::json;

    fn pod(known: Known, optional: bool, running: bool) -> Pod {
        let state = if running { json!({"running": {}}) } else { json!({"waiting": {"reason": "ContainerCreating"}}) };
        let pod: v1::Pod = serde_json::from_value(json!({
            "metadata": {"name": "web"},
            "spec": {
                "containers": [{"name": "app"}],
                "volumes": [{"name": "cfg", "configMap": {"name": "settings", "optional": optional, "items": [{"key": "a", "path": "a"}]}}],
            },
            "status": {"containerStatuses": [{"name": "app", "state": state}]},
        }))
        .unwrap();
        let mut pod = Pod::from(&pod);
        let volumes: &mut [Volume] = &mut pod.volumes;
        let VolumeSource { references, .. } = &mut volumes[0].source;
        references[0].known = Some(known);
        pod
    }

    fn told(pod: &Pod, before: Vec<Diagnosis>) -> Vec<String> {
        with_references(pod, before, "-n demo")
            .into_iter()
            .map(|found| [vec![found.cause], found.next_steps].concat().join(" | "))
            .collect()
    }

    fn before(code: &'static str, cause: &str, evidence: &str) -> Vec<Diagnosis> {
        vec![finding(code, Outlook::Stuck, cause).shown_by(evidence).diagnosis]
    }

    #[test]
    fn what_is_not_there_is_told_with_what_comes_of_it() {
        let command = "create it with: kubectl create configmap settings --from-literal=KEY=VALUE -n demo";
        let cause = "the volume cfg uses the ConfigMap settings, which does not exist";
        assert_eq!(
            told(&pod(Known::Missing, false, false), Vec::new()),
            [format!("{cause}: the containers wait in ContainerCreating until it is created | {command}")]
        );
        assert_eq!(
            told(&pod(Known::Missing, false, true), Vec::new()),
            [format!("{cause}: this pod keeps running with what it has; a new pod would wait | {command}")]
        );
    }

    #[test]
    fn what_need_not_be_there_or_is_there_is_no_finding() {
        for known in [Known::There { facts: Vec::new() }, Known::Unknown { reason: "no".to_owned() }] {
            assert!(told(&pod(known, false, false), Vec::new()).is_empty());
        }
        assert!(told(&pod(Known::Missing, true, false), Vec::new()).is_empty());
    }

    #[test]
    fn nothing_is_told_twice() {
        let cause = "the volume cfg cannot be mounted: it uses the ConfigMap settings, which does not exist";
        let known = before("ConfigMapNotFound", cause, "FailedMount");
        assert_eq!(told(&pod(Known::Missing, false, false), known), [cause]);
        let other =
            before("ConfigMapNotFound", "it uses the ConfigMap settings-2, which does not exist", "FailedMount");
        assert_eq!(told(&pod(Known::Missing, false, false), other).len(), 2);
    }

    #[test]
    fn keys_that_are_not_there_are_told_with_where_they_are_missing() {
        let keys = Known::MissingKeys(vec!["a".to_owned()]);
        let known = before("VolumeMountFailed", "cannot be mounted", "configmap references non-existent config key: a");
        let told_before = with_references(&pod(keys.clone(), false, false), known.clone(), "");
        assert_eq!(told_before[0].evidence, ["configmap references non-existent config key: a"]);
        assert_eq!(
            told(&pod(keys, false, false), known),
            ["the volume cfg needs keys that the ConfigMap settings does not have (a): the containers wait in \
             ContainerCreating until it has them | see which keys it has with: kubectl describe configmap settings -n demo"]
        );
    }
}
