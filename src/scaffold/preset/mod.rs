//! Presets: known sidecars as data, one YAML file each, with settings, documentation, and where its facts come from.
//!
//! Decides what such a file may say, and makes of it and of somebody's settings a container, its volumes, and what the
//! main container mounts. A setting is put into values that were read already, never into the text of a file, so it
//! cannot be anything but a value there. Leaves the pod around the container to the scaffold.

mod fill;
mod kind;
mod known;
mod parameter;
mod placeholder;
mod problem;
mod read;
mod settings;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use k8s_openapi::api::core::v1;

use crate::document::{Document, FieldPath};

pub use kind::Kind;
pub use known::{known, names};
pub use parameter::{Parameter, Pattern};
pub use problem::{Problem, Problems, SettingProblem};
pub use settings::{Choice, InvalidChoice};

/// A known sidecar.
#[derive(Debug, Clone)]
pub struct Preset {
    /// What it is called.
    pub name: String,
    /// What it is for, in one line.
    pub summary: String,
    /// What it does, and what it does not.
    pub description: String,
    /// Where its facts come from: addresses.
    pub sources: Vec<String>,
    /// What of it was seen, and where.
    pub verified: Option<String>,
    /// What of it nobody has seen.
    pub unverified: Option<String>,
    /// Whether it is an init container that goes on running.
    pub native: bool,
    /// What can be set.
    pub parameters: Vec<Parameter>,
    /// What to know after it was created.
    notes: Vec<String>,
    file: String,
    document: Document,
    text: Arc<str>,
}

/// A sidecar with all its settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Filled {
    /// The container. Whether it is native is said beside it: its `restartPolicy` is not set.
    pub container: v1::Container,
    /// Whether it belongs among the init containers, with `restartPolicy: Always`.
    pub native: bool,
    /// The volumes it needs.
    pub volumes: Vec<v1::Volume>,
    /// What the main container mounts of them.
    pub main_mounts: Vec<v1::VolumeMount>,
}

impl Preset {
    /// Reads a preset's file.
    ///
    /// # Errors
    /// All that is wrong with it, each with its place.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        read::preset(file, text)
    }

    /// The sidecar with those settings, in the order in which they were given.
    ///
    /// # Errors
    /// Settings it does not have or take, and those that are missing.
    pub fn fill(&self, settings: &[(String, String)]) -> Result<Filled, Vec<SettingProblem>> {
        fill::fill(self, settings)
    }

    /// What to know once the sidecar with those settings was created, a line each.
    pub fn notes(&self, settings: &[(String, String)]) -> Vec<String> {
        fill::notes(self, settings)
    }

    /// Those settings; where nobody set the one that names the main container's port, with that.
    pub fn settings_for(&self, main_port: Option<i32>, settings: &[(String, String)]) -> Vec<(String, String)> {
        let is_set = |name: &str| settings.iter().any(|(setting, _)| setting == name);
        let of_main = self.parameters.iter().filter(|parameter| parameter.is_main_port && !is_set(&parameter.name));
        let of_main = of_main.filter_map(|parameter| Some((parameter.name.clone(), main_port?.to_string())));
        settings.iter().cloned().chain(of_main).collect()
    }

    /// The setting to change where the sidecar with those settings must not listen on that port, and does.
    pub fn setting_of_port(&self, port: i32, filled: &Filled, settings: &[(String, String)]) -> Option<&str> {
        let listens = filled.container.ports.iter().flatten().any(|it| it.container_port == port);
        let is_so = |parameter: &&Parameter| {
            let given = settings.iter().find(|(setting, _)| *setting == parameter.name).map(|(_, value)| value);
            let value = given.or_else(|| parameter.default.as_ref()?.first());
            parameter.kind == Kind::Port
                && !parameter.is_main_port
                && value.is_some_and(|value| *value == port.to_string())
        };
        self.parameters.iter().find(|parameter| listens && is_so(parameter)).map(|parameter| parameter.name.as_str())
    }

    /// The image, as far as it is known without settings: a placeholder where it has to be set.
    pub fn image(&self) -> String {
        let image = FieldPath::ROOT.key("container").key("image");
        let written = self.document.get(&image).and_then(|node| node.text()).unwrap_or_default();
        fill::by_default(self, written)
    }

    /// The file it was read from, as it is written.
    pub fn text(&self) -> &str {
        &self.text
    }
}
