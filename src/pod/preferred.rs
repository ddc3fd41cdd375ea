//! Which pod is meant where one of several will do.
//!
//! The one that kubectl takes for `exec` and `attach`: the last of its `ActivePods` (`k8s.io/kubectl/pkg/util/podutils`).

use std::cmp::Reverse;

use jiff::Timestamp;

use super::{ContainerKind, Phase, Pod};

/// The pod that most likely does its work: the one that has been ready for longest, with the fewest restarts.
pub fn preferred(pods: &[Pod]) -> Option<&Pod> {
    // Of two that are alike in all, the first by name: not another one at each call.
    pods.iter().max_by_key(|pod| (rank(pod), Reverse(pod.name.as_str())))
}

/// Higher is better.
type Rank = (bool, u8, bool, bool, Reverse<Option<Timestamp>>, Reverse<(u32, u32)>, Reverse<Option<Timestamp>>);

fn rank(pod: &Pod) -> Rank {
    let status = pod.status.as_ref();
    let phase = status.map_or(0, |status| match status.phase {
        Phase::Running => 2,
        Phase::Unknown => 1,
        Phase::Pending | Phase::Succeeded | Phase::Failed => 0,
    });
    let ready = status.and_then(|status| status.conditions.iter().find(|one| one.kind == "Ready" && one.met));
    (
        status.is_some_and(|status| status.node.is_some()),
        phase,
        ready.is_some(),
        status.is_some_and(|status| !status.deleting),
        Reverse(ready.and_then(|ready| ready.changed)),
        Reverse((restarts(pod, ContainerKind::Container), restarts(pod, ContainerKind::Native))),
        Reverse(status.and_then(|status| status.created)),
    )
}

fn restarts(pod: &Pod, kind: ContainerKind) -> u32 {
    let of_kind = pod.containers.iter().filter(|container| container.kind == kind);
    of_kind.filter_map(|one| one.runtime.as_ref()).map(|runtime| runtime.instance.restarts).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1;
    use serde_json::{Value, json};

    use super::*;

    fn pod(name: &str, phase: &str, ready: Option<&str>, restarts: u32, more: &Value) -> Pod {
        let conditions = ready.map(|since| json!([{"type": "Ready", "status": "True", "lastTransitionTime": since}]));
        let status = json!({"name": "c", "restartCount": restarts, "ready": true, "image": "", "imageID": ""});
        let mut pod = json!({
            "metadata": {"name": name, "creationTimestamp": "2026-01-01T00:00:00Z"},
            "spec": {"nodeName": "n", "containers": [{"name": "c"}]},
            "status": {"phase": phase, "conditions": conditions, "containerStatuses": [status]},
        });
        for (key, value) in more.as_object().unwrap() {
            pod["metadata"][key] = value.clone();
        }
        let pod: v1::Pod = serde_json::from_value(pod).unwrap();
        Pod::from(&pod)
    }

    #[test]
    fn each_sign_goes_before_the_next() {
        let (early, late) = (Some("2026-01-01T00:00:00Z"), Some("2026-01-01T00:01:00Z"));
        let none = json!({});
        // From the worst to the best.
        let all = [
            pod("pending", "Pending", None, 0, &none),
            pod("not-ready", "Running", None, 0, &none),
            pod("deleting", "Running", early, 0, &json!({"deletionTimestamp": "2026-01-02T00:00:00Z"})),
            pod("late", "Running", late, 0, &none),
            pod("restarted", "Running", early, 1, &none),
            pod("young", "Running", early, 0, &json!({"creationTimestamp": "2026-01-01T01:00:00Z"})),
            pod("old-b", "Running", early, 0, &none),
            pod("old-a", "Running", early, 0, &none),
        ];
        for count in 1..=all.len() {
            let mut some = all[..count].to_vec();
            let best = all[count - 1].name.clone();
            assert_eq!(preferred(&some).unwrap().name, best);
            some.reverse();
            assert_eq!(preferred(&some).unwrap().name, best);
        }
        assert_eq!(preferred(&[]), None);
    }
}
