//! `inspect` of what has pods, and of pods that are chosen, on a real cluster.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Namespace, Program, pod, template, workload};

/// The names that are written, a line each, without what a controller adds to them.
#[track_caller]
fn names(namespace: &Namespace, args: &[&str]) -> Vec<String> {
    let told = Program::start(namespace.sidecar(&[&["inspect", "-o", "name"], args].concat())).finish();
    assert_eq!(told.code(), Some(0), "{}", told.stderr());
    told.stdout().lines().map(str::to_owned).collect()
}

/// Two Deployments whose labels overlap, a StatefulSet, a Service of all, a Job that is over, and what has no pods.
#[test]
fn what_has_pods_stands_for_its_own() {
    let namespace = Namespace::new();
    let sleeps = template("web", "exec sleep 86400");
    for (name, replicas) in [("one", 2), ("two", 1), ("none", 0)] {
        namespace.create(&workload("Deployment", name, Some(replicas), &sleeps));
    }
    namespace.create(&workload("StatefulSet", "db", Some(1), &template("db", "exec sleep 86400")));
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}});
    namespace.create(&service);
    namespace.kubectl(&[
        "create",
        "cronjob",
        "nightly",
        "--image=busybox:latest",
        "--schedule=0 0 1 1 *",
        "--",
        "true",
    ]);
    for rollout in ["deploy/one", "deploy/two", "sts/db"] {
        namespace.kubectl(&["rollout", "status", rollout, "--timeout=120s"]);
    }

    let one = names(&namespace, &["deploy/one"]);
    assert!(one.len() == 2 && one.iter().all(|name| name.starts_with("pod/one-")), "{one:?}");
    assert_eq!(names(&namespace, &["deploy/two", "sts/db", "db-0"]).len(), 2);
    assert_eq!(names(&namespace, &["svc/web"]).len(), 3);
    assert_eq!(names(&namespace, &["-l", "app in (web, db)"]).len(), 4);
    assert_eq!(names(&namespace, &["--match", "db-.*"]), ["pod/db-0"]);
    assert_snapshot!(namespace.shown("inspect deploy/none cronjob/nightly"));
    assert_snapshot!(namespace.shown("inspect gone sts/db deploy/gone"));
    assert_snapshot!(namespace.shown("inspect -l app=nobody"));
    let told = Program::start(namespace.sidecar(&["inspect", "-l", "app=db", "-o", "json"])).finish();
    let document: Value = serde_json::from_str(&told.stdout()).unwrap();
    assert_eq!((&document["kind"], document["items"].as_array().unwrap().len()), (&json!("PodInspectionList"), 1));
}

/// Pods that cannot run beside pods that can: each says what is wrong with it.
#[test]
fn one_bad_pod_hides_no_other() {
    let namespace = Namespace::new();
    let mut bad = pod("bad", &[("app", "exec sleep 86400")]);
    bad["spec"]["containers"][0]["imagePullPolicy"] = json!("Never");
    bad["spec"]["containers"][0]["image"] = json!("no-such-image:here");
    namespace.create(&bad);
    namespace.create(&pod("good", &[("app", "exec sleep 86400")]));
    namespace.wait(&["--for=condition=Ready", "pod/good"]);
    namespace
        .wait(&["--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ErrImageNeverPull", "pod/bad"]);
    assert_snapshot!(namespace.shown("inspect --match .*"));
}
