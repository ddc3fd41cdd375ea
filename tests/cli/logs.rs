//! `logs` without a cluster.

use insta::assert_snapshot;

use super::plugin::{sidecar, sidecar_each};

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
    ]));
}

#[test]
fn flags_that_do_not_go_together() {
    assert_snapshot!(sidecar_each(&[
        "logs webserver --since 5m --since-time 2026-01-31T08:00:00Z",
        "logs webserver --follow --no-follow",
    ]));
}

/// Each flag that says how lines look with each form of a line: refused with which words, or taken, and then there is no
/// cluster to be found.
#[test]
fn looks_that_do_not_go_together() {
    let flags = [
        "--prefix",
        "--prefix=auto",
        "--prefix=none",
        "--prefix=short",
        "--timestamps",
        "--timestamps=false",
        "--timestamps=utc",
        "--timestamps=local",
        "--timestamps=relative",
        "--pretty",
        "--raw-control",
        "--quiet",
        "--color=always",
        "--pretty --timestamps=relative --prefix=none --raw-control --quiet",
    ];
    let mut table = String::new();
    for form in ["text", "raw", "json"] {
        for flag in flags {
            let line = format!("logs webserver -o {form} {flag}");
            let shown = sidecar(&line.split(' ').collect::<Vec<_>>());
            let said = shown.lines().find_map(|line| line.strip_prefix("error: ")).unwrap_or_default();
            let answer = if said.contains("no kubeconfig") { "works" } else { said };
            table.extend(["-o ", form, " ", flag, ": ", answer, "\n"]);
        }
    }
    assert_snapshot!(table);
}

#[test]
fn looks_that_make_no_sense() {
    assert_snapshot!(sidecar_each(&[
        "logs webserver -o yaml",
        "logs webserver --timestamps=tomorrow",
        "logs webserver --pretty=very",
    ]));
}

#[test]
fn no_kubeconfig() {
    assert_snapshot!(sidecar(&["logs", "webserver"]));
}
