//! Mistakes in a manifest, without a cluster: what its author probably meant, and what the API server will say.
//!
//! Decides which mistakes are looked for. Each kind of mistake is a file beside this one.

mod fields;
mod images;
mod mounts;
mod paths;

use super::Diagnosis;
use crate::document::{Document, FieldPath, Position, nearest};
use crate::pod::Workload;

/// A mistake, where it stands, and what becomes of the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong. Its field is always told.
    pub diagnosis: Diagnosis,
    /// Where to look: at the key or at the value of its field, whichever is wrong.
    pub position: Position,
    /// What becomes of the manifest.
    pub verdict: Verdict,
}

/// What the API server does with a manifest that has the mistake, asked by kubectl with its defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It takes the manifest.
    Accepted,
    /// It refuses it.
    Rejected,
}

/// The mistakes in a workload, in the order of the text.
pub fn mistakes(document: &Document, workload: &Workload) -> Vec<Mistake> {
    let manifest = Manifest { document, workload };
    let mut mistakes = fields::mistakes(&manifest);
    mistakes.extend(mounts::mistakes(&manifest));
    mistakes.extend(paths::mistakes(&manifest));
    mistakes.extend(images::mistakes(&manifest));
    if manifest.is_custom() {
        // The API server takes what it is told of the resource: its controller is who reads the template.
        for mistake in &mut mistakes {
            mistake.verdict = Verdict::Accepted;
        }
    }
    mistakes.sort_by_key(|mistake| mistake.position);
    mistakes
}

/// What the files beside this one look at.
struct Manifest<'a> {
    document: &'a Document,
    workload: &'a Workload,
}

impl Manifest<'_> {
    /// Where a field of the pod stands, as the API server calls it: `inner` is seen from the pod.
    fn field_of_object(&self, inner: &FieldPath) -> FieldPath {
        self.workload.kind.template().join(inner)
    }

    /// The list of the pod's volumes, as the API server calls it.
    fn volumes_field(&self) -> FieldPath {
        self.field_of_object(&FieldPath::ROOT.key("spec").key("volumes"))
    }

    /// The line that a field of the pod is in.
    fn line(&self, inner: &FieldPath) -> u32 {
        self.document.position(&self.workload.pod_field(inner)).line
    }

    /// Whether somebody else than Kubernetes makes the pods.
    fn is_custom(&self) -> bool {
        self.workload.kind.workload().is_none()
    }

    /// What the API server says of an object that is complete and makes no sense.
    fn invalid(&self, field: &FieldPath, problem: &str) -> String {
        let Workload { kind, name, .. } = self.workload;
        if self.is_custom() {
            return format!("once {}/{name} makes pods, they would be refused: {field}: {problem}", kind.resource());
        }
        format!("kubectl apply would say: The {} {name:?} is invalid: {field}: {problem}", kind.as_str())
    }
}

impl Manifest<'_> {
    /// A mistake in the value of a field of the pod, so far without evidence.
    fn mistake(&self, code: &'static str, verdict: Verdict, inner: &FieldPath, cause: String) -> Mistake {
        let at = self.workload.pod_field(inner);
        mistake(code, verdict, self.document.position(&at), at, cause)
    }
}

/// A mistake at a field of the document, so far without evidence.
fn mistake(code: &'static str, verdict: Verdict, position: Position, at: FieldPath, cause: String) -> Mistake {
    let diagnosis =
        Diagnosis { container: None, at: Some(at), code, cause, evidence: Vec::new(), next_steps: Vec::new() };
    Mistake { diagnosis, position, verdict }
}

impl Mistake {
    /// It is in that container.
    fn of(mut self, container: &str) -> Self {
        self.diagnosis.container = Some(container.to_owned());
        self
    }

    /// What shows it.
    fn shown_by(mut self, evidence: impl Into<String>) -> Self {
        self.diagnosis.evidence.push(evidence.into());
        self
    }

    /// What to do about it.
    fn next(mut self, step: impl Into<String>) -> Self {
        self.diagnosis.next_steps.push(step.into());
        self
    }
}

/// The name among `known` that was probably meant by `written`.
fn meant<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Below this, what is nearest is a guess: `data` is not `cache`, but `shared-log` is `shared-logs`.
    const NEAR: f64 = 0.7;
    nearest(written, known, NEAR)
}
