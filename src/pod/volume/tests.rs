use k8s_openapi::api::core::v1;
use serde_json::{Value, json};

use super::*;
use crate::document::{FieldPath, documents};

fn source(volume: &Value) -> VolumeSource {
    let mut volume = volume.clone();
    volume["name"] = json!("v");
    VolumeSource::from(&serde_json::from_value::<v1::Volume>(volume).unwrap())
}

/// `detail | name value | …`
fn told(volume: &Value) -> String {
    let source = source(volume);
    let facts = source.facts.iter().map(|fact| format!(" | {} {}", fact.name, fact.value));
    std::iter::once(source.detail.clone()).chain(facts).collect()
}

/// The fields of a volume, as the API's type itself tells them.
fn fields_of_a_volume() -> &'static [&'static str] {
    let document = documents(&"{name: v, noSuchType: {}}".into()).next().unwrap().unwrap();
    document.typed::<v1::Volume>(&FieldPath::ROOT).unwrap().unknown[0].known
}

#[test]
fn every_type_of_the_api_has_its_name() {
    let types: Vec<_> = fields_of_a_volume().iter().filter(|field| **field != "name").collect();
    assert!(types.len() >= 30, "{types:?}");
    for name in types {
        assert_eq!(source(&json!({*name: {}})).kind, *name);
    }
}

#[test]
fn content_that_kubernetes_brings() {
    let items = json!([{"key": "a", "path": "b/a", "mode": 256}, {"key": "c", "path": "c"}]);
    for (volume, expected) in [
        (
            json!({"configMap": {"name": "settings", "items": items, "defaultMode": 292, "optional": true}}),
            "settings | defaultMode 0444 | optional true | items a -> b/a (mode 0400) | items c -> c",
        ),
        (json!({"configMap": {"name": "settings", "defaultMode": 420, "optional": false}}), "settings"),
        (json!({"secret": {"secretName": "tls", "items": [{"key": "k", "path": "p"}]}}), "tls | items k -> p"),
        (
            json!({"downwardAPI": {"items": [
                {"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}, "mode": 256},
                {"path": "cpu", "resourceFieldRef": {"containerName": "app", "resource": "requests.cpu"}},
            ]}}),
            " | items labels <- metadata.labels (mode 0400) | items cpu <- requests.cpu of app",
        ),
        (
            json!({"projected": {"defaultMode": 256, "sources": [
                {"serviceAccountToken": {"path": "token", "expirationSeconds": 3607, "audience": "vault"}},
                {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
                {"secret": {"name": "tls", "optional": true}},
                {"downwardAPI": {"items": [{"path": "ns", "fieldRef": {"fieldPath": "metadata.namespace"}}]}},
                {"clusterTrustBundle": {"signerName": "a.b/c", "path": "roots.pem"}},
                {"podCertificate": {"signerName": "a.b/c", "keyType": "ED25519", "credentialBundlePath": "all.pem"}},
            ]}}),
            "serviceAccountToken, configMap, secret, downwardAPI, clusterTrustBundle, podCertificate | defaultMode 0400 \
             | serviceAccountToken token (audience vault, expirationSeconds 3607) \
             | configMap kube-root-ca.crt: ca.crt -> ca.crt | secret tls (optional) \
             | downwardAPI ns <- metadata.namespace | clusterTrustBundle roots.pem (signerName a.b/c) \
             | podCertificate all.pem (signerName a.b/c, keyType ED25519)",
        ),
    ] {
        assert_eq!(told(&volume), expected);
        assert!(source(&volume).read_only);
    }
}

#[test]
fn what_the_node_has() {
    let dir = json!({"emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}});
    assert_eq!(told(&dir), "Memory | medium Memory | sizeLimit 64Mi");
    assert_eq!((source(&dir).limit.as_deref(), source(&dir).read_only), (Some("64Mi"), false));
    for (volume, expected) in [
        (json!({"emptyDir": {}}), ""),
        (json!({}), ""),
        (json!({"hostPath": {"path": "/var/log", "type": "Directory"}}), "/var/log | type Directory"),
        (json!({"hostPath": {"path": "/var/log", "type": ""}}), "/var/log"),
        (json!({"image": {"reference": "a/b:1", "pullPolicy": "Always"}}), "a/b:1 | pullPolicy Always"),
        (json!({"gitRepo": {"repository": "https://a/b", "revision": "c"}}), "https://a/b | revision c"),
    ] {
        assert_eq!(told(&volume), expected);
    }
}

#[test]
fn what_is_claimed() {
    let spec = json!({
        "storageClassName": "fast", "accessModes": ["ReadWriteOnce", "ReadOnlyMany"], "volumeMode": "Block",
        "resources": {"requests": {"storage": "1Gi"}},
    });
    let asked = "storageClassName fast | storage 1Gi | accessModes ReadWriteOnce, ReadOnlyMany | volumeMode Block";
    let ephemeral = json!({"ephemeral": {"volumeClaimTemplate": {"spec": spec}}});
    assert_eq!(told(&ephemeral), format!("fast | {asked}"));
    let claim = json!({"persistentVolumeClaim": {"claimName": "data", "readOnly": true}});
    assert_eq!(told(&claim), "data | readOnly true");
    assert!(source(&claim).read_only);
    let spec: v1::PersistentVolumeClaimSpec = serde_json::from_value(spec).unwrap();
    let each = VolumeSource::claimed_for_each_pod("data", Some(&spec));
    assert_eq!((each.detail.as_str(), each.facts.len()), ("data, one for each pod", 4));
}

#[test]
fn what_is_served_over_a_network_and_in_clouds() {
    let secret = json!({"name": "s"});
    for (volume, expected) in [
        (
            json!({"csi": {"driver": "d", "fsType": "xfs", "readOnly": true, "volumeAttributes": {"user": "x", "password": "y"}, "nodePublishSecretRef": secret}}),
            "d | driver d | fsType xfs | readOnly true | volumeAttributes password, user | nodePublishSecretRef s",
        ),
        (
            json!({"flexVolume": {"driver": "d", "options": {"a": "b"}, "secretRef": secret}}),
            "d | driver d | options a | secretRef s",
        ),
        (json!({"nfs": {"server": "s", "path": "/p"}}), "s:/p | server s | path /p"),
        (
            json!({"iscsi": {"targetPortal": "t:3260", "portals": ["u"], "iqn": "q", "lun": 1, "secretRef": secret}}),
            "t:3260 q lun 1 | targetPortal t:3260 | portals u | iqn q | lun 1 | secretRef s",
        ),
        (json!({"fc": {"targetWWNs": ["w"], "lun": 2}}), "w | targetWWNs w | lun 2"),
        (json!({"fc": {"wwids": ["i"]}}), "i | wwids i"),
        (
            json!({"rbd": {"monitors": ["m", "n"], "image": "i", "user": "u"}}),
            "rbd/i | monitors m, n | image i | pool rbd | user u",
        ),
        (json!({"cephfs": {"monitors": ["m"], "path": "/p"}}), "m:/p | monitors m | path /p"),
        (json!({"glusterfs": {"endpoints": "e", "path": "p"}}), "e:p | endpoints e | path p"),
        (json!({"quobyte": {"registry": "r", "volume": "v"}}), "r/v | registry r | volume v"),
        (
            json!({"scaleIO": {"gateway": "g", "system": "s", "volumeName": "v", "secretRef": secret}}),
            "v | gateway g | system s | volumeName v | secretRef s",
        ),
        (json!({"storageos": {"volumeName": "v"}}), "v | volumeName v"),
        (json!({"portworxVolume": {"volumeID": "v"}}), "v | volumeID v"),
        (json!({"flocker": {"datasetUUID": "u"}}), "u | datasetUUID u"),
        (json!({"awsElasticBlockStore": {"volumeID": "v", "partition": 0}}), "v | volumeID v"),
        (json!({"gcePersistentDisk": {"pdName": "p", "partition": 1}}), "p | pdName p | partition 1"),
        (
            json!({"azureDisk": {"diskName": "d", "diskURI": "u", "kind": "Managed"}}),
            "d | diskName d | diskURI u | kind Managed",
        ),
        (json!({"azureFile": {"shareName": "h", "secretName": "s"}}), "h | shareName h | secretName s"),
        (json!({"cinder": {"volumeID": "v", "readOnly": true}}), "v | volumeID v | readOnly true"),
        (
            json!({"vsphereVolume": {"volumePath": "p", "storagePolicyName": "g"}}),
            "p | volumePath p | storagePolicyName g",
        ),
        (json!({"photonPersistentDisk": {"pdID": "p", "fsType": "ext4"}}), "p | pdID p | fsType ext4"),
    ] {
        assert_eq!(told(&volume), expected);
    }
}

#[test]
fn what_it_refers_to() {
    let references = |volume: &Value| {
        let told = |reference: &Reference| {
            let Reference { kind, name, optional, keys, .. } = reference;
            format!("{} {name} {optional} {}", kind.as_str(), keys.join(" "))
        };
        source(volume).references.iter().map(told).collect::<Vec<_>>()
    };
    let items = json!([{"key": "a", "path": "a"}, {"key": "b", "path": "b"}]);
    assert_eq!(references(&json!({"configMap": {"name": "c", "items": items}})), ["ConfigMap c false a b"]);
    assert_eq!(references(&json!({"secret": {"secretName": "s", "optional": true}})), ["Secret s true "]);
    assert_eq!(references(&json!({"persistentVolumeClaim": {"claimName": "p"}})), ["PersistentVolumeClaim p false "]);
    assert_eq!(
        references(&json!({"projected": {"sources": [{"secret": {"name": "s"}}, {"configMap": {"name": "c"}}, {}]}})),
        ["Secret s false ", "ConfigMap c false "]
    );
    // The secret of a driver is for the node.
    assert!(references(&json!({"csi": {"driver": "d", "nodePublishSecretRef": {"name": "s"}}})).is_empty());
}

#[test]
fn a_claim_that_is_there_says_what_it_got() {
    let facts = |claim: Value| {
        let facts = claim_facts(&serde_json::from_value(claim).unwrap());
        facts.iter().map(|fact| format!("{} {}", fact.name, fact.value)).collect::<Vec<_>>().join(" | ")
    };
    let spec = json!({
        "storageClassName": "fast", "accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem",
        "resources": {"requests": {"storage": "1Gi"}},
    });
    assert_eq!(
        facts(json!({"metadata": {}, "spec": spec, "status": {"phase": "Pending"}})),
        "phase Pending | storageClassName fast | storage 1Gi | accessModes ReadWriteOnce | volumeMode Filesystem"
    );
    let mut bound = json!({"metadata": {}, "spec": spec, "status": {
        "phase": "Bound", "capacity": {"storage": "2Gi"}, "accessModes": ["ReadWriteOnce"],
    }});
    bound["spec"]["volumeName"] = json!("pv-1");
    assert_eq!(
        facts(bound),
        "phase Bound | volumeName pv-1 | storageClassName fast | capacity 2Gi | accessModes ReadWriteOnce | \
         volumeMode Filesystem"
    );
}
