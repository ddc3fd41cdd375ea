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

#[test]
fn no_kubeconfig() {
    assert_snapshot!(sidecar(&["logs", "webserver"]));
}
