//! The order in which a person writes the fields of an object, and what is not worth writing.

use serde_json::{Map, Value};

/// By the key that an object stands under; the items of a list stand under the list's. What is not named follows in the
/// order it has.
const ORDERS: &[(&str, &[&str])] = &[
    ("", &["apiVersion", "kind", "metadata", "spec"]),
    ("metadata", &["name", "namespace", "labels", "annotations"]),
    (
        "spec",
        &[
            "replicas",
            "schedule",
            "serviceName",
            "selector",
            "jobTemplate",
            "template",
            "volumeClaimTemplates",
            "serviceAccountName",
            "restartPolicy",
            "volumes",
            "initContainers",
            "containers",
            "accessModes",
            "resources",
        ],
    ),
    ("initContainers", CONTAINER),
    ("containers", CONTAINER),
    ("env", &["name", "value", "valueFrom"]),
    ("ports", &["name", "containerPort", "protocol"]),
    ("resources", &["requests", "limits"]),
    ("requests", RESOURCES),
    ("limits", RESOURCES),
    ("volumeMounts", &["name", "mountPath", "subPath", "readOnly"]),
    ("startupProbe", PROBE),
    ("livenessProbe", PROBE),
    ("readinessProbe", PROBE),
    (
        "securityContext",
        &[
            "runAsNonRoot",
            "runAsUser",
            "runAsGroup",
            "privileged",
            "allowPrivilegeEscalation",
            "readOnlyRootFilesystem",
            "capabilities",
            "seccompProfile",
        ],
    ),
    ("volumes", &["name"]),
    ("emptyDir", &["medium", "sizeLimit"]),
    ("hostPath", &["path", "type"]),
];

/// Of a container: its name and its image, and what is optional.
pub(super) const CONTAINER: &[&str] = &[
    "name",
    "image",
    "imagePullPolicy",
    "restartPolicy",
    "workingDir",
    "command",
    "args",
    "envFrom",
    "env",
    "ports",
    "resources",
    "volumeMounts",
    "startupProbe",
    "livenessProbe",
    "readinessProbe",
    "lifecycle",
    "securityContext",
];

/// What is done, then how often.
const PROBE: &[&str] = &[
    "exec",
    "httpGet",
    "tcpSocket",
    "grpc",
    "initialDelaySeconds",
    "periodSeconds",
    "timeoutSeconds",
    "successThreshold",
    "failureThreshold",
];

const RESOURCES: &[&str] = &["cpu", "memory", "ephemeral-storage"];

/// The object as a person writes it: in that order, and without lists and mappings that hold nothing, but for those
/// that say something by being there.
pub(super) fn written(object: Value) -> Value {
    under("", object)
}

fn under(key: &str, value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(|item| under(key, item)).collect(),
        Value::Object(mut fields) => {
            let order = ORDERS.iter().find(|(of, _)| *of == key).map_or(&[][..], |(_, order)| order);
            let mut ordered = Map::new();
            for key in order {
                if let Some(value) = fields.shift_remove(*key) {
                    insert(&mut ordered, (*key).to_owned(), value);
                }
            }
            for (key, value) in fields {
                insert(&mut ordered, key, value);
            }
            Value::Object(ordered)
        }
        other => other,
    }
}

fn insert(fields: &mut Map<String, Value>, key: String, value: Value) {
    let value = under(&key, value);
    let is_empty = match &value {
        Value::Array(items) => items.is_empty(),
        Value::Object(inner) => inner.is_empty() && key != "emptyDir",
        Value::Null => true,
        _ => false,
    };
    if !is_empty {
        fields.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_stand_where_a_person_puts_them() {
        let container = json!({
            "args": ["a"], "resources": {"limits": {"memory": "1Mi", "cpu": "1"}}, "image": "i", "name": "n",
            "securityContext": {}, "tty": true,
        });
        let object =
            json!({"spec": {"containers": [container], "volumes": [{"emptyDir": {}, "name": "v"}]}, "kind": "Pod"});
        let text = concat!(
            r#"{"kind":"Pod","spec":{"volumes":[{"name":"v","emptyDir":{}}],"containers":[{"name":"n","image":"i","#,
            r#""args":["a"],"resources":{"limits":{"cpu":"1","memory":"1Mi"}},"tty":true}]}}"#
        );
        assert_eq!(written(object).to_string(), text);
    }
}
