//! A pod that was created, or would be: the object, how it comes along, what to try next.

use std::time::Duration;

use serde::Serialize;
use serde_json::ser::PrettyFormatter;
use serde_json::{Map, Serializer, Value};

use super::diagnosis::diagnosis;
use super::terminal_text::safe;
use super::yaml::{annotated_yaml, yaml};
use super::{Paint, Style};
use crate::diagnosis::{Diagnosis, Stage};
use crate::pod::Pod;
use crate::scaffold::{Scaffold, comments};

/// What is printed of the pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Print {
    /// `pod/webserver created`.
    Line,
    /// The object.
    Yaml,
    /// The object, with a comment a line: only for one that is as the scaffold made it.
    AnnotatedYaml,
    /// The object.
    Json,
    /// `pod/webserver`.
    Name,
}

/// The pod as it goes to standard output. `how` is what kubectl adds to "created": ` (dry run)` or nothing.
pub fn object(scaffold: &Scaffold, object: &Value, print: Print, how: &str) -> String {
    let name = scaffold.name.as_str();
    match print {
        Print::Line => format!("pod/{name} created{how}\n"),
        Print::Name => format!("pod/{name}\n"),
        Print::Yaml => yaml(&in_reading_order(object)),
        Print::AnnotatedYaml => annotated_yaml(object, &comments(scaffold)),
        Print::Json => json(&in_reading_order(object)),
    }
}

/// Indented by four, as kubectl has it.
fn json(object: &Value) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b"    "));
    if object.serialize(&mut serializer).is_err() {
        return format!("{object}\n");
    }
    String::from_utf8_lossy(&bytes).into_owned() + "\n"
}

/// What the object is comes first; who wrote which field (`managedFields`) is left out, as kubectl does.
fn in_reading_order(object: &Value) -> Value {
    let Some(fields) = object.as_object() else { return object.clone() };
    let first = ["apiVersion", "kind", "metadata"];
    let begin = first.iter().filter_map(|key| fields.get_key_value(*key));
    let rest = fields.iter().filter(|(key, _)| !first.contains(&key.as_str()));
    let mut ordered: Map<String, Value> = begin.chain(rest).map(|(key, value)| (key.clone(), value.clone())).collect();
    if let Some(metadata) = ordered.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.shift_remove("managedFields");
    }
    Value::Object(ordered)
}

/// Where the pod goes. It comes first, so that a wrong cluster is seen in time.
pub fn where_to(namespace: &str, context: &str) -> String {
    safe(&format!("Using namespace {namespace}, context {context}"))
}

/// What a pod, or a container of it, is at.
pub fn stage(pod: &str, stage: &Stage) -> String {
    safe(&format!("{}: {}", stage.container.as_deref().unwrap_or(pod), stage.words))
}

/// How a pod comes along, on one line.
pub fn progress(pod: &Pod, stages: &[Stage], after: Duration) -> String {
    let (ready, all) = pod.ready_counts();
    let unready = stages.iter().filter(|stage| stage.words != "ready");
    let at: Vec<String> = unready.map(|it| stage(&pod.name, it)).collect();
    format!("{ready}/{all} ready, {} s  {}", after.as_secs(), at.join(", "))
}

/// All containers are ready, and what to try next.
pub fn ready(scaffold: &Scaffold, containers: usize, after: Duration, flags: &str, style: Style) -> Vec<String> {
    let name = scaffold.name.as_str();
    let ready = style.paint(Paint::Good, &format!("READY {containers}/{containers}"));
    let mut lines = vec![
        format!("{ready} after {}", seconds(after)),
        "Try next:".to_owned(),
        format!("  kubectl sidecar logs {name}{}", spaced(flags)),
        format!("  kubectl sidecar inspect {name}{}", spaced(flags)),
    ];
    if scaffold.containers.first().is_some_and(|main| main.image.is_called("nginx")) {
        lines.push(format!("  kubectl port-forward pod/{name} 8080:80{}", spaced(flags)));
        lines.push("  curl http://localhost:8080/   # in another terminal".to_owned());
    }
    lines
}

/// The pod will not become ready as it is.
pub fn not_ready(name: &str, found: &[Diagnosis], flags: &str, style: Style) -> Vec<String> {
    told(format!("error: pod/{name} does not become ready"), name, found, flags, style)
}

/// The pod is not ready in time. Begins as `kubectl wait` words it.
pub fn timed_out(name: &str, after: Duration, found: &[Diagnosis], flags: &str, style: Style) -> Vec<String> {
    let waited = seconds(after);
    let head = format!("error: timed out waiting for the condition on pods/{name}: not ready after {waited}");
    told(head, name, found, flags, style)
}

fn told(head: String, name: &str, found: &[Diagnosis], flags: &str, style: Style) -> Vec<String> {
    let mut lines = vec![head];
    lines.extend(found.iter().flat_map(|found| diagnosis(found, style)));
    lines.push(format!("pod/{name} was left as it is; delete it with: kubectl delete pod {name}{}", spaced(flags)));
    lines
}

/// The user did not want to wait any longer.
pub fn interrupted(name: &str, flags: &str) -> Vec<String> {
    let flags = spaced(flags);
    vec![
        format!("Stopped waiting; pod/{name} is there, and goes on."),
        format!("  kubectl get pod {name} --watch{flags}   # wait on"),
        format!("  kubectl delete pod {name}{flags}   # delete it"),
    ]
}

fn spaced(flags: &str) -> String {
    if flags.is_empty() { String::new() } else { format!(" {flags}") }
}

fn seconds(time: Duration) -> String {
    match time.as_secs() {
        ..10 if time.subsec_millis() > 0 => format!("{:.1} s", time.as_secs_f64()),
        secs if secs < 120 => format!("{secs} s"),
        secs if secs % 60 == 0 => format!("{} min", secs / 60),
        secs => format!("{} min {} s", secs / 60, secs % 60),
    }
}
