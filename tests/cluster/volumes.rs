//! Each volume type that the one node can really mount: `inspect` of the live pod says what was meant, and what is known of
//! what it is made from.
//!
//! Not among them: a ClusterTrustBundle and a pod certificate (their APIs are off by default), an image volume where the
//! runtime has none (containerd has them from 2.1), and what needs a driver or a server that is not there.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Namespace, Program, container, node, pod};

/// A disk that is there before it is claimed: a folder of the node. It is deleted in the end.
struct Disk {
    name: String,
}

impl Disk {
    /// For that claim of that namespace alone.
    fn for_claim(namespace: &Namespace, claim: &str, source: &Value) -> Self {
        let name = format!("{}-{claim}", namespace.name());
        let on_nodes = json!([{"matchExpressions": [{"key": "kubernetes.io/os", "operator": "Exists"}]}]);
        let mut spec = json!({
            "capacity": {"storage": "64Mi"},
            "accessModes": ["ReadWriteOnce"],
            "persistentVolumeReclaimPolicy": "Retain",
            "storageClassName": "by-hand",
            "claimRef": {"namespace": namespace.name(), "name": claim},
            "nodeAffinity": {"required": {"nodeSelectorTerms": on_nodes}},
        });
        spec.as_object_mut().unwrap().extend(source.as_object().unwrap().clone());
        let disk = json!({
            "apiVersion": "v1", "kind": "PersistentVolume",
            "metadata": {"name": name, "labels": {"sidecar-test": "true"}}, "spec": spec,
        });
        node().kubectl(&["create", "-f", "-"], &disk.to_string());
        Self { name }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A test that fails already must be able to say why.
        let _ = node().try_kubectl(&["delete", "persistentvolume", &self.name, "--wait=false"], "");
    }
}

fn claim_spec() -> Value {
    json!({
        "storageClassName": "by-hand", "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "32Mi"}},
    })
}

/// The volumes, each with what it is made from.
fn volumes() -> Value {
    let items = json!([{"key": "greeting", "path": "deep/greeting", "mode": 0o400}]);
    let labels = json!({"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}});
    let limit = json!({"path": "cpu", "resourceFieldRef": {"containerName": "app", "resource": "limits.cpu"}});
    json!([
        {"name": "dir", "emptyDir": {"sizeLimit": "16Mi"}},
        {"name": "memory", "emptyDir": {"medium": "Memory", "sizeLimit": "8Mi"}},
        {"name": "node", "hostPath": {"path": "/etc", "type": "Directory"}},
        {"name": "settings", "configMap": {"name": "settings", "items": items, "defaultMode": 0o444}},
        {"name": "spare", "configMap": {"name": "no-such-map", "optional": true}},
        {"name": "tls", "secret": {"secretName": "tls"}},
        {"name": "about", "downwardAPI": {"items": [labels, limit]}},
        {"name": "all", "projected": {"sources": [
            {"serviceAccountToken": {"path": "token", "audience": "vault", "expirationSeconds": 1200}},
            {"configMap": {"name": "settings"}},
            {"secret": {"name": "tls", "items": [{"key": "key", "path": "tls/key"}]}},
            {"downwardAPI": {"items": [labels]}},
        ]}},
        {"name": "data", "persistentVolumeClaim": {"claimName": "data"}},
        {"name": "scratch", "ephemeral": {"volumeClaimTemplate": {"spec": claim_spec()}}},
    ])
}

/// A pod of every kind of container that mounts all of that, in every way.
fn web() -> Value {
    let mut web = pod("web", &[("app", "exec sleep 86400"), ("reader", "exec sleep 86400")]);
    web["metadata"]["labels"] = json!({"app": "web"});
    let names = ["dir", "memory", "node", "settings", "spare", "tls", "about", "all", "data", "scratch"];
    let mount = |name: &&str| json!({"name": name, "mountPath": format!("/{name}")});
    let app = &mut web["spec"]["containers"][0];
    app["volumeMounts"] = names.iter().map(mount).collect();
    app["volumeMounts"][2]["readOnly"] = json!(true);
    app["volumeMounts"][2]["mountPropagation"] = json!("None");
    app["resources"] = json!({"limits": {"cpu": "100m"}});
    let reader = &mut web["spec"]["containers"][1];
    reader["env"] = json!([{"name": "WHO", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]);
    reader["volumeMounts"] = json!([
        {"name": "dir", "mountPath": "/own", "subPathExpr": "of/$(WHO)"},
        {"name": "dir", "mountPath": "/logs", "subPath": "logs", "readOnly": true},
    ]);
    let mut init = container("prepare", "mkdir -p /dir/logs");
    init["volumeMounts"] = json!([{"name": "dir", "mountPath": "/dir"}]);
    let mut native = container("shipper", "exec sleep 86400");
    native["restartPolicy"] = json!("Always");
    native["volumeMounts"] = json!([{"name": "dir", "mountPath": "/logs", "subPath": "logs"}]);
    web["spec"]["initContainers"] = json!([init, native]);
    web["spec"]["volumes"] = volumes();
    web
}

#[track_caller]
fn json_of(namespace: &Namespace, args: &[&str]) -> Value {
    let args = [&["inspect", "-o", "json"], args].concat();
    serde_json::from_str(&Program::start(namespace.sidecar(&args)).finish().stdout()).unwrap()
}

/// The volumes without what only the cluster knows.
fn without_what_is_known(mut volumes: Value) -> Value {
    for volume in volumes.as_array_mut().unwrap() {
        let references = volume.get_mut("references").and_then(Value::as_array_mut).into_iter().flatten();
        for reference in references {
            reference.as_object_mut().unwrap().retain(|field, _| !matches!(field.as_str(), "state" | "facts"));
        }
    }
    volumes
}

#[test]
fn each_type_that_the_node_can_mount() {
    let namespace = Namespace::new();
    let _disk = Disk::for_claim(&namespace, "data", &json!({"local": {"path": "/var/tmp"}}));
    let folder = format!("/tmp/{}", namespace.name());
    let by_path = json!({"hostPath": {"path": folder, "type": "DirectoryOrCreate"}});
    let _scratch = Disk::for_claim(&namespace, "web-scratch", &by_path);
    let claim = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": claim_spec()});
    namespace.create(&claim);
    namespace.kubectl(&["create", "configmap", "settings", "--from-literal=greeting=hello"]);
    namespace.kubectl(&["create", "secret", "generic", "tls", "--from-literal=key=never-to-be-seen"]);
    let web = web();
    namespace.create(&web);
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
    let args = ["debug", "web", "--image=busybox:latest", "--container=debugger", "--profile=general", "--"];
    namespace.kubectl(&[&args, &["sleep", "86400"][..]].concat());
    let running = "{.status.ephemeralContainerStatuses[0].state.running.startedAt}";
    namespace.wait(&[&format!("--for=jsonpath={running}"), "pod/web"]);

    let live = json_of(&namespace, &["web"]);
    assert_eq!(live["findings"], json!([]));
    assert_snapshot!(namespace.the_same(&format!("{:#}", live["volumes"])));
    let mounts: Value =
        live["containers"].as_array().unwrap().iter().map(|one| json!([one["name"], one["mounts"]])).collect();
    assert_snapshot!(namespace.the_same(&format!("{mounts:#}")));
    let all = namespace.shown("inspect web -o yaml --all-volumes");
    assert!(!all.contains("never-to-be-seen") && !all.contains("bmV2ZXIt"), "{all}");

    let file = tempfile::NamedTempFile::with_suffix(".json").unwrap();
    std::fs::write(file.path(), web.to_string()).unwrap();
    let manifest = json_of(&namespace, &["-f", file.path().to_str().unwrap()]);
    assert_eq!(without_what_is_known(live["volumes"].clone()), manifest["volumes"]);
}

/// What one container mounts in a volume is seen by another one; and whether what lies under a mount is read-only, too, is the
/// node's word.
#[test]
fn mounts_that_are_propagated() {
    let namespace = Namespace::new();
    let mounting = "mkdir -p /dir/inner && mount -t tmpfs none /dir/inner && touch /dir/inner/file && exec sleep 86400";
    let seeing = "until [ -e /seen/inner/file ]; do sleep 0.1; done; touch /tmp/seen; exec sleep 86400";
    let mut web = pod("web", &[("mounter", mounting), ("seer", seeing)]);
    web["spec"]["volumes"] = json!([{"name": "dir", "emptyDir": {}}]);
    let [mounter, seer] = [0, 1].map(|at| format!("/spec/containers/{at}"));
    let mounter = web.pointer_mut(&mounter).unwrap();
    mounter["securityContext"] = json!({"privileged": true});
    mounter["volumeMounts"] = json!([{"name": "dir", "mountPath": "/dir", "mountPropagation": "Bidirectional"}]);
    mounter["lifecycle"] = json!({"preStop": {"exec": {"command": ["umount", "/dir/inner"]}}});
    let seer = web.pointer_mut(&seer).unwrap();
    seer["readinessProbe"] = json!({"exec": {"command": ["test", "-e", "/tmp/seen"]}, "periodSeconds": 1});
    seer["volumeMounts"] = json!([
        {"name": "dir", "mountPath": "/seen", "mountPropagation": "HostToContainer"},
        {"name": "dir", "mountPath": "/still", "readOnly": true, "recursiveReadOnly": "IfPossible"},
    ]);
    namespace.create(&web);
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
    let live = json_of(&namespace, &["web"]);
    let mounts = |container: usize| live["containers"][container]["mounts"].clone();
    assert_eq!(mounts(0), json!([mount("/dir", &json!({"access": "rw", "mountPropagation": "Bidirectional"}))]));
    assert_eq!(mounts(1)[0], mount("/seen", &json!({"access": "rw", "mountPropagation": "HostToContainer"})));
    let mut still = mounts(1)[1].clone();
    // A runtime that cannot says so.
    assert!(still.as_object_mut().unwrap().shift_remove("isRecursivelyReadOnly").is_some_and(|word| word.is_boolean()));
    assert_eq!(still, mount("/still", &json!({"access": "ro", "recursiveReadOnly": "IfPossible"})));
}

/// A mount of the volume `dir`.
fn mount(path: &str, how: &Value) -> Value {
    let mut mount = json!({"volume": "dir", "path": path});
    mount.as_object_mut().unwrap().extend(how.as_object().unwrap().clone());
    mount
}

/// Who may see pods and no more still sees what the pod itself says.
#[test]
fn what_may_not_be_looked_at_is_unknown_and_no_error() {
    let namespace = Namespace::new();
    let kubeconfig = namespace.kubeconfig_of("visitor", &["--verb=get", "--resource=pods"]);
    let mut web = pod("web", &[("app", "exec sleep 86400")]);
    web["spec"]["volumes"] = json!([{"name": "v", "secret": {"secretName": "tls"}}]);
    namespace.kubectl(&["create", "secret", "generic", "tls", "--from-literal=key=value"]);
    namespace.create(&web);
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
    let mut inspect = namespace.sidecar(&["inspect", "web", "-o", "json"]);
    inspect.env("KUBECONFIG", kubeconfig.path());
    let ended = Program::start(inspect).finish();
    let document: Value = serde_json::from_str(&ended.stdout()).unwrap();
    let reference = &document["volumes"][0]["references"][0];
    assert_eq!((ended.code(), &reference["state"]), (Some(0), &json!("unknown")));
    assert!(reference["reason"].as_str().unwrap().contains("secrets \"tls\" is forbidden"), "{reference}");
}

/// It was there when the pod was made, and is gone: the pod does not care, and who reads is told.
#[test]
fn what_was_deleted_after_it_was_mounted() {
    let namespace = Namespace::new();
    let mut web = pod("web", &[("app", "exec sleep 86400")]);
    web["spec"]["volumes"] = json!([
        {"name": "gone", "configMap": {"name": "gone"}},
        {"name": "key", "configMap": {"name": "settings", "items": [{"key": "a", "path": "a"}]}},
    ]);
    web["spec"]["containers"][0]["volumeMounts"] = json!([{"name": "gone", "mountPath": "/gone"}]);
    namespace.kubectl(&["create", "configmap", "gone"]);
    namespace.kubectl(&["create", "configmap", "settings", "--from-literal=a=1"]);
    namespace.create(&web);
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
    namespace.kubectl(&["delete", "configmap", "gone", "settings"]);
    namespace.kubectl(&["create", "configmap", "settings", "--from-literal=b=2"]);
    assert_snapshot!(namespace.shown("inspect web"));
}

/// The runtime may not mount it; the source is told all the same.
#[test]
fn an_image_as_a_volume() {
    let namespace = Namespace::new();
    let mut web = pod("web", &[("app", "exec sleep 86400")]);
    web["spec"]["volumes"] =
        json!([{"name": "v", "image": {"reference": "busybox:latest", "pullPolicy": "IfNotPresent"}}]);
    web["spec"]["containers"][0]["volumeMounts"] = json!([{"name": "v", "mountPath": "/v"}]);
    namespace.create(&web);
    let document = json_of(&namespace, &["web"]);
    let expected = json!({
        "name": "v", "type": "image", "source": "busybox:latest",
        "facts": [{"name": "pullPolicy", "value": "IfNotPresent"}],
        "sharing": "alone", "writers": [], "readers": ["app"], "sharedParts": [],
    });
    assert_eq!(document["volumes"][0], expected);
}
