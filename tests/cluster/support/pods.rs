//! Pods whose containers run shell scripts.

use serde_json::{Value, json};

/// A script that does nothing until [`super::Namespace::say`] and [`super::Namespace::end`].
pub(crate) const LISTENS: &str = "until [ -e /tmp/end ]; do usleep 50000; done";

/// A pod of containers, by name and script, that runs once and goes quickly.
pub(crate) fn pod(name: &str, containers: &[(&str, &str)]) -> Value {
    let containers: Vec<_> = containers.iter().map(|(name, script)| container(name, script)).collect();
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"containers": containers, "restartPolicy": "Never", "terminationGracePeriodSeconds": 1},
    })
}

/// A container that runs a script.
pub(crate) fn container(name: &str, script: &str) -> Value {
    json!({
        "name": name,
        "image": "busybox:latest",
        "imagePullPolicy": "IfNotPresent",
        "command": ["/bin/sh", "-c", script],
    })
}
