//! A workload that was created, or would be: the object, how it comes along, what to try next.

use std::time::Duration;

use serde::Serialize;
use serde_json::ser::PrettyFormatter;
use serde_json::{Map, Serializer, Value};

use super::diagnosis::diagnosis;
use super::terminal_text::safe;
use super::yaml::{annotated_yaml, yaml};
use super::{Paint, Style};
use crate::diagnosis::{Diagnosis, Stage};
use crate::pod::{Maker, Pod};
use crate::scaffold::{Image, Kind, Scaffold, comments};

/// What is printed of the workload.
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

/// The workload as it goes to standard output. `how` is what kubectl adds to "created": ` (dry run)` or nothing.
pub fn object(scaffold: &Scaffold, object: &Value, print: Print, how: &str) -> String {
    let resource = format!("{}/{}", Maker::from(scaffold.kind.workload()).resource(), scaffold.name.as_str());
    match print {
        Print::Line => format!("{resource} created{how}\n"),
        Print::Name => format!("{resource}\n"),
        Print::Yaml => yaml(&in_reading_order(object)),
        Print::AnnotatedYaml => annotated_yaml(object, &comments(scaffold, object)),
        Print::Json => json(&in_reading_order(object)),
    }
}

/// The workload as kubectl takes it: `pod/webserver`.
pub fn target(scaffold: &Scaffold) -> String {
    format!("{}/{}", scaffold.kind.workload().as_str().to_lowercase(), scaffold.name.as_str())
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
pub fn where_to(namespace: &str, context: &str, server: &str) -> String {
    safe(&match context {
        "" => format!("Using namespace {namespace}, server {server}"),
        context => format!("Using namespace {namespace}, context {context}"),
    })
}

/// What a pod, or a container of it, is at.
pub fn stage(pod: &str, stage: &Stage) -> String {
    safe(&format!("{}: {}", stage.container.as_deref().unwrap_or(pod), stage.words))
}

/// How a pod comes along, on one line.
pub fn progress(pod: &Pod, stages: &[Stage], after: Duration) -> String {
    let (ready, all) = pod.ready_counts();
    format!("{ready}/{all} ready, {} s  {}", after.as_secs(), unready(&pod.name, stages).join(", "))
}

/// How a workload comes along, on one line: what is said of it, and what the containers of those pods are at that are not ready.
pub fn rollout_progress<'a>(
    words: &str,
    after: Duration,
    pods: impl IntoIterator<Item = (&'a str, &'a [Stage])>,
) -> String {
    let of_pod = |(pod, stages): (&str, &[Stage])| {
        let at: Vec<String> = unready(pod, stages);
        let is_pods = stages.iter().all(|stage| stage.container.is_none());
        (!at.is_empty()).then(|| if is_pods { at.join(", ") } else { format!("{}: {}", safe(pod), at.join(", ")) })
    };
    let pods: Vec<String> = pods.into_iter().filter_map(of_pod).collect();
    format!("{words}, {} s  {}", after.as_secs(), pods.join("; ")).trim_end().to_owned()
}

/// What each container is at that is not ready.
fn unready(pod: &str, stages: &[Stage]) -> Vec<String> {
    stages.iter().filter(|stage| stage.words != "ready").map(|it| stage(pod, it)).collect()
}

/// All is ready, and what to try next.
pub fn ready(scaffold: &Scaffold, ready: &str, after: Duration, flags: &str, style: Style) -> Vec<String> {
    let (name, target) = (scaffold.name.as_str(), target(scaffold));
    let ready = style.paint(Paint::Good, &format!("READY {ready}"));
    let flags = spaced(flags);
    let mut lines = vec![format!("{ready} after {}", seconds(after)), "Try next:".to_owned()];
    let named = if scaffold.kind == Kind::Pod { name } else { &target };
    lines.push(format!("  kubectl sidecar logs {named}{flags}"));
    lines.push(format!("  kubectl sidecar inspect {named}{flags}"));
    let image = scaffold.main.image.as_deref().and_then(|image| Image::parse(image).ok());
    if image.is_some_and(|image| image.is_called("nginx")) {
        let place = if let Kind::DaemonSet | Kind::StatefulSet { .. } = scaffold.kind { return lines } else { target };
        lines.push(format!("  kubectl port-forward {place} 8080:80{flags}"));
        lines.push("  curl http://localhost:8080/   # in another terminal".to_owned());
    }
    lines
}

/// It did what it was to do.
pub fn complete(scaffold: &Scaffold, after: Duration, flags: &str, style: Style) -> Vec<String> {
    let target = target(scaffold);
    let complete = style.paint(Paint::Good, "COMPLETE");
    vec![
        format!("{complete} after {}", seconds(after)),
        "Try next:".to_owned(),
        format!("  kubectl sidecar logs {target}{}", spaced(flags)),
    ]
}

/// It runs when its time has come.
pub fn scheduled(scaffold: &Scaffold, flags: &str) -> Vec<String> {
    let (name, target, flags) = (scaffold.name.as_str(), target(scaffold), spaced(flags));
    let schedule = if let Kind::CronJob { schedule } = &scaffold.kind { schedule.as_str() } else { "" };
    vec![
        format!("There is nothing to wait for: its Jobs come by its schedule, {schedule}"),
        "Try next:".to_owned(),
        format!("  kubectl create job {name}-now --from={target}{flags}   # do not wait for its time"),
        format!("  kubectl sidecar logs {target}{flags}"),
    ]
}

/// The workload will not become ready as it is.
pub fn not_ready(scaffold: &Scaffold, found: &[Diagnosis], flags: &str, style: Style) -> Vec<String> {
    let target = target(scaffold);
    let head = match scaffold.kind {
        Kind::Job => format!("error: {target} does not complete"),
        _ => format!("error: {target} does not become ready"),
    };
    told(head, scaffold, found, flags, style)
}

/// The workload is not ready in time. Begins as `kubectl wait` words it.
pub fn timed_out(scaffold: &Scaffold, after: Duration, found: &[Diagnosis], flags: &str, style: Style) -> Vec<String> {
    let (kind, name) = (scaffold.kind.workload().as_str().to_lowercase(), scaffold.name.as_str());
    let waited = seconds(after);
    let not_yet = if scaffold.kind == Kind::Job { "not complete" } else { "not ready" };
    let head = format!("error: timed out waiting for the condition on {kind}s/{name}: {not_yet} after {waited}");
    told(head, scaffold, found, flags, style)
}

fn told(head: String, scaffold: &Scaffold, found: &[Diagnosis], flags: &str, style: Style) -> Vec<String> {
    let mut lines = vec![head];
    lines.extend(found.iter().flat_map(|found| diagnosis(found, style)));
    lines.push(format!(
        "{} was left as it is; delete it with: kubectl delete {}{}",
        target(scaffold),
        words(scaffold),
        spaced(flags)
    ));
    lines
}

/// `pod webserver`.
fn words(scaffold: &Scaffold) -> String {
    target(scaffold).replacen('/', " ", 1)
}

/// The user did not want to wait any longer.
pub fn interrupted(scaffold: &Scaffold, flags: &str) -> Vec<String> {
    let (words, flags) = (words(scaffold), spaced(flags));
    vec![
        format!("Stopped waiting; {} is there, and goes on.", target(scaffold)),
        format!("  kubectl get {words} --watch{flags}   # wait on"),
        format!("  kubectl delete {words}{flags}   # delete it"),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(container: Option<&str>, words: &str) -> Stage {
        Stage { container: container.map(str::to_owned), words: words.to_owned() }
    }

    #[test]
    fn a_rollout_says_what_its_pods_wait_for() {
        let pods = [
            ("shop-1", vec![at(Some("shop"), "pulling the image shop:1"), at(Some("log"), "ready")]),
            ("shop-2", vec![at(None, "no node has room")]),
            ("shop-3", vec![at(Some("shop"), "ready")]),
        ];
        let shown = |count: usize| {
            let stages = pods[..count].iter().map(|(pod, stages)| (*pod, stages.as_slice()));
            rollout_progress("0 of 3 updated replicas are available", Duration::from_secs(2), stages)
        };
        assert_eq!(
            shown(3),
            "0 of 3 updated replicas are available, 2 s  shop-1: shop: pulling the image shop:1; shop-2: no node has room"
        );
        assert_eq!(shown(0), "0 of 3 updated replicas are available, 2 s");
    }

    #[test]
    fn where_to_is_a_context_or_else_a_server() {
        assert_eq!(where_to("demo", "school", "https://a"), "Using namespace demo, context school");
        assert_eq!(where_to("demo", "", "http://localhost:8080"), "Using namespace demo, server http://localhost:8080");
    }
}
