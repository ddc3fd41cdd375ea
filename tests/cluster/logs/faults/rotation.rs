//! The kubelet rotates a log.

use std::process::Stdio;

use super::{end_all, running};
use crate::support::{Asked, LISTENS, Namespace, Program, Proxy, assert_same, messages, node, numbered, onenode};

/// Lets the container write lines of these numbers.
fn write(namespace: &Namespace, from: usize, to: usize) {
    let script = format!("for i in $(seq {from} {to}); do echo main $i; done > /proc/1/fd/1");
    namespace.exec("web", "main", &script);
}

/// What was written meanwhile and rotated away cannot be had again. That is said, with the time of the line before and
/// that of the line after.
#[test]
fn while_away() {
    let Some(onenode) = onenode() else { return };
    let namespace = running(&[("main", LISTENS)]);
    let proxy = Proxy::start();
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web", "--timestamps", "--prefix=none"]));
    write(&namespace, 1, 100);
    logs.wait_for(" main 100\n");
    proxy.go_away();
    write(&namespace, 101, 200);
    onenode.rotate(namespace.name(), "web", "main");
    write(&namespace, 201, 300);
    proxy.come_back();
    logs.wait_for(" main 300\n");
    namespace.end("web", "main");
    let ended = logs.finish();

    let stdout = ended.stdout();
    let (stamps, lines): (Vec<_>, Vec<_>) = stdout.lines().map(|line| line.split_once(' ').unwrap()).unzip();
    let all = numbered("main", 300);
    assert_same(&lines, &[&all[..100], &all[200..]].concat());
    let gap = format!("-- main: lines may be missing, from {} to {}\n", utc(stamps[99]), utc(stamps[100]));
    assert_eq!(ended.stderr().matches("missing, from").count(), 1, "{}", ended.stderr());
    assert!(ended.stderr().contains(&gap), "{gap}{}", ended.stderr());
}

fn utc(stamp: &str) -> String {
    stamp.parse::<jiff::Timestamp>().unwrap().to_string()
}

/// Nobody can know what the kubelet passes over then. No more is missing than where somebody else reads the same log.
#[test]
fn while_connected() {
    let Some(onenode) = onenode() else { return };
    let script = "for i in $(seq 1200); do echo main $i; usleep 5000; done";
    let namespace = running(&[("main", &format!("{script}; {LISTENS}"))]);
    let proxy = Proxy::start();
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web"]));
    let path = format!("/api/v1/namespaces/{}/pods/web/log?container=main&follow=true", namespace.name());
    let mut raw = node().kubectl_command(&["get", "--raw", &path]);
    let raw = raw.env("KUBECONFIG", proxy.kubeconfig().path()).stdout(Stdio::piped()).spawn().unwrap();
    proxy.wait_until_asked(&Asked::log("main"), 2);
    for line in [250, 500, 750, 1000] {
        logs.wait_for(&format!("main {line}\n"));
        onenode.rotate(namespace.name(), "web", "main");
    }
    logs.wait_for("main 1200\n");
    let ended = end_all(&namespace, &["main"], logs);
    let raw = String::from_utf8(raw.wait_with_output().unwrap().stdout).unwrap();
    let stdout = ended.stdout();
    let ours = messages(&stdout, "web", "main");
    let all = numbered("main", 1200);
    let in_order: Vec<_> = all.iter().filter(|line| ours.contains(&line.as_str())).cloned().collect();
    assert_same(&ours, &in_order);
    let only_theirs: Vec<_> = raw.lines().filter(|line| !ours.contains(line)).collect();
    assert!(only_theirs.is_empty(), "{only_theirs:?}");
}
