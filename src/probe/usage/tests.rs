use serde_json::json;

use super::super::Summary;
use super::*;

fn source(kind: &str, detail: &str, limit: Option<&str>) -> VolumeSource {
    let volume = match (kind, limit) {
        ("emptyDir", limit) => json!({"name": "v", "emptyDir": {"medium": detail, "sizeLimit": limit}}),
        (kind, _) => json!({"name": "v", kind: {"claimName": detail}}),
    };
    VolumeSource::from(&serde_json::from_value::<k8s_openapi::api::core::v1::Volume>(volume).unwrap())
}

fn stats(used: u64, capacity: u64) -> FsStats {
    let available_bytes = Some(capacity - used);
    FsStats { time: None, used_bytes: Some(used), capacity_bytes: Some(capacity), available_bytes }
}

fn warned(source: &VolumeSource, used: u64, capacity: u64) -> Option<String> {
    let stats = stats(used, capacity);
    let used = Figure::of_kubelet(stats).unwrap();
    VolumeUsage::new("shared-logs", source, Some(stats), used).nearly_full().map(|full| full.cause)
}

#[test]
fn what_was_measured_at_the_beginning_of_time_was_not() {
    let at = |time: &str| FsStats { time: Some(time.parse().unwrap()), ..stats(0, 1 << 40) };
    assert_eq!(Figure::of_kubelet(at("1970-01-01T00:00:00Z")), None);
    assert_eq!(Figure::of_kubelet(at("0001-01-01T00:00:00Z")), None);
    assert_eq!(Figure::of_kubelet(at("2026-01-01T00:00:00Z")).unwrap().bytes(), Some(0));
}

#[test]
fn what_is_nearly_full_says_what_happens_then() {
    let disk = source("emptyDir", "", Some("64Mi"));
    assert_eq!(
        warned(&disk, 61 << 20, 1 << 40).unwrap(),
        "shared-logs holds 61Mi of 64Mi: past the limit the pod is evicted"
    );
    assert_eq!(warned(&disk, 57 << 20, 1 << 40), None);
    let memory = source("emptyDir", "Memory", Some("64Mi"));
    assert!(warned(&memory, 61 << 20, 64 << 20).unwrap().contains("writes fail with ENOSPC"));
    let claim = source("persistentVolumeClaim", "data", None);
    assert!(warned(&claim, 95, 100).unwrap().contains("when it is full, writes fail"));
}

#[test]
fn the_nodes_disk_is_no_limit() {
    assert_eq!(warned(&source("emptyDir", "", None), 95, 100), None);
    assert!(warned(&source("emptyDir", "Memory", None), 95, 100).is_some());
}

#[test]
fn log_and_layer_count_together() {
    let figure = |bytes| Figure::Measured { bytes, by: Source::Kubelet, at: None, note: None };
    let limit = Limit::written("100");
    let mut container = ContainerUsage { container: "app".to_owned(), log: figure(45), layer: figure(45), limit };
    assert_eq!(container.nearly_full().unwrap().code, "EphemeralStorageNearlyFull");
    container.log = figure(44);
    assert_eq!(container.nearly_full(), None);
    container.log = Figure::Missing { reason: String::new(), is_failure: true };
    assert_eq!(container.nearly_full(), None);
}

#[test]
fn what_du_tells() {
    assert_eq!(du_bytes(b"28\t/d/.\n"), Some(28 << 10));
    assert_eq!(du_bytes(b"du: unrecognized option\n"), None);
    assert_eq!(du_bytes(b""), None);
}

#[test]
fn a_kubelets_answer() {
    let answer = json!({"node": {"nodeName": "n"}, "pods": [{
        "podRef": {"name": "web", "namespace": "demo", "uid": "u1"},
        "containers": [{"name": "app", "rootfs": {"time": "2026-11-24T11:43:50Z", "usedBytes": 7}, "logs": {"usedBytes": 9}}],
        "volume": [{"time": "2026-11-24T11:47:03Z", "availableBytes": 1, "capacityBytes": 9, "usedBytes": 8, "name": "data"}],
    }, {"podRef": {"uid": "u2"}}]});
    let summary: Summary = serde_json::from_value(answer).unwrap();
    let pod = summary.pod("u1").unwrap();
    assert_eq!(pod.volume("data").unwrap().used_bytes, Some(8));
    assert_eq!(pod.volume("data").unwrap().time.unwrap().to_string(), "2026-11-24T11:47:03Z");
    assert_eq!((pod.log("app").unwrap().used_bytes, pod.layer("app").unwrap().used_bytes), (Some(9), Some(7)));
    assert_eq!((pod.log("other"), pod.volume("other")), (None, None));
    assert!(summary.pod("u2").is_some() && summary.pod("u3").is_none());
}
