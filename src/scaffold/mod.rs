//! Building pods with sidecars: from what their author has in mind to the object the API takes.
//!
//! Pure. Decides what a new pod is made of, in which order its fields are written, and what is said of each
//! line to somebody who reads such a manifest for the first time. Leaves writing YAML or JSON to `render`, and
//! creating the pod to `cluster`.

mod comments;
mod image;
mod name;
pub mod preset;

use serde_json::{Map, Value, json};

pub use comments::{Comment, Comments, comments};
pub use image::{Image, InvalidImage};
pub use name::{InvalidName, NamespaceName, PodName, shortened};

/// A pod, as its author has it in mind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaffold {
    /// `metadata.name`.
    pub name: PodName,
    /// `metadata.namespace`, where the manifest shall say it.
    pub namespace: Option<NamespaceName>,
    /// `spec.volumes`: names of emptyDir volumes.
    pub volumes: Vec<String>,
    /// `spec.containers`, the main one first.
    pub containers: Vec<Container>,
}

/// A container of such a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: Image,
    /// `command`; empty: the image's own.
    pub command: Vec<String>,
    /// `args`; empty: the image's own.
    pub args: Vec<String>,
    /// `volumeMounts`.
    pub mounts: Vec<Mount>,
}

/// A volume at a path in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// The volume's name.
    pub volume: String,
    /// The path in the container.
    pub path: String,
}

const VOLUME: &str = "shared-logs";
const LOG_DIRECTORY: &str = "/var/log/nginx";
const LOOP: &str = "while true; do cat /var/log/nginx/access.log /var/log/nginx/error.log; sleep 30; done";

impl Scaffold {
    /// The guide's pod: a web server that writes its logs into a volume, and a sidecar that reads them there.
    pub fn guide(name: PodName, namespace: Option<NamespaceName>, image: Image, sidecar_image: Image) -> Self {
        let mounts = vec![Mount { volume: VOLUME.to_owned(), path: LOG_DIRECTORY.to_owned() }];
        let main = Container {
            name: "nginx-container".to_owned(),
            image,
            command: Vec::new(),
            args: Vec::new(),
            mounts: mounts.clone(),
        };
        let sidecar = Container {
            name: "sidecar-container".to_owned(),
            image: sidecar_image,
            command: vec!["/bin/sh".to_owned(), "-c".to_owned()],
            args: vec![LOOP.to_owned()],
            mounts,
        };
        Self { name, namespace, volumes: vec![VOLUME.to_owned()], containers: vec![main, sidecar] }
    }

    /// The object the API takes, its fields in the order a person writes them.
    pub fn to_object(&self) -> Value {
        let mut metadata = Map::new();
        metadata.insert("name".to_owned(), json!(self.name.as_str()));
        if let Some(namespace) = &self.namespace {
            metadata.insert("namespace".to_owned(), json!(namespace.as_str()));
        }
        let volumes: Vec<Value> = self.volumes.iter().map(|name| json!({ "name": name, "emptyDir": {} })).collect();
        let containers: Vec<Value> = self.containers.iter().map(Container::to_object).collect();
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": metadata,
            "spec": { "volumes": volumes, "containers": containers },
        })
    }
}

impl Container {
    fn to_object(&self) -> Value {
        let mut fields = Map::new();
        fields.insert("name".to_owned(), json!(self.name));
        fields.insert("image".to_owned(), json!(self.image.as_str()));
        for (key, words) in [("command", &self.command), ("args", &self.args)] {
            if !words.is_empty() {
                fields.insert(key.to_owned(), json!(words));
            }
        }
        let mounts = self.mounts.iter().map(|mount| json!({ "name": mount.volume, "mountPath": mount.path }));
        fields.insert("volumeMounts".to_owned(), mounts.collect());
        Value::Object(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_server_reads_the_guides_pod_as_meant() {
        let image = |name: &str| Image::parse(name).unwrap();
        let name = PodName::parse("webserver").unwrap();
        let object = Scaffold::guide(name, None, image("nginx:latest"), image("ubuntu:latest")).to_object();
        let typed: k8s_openapi::api::core::v1::Pod = serde_json::from_value(object.clone()).unwrap();
        assert_eq!(serde_json::to_value(typed).unwrap(), object, "a field the API does not know is lost on the way");
    }
}
