//! `inspect --files` and `--usage` without a cluster: what is refused, and how what was found looks in every width.

use insta::assert_snapshot;
use k8s_openapi::api::core::v1;
use kubectl_sidecar::pod::{Pod, WorkloadKind};
use kubectl_sidecar::probe::{
    Blind, ContainerUsage, Figure, FileEntry, FileKind, FsStats, Limit, Listing, Look, PodFiles, PodUsage, Process,
    Sights, Source, VolumeUsage, Wanted, parts_of,
};
use kubectl_sidecar::render::Style;
use kubectl_sidecar::render::inspect::{Detail, Insight, Inspection, Origin, json, text};
use serde_json::{Value, json};

use super::plugin::sidecar;

#[test]
fn looking_takes_a_cluster() {
    let refused = [
        "--files -f pod.yaml",
        "--usage -f -",
        "web --files -o name",
        "web --usage -o svg",
        "web --files=* -o mermaid",
        "web --usage --diagram",
        "web --files=[a",
    ];
    let told = refused.map(|words| {
        let args: Vec<&str> = std::iter::once("inspect").chain(words.split(' ')).collect();
        sidecar(&args)
    });
    assert_snapshot!(told.join("\n"));
}

/// A pod whose volume is seen in several ways.
fn pod() -> Pod {
    let mount = |path: &str| json!({"name": "shared-logs", "mountPath": path});
    let cache = json!({"name": "cache", "mountPath": "/data/cache"});
    let pod: v1::Pod = serde_json::from_value(json!({"metadata": {"name": "web"}, "spec": {
        "volumes": [{"name": "shared-logs", "emptyDir": {"sizeLimit": "64Mi"}}, {"name": "cache", "emptyDir": {"medium": "Memory"}}],
        "containers": [
            {"name": "nginx-container", "volumeMounts": [mount("/var/log/nginx")]},
            {"name": "cached", "volumeMounts": [mount("/data"), cache]},
            {"name": "user", "volumeMounts": [mount("/logs")]},
            {"name": "bare", "volumeMounts": [mount("/logs")]},
            {"name": "ended", "volumeMounts": [mount("/logs")]},
        ],
    }}))
    .unwrap();
    Pod::from(&pod)
}

fn file(path: &[u8], kind: FileKind, size: u64, mode: u32) -> FileEntry {
    let modified = Some(1_700_000_000 - i64::try_from(size).unwrap());
    FileEntry { path: path.to_vec(), kind, size, modified, uid: 0, gid: 0, mode, target: None }
}

fn looked() -> PodFiles {
    let mut link = file(b"newest", FileKind::Link, 10, 0o777);
    link.target = Some(b"access.log".to_vec());
    let own = [file(b"", FileKind::Directory, 4096, 0o755), file(b"own", FileKind::Directory, 4096, 0o700)];
    let all = [
        &own[..],
        &[
            file(b"access.log", FileKind::File, 2 << 20, 0o644),
            file("own/日本\n\u{1b}[2J".as_bytes(), FileKind::File, 7, 0o644),
            file(b"cache", FileKind::Directory, 4096, 0o755),
            file(b"cache/bad\xff", FileKind::File, 90_000, 0o4755),
            link,
        ],
    ]
    .concat();
    let listed = |entries: &[FileEntry], uid: u32| {
        let mut process = Process { uid, gids: vec![uid], reads_all: uid == 0, ..Process::default() };
        process.users.insert(0, "root".to_owned());
        let listing = Listing { entries: entries.to_vec(), is_partial: uid > 0, ..Listing::default() };
        Look::Listed { by: "find", listing, process: Some(process) }
    };
    let visible = [&all[..3], &all[6..]].concat();
    let cached = [&all[..4], &all[6..]].concat();
    let looks = [
        listed(&all, 0),
        listed(&cached, 0),
        listed(&[&visible[..], &all[4..6]].concat(), 1000),
        Look::Blind(Blind::NoTools),
        Look::Blind(Blind::NotRunning("Completed, exit code 0".to_owned())),
    ];
    let wanted = Wanted { is_wanted: &|_| true, most: 5 };
    let mut sights = Sights::new(parts_of(&pod(), "shared-logs"), &wanted);
    looks.into_iter().enumerate().for_each(|(at, look)| sights.add(at, look));
    let volumes = vec![sights.finish("shared-logs".to_owned())];
    let looked_at = jiff::Timestamp::from_second(1_700_000_100).unwrap();
    PodFiles { volumes, pattern: "**".to_owned(), flags: "-n demo".to_owned(), looked_at }
}

fn usage() -> PodUsage {
    let looked_at = jiff::Timestamp::from_second(1_700_000_100).unwrap();
    let at = Some(jiff::Timestamp::from_second(1_700_000_057).unwrap());
    let stats =
        FsStats { time: at, used_bytes: Some(61 << 20), capacity_bytes: Some(1 << 36), available_bytes: Some(1 << 35) };
    let by_du = Figure::Measured { bytes: 12 << 10, by: Source::Du, at, note: Some("only its part logs".to_owned()) };
    let missing =
        Figure::Missing { reason: "no permission to ask the kubelet (nodes/proxy)".to_owned(), is_failure: true };
    let pod = pod();
    let volumes = vec![
        VolumeUsage::new("shared-logs", &pod.volumes[0].source, Some(stats), Figure::of_kubelet(stats).unwrap()),
        VolumeUsage::new("cache", &pod.volumes[1].source, None, by_du),
    ];
    let of_kubelet = Figure::of_kubelet(stats).unwrap();
    let limit = Limit::written("1Gi");
    let nginx =
        ContainerUsage { container: "nginx-container".to_owned(), log: of_kubelet.clone(), layer: of_kubelet, limit };
    let user = ContainerUsage { container: "user".to_owned(), log: missing.clone(), layer: missing, limit: None };
    PodUsage { volumes, containers: vec![nginx, user], looked_at }
}

fn inspection() -> Inspection {
    let (files, usage) = (Some(looked()), Some(usage()));
    let (name, origin, findings) = ("web".to_owned(), Origin::Cluster, Vec::new());
    Inspection {
        kind: WorkloadKind::Pod.into(),
        name,
        pod: pod(),
        origin,
        findings,
        insight: Insight { files, usage, proofs: None },
    }
}

/// What stands below the sentences.
fn at_width(detail: Detail, width: Option<u16>) -> String {
    let shown = text(&inspection(), detail, Style { width, ..Style::PLAIN });
    let (_, below) = shown.split_once("Files in the volume").unwrap();
    below.to_owned()
}

#[test]
fn terminals_of_every_width() {
    for width in [40, 80, 200] {
        assert_snapshot!(format!("looking_{width}"), at_width(Detail::Normal, Some(width)));
    }
    assert_snapshot!("looking_wide", at_width(Detail::Wide, Some(200)));
    assert_snapshot!("looking_into_a_pipe", at_width(Detail::Normal, None));
}

#[test]
fn for_other_programs() {
    let text = json::text(&[inspection()], true).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_snapshot!(format!("{:#}\n{:#}", document["files"], document["usage"]));
    assert_eq!(json::document(&[inspection()], true).unwrap(), document);
    assert_eq!(super::inspect_schema::errors(&document), Vec::<String>::new());
}
