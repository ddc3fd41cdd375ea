//! What differs between an object as it was asked for and as it is on a cluster.
//!
//! A server adds fields of its own. So of what was not asked for only that is told which could have been, and is not what
//! the server makes of saying nothing.

mod besides;

use std::fmt;

use serde_json::Value;

use crate::document::FieldPath;
use crate::pod::Quantity;

/// A field in which they differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field, as it is asked for; of what is there besides, the list.
    pub at: FieldPath,
    /// As it is asked for, if it is.
    pub here: Option<String>,
    /// As it is on the cluster, if it is.
    pub there: Option<String>,
}

/// A value is quoted only as far as that.
const LONGEST: usize = 60;

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
        write!(out, "{}: {} here, {} there", self.at, word(&self.here), word(&self.there))
    }
}

/// The fields of `here` that `there` has otherwise, or has not, in their order.
pub fn differences(here: &Value, there: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(&FieldPath::ROOT, here, Some(there), &mut found);
    found
}

fn compare(at: &FieldPath, here: &Value, there: Option<&Value>, found: &mut Vec<Difference>) {
    match (here, there) {
        (Value::Object(fields), there) if !fields.is_empty() && there.is_none_or(Value::is_object) => {
            for (key, value) in fields {
                compare(&at.key(key), value, there.and_then(|there| there.get(key)), found);
            }
            if let Some(there) = there {
                besides::tell(at, here, there, found);
            }
        }
        (Value::Array(items), there) if !items.is_empty() && items.iter().all(|item| !name(item).is_null()) => {
            of_named(at, items, there.and_then(Value::as_array).map_or(&[], Vec::as_slice), found);
        }
        (here, Some(there)) if same(here, there) => {}
        (here, there) => {
            found.push(Difference { at: at.clone(), here: Some(shown(here)), there: there.map(shown) });
        }
    }
}

/// Items that are known by name: containers, volumes, variables. Mounts of one volume are known by path as well.
fn of_named(at: &FieldPath, here: &[Value], there: &[Value], found: &mut Vec<Difference>) {
    let is_same = |one: &Value, other: &Value| name(one) == name(other) && one["mountPath"] == other["mountPath"];
    for (index, item) in here.iter().enumerate() {
        let at = at.index(index);
        match there.iter().find(|other| is_same(item, other)) {
            Some(other) => compare(&at, item, Some(other), found),
            None => found.push(Difference { at, here: Some(shown(name(item))), there: None }),
        }
    }
    for other in there.iter().filter(|other| !is_the_servers(other) && !here.iter().any(|item| is_same(item, other))) {
        found.push(Difference { at: at.clone(), here: None, there: Some(shown(name(other))) });
    }
}

/// What a list knows the item by. A claim template is an object with a name of its own.
fn name(item: &Value) -> &Value {
    let own = &item["name"];
    if own.is_null() { &item["metadata"]["name"] } else { own }
}

/// Every pod gets the token of its service account.
fn is_the_servers(item: &Value) -> bool {
    item["name"].as_str().is_some_and(|name| name.starts_with("kube-api-access-"))
}

/// The server writes amounts in its own way.
fn same(here: &Value, there: &Value) -> bool {
    let amount = |value: &Value| Quantity::parse(value.as_str()?).ok().map(|quantity| quantity.nano());
    let equal = here == there || amount(here).is_some_and(|here| amount(there) == Some(here));
    equal || are_same_ports(here, there)
}

/// The protocol is TCP where none is said.
fn are_same_ports(here: &Value, there: &Value) -> bool {
    let port = |value: &Value| {
        let number = value.get("containerPort")?.as_i64()?;
        Some((number, value["protocol"].as_str().unwrap_or("TCP").to_owned(), value["name"].clone()))
    };
    let ports = |value: &Value| value.as_array()?.iter().map(port).collect::<Option<Vec<_>>>();
    ports(here).is_some_and(|here| ports(there) == Some(here))
}

fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), |text| text.replace('\n', "\\n"));
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(here: &Value, there: &Value) -> Vec<String> {
        differences(here, there).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_the_server_adds_is_no_difference() {
        let here = json!({"spec": {"containers": [{"name": "a", "resources": {"limits": {"cpu": "1000m"}}}]}});
        let there = json!({"status": {}, "spec": {"nodeName": "n", "volumes": [{"name": "kube-api-access-x"}], "containers": [
            {"name": "a", "resources": {"limits": {"cpu": "1"}}, "volumeMounts": [{"name": "kube-api-access-x"}]},
        ]}});
        assert_eq!(told(&here, &there), Vec::<String>::new());
    }

    #[test]
    fn what_the_server_makes_of_saying_nothing_is_no_difference() {
        let here = json!({"spec": {
            "template": {"spec": {"containers": [
                {"name": "a", "image": "a:1", "ports": [{"containerPort": 80}], "resources": {"limits": {"cpu": "1"}}},
                {"name": "b", "image": "r:5000/b"},
            ]}},
            "volumeClaimTemplates": [{"metadata": {"name": "v"}, "spec": {"accessModes": ["ReadWriteOnce"]}}],
        }});
        let there = json!({"spec": {
            "template": {"spec": {"restartPolicy": "Always", "serviceAccountName": "default", "containers": [
                {"name": "a", "image": "a:1", "imagePullPolicy": "IfNotPresent",
                 "ports": [{"containerPort": 80, "protocol": "TCP"}],
                 "resources": {"limits": {"cpu": "1"}, "requests": {"cpu": "1"}}},
                {"name": "b", "image": "r:5000/b", "imagePullPolicy": "Always", "resources": {},
                 "volumeMounts": [{"name": "kube-api-access-x", "mountPath": "/var/run"}]},
            ]}},
            "volumeClaimTemplates": [
                {"metadata": {"name": "v"}, "spec": {"accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem"}},
            ],
        }});
        assert_eq!(told(&here, &there), Vec::<String>::new());
    }

    #[test]
    fn labels_and_annotations_are_compared_but_those_that_kubernetes_writes() {
        let here = json!({"metadata": {"name": "a", "labels": {"app": "a"}}, "spec": {"template": {"spec": {"a": 1}}}});
        let there = json!({
            "metadata": {
                "name": "a", "uid": "1",
                "labels": {"app": "b", "tier": "front", "app.kubernetes.io/name": "x", "job-name": "a"},
                "annotations": {
                    "deployment.kubernetes.io/revision": "3", "kubectl.kubernetes.io/last-applied-configuration": "{}",
                    "notkubernetes.io/x": "1", "example.com/owner": "us",
                },
            },
            "spec": {"template": {"spec": {"a": 1}, "metadata": {
                "labels": {"batch.kubernetes.io/controller-uid": "1"},
                "annotations": {"kubectl.kubernetes.io/restartedAt": "now", "kubectl.kubernetes.io/default-container": "b"},
            }}},
        });
        assert_eq!(
            told(&here, &there),
            [
                "metadata.labels.app: a here, b there",
                "metadata.labels.tier: nothing here, front there",
                "metadata.labels.app.kubernetes.io/name: nothing here, x there",
                "metadata.annotations.notkubernetes.io/x: nothing here, 1 there",
                "metadata.annotations.example.com/owner: nothing here, us there",
                "spec.template.metadata.annotations.kubectl.kubernetes.io/default-container: nothing here, b there",
            ]
        );
    }

    #[test]
    fn what_was_not_asked_for_is_told() {
        let here =
            json!({"spec": {"containers": [{"name": "a", "image": "a:1", "resources": {"limits": {"cpu": "1"}}}]}});
        let there = json!({"spec": {
            "serviceAccountName": "builder",
            "restartPolicy": "Never",
            "volumes": [{"name": "kube-api-access-x"}, {"name": "v"}],
            "initContainers": [{"name": "i"}],
            "containers": [{
                "name": "a", "image": "a:1", "imagePullPolicy": "Never", "command": ["sh"], "args": ["-c"],
                "env": [{"name": "SECRET", "value": "x"}], "volumeMounts": [{"name": "v", "mountPath": "/v"}],
                "resources": {"limits": {"cpu": "1", "memory": "1Mi"}, "requests": {"cpu": "500m", "memory": "1Mi"}},
                "terminationMessagePath": "/dev/termination-log",
            }],
        }});
        assert_eq!(
            told(&here, &there),
            [
                "spec.containers[0].resources.limits.memory: nothing here, 1Mi there",
                "spec.containers[0].resources.requests.cpu: nothing here, 500m there",
                "spec.containers[0].imagePullPolicy: nothing here, Never there",
                "spec.containers[0].command: nothing here, [\"sh\"] there",
                "spec.containers[0].args: nothing here, [\"-c\"] there",
                "spec.containers[0].env: nothing here, SECRET there",
                "spec.containers[0].volumeMounts: nothing here, v there",
                "spec.serviceAccountName: nothing here, builder there",
                "spec.restartPolicy: nothing here, Never there",
                "spec.volumes: nothing here, v there",
                "spec.initContainers: nothing here, i there",
            ]
        );
    }

    #[test]
    fn each_field_that_differs_is_told() {
        let here = json!({"kind": "Pod", "spec": {
            "volumes": [{"name": "v", "emptyDir": {}}],
            "containers": [{"name": "a", "image": "nginx:1.27", "args": ["x"]}, {"name": "b"}],
        }});
        let there = json!({"kind": "Pod", "spec": {
            "volumes": [{"name": "v", "secret": {}}],
            "containers": [{"name": "c"}, {"name": "a", "image": "nginx:latest"}],
        }});
        assert_eq!(
            told(&here, &there),
            [
                "spec.volumes[0].emptyDir: {} here, nothing there",
                "spec.containers[0].image: nginx:1.27 here, nginx:latest there",
                "spec.containers[0].args: [\"x\"] here, nothing there",
                "spec.containers[1]: b here, nothing there",
                "spec.containers: nothing here, c there",
            ]
        );
    }
}
