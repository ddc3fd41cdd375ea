//! As long as no line has come, who looks on is told what is waited for, and why a container does not run.
//!
//! Decides about which pods that is, when, and what was said already. What is wrong with a pod is `diagnosis`'s to say.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::Instant;

use crate::diagnosis::{self, Diagnosis, LastLines, Observed};
use crate::pod::{Container, Pod, RunState};
use crate::render::diagnosis::diagnosis as shown;
use crate::render::{Style, shell};

/// Silence for so long is worth a word. A pod that changes later is looked at after a while, too: changes come in bursts.
const PATIENCE: Duration = Duration::from_secs(2);

/// Pods that are explained at most: who follows hundreds is helped by a few, and so is the server.
const MOST_PODS: usize = 3;

/// How somebody who looks on is told.
#[derive(Debug, Clone)]
pub struct Onlooker {
    /// What kubectl needs to find the cluster: it is put into the commands that help, with the pod's namespace.
    pub kubectl_flags: String,
    /// What standard error can show.
    pub style: Style,
}

/// What is known while nothing has come.
#[derive(Debug)]
pub(super) struct Silence {
    onlooker: Onlooker,
    /// The pods as they are, by uid.
    pods: BTreeMap<String, Pod>,
    /// When they are looked at, if something is new.
    due: Option<Instant>,
    /// What was said, by pod and container.
    said: BTreeSet<(String, Option<String>, &'static str)>,
    is_waiting_said: bool,
}

impl Silence {
    pub(super) fn new(onlooker: Onlooker) -> Self {
        Self { onlooker, pods: BTreeMap::new(), due: None, said: BTreeSet::new(), is_waiting_said: false }
    }

    /// A pod that is followed is there, as it is now.
    pub(super) fn see(&mut self, pod: &Pod) {
        if let Some(uid) = &pod.uid {
            self.pods.insert(uid.clone(), pod.clone());
            self.due.get_or_insert_with(|| Instant::now() + PATIENCE);
        }
    }

    /// A pod is not followed any more.
    pub(super) fn forget(&mut self, uid: &str) {
        self.pods.remove(uid);
    }

    /// When it is to be looked at.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Those whose events are to be asked for, since they do not run. All run: says what is waited for, once.
    pub(super) fn look(&mut self) -> (Vec<Pod>, Option<String>) {
        self.due = None;
        let ailing: Vec<_> = self.pods.values().filter(|pod| !all_run(pod)).take(MOST_PODS).cloned().collect();
        let waits = ailing.is_empty() && !self.pods.is_empty() && !std::mem::replace(&mut self.is_waiting_said, true);
        (ailing, waits.then(|| self.waiting()))
    }

    fn waiting(&self) -> String {
        let running = self.pods.values().flat_map(|pod| pod.containers.iter().filter(|container| container.runs()));
        let who = match running.count() {
            0 => "nothing runs any more".to_owned(),
            1 => "1 container runs".to_owned(),
            count => format!("{count} containers run"),
        };
        format!("-- no lines yet: {who} (Ctrl-C ends)\n")
    }

    /// What is wrong with a pod, in words, as far as it is new. `events`: what the cluster said of it.
    pub(super) fn explain(&mut self, pod: &Pod, events: &[diagnosis::Event]) -> Option<String> {
        let uid = pod.uid.clone().unwrap_or_default();
        let namespace = pod.namespace.iter().flat_map(|namespace| ["-n", namespace]);
        let flags = [shell::command(namespace), self.onlooker.kubectl_flags.clone()].join(" ");
        let observed = Observed { pod, events, last_lines: &LastLines::default(), flags: flags.trim() };
        let mut is_new = |found: &Diagnosis| self.said.insert((uid.clone(), found.container.clone(), found.code));
        let found: Vec<_> = diagnosis::of_pod(&observed).into_iter().filter(|found| is_new(found)).collect();
        let style = self.onlooker.style;
        let words = found.iter().flat_map(|found| shown(found, style)).map(|line| line + "\n");
        (!found.is_empty()).then(|| format!("-- pod {} waits:\n{}", pod.name, words.collect::<String>()))
    }
}

/// Whether there is nothing to explain: what does not run has done what it was to do.
fn all_run(pod: &Pod) -> bool {
    pod.containers.iter().all(|container| container.runs() || has_ended_well(container))
}

fn has_ended_well(container: &Container) -> bool {
    let state = container.runtime.as_ref().map(|runtime| &runtime.state);
    matches!(state, Some(RunState::Terminated(end)) if end.exit_code == 0)
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1;
    use serde_json::json;

    use super::*;

    fn pod(state: &serde_json::Value) -> Pod {
        let pod: v1::Pod = serde_json::from_value(json!({
            "metadata": {"name": "web", "namespace": "demo", "uid": "a"},
            "spec": {"nodeName": "node", "containers": [{"name": "main", "image": "nginx:latst"}]},
            "status": {"phase": "Pending", "containerStatuses": [
                {"name": "main", "image": "", "imageID": "", "ready": false, "restartCount": 0, "state": state}]},
        }))
        .unwrap();
        Pod::from(&pod)
    }

    fn silence() -> Silence {
        Silence::new(Onlooker { kubectl_flags: "--context kind".to_owned(), style: Style::PLAIN })
    }

    #[test]
    fn why_a_container_does_not_run_is_said_once() {
        let mut silence = silence();
        let ailing = pod(&json!({"waiting": {"reason": "ErrImagePull", "message": "nginx:latst: not found"}}));
        silence.see(&ailing);
        assert!(silence.due().is_some());
        let (asked, words) = silence.look();
        assert_eq!((asked.len(), words, silence.due()), (1, None, None));
        let words = silence.explain(&asked[0], &[]).unwrap();
        assert!(words.starts_with("-- pod web waits:\ncontainer main cannot start: "), "{words}");
        assert!(words.contains("-n demo --context kind"), "{words}");
        assert_eq!(silence.explain(&asked[0], &[]), None);
    }

    #[test]
    fn who_runs_and_says_nothing_is_waited_for() {
        let mut silence = silence();
        silence.see(&pod(&json!({"running": {}})));
        let words = silence.look();
        assert_eq!(words, (Vec::new(), Some("-- no lines yet: 1 container runs (Ctrl-C ends)\n".to_owned())));
        silence.see(&pod(&json!({"running": {}})));
        assert_eq!(silence.look().1, None);
    }

    #[test]
    fn who_left_is_not_waited_for() {
        let mut silence = silence();
        silence.see(&pod(&json!({"waiting": {"reason": "ErrImagePull"}})));
        silence.forget("a");
        assert_eq!(silence.look(), (Vec::new(), None));
    }
}
