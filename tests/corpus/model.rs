//! What our reading makes of a manifest.

use std::sync::Arc;

use kubectl_sidecar::diagnosis::manifest::mistakes;
use kubectl_sidecar::document::documents;
use kubectl_sidecar::pod::{Object, Pod, objects};

/// What there is in a file.
#[derive(Default)]
pub(crate) struct Model {
    /// Workloads, each of its own document or list.
    pub(crate) workloads: usize,
    /// `LIST CONTAINER VOLUME PATH` of each mount, sorted.
    pub(crate) mounts: Vec<String>,
    /// Types of volumes that are not known.
    pub(crate) unknown: Vec<String>,
    /// What cannot be read.
    pub(crate) problems: Vec<String>,
}

impl Model {
    pub(crate) fn of(text: &str) -> Self {
        let mut model = Self::default();
        for document in documents(&Arc::from(text)) {
            let document = match document {
                Ok(document) => document,
                Err(error) => {
                    model.problems.push(format!("{}: {}", error.at, error.problem));
                    continue;
                }
            };
            for object in objects(&document) {
                match object {
                    Object::Workload(workload) => {
                        model.workloads += 1;
                        model.take(&workload.pod);
                        let codes = mistakes(&document, &workload).into_iter().map(|mistake| mistake.diagnosis);
                        let unknown = codes.filter(|diagnosis| diagnosis.code == "UnknownVolumeType");
                        model.unknown.extend(unknown.map(|diagnosis| diagnosis.cause));
                    }
                    Object::Broken(mismatch) => model.problems.push(format!("{}: {}", mismatch.at, mismatch.problem)),
                    Object::Other(_) => {}
                }
            }
        }
        model.mounts.sort();
        model
    }

    fn take(&mut self, pod: &Pod) {
        for container in &pod.containers {
            let place = format!("{} {}", container.spec_field(), container.name);
            let mounts = container.mounts.iter().map(|mount| format!("{place} {} {}", mount.volume, mount.path));
            self.mounts.extend(mounts);
        }
    }
}
