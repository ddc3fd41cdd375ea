//! Which pods and containers are asked, and what is said of those that cannot be.

use insta::assert_snapshot;
use serde_json::json;

use super::{exec, listening, shown};
use crate::support::{LISTENS, Namespace, Program, container, pod, template, workload};

/// The first of two pods is the one that kubectl takes.
#[test]
fn one_pod_of_a_workload_or_all() {
    let namespace = Namespace::new();
    namespace.create(&workload("StatefulSet", "web", Some(2), &template("web", "exec sleep 86400")));
    namespace.kubectl(&["rollout", "status", "sts/web", "--timeout=120s"]);
    namespace.create(&json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
    }));
    let theirs = namespace.kubectl(&["exec", "sts/web", "--", "hostname"]);
    for target in ["sts/web", "svc/web"] {
        let ours = exec(&namespace, &[target, "--", "hostname"]);
        assert_eq!(ours.stdout(), theirs, "{target}");
        let note = format!("Defaulted pod \"{}\" out of: web-0, web-1 (--all-pods means all)\n", theirs.trim());
        assert_eq!(ours.stderr(), note);
    }
    assert_snapshot!(shown(&namespace, &["sts/web", "--all-pods", "--", "hostname"]));
    assert_snapshot!(shown(&namespace, &["-i", "sts/web", "--all-pods", "--", "cat"]));
    namespace.kubectl(&["scale", "sts/web", "--replicas=0"]);
    namespace.wait(&["--for=delete", "pod/web-0", "pod/web-1"]);
    assert_snapshot!(shown(&namespace, &["sts/web", "--", "hostname"]));
}

#[test]
fn containers_by_name_pattern_and_role() {
    let namespace = Namespace::new();
    listening(&namespace, &["app", "istio-proxy", "shipper"]);
    let asked = |words: &[&str]| {
        let ended = exec(&namespace, &[words, &["web", "--", "true"]].concat());
        let headings: Vec<String> = ended.stdout().lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
        headings.join("; ")
    };
    assert_eq!(asked(&[]), "== app (main); == istio-proxy (sidecar); == shipper (sidecar)");
    assert_eq!(asked(&["--no-mesh"]), "== app (main); == shipper (sidecar)");
    assert_eq!(asked(&["--role", "sidecar"]), "== istio-proxy (sidecar); == shipper (sidecar)");
    assert_eq!(asked(&["-c", "a.*|s.*"]), "== app (main); == shipper (sidecar)");
    assert_eq!(asked(&["--exclude-container", "app"]), "== istio-proxy (sidecar); == shipper (sidecar)");
    assert_snapshot!(shown(&namespace, &["web", "-c", "nginx", "--", "true"]));
    assert_snapshot!(shown(&namespace, &["web", "--role", "debug", "--", "true"]));
}

/// They are named, and hide nobody; what prepared the pod need not run.
#[test]
fn containers_that_do_not_run() {
    let namespace = Namespace::new();
    let mut web = pod("web", &[("main", LISTENS), ("ended", "exit 3")]);
    web["spec"]["initContainers"] = json!([container("prepare", "true")]);
    namespace.create(&web);
    namespace.wait(&["--for=jsonpath={.status.containerStatuses[0].state.terminated.exitCode}=3", "pod/web"]);
    namespace.wait(&["--for=jsonpath={.status.containerStatuses[1].ready}=true", "pod/web"]);
    assert_snapshot!(shown(&namespace, &["web", "--", "echo", "here"]));
    assert_snapshot!(shown(&namespace, &["web", "-c", "ended", "--", "echo", "here"]));
    assert_snapshot!(shown(&namespace, &["web", "-c", "main", "-c", "prepare", "--", "sh", "-c", "exit 5"]));
    assert_snapshot!(shown(&namespace, &["web", "--role", "init", "-o", "json", "--", "true"]));
    namespace.end("web", "main");
    namespace.wait(&["--for=jsonpath={.status.phase}=Failed", "pod/web"]);
    assert_snapshot!(shown(&namespace, &["web", "--", "echo", "here"]));
}

#[test]
fn who_may_not() {
    let namespace = Namespace::new();
    listening(&namespace, &["a", "b"]);
    let kubeconfig = namespace.kubeconfig_of("visitor", &["--verb=get", "--resource=pods"]);
    for words in [&["web", "--", "true"][..], &["web", "-c", "a", "--", "true"]] {
        let mut command = super::command(&namespace, words);
        command.env("KUBECONFIG", kubeconfig.path());
        assert_snapshot!(namespace.told(&format!("exec {}", words.join(" ")), &Program::start(command).finish()));
    }
}
