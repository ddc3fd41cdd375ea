//! Pods from manifests. No cluster is asked.

use std::sync::Arc;

use super::Found;
use crate::diagnosis::manifest::{Mistake, Verdict, mistakes};
use crate::diagnosis::{self, LastLines, Observed};
use crate::document::{self, Document, Mismatch, Position, SyntaxError};
use crate::error::{Error, visible};
use crate::manifest::Source;
use crate::pod::{Object, Pod, Workload, objects};
use crate::render::inspect::{Finding, Insight, Inspection, Origin};

/// The workloads of those manifests. What cannot be read does not hide the rest.
pub(super) fn inspect(sources: &[Source], namespace: Option<&str>) -> Found {
    let mut reading = Reading { namespace, ..Reading::default() };
    for source in sources {
        reading.file(source);
    }
    let Reading { mut found, others, .. } = reading;
    if found.inspections.is_empty() && found.errors.is_empty() {
        found.errors.push(nothing(sources, &others));
    }
    found
}

#[derive(Default)]
struct Reading<'a> {
    /// Where the pods of manifests that name none would go.
    namespace: Option<&'a str>,
    found: Found,
    /// The kinds that were left alone, each once.
    others: Vec<String>,
}

impl Reading<'_> {
    fn file(&mut self, source: &Source) {
        let file = source.name();
        let bytes = match source.read() {
            Ok(bytes) => bytes,
            Err(error) => return self.found.errors.push(error),
        };
        let text: Arc<str> = match document::text(bytes) {
            Ok(text) => text.into(),
            Err(error) => return self.found.errors.push(Error::usage(format_args!("{file}: {error}"))),
        };
        for document in document::documents(&text) {
            match document {
                Ok(document) => self.document(&file, &document),
                Err(error) => self.found.errors.push(unreadable(&file, &error)),
            }
        }
    }

    fn document(&mut self, file: &str, document: &Document) {
        for object in objects(document) {
            match object {
                Object::Workload(workload) => self.workload(file, document, *workload),
                Object::Other(kind) => {
                    let kind = kind.unwrap_or_else(|| "a document without kind".to_owned());
                    if !self.others.contains(&kind) {
                        self.others.push(kind);
                    }
                }
                Object::Broken(mismatch) => self.found.errors.push(broken(file, document, &mismatch)),
            }
        }
    }

    fn workload(&mut self, file: &str, document: &Document, workload: Workload) {
        let (is_rejected, findings) = findings(document, &workload);
        self.found.is_rejected |= is_rejected;
        let origin = Origin::Manifest { file: file.to_owned(), at: document.position(&workload.at) };
        let Workload { kind, name, mut pod, .. } = workload;
        if let (Some(own), Some(other)) = (&pod.namespace, self.namespace)
            && own != other
        {
            self.found.errors.push(elsewhere(own, other));
        }
        pod.namespace = pod.namespace.or_else(|| self.namespace.map(str::to_owned));
        self.found.inspections.push(Inspection { kind, name, pod, origin, findings, insight: Insight::default() });
    }
}

/// What is wrong with a workload, and whether the API server would refuse it.
pub(super) fn findings(document: &Document, workload: &Workload) -> (bool, Vec<Finding>) {
    let mistakes = mistakes(document, workload);
    let is_rejected = mistakes.iter().any(|mistake| mistake.verdict == Verdict::Rejected);
    let finding = |Mistake { diagnosis, position, .. }| Finding { at: Some(position), diagnosis };
    let mut findings: Vec<Finding> = mistakes.into_iter().map(finding).collect();
    findings.extend(of_status(&workload.pod));
    (is_rejected, findings)
}

/// What was wrong with a pod when it was dumped, as `kubectl get pod -o yaml` does.
fn of_status(pod: &Pod) -> impl Iterator<Item = Finding> {
    let observed = Observed { pod, events: &[], last_lines: &LastLines::default(), flags: "" };
    diagnosis::of_pod(&observed).into_iter().map(|diagnosis| Finding { at: None, diagnosis })
}

fn unreadable(file: &str, error: &SyntaxError) -> Error {
    let problem =
        Error::usage(format_args!("{file}:{}: this is not valid YAML: {}", error.at, visible(error.problem.clone())));
    if error.in_template {
        return problem.hint(
            "it looks like a template: render it first, such as: helm template . | kubectl sidecar inspect -f -",
        );
    }
    problem
}

fn broken(file: &str, document: &Document, mismatch: &Mismatch) -> Error {
    let place: Position = document.position(&mismatch.at);
    let field = mismatch.at.to_string();
    let field = if field.is_empty() { field } else { format!("{field}: ") };
    Error::usage(visible(format!("{file}:{place}: {field}{}", mismatch.problem)))
}

/// As kubectl words it.
fn elsewhere(own: &str, other: &str) -> Error {
    Error::usage(visible(format!(
        "the namespace from the provided object \"{own}\" does not match the namespace \"{other}\". You must pass \
         '--namespace={own}' to perform this operation."
    )))
}

const LOOKED_AT: &str = "kinds that are read: Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, \
                         Job, CronJob, PodTemplate, custom resources with a pod template at spec.template, and lists of \
                         these";

/// Nothing of it makes pods.
fn nothing(sources: &[Source], others: &[String]) -> Error {
    let files: Vec<String> = sources.iter().map(Source::name).collect();
    let files = files.join(", ");
    if others.is_empty() {
        return Error::usage(format_args!("no objects in {files}"));
    }
    Error::usage(visible(format!("nothing in {files} creates pods; it contains: {}", others.join(", "))))
        .hint(LOOKED_AT)
}
