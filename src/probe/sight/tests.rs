use k8s_openapi::api::core::v1;
use serde_json::{Value, json};

use super::*;
use crate::pod::Pod;
use crate::probe::{Blind, parts_of};

fn pod(containers: &Value) -> Pod {
    let volumes = json!([{"name": "data", "emptyDir": {}}, {"name": "cache", "emptyDir": {}}]);
    let spec = json!({"volumes": volumes, "containers": containers});
    let pod: v1::Pod = serde_json::from_value(json!({"metadata": {"name": "p"}, "spec": spec})).unwrap();
    Pod::from(&pod)
}

fn file(path: &str, kind: FileKind, uid: u32, mode: u32) -> FileEntry {
    FileEntry { path: path.into(), kind, size: 1, modified: Some(1), uid, gid: 0, mode, target: None }
}

fn listed(entries: &[(&str, u32)], uid: u32, is_partial: bool) -> Look {
    let kind = |path: &str| if path.contains('.') { FileKind::File } else { FileKind::Directory };
    let entries = entries.iter().map(|(path, mode)| file(path, kind(path), 0, *mode)).collect();
    let process = Process { uid, reads_all: uid == 0, ..Process::default() };
    Look::Listed { by: "find", listing: Listing { entries, is_partial, ..Listing::default() }, process: Some(process) }
}

/// Looked through in the other order: what comes of it is the same.
fn volume_files(looks: impl Iterator<Item = (Part, Look)>, wanted: &Wanted<'_>) -> VolumeFiles {
    let (parts, looks): (Vec<Part>, Vec<Look>) = looks.unzip();
    let mut sights = Sights::new(parts.clone(), wanted);
    let mut reversed = Sights::new(parts, wanted);
    looks.iter().enumerate().for_each(|(at, look)| sights.add(at, look.clone()));
    looks.into_iter().enumerate().rev().for_each(|(at, look)| reversed.add(at, look));
    let files = sights.finish("data".to_owned());
    assert_eq!(reversed.finish("data".to_owned()), files);
    files
}

/// Path and sights of each row.
fn rows(containers: &Value, looks: Vec<Look>) -> Vec<(String, Vec<Sight>)> {
    let parts = parts_of(&pod(containers), "data");
    let wanted = Wanted { is_wanted: &|_| true, most: 100 };
    let files = volume_files(parts.into_iter().zip(looks), &wanted);
    let row = |row: FileRow| (String::from_utf8(row.entry.path).unwrap(), row.sights);
    files.rows.into_iter().map(row).collect()
}

fn link(path: &str, target: &str) -> FileEntry {
    FileEntry { target: Some(target.into()), ..file(path, FileKind::Link, 0, 0o777) }
}

/// As the kubelet writes a ConfigMap whose key is to be at `k/a`.
fn written_by_the_kubelet() -> Vec<FileEntry> {
    let folder = |path| file(path, FileKind::Directory, 0, 0o755);
    let (real, data) = (file("..1/k/a", FileKind::File, 0, 0o640), link("..data", "..1"));
    vec![folder(""), folder("..1"), folder("..1/k"), real, data, link("k", "..data/k")]
}

fn whole_and_part(whole: Vec<FileEntry>, uid: u32, wanted: &Wanted<'_>) -> Vec<(String, Vec<Sight>)> {
    let containers = json!([
        {"name": "whole", "volumeMounts": [{"name": "data", "mountPath": "/data"}]},
        {"name": "part", "volumeMounts": [{"name": "data", "mountPath": "/a", "subPath": "k/a"}]},
    ]);
    let parts = parts_of(&pod(&containers), "data");
    let listing = Listing { entries: whole, ..Listing::default() };
    let process = Some(Process { uid, reads_all: uid == 0, ..Process::default() });
    let looks = [Look::Listed { by: "find", listing, process }, listed(&[("", 0o644)], 0, false)];
    let files = volume_files(parts.into_iter().zip(looks), wanted);
    let row = |row: FileRow| (String::from_utf8(row.entry.path).unwrap(), row.sights);
    files.rows.into_iter().map(row).collect()
}

#[test]
fn what_lies_below_a_link_is_seen_through_it() {
    let all = Wanted { is_wanted: &|_| true, most: 100 };
    let sights = |uid| whole_and_part(written_by_the_kubelet(), uid, &all).last().unwrap().clone();
    assert_eq!(sights(0), ("k/a".to_owned(), vec![Sight::Seen, Sight::Seen]));
    assert_eq!(sights(1000), ("k/a".to_owned(), vec![Sight::Unreadable, Sight::Seen]));
}

#[test]
fn what_lies_below_a_link_that_leads_to_what_is_not_held_is_not_known() {
    let one = Wanted { is_wanted: &|path| path == b"k/a", most: 100 };
    assert_eq!(
        whole_and_part(written_by_the_kubelet(), 0, &one),
        [("k/a".to_owned(), vec![Sight::Unknown, Sight::Seen])]
    );
    let all = Wanted { is_wanted: &|_| true, most: 100 };
    for target in ["/elsewhere", "..", "../x", "k", "gone"] {
        let whole = vec![file("", FileKind::Directory, 0, 0o755), link("k", target)];
        let rows = whole_and_part(whole, 0, &all);
        assert_eq!(rows[1], ("k/a".to_owned(), vec![Sight::Unknown, Sight::Seen]), "{target}");
    }
}

#[test]
fn a_file_is_one_row_whatever_its_paths() {
    let containers = json!([
        {"name": "all", "volumeMounts": [{"name": "data", "mountPath": "/data"}]},
        {"name": "logs", "volumeMounts": [{"name": "data", "mountPath": "/var/log/", "subPath": "./logs/"}]},
    ]);
    let all = listed(&[("", 0o755), ("logs", 0o755), ("logs/a.log", 0o644), ("b.txt", 0o644)], 0, false);
    let logs = listed(&[("", 0o755), ("a.log", 0o644)], 0, false);
    let expected = [
        ("b.txt", vec![Sight::Seen, Sight::Outside]),
        ("logs", vec![Sight::Seen, Sight::Seen]),
        ("logs/a.log", vec![Sight::Seen, Sight::Seen]),
    ];
    let rows = rows(&containers, vec![all, logs]);
    assert_eq!(rows, expected.map(|(path, sights)| (path.to_owned(), sights)));
}

#[test]
fn what_hides_a_file_is_named() {
    let containers = json!([
        {"name": "all", "volumeMounts": [{"name": "data", "mountPath": "/data"}]},
        {"name": "cached", "volumeMounts": [
            {"name": "data", "mountPath": "/data"}, {"name": "cache", "mountPath": "/data/cache"},
        ]},
        {"name": "user", "volumeMounts": [{"name": "data", "mountPath": "/d"}]},
    ]);
    let modes = [("", 0o755), ("cache", 0o755), ("cache/a.txt", 0o644), ("own", 0o700), ("own/b.txt", 0o644)];
    let all = listed(&[&modes[..], &[("secret.txt", 0o600)]].concat(), 0, false);
    let cached = listed(&[("", 0o755), ("own", 0o700), ("own/b.txt", 0o644)], 0, false);
    let user = listed(&[&modes[..4], &[("secret.txt", 0o600)]].concat(), 1000, true);
    let (seen, unreadable) = (Sight::Seen, Sight::Unreadable);
    let expected = [
        ("cache", vec![seen, Sight::MountPoint(0), seen]),
        ("cache/a.txt", vec![seen, Sight::Masked(0), seen]),
        ("own", vec![seen, seen, unreadable]),
        ("own/b.txt", vec![seen, seen, Sight::Locked(3)]),
        ("secret.txt", vec![seen, Sight::Missing, unreadable]),
    ];
    let rows = rows(&containers, vec![all, cached, user]);
    assert_eq!(rows, expected.map(|(path, sights)| (path.to_owned(), sights)));
}

#[test]
fn a_container_that_was_not_looked_into_says_nothing_of_files() {
    let containers = json!([
        {"name": "bare", "volumeMounts": [{"name": "data", "mountPath": "/data", "subPath": "logs"}]},
        {"name": "app", "volumeMounts": [{"name": "data", "mountPath": "/data"}]},
    ]);
    let app = listed(&[("", 0o755), ("a.txt", 0o644), ("logs", 0o755), ("logs/b.txt", 0o644)], 0, false);
    let expected = [
        ("a.txt", vec![Sight::Outside, Sight::Seen]),
        ("logs", vec![Sight::Unknown, Sight::Seen]),
        ("logs/b.txt", vec![Sight::Unknown, Sight::Seen]),
    ];
    let rows = rows(&containers, vec![Look::Blind(Blind::NoTools), app]);
    assert_eq!(rows, expected.map(|(path, sights)| (path.to_owned(), sights)));
}

#[test]
fn a_part_that_is_not_known_says_nothing_of_files() {
    let expression = json!({"name": "data", "mountPath": "/data", "subPathExpr": "$(NODE)"});
    let containers = json!([
        {"name": "part", "volumeMounts": [expression]},
        {"name": "app", "volumeMounts": [{"name": "data", "mountPath": "/data"}]},
    ]);
    let app = listed(&[("", 0o755), ("node1", 0o755)], 0, false);
    let rows = rows(&containers, vec![Look::Blind(Blind::Failed(String::new())), app]);
    assert_eq!(rows, [("node1".to_owned(), vec![Sight::Unknown, Sight::Seen])]);
}

/// Where modes let a user list a directory, a file that is not there now came or went meanwhile.
#[test]
fn modes_tell_a_locked_directory_from_an_empty_one() {
    let containers = json!([
        {"name": "app", "volumeMounts": [{"name": "data", "mountPath": "/data"}]},
        {"name": "user", "volumeMounts": [{"name": "data", "mountPath": "/data"}]},
    ]);
    let app = listed(&[("", 0o755), ("open", 0o755), ("open/a.txt", 0o644)], 0, false);
    let user = listed(&[("", 0o755), ("open", 0o755)], 1000, true);
    assert_eq!(rows(&containers, vec![app, user])[1].1, [Sight::Seen, Sight::Missing]);
}

#[test]
fn what_is_mounted_inside_is_told_though_nobody_sees_what_is_below() {
    let containers = json!([{"name": "cached", "volumeMounts": [
        {"name": "data", "mountPath": "/data"}, {"name": "cache", "mountPath": "/data/cache"},
    ]}]);
    let rows = rows(&containers, vec![listed(&[("", 0o755)], 0, false)]);
    assert_eq!(rows, [("cache".to_owned(), vec![Sight::MountPoint(0)])]);
}

#[test]
fn only_so_many_are_held_and_the_rest_is_counted() {
    let containers = json!([{"name": "app", "volumeMounts": [{"name": "data", "mountPath": "/data"}]}]);
    let names: Vec<String> = (0..50).map(|number| format!("{number:02}.txt")).collect();
    let entries: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 0o644)).collect();
    let parts = parts_of(&pod(&containers), "data");
    let wanted = Wanted { is_wanted: &|path| path.starts_with(b"1"), most: 4 };
    let looks = parts.into_iter().map(|part| (part, listed(&entries, 0, false)));
    let files = volume_files(looks, &wanted);
    let paths: Vec<_> = files.rows.iter().map(|row| String::from_utf8_lossy(&row.entry.path).into_owned()).collect();
    assert_eq!((paths.join(" "), files.more), ("10.txt 11.txt 12.txt 13.txt".to_owned(), 6));
}

#[test]
fn a_directory_comes_right_before_what_is_in_it() {
    let containers = json!([{"name": "app", "volumeMounts": [{"name": "data", "mountPath": "/data"}]}]);
    let entries = [("a/b.txt", 0o644), ("a b.txt", 0o644), ("a", 0o755), ("a\u{1}.txt", 0o644)];
    let rows = rows(&containers, vec![listed(&entries, 0, false)]);
    let paths: Vec<_> = rows.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["a", "a/b.txt", "a\u{1}.txt", "a b.txt"]);
}
