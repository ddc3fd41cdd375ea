//! What the cluster said about a pod on the way: the parts of an Event that a diagnosis reads.

use jiff::Timestamp;
use k8s_openapi::api::core::v1;

/// One event about a pod.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// A word such as `FailedMount`.
    pub reason: String,
    /// The explanation, as its author wrote it.
    pub message: String,
    /// It is of type `Warning`, not `Normal`.
    pub warning: bool,
    /// How often it was seen; at least 1.
    pub count: u32,
    /// The container it is about, where its `fieldPath` names one.
    pub container: Option<String>,
    /// When it was seen last, where the event says so.
    pub last_seen: Option<Timestamp>,
}

impl From<&v1::Event> for Event {
    fn from(event: &v1::Event) -> Self {
        let series = event.series.as_ref();
        let count = series.and_then(|series| series.count).or(event.count).unwrap_or(1);
        let last_seen = series
            .and_then(|series| series.last_observed_time.as_ref().map(|time| time.0))
            .or_else(|| event.last_timestamp.as_ref().map(|time| time.0))
            .or_else(|| event.event_time.as_ref().map(|time| time.0));
        Self {
            reason: event.reason.clone().unwrap_or_default(),
            message: event.message.clone().unwrap_or_default(),
            warning: event.type_.as_deref() == Some("Warning"),
            count: u32::try_from(count).unwrap_or_default().max(1),
            container: event.involved_object.field_path.as_deref().and_then(container_of).map(str::to_owned),
            last_seen,
        }
    }
}

impl Event {
    /// Whether it was seen then or later, as far as is known. Times of events and containers are whole seconds.
    pub(super) fn is_since(&self, time: Option<Timestamp>) -> bool {
        self.last_seen.zip(time).is_none_or(|(seen, time)| seen.as_second() >= time.as_second())
    }
}

/// The kubelet names a container as `spec.containers{nginx-container}` (`pkg/kubelet/container/ref.go`).
fn container_of(field_path: &str) -> Option<&str> {
    field_path.split_once('{')?.1.strip_suffix('}')
}
