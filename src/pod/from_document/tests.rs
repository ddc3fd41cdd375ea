use std::sync::Arc;

use super::*;
use crate::document::documents;

fn found(text: &str) -> Vec<String> {
    let told = |object| match object {
        Object::Workload(workload) => {
            let containers: Vec<_> = workload.pod.containers.iter().map(|c| c.name.as_str()).collect();
            format!(
                "{} {} at {:?}: {}",
                workload.kind.as_str(),
                workload.name,
                workload.at.to_string(),
                containers.join(" ")
            )
        }
        Object::Other(kind) => format!("other {kind:?}"),
        Object::Broken(mismatch) => format!("broken {:?}: {}", mismatch.at.to_string(), mismatch.problem),
    };
    documents(&Arc::from(text)).flat_map(|document| objects(&document.unwrap())).map(told).collect()
}

#[test]
fn every_kind_says_where_its_pod_is() {
    for kind in WorkloadKind::ALL {
        let spec = r#"{"spec":{"containers":[{"name":"a"}]}}"#;
        let body = kind.template().steps().iter().rev().fold(spec.to_owned(), |inner, step| match step {
            crate::document::Step::Key(key) => format!(r#"{{"{key}":{inner}}}"#),
            crate::document::Step::Index(_) => unreachable!(),
        });
        let head =
            format!(r#"{{"apiVersion":"{}","kind":"{}","metadata":{{"name":"n"}},"#, kind.api_version(), kind.as_str());
        let text = format!("{head}{}", &body[1..]);
        assert_eq!(found(&text), [format!("{} n at \"\": a", kind.as_str())], "{text}");
    }
}

#[test]
fn lists_are_looked_into() {
    let item = "{apiVersion: v1, kind: Pod, metadata: {generateName: p-}}";
    let text = format!("apiVersion: v1\nkind: List\nitems: [{item}, {{apiVersion: v1, kind: Service}}, 5]");
    assert_eq!(
        found(&text),
        [
            "Pod p-* at \"items[0]\": ",
            "other Some(\"Service\")",
            "broken \"items[2]\": this is a plain value, not an object of Kubernetes with apiVersion, kind and spec"
        ]
    );
    let text = "apiVersion: v1\nkind: PodList\nitems: [{metadata: {name: p}}]";
    assert_eq!(found(text), ["Pod p at \"items[0]\": "]);
}

#[test]
fn near_misses_are_told() {
    let cases = [
        (
            "apiVersion: v1\nkind: Deployment",
            "broken \"apiVersion\": no matches for kind \"Deployment\" in version \"v1\": write apiVersion: \
             apps/v1",
        ),
        (
            "apiVersion: v1\nkind: pod",
            "broken \"kind\": no matches for kind \"pod\" in version \"v1\": write kind: Pod",
        ),
        (
            "apiVersion: v1\nkind: Pods",
            "broken \"kind\": no matches for kind \"Pods\" in version \"v1\": write kind: Pod",
        ),
        ("apiVersion: v1\nspec: {}", "broken \"\": kind is not set: an object begins with apiVersion and kind"),
        ("kind: Pod", "broken \"\": apiVersion is not set: an object begins with apiVersion and kind"),
        ("spec: {containers: []}", "broken \"\": kind is not set: an object begins with apiVersion and kind"),
    ];
    for (text, expected) in cases {
        assert_eq!(found(text), [expected]);
    }
}

#[test]
fn what_belongs_to_others_is_left_alone() {
    assert_eq!(found("apiVersion: batch.volcano.sh/v1alpha1\nkind: Job"), ["other Some(\"Job\")"]);
    assert_eq!(found("apiVersion: v1\nkind: ConfigMap"), ["other Some(\"ConfigMap\")"]);
    assert_eq!(found("replicas: 3\nimage: {tag: x}"), ["other None"]);
}

#[test]
fn claims_of_a_stateful_set_are_volumes_of_its_pods() {
    let text = "apiVersion: apps/v1\nkind: StatefulSet\nspec: {volumeClaimTemplates: [{metadata: {name: data}}]}";
    let document = documents(&Arc::from(text)).next().unwrap().unwrap();
    let [Object::Workload(workload)] = &objects(&document)[..] else { panic!() };
    assert_eq!(workload.pod.volume("data").unwrap().source.kind, "persistentVolumeClaim");
}

#[test]
fn a_claim_of_a_stateful_set_replaces_the_volume_of_its_name() {
    let text = "apiVersion: apps/v1\nkind: StatefulSet\nspec: {volumeClaimTemplates: [{metadata: {name: data}}], \
                template: {spec: {volumes: [{name: data, emptyDir: {}}, {name: other, emptyDir: {}}]}}}";
    let document = documents(&Arc::from(text)).next().unwrap().unwrap();
    let [Object::Workload(workload)] = &objects(&document)[..] else { panic!() };
    let kinds: Vec<_> = workload.pod.volumes.iter().map(|volume| volume.source.kind.as_str()).collect();
    assert_eq!(kinds, ["emptyDir", "persistentVolumeClaim"]);
}

#[test]
fn custom_resources_with_a_pod_template_are_read() {
    let with = |head: &str, spec: &str| found(&format!("{head}\nmetadata: {{name: web}}\nspec: {{{spec}}}"));
    let rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout";
    let template = |spec: &str| format!("template: {{spec: {{{spec}}}}}");
    let containers = template("containers: [{name: a}]");
    assert_eq!(with(rollout, &containers), ["Rollout web at \"\": a"]);
    assert_eq!(with(rollout, &format!("strange: 5, {containers}")), ["Rollout web at \"\": a"]);
    assert_eq!(with(rollout, &template("initContainers: [{name: a}]")), ["Rollout web at \"\": a"]);
    assert_eq!(
        with("apiVersion: apps.kruise.io/v1beta1\nkind: StatefulSet", &containers),
        ["StatefulSet web at \"\": a"]
    );
    assert_eq!(
        with("apiVersion: serving.knative.dev/v1\nkind: Service", &template("containers: [{}, {}]")),
        ["Service web at \"\": <none> <none> 2"]
    );
    for nothing in ["workloadRef: {}", "template: {}", &template("containers: 5"), "template: {spec: {domain: {}}}"] {
        assert_eq!(with(rollout, nothing), ["other Some(\"Rollout\")"], "{nothing}");
    }
    assert_eq!(with("apiVersion: apps/v1\nkind: Rollout", &containers), ["other Some(\"Rollout\")"]);
    let list = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: RolloutList\nitems: [{{apiVersion: argoproj.io/v1alpha1, kind: Rollout, spec: {{{containers}}}}}]"
    );
    assert_eq!(found(&list), ["Rollout <none> at \"items[0]\": a"]);
}

#[test]
fn of_a_custom_resource_only_the_template_is_known() {
    let text = "apiVersion: a.example/v1\nkind: Fleet\nspec: {size: 5, template: {spec: {containers: [{name: a, \
                imag: x}]}}, volumeClaimTemplates: [{metadata: {name: data}}]}";
    let document = documents(&Arc::from(text)).next().unwrap().unwrap();
    let [Object::Workload(workload)] = &objects(&document)[..] else { panic!() };
    let unknown: Vec<_> = workload.unknown.iter().map(|unknown| unknown.at.to_string()).collect();
    assert_eq!(unknown, ["spec.template.spec.containers[0].imag"]);
    assert!(workload.pod.volume("data").is_some());
}

#[test]
fn a_volume_of_a_type_that_is_not_known_has_its_name() {
    let text = "apiVersion: v1\nkind: Pod\nspec: {volumes: [{name: a, holoDeck: {}}, {name: b}, {name: c, mountPath: \
                /c}, {name: d, emptyDir: {}, holoDeck: {}}]}";
    let document = documents(&Arc::from(text)).next().unwrap().unwrap();
    let [Object::Workload(workload)] = &objects(&document)[..] else { panic!() };
    let kinds: Vec<_> = workload.pod.volumes.iter().map(|volume| volume.source.kind.as_str()).collect();
    assert_eq!(kinds, ["holoDeck", "emptyDir", "emptyDir", "emptyDir"]);
}
