//! What `create` takes the API server takes, and what it refuses the server refuses in the same words.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use crate::create_kinds::in_namespace;
use crate::support::{Namespace, node, run};

/// What is refused here is refused by the server in the same words.
#[test]
fn mistakes_are_worded_as_the_server_words_them() {
    let namespace = Namespace::new();
    let container = |more: &str| format!(r#"{{"name": "a", "image": "a" {more}}}"#);
    let pod = |volumes: &str, containers: &str| {
        format!(
            r#"{{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "a"}}, "spec": {{"volumes": [{volumes}], "containers": [{containers}]}}}}"#
        )
    };
    let mounts = |mounts: &str| container(&format!(r#", "volumeMounts": [{mounts}]"#));
    let v = r#"{"name": "v", "emptyDir": {}}"#;
    let cases = [
        ("--kind pod --sidecar a=a --image a", pod("", &format!("{0}, {0}", container("")))),
        ("--volume v --volume v --image a", pod(&format!("{v}, {v}"), &container(""))),
        ("--volume v --share w:/w --image a", pod(v, &mounts(r#"{"name": "w", "mountPath": "/w"}"#))),
        (
            "--volume v --share v:/v --mount a=v:/v --image a",
            pod(v, &mounts(r#"{"name": "v", "mountPath": "/v"}, {"name": "v", "mountPath": "/v"}"#)),
        ),
        (
            "--kind pod --image a --sidecar B=a",
            pod("", &format!(r#"{}, {{"name": "B", "image": "a"}}"#, container(""))),
        ),
        ("--kind pod --image a --port H:1", pod("", &container(r#", "ports": [{"name": "H", "containerPort": 1}]"#))),
        (
            "--kind pod --image a --requests cpu=2 --limits cpu=1",
            pod("", &container(r#", "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}"#)),
        ),
        ("--kind pod --image a --env ä=1", pod("", &container(r#", "env": [{"name": "ä", "value": "1"}]"#))),
        ("--volume V --image a", pod(r#"{"name": "V", "emptyDir": {}}"#, &container(""))),
        (
            "--volume v --mount a=v:/v:sub=../a --image a",
            pod(v, &mounts(r#"{"name": "v", "mountPath": "/v", "subPath": "../a"}"#)),
        ),
    ];
    for (flags, manifest) in cases {
        let args: Vec<&str> = ["create", "a"].into_iter().chain(flags.split(' ')).collect();
        let ours = run(in_namespace(&namespace, &args)).stderr();
        let args = ["--namespace", namespace.name(), "create", "--dry-run=server", "-f", "-"];
        let servers = node().try_kubectl(&args, &manifest).stderr;
        let servers = String::from_utf8(servers).unwrap();
        let of_server = servers.lines().count();
        assert_eq!(ours.lines().take(of_server).collect::<Vec<_>>(), servers.lines().collect::<Vec<_>>(), "{flags}");
    }
}

/// Names, and what are none.
const NAMES: [&str; 11] = ["a", "b", "main", "log", "x-1", "A", "a.b", "1", "-", "1a", "longer-name-than-most"];

/// Longer than a label, and with a dot where one is cut.
const LONG_NAME: &str = "a-name-of-more-than-sixty-three-bytes.which-a-pod-and-a-deployment-may-have";

/// Words for a flag, right and wrong.
fn flag() -> impl Strategy<Value = Vec<String>> {
    let name = || prop::sample::select(NAMES.to_vec());
    let path = || prop::sample::select(vec!["/a", "/a/b", "a", "/", "/a/../b", "/a b", "/ä"]);
    let quantity = || {
        prop::sample::select(vec![
            "1",
            "100m",
            "64Mi",
            "0",
            "1.5Gi",
            "1e3",
            "0.1m",
            "-1",
            "1mb",
            "5E",
            "100Ei",
            "9999999999999999999Ei",
            "1e30",
        ])
    };
    let resource =
        || prop::sample::select(vec!["cpu", "memory", "ephemeral-storage", "example.com/gpu", "hugepages-2Mi", "x"]);
    let text = || prop::sample::select(vec!["a", "", "a b", "a=b", "ä", "a.b-c_d", "$(A)", "\n", "*"]);
    let flag = |name: &'static str| move |value: String| vec![name.to_owned(), value];
    let equals = |name: &'static str| move |value: String| vec![format!("{name}={value}")];
    prop_oneof![
        (name(), name()).prop_map(|(name, image)| format!("{name}={image}")).prop_map(flag("--sidecar")),
        name().prop_map(str::to_owned).prop_map(flag("--volume")),
        (name(), quantity())
            .prop_map(|(name, size)| format!("{name}=emptyDir:{size}:memory"))
            .prop_map(flag("--volume")),
        (name(), quantity()).prop_map(|(name, size)| format!("{name}=pvc:{size}")).prop_map(flag("--volume")),
        (name(), name()).prop_map(|(name, of)| format!("{name}=secret:{of}")).prop_map(flag("--volume")),
        (name(), path()).prop_map(|(name, path)| format!("{name}=hostpath:{path}")).prop_map(flag("--volume")),
        (name(), path()).prop_map(|(name, path)| format!("{name}:{path}")).prop_map(flag("--share")),
        (name(), name(), path())
            .prop_map(|(at, of, path)| format!("{at}={of}:{path}:ro:sub=a"))
            .prop_map(flag("--mount")),
        (resource(), quantity()).prop_map(|(of, size)| format!("{of}={size}")).prop_map(flag("--requests")),
        (resource(), quantity()).prop_map(|(of, size)| format!("{of}={size}")).prop_map(flag("--limits")),
        (name(), text()).prop_map(|(name, text)| format!("{name}={text}")).prop_map(flag("--env")),
        prop::sample::select(vec!["1A", "..", "a b", "~", "%$(A)", "ä"])
            .prop_map(|name| format!("{name}=1"))
            .prop_map(flag("--env")),
        (name(), name()).prop_map(|(name, claim)| format!("{name}=pvc:{claim}:ro")).prop_map(flag("--volume")),
        (name(), text()).prop_map(|(name, text)| format!("{name}={text}")).prop_map(flag("--labels")),
        (name(), text()).prop_map(|(name, text)| format!("{name}={text}")).prop_map(flag("--annotation")),
        (name(), 0..70_000_u32).prop_map(|(name, port)| format!("{name}:{port}/udp")).prop_map(equals("--port")),
        name().prop_map(str::to_owned).prop_map(equals("--service-account")),
        name().prop_map(str::to_owned).prop_map(equals("--container-name")),
        name().prop_map(|name| format!("secret:{name}")).prop_map(flag("--env-from")),
        prop::sample::select(vec!["Always", "Never", "OnFailure"]).prop_map(str::to_owned).prop_map(flag("--restart")),
        Just(vec!["--native".to_owned()]),
        text().prop_map(str::to_owned).prop_map(equals("--arg")),
    ]
}

/// A name, a kind, and some flags.
fn command_line() -> impl Strategy<Value = Vec<String>> {
    let kinds = ["pod", "deployment", "statefulset", "daemonset", "job", "cronjob"];
    let name = prop::sample::select(vec!["main", "a.b", "1", "x-1", LONG_NAME]);
    let schedule = prop::sample::select(vec!["*/5 0-6 1 jan mon-fri", "@every 90m", "@hourly"]);
    let flags = prop::collection::vec(flag(), 0..5);
    (name, prop::sample::select(kinds.to_vec()), schedule, flags).prop_map(|(name, kind, schedule, flags)| {
        let mut words: Vec<String> = ["create", name, "--kind", kind, "--image", "busybox"].map(str::to_owned).to_vec();
        if kind == "cronjob" {
            words.extend(["--schedule", schedule].map(str::to_owned));
        }
        words.extend(flags.into_iter().flatten());
        words
    })
}

/// Refused is what is refused before the server is asked.
#[test]
fn what_create_takes_the_server_takes() {
    const TAKEN: usize = 100;
    let namespace = Namespace::new();
    let is_name = |name: &&&str| !name.contains(|letter: char| letter.is_uppercase()) && **name != "-";
    for account in NAMES.iter().filter(is_name) {
        namespace.kubectl(&["create", "serviceaccount", account]); // an object is judged, not what else is there
    }
    let (mut runner, mut taken) = (TestRunner::new(Config { failure_persistence: None, ..Config::default() }), 0);
    while taken < TAKEN {
        let words = command_line().new_tree(&mut runner).unwrap().current();
        let line: Vec<&str> = words.iter().map(String::as_str).chain(["--dry-run=server"]).collect();
        let ended = run(in_namespace(&namespace, &line));
        if ended.stderr().contains("Using namespace") {
            taken += 1;
            assert_eq!(ended.code(), Some(0), "{line:?}\n{}", ended.stderr());
        }
    }
}
