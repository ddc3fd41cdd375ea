//! What a diagnosis of a live pod looks at beside the pod: events, and the last lines of containers that ended.
//!
//! Both are nice to know. Where they cannot be had, who asks hears less, and nothing fails.

use std::time::Duration;

use crate::cluster::{LogRequest, Pods};
use crate::diagnosis::{self, Event, LastLines};
use crate::logs::Stamp;
use crate::pod::{Container, Pod};

/// How long either may take: they must not hold up the rest.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much of a log is read at most: lines, and bytes. Of a long line only the beginning is shown.
const LAST_LINES: u64 = 5;
const LAST_BYTES: usize = 256 << 10;

/// What happened to the pod; `None` where it cannot be had.
pub(super) async fn events(pods: &Pods, name: &str, uid: &str) -> Option<Vec<Event>> {
    let events = tokio::time::timeout(PATIENCE, pods.events_of(name, uid)).await;
    Some(events.ok()?.ok()?.iter().map(Event::from).collect())
}

/// What the containers that ended badly said last.
pub(super) async fn last_lines(pods: &Pods, pod: &Pod) -> LastLines {
    lines_of(pods, pod, diagnosis::wanting_lines(pod)).await
}

/// What those containers said before that ended and run again.
pub(super) async fn lines_before(pods: &Pods, pod: &Pod) -> LastLines {
    lines_of(pods, pod, diagnosis::running_again(pod).map(|(container, _)| container)).await
}

async fn lines_of<'a>(pods: &Pods, pod: &Pod, containers: impl Iterator<Item = &'a Container>) -> LastLines {
    let mut lines = LastLines::default();
    for container in containers {
        let said = tokio::time::timeout(PATIENCE, last_lines_of(pods, &pod.name, container)).await;
        lines.insert(&container.name, said.unwrap_or_default());
    }
    lines
}

/// The last lines of the run that ended. While a container waits to be started again, its log is both the previous and
/// the current one, until the kubelet starts it and removes one of an earlier run.
async fn last_lines_of(pods: &Pods, pod: &str, container: &Container) -> Vec<String> {
    let is_last = container.has_ended();
    for previous in [!is_last, is_last] {
        // Of a run that was only just started there is a log already, which is empty.
        let lines = read_last_lines(pods, pod, container, previous).await;
        if !lines.is_empty() {
            return lines;
        }
    }
    Vec::new()
}

/// Empty, too, where there is no such log.
async fn read_last_lines(pods: &Pods, pod: &str, container: &Container, previous: bool) -> Vec<String> {
    let request = LogRequest {
        pod: pod.to_owned(),
        container: container.name.clone(),
        previous,
        tail_lines: Some(LAST_LINES),
        timestamps: true,
        ..LogRequest::default()
    };
    let Ok(log) = pods.open_log(&request).await else { return Vec::new() };
    log_lines(&log.read_to_end(LAST_BYTES).await.unwrap_or_default())
}

/// What a container said, of a log with stamps. Where the kubelet has not got the log any more, it answers well and writes why,
/// without a stamp.
fn log_lines(log: &[u8]) -> Vec<String> {
    let lines = log.split(|byte| *byte == b'\n').filter_map(Stamp::strip);
    lines.map(|line| String::from_utf8_lossy(line).trim_end_matches('\r').to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::log_lines;

    #[test]
    fn words_of_the_kubelet_are_no_log() {
        let why = "failed to try resolving symlinks in path \"/var/log/pods/x/1.log\": no such file or directory";
        assert!(log_lines(why.as_bytes()).is_empty());
        assert!(log_lines(b"unable to retrieve container logs for containerd://0a1b").is_empty());
        assert!(log_lines(b"").is_empty());
        let log = b"2026-01-02T03:04:05.6Z why\r\n2026-01-02T03:04:05.7Z \n2026-01-02T03:04:05.8Z not \xff";
        assert_eq!(log_lines(log), ["why", "", "not \u{fffd}"]);
    }
}
