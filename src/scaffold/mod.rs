//! Building workloads with sidecars: from what their author has in mind to the object the API takes.
//!
//! Pure. Decides what a new workload is made of, how its parts are written on a command line, what the API server would
//! refuse of it, in which order its fields are written, and what is said of each line to somebody who reads such a
//! manifest for the first time. Leaves writing YAML or JSON to `render`, and creating it to `cluster`.

mod check;
mod comments;
mod difference;
mod filled;
mod image;
mod kind;
mod last_applied;
mod name;
mod nearest;
mod notation;
mod object;
mod order;
pub mod preset;
#[cfg(test)]
pub(crate) mod samples;
mod schedule;
mod version;

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1;

use crate::pod::Quantity;

pub use crate::document::shortened;
pub use check::{Problem, problems, warnings};
pub use comments::{Comment, Comments, comments};
pub use difference::{Difference, differences};
pub use filled::Clash;
pub use image::{Image, InvalidImage};
pub use kind::Kind;
pub use last_applied::with_last_applied;
pub use name::{InvalidName, NamespaceName, ObjectName};
pub use nearest::nearest;
pub use notation::{
    Malformed, MountPlace, NewVolume, Share, container_port, env, env_from, pair, resources, split_list, unknown, words,
};
pub use schedule::{InvalidSchedule, Schedule};
pub use version::{MINIMUM_FOR_NATIVE, Version};

/// A workload, as its author has it in mind.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaffold {
    /// What it is.
    pub kind: Kind,
    /// `metadata.name`.
    pub name: ObjectName,
    /// `metadata.namespace`, where the manifest shall say it.
    pub namespace: Option<NamespaceName>,
    /// Labels, of the object and of its pods. What has a selector has `app` besides.
    pub labels: BTreeMap<String, String>,
    /// Annotations, of the object and of its pods.
    pub annotations: BTreeMap<String, String>,
    /// The main container: the app.
    pub main: v1::Container,
    /// Its helpers.
    pub sidecars: Vec<Sidecar>,
    /// The pods' volumes.
    pub volumes: Vec<v1::Volume>,
    /// What a `StatefulSet` claims for each of its pods.
    pub claims: Vec<ClaimTemplate>,
    /// `serviceAccountName`; `None`: `default`.
    pub service_account: Option<String>,
    /// `restartPolicy`; `None`: what is usual for its kind.
    pub restart_policy: Option<String>,
    /// The annotation that kubectl goes by says which container is the main one.
    pub names_main: bool,
}

/// A container that helps the main one.
#[derive(Debug, Clone, PartialEq)]
pub struct Sidecar {
    /// It.
    pub container: v1::Container,
    /// It is an init container that goes on running (`restartPolicy: Always`).
    pub native: bool,
}

/// A volume that each pod of a `StatefulSet` claims for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimTemplate {
    /// The volume's name.
    pub name: String,
    /// How much it holds.
    pub size: Quantity,
}

const VOLUME: &str = "shared-logs";
const LOG_DIRECTORY: &str = "/var/log/nginx";
const LOOP: &str = "while true; do cat /var/log/nginx/access.log /var/log/nginx/error.log; sleep 30; done";

impl Scaffold {
    /// A workload of one container.
    pub fn new(kind: Kind, name: ObjectName, namespace: Option<NamespaceName>, main: v1::Container) -> Self {
        Self {
            kind,
            name,
            namespace,
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
            main,
            sidecars: Vec::new(),
            volumes: Vec::new(),
            claims: Vec::new(),
            service_account: None,
            restart_policy: None,
            names_main: false,
        }
    }

    /// The guide's pod: a web server that writes its logs into a volume, and a sidecar that reads them there.
    pub fn guide(name: ObjectName, namespace: Option<NamespaceName>, image: &Image, sidecar_image: &Image) -> Self {
        let mount =
            v1::VolumeMount { name: VOLUME.to_owned(), mount_path: LOG_DIRECTORY.to_owned(), ..Default::default() };
        let container = |name: &str, image: &Image| v1::Container {
            name: name.to_owned(),
            image: Some(image.as_str().to_owned()),
            volume_mounts: Some(vec![mount.clone()]),
            ..Default::default()
        };
        let sidecar = v1::Container {
            command: Some(vec!["/bin/sh".to_owned(), "-c".to_owned()]),
            args: Some(vec![LOOP.to_owned()]),
            ..container("sidecar-container", sidecar_image)
        };
        let mut guide = Self::new(Kind::Pod, name, namespace, container("nginx-container", image));
        guide.sidecars.push(Sidecar { container: sidecar, native: false });
        guide.volumes.push(v1::Volume {
            name: VOLUME.to_owned(),
            empty_dir: Some(v1::EmptyDirVolumeSource::default()),
            ..Default::default()
        });
        guide
    }

    /// Its containers, the main one first.
    pub fn containers(&self) -> impl Iterator<Item = &v1::Container> {
        std::iter::once(&self.main).chain(self.sidecars.iter().map(|sidecar| &sidecar.container))
    }

    /// Whether it needs a cluster that knows native sidecars.
    pub fn has_native_sidecars(&self) -> bool {
        self.sidecars.iter().any(|sidecar| sidecar.native)
    }
}

#[cfg(test)]
mod tests;
