//! What makes pods.

use serde_json::{Value, json};

use super::pods::pod;

/// A pod template with the label `app` of that value, and a container `main` that runs a script.
pub(crate) fn template(app: &str, script: &str) -> Value {
    let mut spec = pod("", &[("main", script)])["spec"].take();
    spec.as_object_mut().unwrap().remove("restartPolicy");
    json!({"metadata": {"labels": {"app": app}}, "spec": spec})
}

/// A workload of `apps/v1` whose pods are those of the template, by the label `app`.
pub(crate) fn workload(kind: &str, name: &str, replicas: Option<u32>, template: &Value) -> Value {
    let app = &template["metadata"]["labels"]["app"];
    let mut workload = json!({
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {"selector": {"matchLabels": {"app": app}}, "template": template},
    });
    if let Some(replicas) = replicas {
        workload["spec"]["replicas"] = json!(replicas);
    }
    workload
}
