//! `inspect --prove` where there is nothing to prove in.

use insta::assert_snapshot;

use super::plugin::{sidecar, sidecar_each};

#[test]
fn what_it_does_not_go_with() {
    assert_snapshot!(sidecar_each(&[
        "inspect -f webserver.yaml --prove",
        "inspect webserver --prove -o name",
        "inspect webserver --prove -o svg",
        "inspect webserver --prove --diagram",
        "inspect webserver --prove=claims",
        "inspect webserver --prove=",
    ]));
}

#[test]
fn what_it_goes_with() {
    for line in [
        "inspect --prove webserver",
        "inspect webserver --prove=all -o json",
        "inspect webserver --prove=emptyDir -o yaml",
        "volumes webserver --prove -o wide",
    ] {
        let shown = sidecar(&line.split(' ').collect::<Vec<_>>());
        assert!(shown.contains("error: no kubeconfig found"), "{shown}");
    }
}
