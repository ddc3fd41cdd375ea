//! Typed objects, and why a document is none.

use k8s_openapi::api::core::v1;
use serde_json::{Value as Json, json};

use super::super::*;
use super::read;

fn mismatch(text: &str) -> String {
    let document = read(text).remove(0).unwrap();
    let error = document.typed::<v1::Pod>(&FieldPath::ROOT).unwrap_err();
    format!("{} {}: {}", document.position(&error.at), error.at, error.problem)
}

fn in_container(field: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    {field}\n")
}

#[test]
fn values_of_another_type_are_explained() {
    let cases = [
        (
            "env: [{name: FOO, value: yes}]",
            "6:30 spec.containers[0].env[0].value",
            "this is the boolean true (yes without quotes means true in YAML), not text: write \"yes\" in quotes",
        ),
        (
            "env: [{name: FOO, value: true}]",
            "6:30 spec.containers[0].env[0].value",
            "this is the boolean true, not text: write \"true\" in quotes",
        ),
        (
            "env: [{name: FOO, value: 0644}]",
            "6:30 spec.containers[0].env[0].value",
            "this is the number 420 (0644 without quotes means 420 in YAML), not text: write \"0644\" in quotes",
        ),
        (
            "command: sleep",
            "6:14 spec.containers[0].command",
            "this is the text \"sleep\", not a list: each item of a list begins with a dash, \"- \"",
        ),
        ("args: [1]", "6:12 spec.containers[0].args[0]", "this is the number 1, not text: write \"1\" in quotes"),
        (
            "ports: [{containerPort: \"80\"}]",
            "6:29 spec.containers[0].ports[0].containerPort",
            "this is the text \"80\", not a whole number: write 80 without quotes",
        ),
        (
            "ports: [{containerPort: 1.5}]",
            "6:29 spec.containers[0].ports[0].containerPort",
            "this is the number 1.5, not a whole number",
        ),
        (
            "tty: \"true\"",
            "6:10 spec.containers[0].tty",
            "this is the text \"true\", not true or false: write true without quotes",
        ),
        (
            "securityContext: [a]",
            "6:5 spec.containers[0].securityContext",
            "this is a list, not what SecurityContext looks like: take the dash away, unless the list belongs \
             elsewhere",
        ),
        (
            "volumeMounts: {name: a}",
            "6:5 spec.containers[0].volumeMounts",
            "this is a mapping, not a list: each item of a list begins with a dash, \"- \"",
        ),
    ];
    for (field, place, problem) in cases {
        assert_eq!(mismatch(&in_container(field)), format!("{place}: {problem}"));
    }
}

#[test]
fn null_is_the_zero_value_as_in_go() {
    let text = in_container("{image: , command: [~], tty: ~, ports: [{containerPort: ~}], env: ~, volumeMounts: [~]}")
        .replace("- name: a\n    ", "- ");
    let document = read(&text).remove(0).unwrap();
    let pod = document.typed::<v1::Pod>(&FieldPath::ROOT).unwrap().object;
    let container = &pod.spec.unwrap().containers[0];
    assert_eq!(container.command, Some(vec![String::new()]));
    assert_eq!(container.ports.as_ref().unwrap()[0].container_port, 0);
    assert_eq!(container.volume_mounts.as_ref().unwrap()[0].name, "");
}

#[test]
fn quantities_and_ports_may_be_numbers_or_text() {
    let text = in_container("resources: {limits: {cpu: 1, memory: 64Mi}}\n    livenessProbe: {httpGet: {port: 80.0}}");
    let document = read(&text).remove(0).unwrap();
    let pod = document.typed::<v1::Pod>(&FieldPath::ROOT).unwrap().object;
    assert_eq!(Json::from(document.root())["spec"]["containers"][0]["resources"]["limits"]["cpu"], json!(1));
    assert_eq!(pod.spec.unwrap().containers[0].resources.as_ref().unwrap().limits.as_ref().unwrap()["cpu"].0, "1");
    let document = read(&in_container("resources: {limits: {cpu: ~}}")).remove(0).unwrap();
    let pod = document.typed::<v1::Pod>(&FieldPath::ROOT).unwrap().object;
    assert_eq!(pod.spec.unwrap().containers[0].resources.as_ref().unwrap().limits.as_ref().unwrap()["cpu"].0, "0");
}

#[test]
fn unknown_fields_are_told_with_the_type_around_them() {
    let document = read(&in_container("volumeMount: []\n    ports: [{port: 80}]")).remove(0).unwrap();
    let unknown = document.typed::<v1::Pod>(&FieldPath::ROOT).unwrap().unknown;
    let told: Vec<_> = unknown.iter().map(|field| (field.at.to_string(), field.inside)).collect();
    assert_eq!(
        told,
        [
            ("spec.containers[0].volumeMount".to_owned(), "Container"),
            ("spec.containers[0].ports[0].port".to_owned(), "ContainerPort")
        ]
    );
    assert!(unknown[0].known.contains(&"volumeMounts"));
}
