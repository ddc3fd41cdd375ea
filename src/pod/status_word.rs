//! The STATUS column of `kubectl get pods`: one word for how a pod is doing.
//!
//! Follows kubectl's `printPod` (`pkg/printers/internalversion/printers.go`), so that both say the same.

use super::{Container, ContainerKind, Pod, PodStatus, RunState, Termination};

impl Pod {
    /// What `kubectl get pods` shows as STATUS, such as `Running`, `CrashLoopBackOff` or `Init:0/2`. `None` for a
    /// pod without status.
    pub fn status_word(&self) -> Option<String> {
        let status = self.status.as_ref()?;
        let is_unreachable = status.reason == "NodeLost";
        if status.deleting && is_unreachable {
            return Some("Unknown".to_owned());
        }
        if status.deleting && !status.phase.is_final() {
            return Some("Terminating".to_owned());
        }
        let initializing = self.init_word();
        let is_initialized = status.conditions.iter().any(|condition| condition.kind == "Initialized" && condition.met);
        match initializing {
            Some(word) if !is_initialized => Some(word),
            initializing => Some(self.running_word(initializing.unwrap_or_else(|| phase_word(status)))),
        }
    }

    /// The first init container that has not done its part.
    fn init_word(&self) -> Option<String> {
        let init = || self.containers.iter().filter(|container| container.spec_field() == "initContainers");
        let reported = init().filter_map(|container| Some((container, container.runtime.as_ref()?)));
        for (at, (container, runtime)) in reported.enumerate() {
            let word = match &runtime.state {
                RunState::Terminated(end) if end.exit_code == 0 => continue,
                _ if container.kind == ContainerKind::Native && runtime.started => continue,
                RunState::Terminated(end) => end_word(end),
                RunState::Waiting { reason, .. } if !matches!(reason.as_str(), "" | "PodInitializing") => {
                    reason.clone()
                }
                RunState::Waiting { .. } | RunState::Running { .. } => format!("{at}/{}", init().count()),
            };
            return Some(format!("Init:{word}"));
        }
        None
    }

    /// The containers' word, where they have one: the first container's goes before the others'.
    fn running_word(&self, fallback: String) -> String {
        let plain = |container: &&Container| container.kind == ContainerKind::Container;
        let runtimes = || self.containers.iter().filter(plain).filter_map(|container| container.runtime.as_ref());
        let words = runtimes().filter_map(|runtime| match &runtime.state {
            RunState::Waiting { reason, .. } if !reason.is_empty() => Some((reason.clone(), false)),
            RunState::Terminated(end) => Some((end_word(end), end.exit_code != 0)),
            _ => None,
        });
        let words: Vec<(String, bool)> = words.collect();
        let word = words.first().map_or(fallback, |(word, _)| word.clone());
        if word != "Completed" {
            return word;
        }
        let has_running = runtimes().any(|runtime| runtime.ready && matches!(runtime.state, RunState::Running { .. }));
        let error = words.iter().find(|(_, is_error)| *is_error);
        match error {
            _ if has_running && self.is_ready() => "Running".to_owned(),
            Some((word, _)) => word.clone(),
            None if has_running => "NotReady".to_owned(),
            None => word,
        }
    }

    fn is_ready(&self) -> bool {
        let conditions = self.status.iter().flat_map(|status| &status.conditions);
        conditions.into_iter().any(|condition| condition.kind == "Ready" && condition.met)
    }
}

fn phase_word(status: &PodStatus) -> String {
    let gated = |kind: &str, reason: &str| kind == "PodScheduled" && reason == "SchedulingGated";
    if status.conditions.iter().any(|condition| gated(&condition.kind, &condition.reason)) {
        return "SchedulingGated".to_owned();
    }
    if status.reason.is_empty() { status.phase.as_str().to_owned() } else { status.reason.clone() }
}

fn end_word(end: &Termination) -> String {
    match end.signal {
        _ if !end.reason.is_empty() => end.reason.clone(),
        Some(signal) => format!("Signal:{signal}"),
        None => format!("ExitCode:{}", end.exit_code),
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1;
    use serde_json::{Value, json};

    use super::*;

    fn word(spec: &Value, status: &Value) -> String {
        let pod: v1::Pod = serde_json::from_value(json!({"metadata": {}, "spec": spec, "status": status})).unwrap();
        Pod::from(&pod).status_word().unwrap()
    }

    fn two() -> Value {
        json!({"containers": [{"name": "a"}, {"name": "b"}]})
    }

    fn states(a: &Value, b: &Value) -> Value {
        let status = |name: &str, state: &Value| {
            json!({"name": name, "state": state, "ready": state.get("running").is_some(), "image": "", "imageID": "",
                   "restartCount": 0})
        };
        json!({"phase": "Running", "containerStatuses": [status("a", a), status("b", b)]})
    }

    fn waiting(reason: &str) -> Value {
        json!({"waiting": {"reason": reason}})
    }

    fn ended(code: i32, reason: &str) -> Value {
        json!({"terminated": {"exitCode": code, "reason": reason}})
    }

    #[test]
    fn phases_and_reasons() {
        assert_eq!(word(&two(), &json!({"phase": "Pending"})), "Pending");
        assert_eq!(word(&two(), &json!({"phase": "Failed", "reason": "Evicted"})), "Evicted");
        let gated = json!([{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]);
        assert_eq!(word(&two(), &json!({"phase": "Pending", "conditions": gated})), "SchedulingGated");
    }

    #[test]
    fn a_container_that_waits_or_ended_speaks_for_the_pod() {
        let running = json!({"running": {}});
        assert_eq!(word(&two(), &states(&running, &running)), "Running");
        assert_eq!(word(&two(), &states(&running, &waiting("CrashLoopBackOff"))), "CrashLoopBackOff");
        assert_eq!(word(&two(), &states(&waiting("A"), &waiting("B"))), "A");
        assert_eq!(word(&two(), &states(&running, &ended(1, "Error"))), "Error");
        assert_eq!(word(&two(), &states(&running, &ended(137, ""))), "ExitCode:137");
        assert_eq!(word(&two(), &states(&running, &ended(0, "Completed"))), "NotReady");
        assert_eq!(word(&two(), &states(&ended(0, "Completed"), &ended(0, "Completed"))), "Completed");
        assert_eq!(word(&two(), &states(&ended(0, "Completed"), &ended(2, "Error"))), "Error");
    }

    #[test]
    fn init_containers_speak_first() {
        let spec = json!({"containers": [{"name": "a"}],
                          "initContainers": [{"name": "n", "restartPolicy": "Always"}, {"name": "i"}]});
        let status = |started: bool, state: Value| {
            let base = json!({"image": "", "imageID": "", "restartCount": 0, "ready": started});
            let with = |name: &str, started: bool, state: Value| {
                let mut status = base.clone();
                status["name"] = json!(name);
                status["started"] = json!(started);
                status["state"] = state;
                status
            };
            json!({"phase": "Pending", "initContainerStatuses":
                [with("n", started, json!({"running": {}})), with("i", false, state)]})
        };
        assert_eq!(word(&spec, &status(false, waiting("PodInitializing"))), "Init:0/2");
        assert_eq!(word(&spec, &status(true, waiting("PodInitializing"))), "Init:1/2");
        assert_eq!(word(&spec, &status(true, waiting("ImagePullBackOff"))), "Init:ImagePullBackOff");
        assert_eq!(word(&spec, &status(true, ended(3, ""))), "Init:ExitCode:3");
        assert_eq!(word(&spec, &status(true, ended(0, "Completed"))), "Pending");
    }

    #[test]
    fn a_pod_that_is_being_deleted_says_so() {
        let pod: v1::Pod = serde_json::from_value(json!({
            "metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}, "spec": two(), "status": {"phase": "Running"}
        }))
        .unwrap();
        assert_eq!(Pod::from(&pod).status_word().unwrap(), "Terminating");
    }
}
