//! `logs` without a cluster.

use insta::assert_snapshot;

use super::plugin::{command, sidecar, sidecar_each};

#[test]
fn help() {
    assert_snapshot!(sidecar(&["logs", "--help"]));
}

#[test]
fn what_it_cannot_follow() {
    assert_snapshot!(sidecar_each(&["logs", "logs deploy/web", "logs pod/", "logs pod/a/b"]));
}

#[test]
fn values_that_make_no_sense() {
    assert_snapshot!(sidecar_each(&[
        "logs webserver --since 5",
        "logs webserver --since-time yesterday",
        "logs webserver --tail many",
        "logs webserver --window -1s",
        "logs webserver --prefix=long",
        "logs webserver --follow=perhaps",
        "logs webserver -c a(b",
        "logs webserver --exclude-container [a",
        "logs webserver --role boss",
        "logs webserver --until yesterday",
        "logs webserver --limit-bytes -1",
        "logs webserver --include *x",
        "logs webserver --exclude x{2,1}",
        "logs webserver --highlight (?P<x",
        "logs webserver --include x --around -1",
    ]));
}

#[test]
fn flags_that_do_not_go_together() {
    assert_snapshot!(sidecar_each(&[
        "logs webserver --since 5m --since-time 2026-01-31T08:00:00Z",
        "logs webserver --follow --no-follow",
        "logs webserver --around 2",
        "logs webserver --exclude x -C 2",
        "logs webserver --since 5m --until 10m",
        "logs webserver --since-time 2026-01-31T08:00:00Z --until 2026-01-31T08:00:00Z",
        "logs webserver --tail 10 --until 10m",
    ]));
}

/// Which containers and which lines: each of these flags with each other one.
#[test]
fn flags_that_choose_with_each_other() {
    let each = FLAGS.iter().enumerate().flat_map(|(at, one)| FLAGS[at + 1..].iter().map(move |other| [*one, *other]));
    let row = |flags: [&str; 2]| format!("{} {} → {}\n", flags[0], flags[1], outcome(&flags));
    assert_snapshot!(each.map(row).collect::<String>());
}

/// With values that make sense by themselves.
const FLAGS: [&str; 19] = [
    "-c=web.*",
    "--exclude-container=web",
    "--role=main,sidecar",
    "--no-mesh",
    "--previous",
    "--until=5m",
    "--until=2100-01-01T00:00:00Z",
    "--limit-bytes=1000",
    "--include=GET",
    "--exclude=POST",
    "--highlight=404",
    "-i",
    "--around=2",
    "--follow",
    "--tail=10",
    "--since=1h",
    "--since=1m",
    "--timestamps",
    "--selector=app=web",
];

/// What comes of them, as far as that is known without a cluster.
fn outcome(flags: &[&str]) -> String {
    let pod = (!flags.iter().any(|flag| flag.starts_with("--selector"))).then_some("webserver");
    let args: Vec<_> = ["logs"].into_iter().chain(pod).chain(flags.iter().copied()).collect();
    let output = command(&args).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    if words.starts_with("error: no kubeconfig found") {
        return "works".to_owned();
    }
    words.split("\n\n").next().unwrap_or_default().trim_end().replace("\n  ", " ").replace('\n', "; ")
}

#[test]
fn no_kubeconfig() {
    assert_snapshot!(sidecar(&["logs", "webserver"]));
}
