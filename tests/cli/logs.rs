//! `logs` without a cluster.

use insta::assert_snapshot;

use super::plugin::{sidecar, sidecar_each};

#[test]
fn help() {
    assert_snapshot!(sidecar(&["logs", "--help"]));
}

#[test]
fn what_it_cannot_follow() {
    assert_snapshot!(sidecar_each(&[
        "logs",
        "logs -n demo",
        "logs pod/",
        "logs pod/a/b",
        "logs deploy",
        "logs web-0 cronjobs.batch",
        "logs node/one",
        "logs deployments.extensions/web",
    ]));
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

/// A name says what is meant; all else means all that fit.
#[test]
fn names_and_what_means_all_that_fit() {
    assert_snapshot!(sidecar_each(&[
        "logs web-0 -l app=web",
        "logs deploy/web --field-selector status.phase=Running",
        "logs web-0 --match web-.*",
        "logs web-0 --node one",
        "logs svc/web -A",
        "logs web-0 -n a -n b",
        "logs -l app=web -n a -A",
    ]));
}

#[test]
fn names_of_nodes_and_patterns_that_are_none() {
    assert_snapshot!(sidecar_each(&[
        "logs --match web-( -n a",
        "logs --match [z-a]",
        "logs --node one,spec.nodeName=two",
        "logs --node=",
    ]));
}

/// They go together: what is missing is a cluster.
#[test]
fn what_goes_together() {
    for line in [
        "logs web-0 deploy/api svc/db job/x -n a",
        "logs web-0 -n a -n a",
        "logs -l app=web --field-selector a=b --match .* --node one",
        "logs --match .*",
        "logs --node one -A",
        "logs --field-selector a=b -n a -n b --tail 5 --no-follow",
        "logs -A",
        "logs -A --since 5m --max-log-requests 5",
    ] {
        let shown = sidecar(&line.split(' ').collect::<Vec<_>>());
        assert!(shown.contains("error: no kubeconfig found"), "{shown}");
    }
}

#[test]
fn no_kubeconfig() {
    assert_snapshot!(sidecar(&["logs", "webserver"]));
}
