//! `$(NAME)` in fields of a pod → its value, as the kubelet expands it
//! (`third_party/forked/golang/expansion/expand.go`, `pkg/kubelet/kubelet_pods.go`).

use std::collections::HashMap;

use k8s_openapi::api::core::v1;

/// What variables come to, those that are known.
pub(super) type Variables<'a> = HashMap<&'a str, String>;

/// The text with its variables' values. `None`: one of them is not known.
pub(super) fn expand(text: &str, variables: &Variables<'_>) -> Option<String> {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        expanded.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let name = after.strip_prefix('(').and_then(|inner| inner.split_once(')'));
        rest = match (name, after.strip_prefix('$')) {
            (Some((name, after)), _) => {
                expanded.push_str(variables.get(name)?);
                after
            }
            // `$$` is a dollar, so `$$(NAME)` is no variable.
            (None, escaped) => {
                expanded.push('$');
                escaped.unwrap_or(after)
            }
        };
    }
    expanded.push_str(rest);
    Some(expanded)
}

/// The variables of a container that its pod tells: written out, or fields of the pod. What a `ConfigMap` or a Secret
/// holds is not known, and hides a variable of that name that came before.
pub(super) fn variables(env: &[v1::EnvVar], field: impl Fn(&str) -> Option<String>) -> Variables<'_> {
    let mut known = Variables::new();
    for variable in env {
        let source = variable.value_from.as_ref();
        let value = match source {
            None => expand(variable.value.as_deref().unwrap_or_default(), &known),
            Some(source) => source.field_ref.as_ref().and_then(|of| field(&of.field_path)),
        };
        match value {
            Some(value) => known.insert(&variable.name, value),
            None => known.remove(variable.name.as_str()),
        };
    }
    known
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn known() -> Variables<'static> {
        Variables::from([("POD", "web-0".to_owned()), ("EMPTY", String::new())])
    }

    #[test]
    fn variables_are_put_in() {
        for (text, expanded) in [
            ("logs", Some("logs")),
            ("$(POD)", Some("web-0")),
            ("a/$(POD)/b$(EMPTY)", Some("a/web-0/b")),
            ("$$(POD)", Some("$(POD)")),
            ("$POD/$", Some("$POD/$")),
            ("$(POD", Some("$(POD")),
            ("$(OTHER)", None),
        ] {
            assert_eq!(expand(text, &known()).as_deref(), expanded, "{text}");
        }
    }

    #[test]
    fn what_a_pod_tells_of_its_variables_is_known() {
        let env = |values: Value| -> Vec<v1::EnvVar> { serde_json::from_value(values).unwrap() };
        let env = env(json!([
            {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
            {"name": "KEY", "value": "before"},
            {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
            {"name": "BOTH", "value": "$(POD)/$$(POD)"},
            {"name": "LATER", "value": "$(NODE)"},
        ]));
        let known = variables(&env, |path| (path == "metadata.name").then(|| "web-0".to_owned()));
        assert_eq!(known, Variables::from([("POD", "web-0".to_owned()), ("BOTH", "web-0/$(POD)".to_owned())]));
    }
}
