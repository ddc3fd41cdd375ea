//! How containers ended, kept where a later status does not say so.

use super::{Container, Pod};

impl Pod {
    /// The same, knowing how containers ended that run again. Of one that was just started again, the kubelet of a busy node was
    /// once seen to leave that out; an earlier status of the pod has it.
    #[must_use]
    pub fn with_ends_of(mut self, before: Option<&Self>) -> Self {
        for container in self.containers.iter_mut().filter(|container| container.runs()) {
            let end = before.and_then(|before| before.container(&container.name)).and_then(Container::last_end);
            if let Some(runtime) = &mut container.runtime {
                runtime.last_termination = runtime.last_termination.take().or_else(|| end.cloned());
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::core::v1;
    use serde_json::{Value, json};

    fn pod(state: &Value, last: &Value) -> Pod {
        let status = json!({"name": "web", "ready": true, "state": state, "lastState": last});
        let pod = json!({
            "metadata": {"name": "web"}, "spec": {"containers": [{"name": "web"}]}, "status": {"containerStatuses": [status]},
        });
        Pod::from(&serde_json::from_value::<v1::Pod>(pod).unwrap())
    }

    fn last_code(pod: &Pod) -> Option<i32> {
        pod.containers[0].runtime.as_ref().unwrap().last_termination.as_ref().map(|end| end.exit_code)
    }

    #[test]
    fn an_end_is_known_until_another_one_is() {
        let (running, ended) = (json!({"running": {}}), |code| json!({"terminated": {"exitCode": code}}));
        let again = pod(&running, &json!({})).with_ends_of(Some(&pod(&ended(3), &json!({}))));
        assert_eq!(last_code(&again), Some(3));
        assert_eq!(last_code(&pod(&running, &json!({})).with_ends_of(Some(&again))), Some(3));
        assert_eq!(last_code(&pod(&running, &ended(4)).with_ends_of(Some(&again))), Some(4));
        assert_eq!(last_code(&pod(&ended(5), &json!({})).with_ends_of(Some(&again))), None);
    }
}
