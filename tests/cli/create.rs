//! `create` without a cluster.

use insta::assert_snapshot;

use super::plugin::{command, sidecar, sidecar_each};

#[test]
fn help() {
    assert_snapshot!(sidecar(&["create", "--help"]));
}

#[test]
fn short_help() {
    assert_snapshot!(sidecar(&["create", "-h"]));
}

#[test]
fn the_guides_manifest() {
    let output = sidecar(&["create", "--dry-run=client", "-o", "yaml"]);
    let text = include_str!("../fixtures/guide/webserver-pod.yaml");
    assert_eq!(output, format!("$ kubectl sidecar create --dry-run=client -o yaml\nstdout:\n{text}exit 0\n"));
}

#[test]
fn the_manifest_line_by_line() {
    assert_snapshot!(sidecar(&["create", "--dry-run=client", "-o", "yaml", "--annotate"]));
}

#[test]
fn each_output_of_a_dry_run() {
    assert_snapshot!(sidecar_each(&[
        "create --dry-run=client",
        "create --dry-run",
        "create blog -n demo --dry-run=client -o name",
        "create blog -n demo --dry-run=client -o yaml --image httpd:2.4 --sidecar-image registry.example:5000/a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "create --dry-run=client -o json",
        "create --dry-run=client --wait=false -o name",
    ]));
}

#[test]
fn kubectls_own_commands() {
    assert_snapshot!(sidecar_each(&[
        "create --dry-run=client -o name --show-kubectl",
        "create blog --show-kubectl -n demo --context kind --image httpd:2 --timeout 90s",
        "create --show-kubectl --dry-run=server",
        "create --show-kubectl --timeout 0",
    ]));
}

#[test]
fn names_that_are_none() {
    assert_snapshot!(sidecar_each(&[
        "create Web_Server",
        "create pod/web",
        "create ___",
        "create a..b",
        "create -n Demo",
        "create -n a.b --dry-run=client",
    ]));
    let error = sidecar(&["create", &"x".repeat(254)]);
    assert!(error.contains("metadata.name: Invalid value: \"xxx"), "{error}");
    assert!(error.contains("\": must be no more than 253 bytes\n"), "{error}");
    let output = command(&["create", &"é".repeat(50_000)]).output().unwrap();
    assert!(output.stderr.len() < 3000, "{}", output.stderr.len());
    let output = command(&["create", "a\x1b[31m"]).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains(r#"The Pod "a\u{1b}[31m" is invalid"#) && !error.contains('\x1b'), "{error}");
}

#[test]
fn flags_that_do_not_go_together() {
    assert_snapshot!(sidecar_each(&[
        "create --annotate",
        "create --annotate --dry-run=client -o json",
        "create --annotate -o yaml",
        "create --annotate -o yaml --dry-run=server",
        "create --dry-run=client --wait",
        "create --dry-run=server --wait=true",
        "create --dry-run=client --timeout 5s",
        "create --wait=false --timeout=5s",
    ]));
}

#[test]
fn values_that_make_no_sense() {
    assert_snapshot!(sidecar_each(&[
        "create --dry-run=maybe",
        "create -o wide",
        "create --wait=perhaps",
        "create --timeout 5",
        "create --timeout=-5s",
        "create --image=",
        "create one two",
    ]));
    assert_snapshot!(sidecar(&["create", "--sidecar-image", "ubuntu latest", "--dry-run=client"]));
}

#[test]
fn no_kubeconfig() {
    assert_snapshot!(sidecar_each(&["create", "create --dry-run=server"]));
}
