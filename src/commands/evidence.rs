//! What a diagnosis of a live pod looks at beside the pod: events, and the last lines of containers that ended.
//!
//! Both are nice to know. Where they cannot be had, who asks hears less, and nothing fails.

use std::time::Duration;

use crate::cluster::{LogRequest, Pods};
use crate::diagnosis::{self, Event, LastLines};
use crate::pod::{Container, Pod, RunState};

/// How long either may take: they must not hold up the rest.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much of a log is shown: lines, and bytes.
const LAST_LINES: u64 = 5;
const LAST_BYTES: usize = 8192;

/// What happened to the pod; `None` where it cannot be had.
pub(super) async fn events(pods: &Pods, name: &str, uid: &str) -> Option<Vec<Event>> {
    let events = tokio::time::timeout(PATIENCE, pods.events_of(name, uid)).await;
    Some(events.ok()?.ok()?.iter().map(Event::from).collect())
}

/// What the containers that ended badly said last.
pub(super) async fn last_lines(pods: &Pods, pod: &Pod) -> LastLines {
    let mut lines = LastLines::default();
    for container in diagnosis::wanting_lines(pod) {
        let said = tokio::time::timeout(PATIENCE, last_lines_of(pods, &pod.name, container)).await;
        lines.insert(&container.name, said.unwrap_or_default());
    }
    lines
}

/// The last lines of the run that ended. While a container waits to be started again, its log is both the previous and
/// the current one, until the kubelet starts it.
async fn last_lines_of(pods: &Pods, pod: &str, container: &Container) -> Vec<String> {
    let state = container.runtime.as_ref().map(|runtime| &runtime.state);
    let waits = matches!(state, Some(RunState::Waiting { .. }));
    let lines = read_last_lines(pods, pod, container, waits).await;
    if lines.is_empty() && waits { read_last_lines(pods, pod, container, false).await } else { lines }
}

async fn read_last_lines(pods: &Pods, pod: &str, container: &Container, previous: bool) -> Vec<String> {
    let request = LogRequest {
        pod: pod.to_owned(),
        container: container.name.clone(),
        previous,
        tail_lines: Some(LAST_LINES),
        ..LogRequest::default()
    };
    let Ok(log) = pods.open_log(&request).await else { return Vec::new() };
    let bytes = log.read_to_end(LAST_BYTES).await.unwrap_or_default();
    String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
}
