//! The objects of `create`: those that kubectl makes of the same YAML, and nothing the server would warn of.

use serde_json::Value;

use crate::create_kinds::create;
use crate::support::{Namespace, node};

/// Combinations of flags that make an object of every kind.
const SHAPES: [&str; 11] = [
    "create",
    "create --preset tail-logs",
    "create a --kind job --image a:1 --preset cat-logs --sidecar-env cat-logs=A=1 --volume shared-logs=emptyDir:1Gi",
    "create a --kind deploy --image a:1 --port 80 --preset nginx-proxy --preset nginx-exporter --preset shell --preset fluent-bit \
     --preset git-sync,repo=https://a.example/b",
    "create a --native --env A=1 --limits memory=64Mi",
    "create a --image a:1 --sidecar b=b:1 --volume v --share v:/v --mount b=v:/w:ro:sub=c/d --label x=y --annotation z=1",
    "create a --kind deployment --replicas 0 --image a:1 --sidecar b=b:1 --native --port http:80 --requests cpu=10m,memory=1Mi",
    "create a --kind sts --image a:1 --volume d=pvc:10Gi --share d:/d --service-name names --env-from secret:s",
    "create a --kind ds --image a:1 --volume h=hostpath:/h --mount a=h:/h:ro --volume c=configmap:c --mount a=c:/c",
    "create a --kind job --image a:1 --sidecar b=b:1 --volume k=secret:k --share k:/k --volume r=emptyDir:1Mi:memory --share r:/r",
    "create a --kind cronjob --schedule @hourly --image a:1 --sidecar b=b:1 --restart Never --volume p=pvc:p:ro --share p:/p -- x",
];

fn with<'a>(line: &'a str, flags: &[&'a str]) -> Vec<&'a str> {
    // Before `--` at the end.
    let words: Vec<&str> = line.split(' ').collect();
    [&words[..1], flags, &words[1..]].concat()
}

/// Without what differs from one object to the next.
fn essence(text: &str) -> Value {
    let mut object: Value = serde_json::from_str(text).unwrap();
    object.as_object_mut().unwrap().remove("status");
    let metadata = object["metadata"].as_object_mut().unwrap();
    for key in ["uid", "creationTimestamp", "managedFields", "resourceVersion"] {
        metadata.remove(key);
    }
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
        annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
    without_generated(&mut object);
    object
}

/// Without the token's volume and a Job's own labels.
fn without_generated(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.retain(|item| !item["name"].as_str().is_some_and(|name| name.starts_with("kube-api-access-")));
            items.iter_mut().for_each(without_generated);
        }
        Value::Object(fields) => {
            fields.retain(|key, _| !key.ends_with("controller-uid"));
            fields.values_mut().for_each(without_generated);
        }
        _ => {}
    }
}

#[test]
fn it_is_the_object_that_kubectl_makes_of_the_same_yaml() {
    let namespace = Namespace::new();
    for line in SHAPES {
        let yaml = create(&namespace, &with(line, &["--dry-run=client", "-o", "yaml", "--annotate"])).stdout();
        let ours = create(&namespace, &with(line, &["--dry-run=server", "-o", "json"])).stdout();
        for how in [&["create"][..], &["apply"]] {
            let args =
                [&["--namespace", namespace.name()], how, &["--dry-run=server", "-o", "json", "-f", "-"]].concat();
            assert_eq!(essence(&ours), essence(&node().kubectl(&args, &yaml)), "{line}: {how:?}");
        }
    }
}

#[test]
fn the_server_has_no_warnings_about_it() {
    let namespace = Namespace::new();
    for line in SHAPES {
        let said = create(&namespace, &with(line, &["--dry-run=server"])).stderr();
        assert!(!said.contains("Warning:"), "{line}: {said}");
    }
}

/// The manifests in a snapshot of `tests/cli`.
fn manifests_of(snapshot: &str) -> Vec<String> {
    let path = format!("{}/tests/cli/snapshots/cli__{snapshot}.snap", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let pieces = text.split("\nstdout:\n").skip(1).map(|piece| piece.split("\nexit ").next().unwrap());
    let yaml = pieces.map(|piece| piece.split("\nstderr:\n").next().unwrap());
    yaml.map(|yaml| yaml.replace("\n  namespace: demo\n", "\n") + "\n").collect()
}

#[test]
fn the_server_takes_every_object_of_the_snapshots() {
    let namespace = Namespace::new();
    namespace.kubectl(&["create", "serviceaccount", "builder"]);
    let args =
        ["--namespace", namespace.name(), "create", "--dry-run=server", "--validate=strict", "-o", "name", "-f", "-"];
    for snapshot in [
        "create__the_manifest_line_by_line",
        "create_shapes__commands",
        "create_shapes__each_kind",
        "create_shapes__line_by_line",
        "create_shapes__pods",
        "create_shapes__presets",
        "create_shapes__the_guides_pod_with_settings_of_ones_own",
    ] {
        let manifests = manifests_of(snapshot);
        assert!(!manifests.is_empty(), "no object in the snapshot {snapshot}");
        for yaml in manifests {
            let answer = node().try_kubectl(&args, &yaml);
            let error = String::from_utf8_lossy(&answer.stderr);
            assert!(answer.status.success(), "{error}in the snapshot {snapshot}:\n{yaml}");
        }
    }
}

#[test]
fn what_is_saved_for_apply_is_what_kubectl_saves() {
    let namespace = Namespace::new();
    let saved = |object: &str| -> Value {
        let object: Value = serde_json::from_str(object).unwrap();
        object["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"].clone()
    };
    for line in SHAPES {
        let yaml = create(&namespace, &with(line, &["--dry-run=client", "-o", "yaml"])).stdout();
        let ours = create(&namespace, &with(line, &["--dry-run=server", "--save-config", "-o", "json"])).stdout();
        let args =
            ["--namespace", namespace.name(), "create", "--save-config", "--dry-run=server", "-o", "json", "-f", "-"];
        assert_eq!(saved(&ours), saved(&node().kubectl(&args, &yaml)), "{line}");
    }
}
