//! `create --kind statefulset` with claim templates on a real cluster: the claim binds, and the sidecar sees what is in the volume.

use serde_json::json;

use crate::support::{Namespace, Program, node, run};

/// A volume on the node for one claim, and gone with that: nothing of it may be left on the machine.
struct PersistentVolume {
    name: String,
}

impl PersistentVolume {
    /// Nobody else's claim binds to it. Where the cluster provisions volumes by itself, this is left over.
    fn for_claim(namespace: &Namespace, claim: &str) -> Self {
        let name = namespace.name().to_owned();
        let volume = json!({
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name},
            "spec": {
                "capacity": {"storage": "16Mi"},
                "accessModes": ["ReadWriteOnce"],
                "claimRef": {"namespace": namespace.name(), "name": claim},
                // The controller removes such a folder only below /tmp.
                "persistentVolumeReclaimPolicy": "Delete",
                "hostPath": {"path": format!("/tmp/{name}"), "type": "DirectoryOrCreate"},
            },
        });
        node().kubectl(&["create", "-f", "-"], &volume.to_string());
        Self { name }
    }
}

impl Drop for PersistentVolume {
    fn drop(&mut self) {
        let _ = node().try_kubectl(&["delete", "pv", &self.name, "--wait=false", "--ignore-not-found"], "");
    }
}

#[test]
fn each_pod_claims_a_volume_that_outlives_it() {
    let namespace = Namespace::new();
    let _volume = PersistentVolume::for_claim(&namespace, "data-db-0");
    let args = [
        "create --kind statefulset --image busybox:latest --image-pull-policy IfNotPresent --volume data=pvc:16Mi \
         --share data:/data --sidecar log=busybox:latest --sidecar-image-pull-policy log=IfNotPresent",
        "--sidecar-arg=log=-n+1 --sidecar-arg=log=-F --sidecar-arg=log=/data/app.log --sidecar-command log=tail",
    ];
    let mut args: Vec<&str> = args.iter().flat_map(|part| part.split(' ')).collect();
    args.extend(["db", "--command", "sh -c", "--arg", "date +%N >> /data/app.log; sleep 3600"]);
    let ended = run(namespace.sidecar(&args));
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
    let claim = ["get", "pvc", "data-db-0", "-o", "jsonpath={.status.phase}"];
    assert_eq!(namespace.kubectl(&claim), "Bound");
    // A pod without a probe is ready before its command has done anything.
    let seen = |lines: usize| {
        let script = format!("until [ $(wc -l < /data/app.log) -ge {lines} ]; do sleep 0.1; done; cat /data/app.log");
        namespace.kubectl(&["exec", "db-0", "-c", "log", "--", "timeout", "60", "sh", "-c", &script])
    };
    let first = seen(1);
    assert_eq!(first.lines().count(), 1, "{first}");

    // The next pod of that name finds what this one wrote.
    namespace.kubectl(&["delete", "pod", "db-0", "--grace-period=1"]);
    namespace.wait(&["--for=create", "pod/db-0"]);
    namespace.wait(&["--for=condition=Ready", "pod/db-0"]);
    let both = seen(2);
    assert!(both.starts_with(&first) && both.lines().count() == 2, "{both}");
    Program::start(namespace.sidecar(&["logs", "db-0", "-c", "log"])).wait_for(first.trim_end());

    // Its controller removes the volume, with the folder, when nobody claims it any more.
    namespace.kubectl(&["delete", "statefulset", "db", "--cascade=orphan"]);
    namespace.kubectl(&["delete", "pod", "db-0", "--grace-period=1"]);
    let bound = namespace.kubectl(&["get", "pvc", "data-db-0", "-o", "jsonpath={.spec.volumeName}"]);
    namespace.kubectl(&["delete", "pvc", "data-db-0"]);
    namespace.wait(&["--for=delete", &format!("pv/{bound}")]);
}
