//! `create` of every kind on a real cluster: it becomes ready, its sidecar works, and it is the object that kubectl makes.

use std::process::Command;

use insta::assert_snapshot;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use regex::Regex;
use serde_json::Value;

use crate::support::{Ended, Namespace, node, run, sidecar};

/// A main container that writes a line a second into the shared volume, and a sidecar that follows it.
const WRITES: &str = "for i in 1 2 3 4 5; do echo line $i >> /logs/app.log; sleep 1; done";
const FOLLOWS: &str = "log=tail -n+1 -F /logs/app.log";

/// Those two, as flags. `script` is the main container's.
fn pair<'a>(name: &'a str, kind: &'a str, script: &'a str) -> Vec<&'a str> {
    [
        vec!["create", name, "--kind", kind, "--image", "busybox:latest", "--image-pull-policy", "IfNotPresent"],
        vec!["--command", "sh -c", "--arg", script, "--sidecar", "log=busybox:latest", "--sidecar-command", FOLLOWS],
        vec!["--sidecar-image-pull-policy", "log=IfNotPresent", "--volume", "logs", "--share", "logs:/logs"],
    ]
    .concat()
}

/// The program in that namespace: its flag stands before words that are after `--`.
fn in_namespace(namespace: &Namespace, args: &[&str]) -> Command {
    sidecar(&[&args[..1], &["--namespace", namespace.name()], &args[1..]].concat())
}

#[track_caller]
fn create(namespace: &Namespace, args: &[&str]) -> Ended {
    let ended = run(in_namespace(namespace, args));
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
    ended
}

/// What the sidecar of that workload said.
#[track_caller]
fn sidecar_says(namespace: &Namespace, target: &str) -> String {
    namespace.kubectl(&["logs", target, "-c", "log"])
}

#[test]
fn what_goes_on_running_becomes_ready_and_its_sidecar_works() {
    let namespace = Namespace::new();
    let script = format!("{WRITES}; sleep 3600");
    for kind in ["pod", "deployment", "statefulset", "daemonset"] {
        for native in ["--native=false", "--native"] {
            let name = format!("{kind}{}", native.len());
            let target = format!("{kind}/{name}");
            let ended = create(&namespace, &[pair(&name, kind, &script), vec![native]].concat());
            assert!(ended.stderr().contains("READY "), "{}", ended.stderr());
            assert!(sidecar_says(&namespace, &target).contains("line 1\n"), "{target}");
            // kubectl means the main container where none is named.
            let image = namespace.kubectl(&["exec", &target, "--", "sh", "-c", "cat /proc/1/cmdline | tr '\\0' ' '"]);
            assert!(image.contains("echo line"), "{target}: {image}");
            namespace.kubectl(&["delete", &target, "--wait=false", "--grace-period=1"]);
        }
    }
}

#[test]
fn a_known_sidecar_follows_the_log_of_the_app() {
    let namespace = Namespace::new();
    let image = ["--image", "busybox:latest", "--image-pull-policy", "IfNotPresent", "--command", "sh -c"];
    let script = "echo from the app >> /var/log/nginx/access.log; sleep 3600";
    let preset =
        ["--preset", "tail-logs,image=busybox:latest", "--sidecar-image-pull-policy", "tail-logs=IfNotPresent"];
    let args = [&["create", "shop", "--kind", "deployment"][..], &image, &["--arg", script], &preset].concat();
    assert!(create(&namespace, &args).stderr().contains("READY 1/1"));
    assert!(namespace.kubectl(&["logs", "deployment/shop", "-c", "tail-logs"]).contains("from the app\n"));
}

#[test]
fn replicas_are_waited_for() {
    let namespace = Namespace::new();
    let script = format!("{WRITES}; sleep 3600");
    let ended = create(&namespace, &[pair("shop", "deployment", &script), vec!["--replicas", "3"]].concat());
    assert!(ended.stderr().contains("READY 3/3 after"), "{}", ended.stderr());
    let ready = namespace.kubectl(&["get", "deployment", "shop", "--output", "jsonpath={.status.availableReplicas}"]);
    assert_eq!(ready, "3");
}

#[test]
fn a_job_completes_in_spite_of_its_sidecar() {
    let namespace = Namespace::new();
    let follows = "log=sh -c 'trap \"exit 0\" TERM; tail -n+1 -F /logs/app.log & wait'";
    let mut args = pair("import", "job", WRITES);
    args.iter_mut().filter(|word| **word == FOLLOWS).for_each(|word| *word = follows);
    let ended = create(&namespace, &args);
    assert!(ended.stderr().contains("The sidecars are native"), "{}", ended.stderr());
    assert!(ended.stderr().contains("COMPLETE after"), "{}", ended.stderr());
    assert!(sidecar_says(&namespace, "job/import").contains("line 5\n"));
}

#[test]
fn a_cron_job_is_there_and_its_jobs_work() {
    let namespace = Namespace::new();
    let args = [pair("report", "cronjob", WRITES), vec!["--schedule", "0 0 1 1 *"]].concat();
    assert!(create(&namespace, &args).stderr().contains("There is nothing to wait for"));
    namespace.kubectl(&["create", "job", "now", "--from=cronjob/report"]);
    namespace.wait(&["--for=condition=Complete", "job/now"]);
    assert!(sidecar_says(&namespace, "job/now").contains("line 5\n"));
}

#[test]
fn a_pod_that_is_to_end_is_complete() {
    let namespace = Namespace::new();
    let args = ["create", "once", "--kind", "pod", "--image", "busybox:latest", "--image-pull-policy", "IfNotPresent"];
    let ended = create(&namespace, &[&args[..], &["--restart", "Never", "--", "echo", "done"]].concat());
    assert!(ended.stderr().contains("COMPLETE after"), "{}", ended.stderr());
}

#[test]
fn a_second_one_is_told_what_differs() {
    let namespace = Namespace::new();
    let first = "create shop --kind deployment --image shop:1 --sidecar log=busybox:1 --limits cpu=1 --wait=false";
    create(&namespace, &first.split(' ').collect::<Vec<_>>());
    assert_snapshot!(namespace.shown(&first.replace("cpu=1", "cpu=1000m")));
    assert_snapshot!(namespace.shown(
        "create shop --kind deployment --image shop:2 --replicas 2 --sidecar sink=busybox:1 --volume a --share a:/a --env A=1"
    ));
    assert_snapshot!(
        namespace.shown("create shop --kind deployment --image shop:1 --sidecar log=busybox:1 --wait=false")
    );
    let stateful =
        "create db --kind statefulset --image db:1 --port 80 --volume data=pvc:1Gi --share data:/data --wait=false";
    create(&namespace, &stateful.split(' ').collect::<Vec<_>>());
    assert_snapshot!(namespace.shown(stateful));
}

#[test]
fn a_deployment_whose_image_is_not_there() {
    let namespace = Namespace::new();
    let args = "create shop --kind deployment --image nginx:there-is-no-such-tag";
    assert_snapshot!(without_hashes(&namespace.shown(args)));
}

#[test]
fn a_deployment_that_a_quota_keeps_from_its_pods() {
    let namespace = Namespace::new();
    namespace.kubectl(&["create", "quota", "small", "--hard=pods=0"]);
    namespace.wait(&["--for=jsonpath={.status.hard.pods}=0", "quota/small"]);
    for kind in ["deployment", "statefulset", "daemonset", "job"] {
        let ended = run(in_namespace(&namespace, &["create", "shop", "--kind", kind, "--image", "busybox:latest"]));
        let said = ended.stderr();
        assert_eq!(ended.code(), Some(1), "{said}");
        assert!(said.contains(&format!("{kind}/shop has no pods: its controller may not make them")), "{said}");
        assert!(said.contains("exceeded quota: small") && said.contains("kubectl describe quota small"), "{said}");
    }
}

#[test]
fn a_job_that_fails_is_explained() {
    let namespace = Namespace::new();
    let args =
        ["create", "import", "--kind", "job", "--image", "busybox:latest", "--image-pull-policy", "IfNotPresent"];
    let ended = run(in_namespace(
        &namespace,
        &[&args[..], &["--timeout", "12s", "--", "sh", "-c", "echo no data; exit 3"]].concat(),
    ));
    let said = ended.stderr();
    assert_eq!(ended.code(), Some(1), "{said}");
    assert!(said.contains("exit code 3") && said.contains("log: no data"), "{said}");
    assert!(said.contains("timed out waiting for the condition on jobs/import: not complete after 12 s"), "{said}");
}

#[test]
fn deleted_while_it_is_waited_for() {
    let namespace = Namespace::new();
    let args =
        ["create", "shop", "--kind", "deployment", "--image", "shop.invalid/nothing:1", "--requests", "cpu=100k"];
    let create = crate::support::Program::start(namespace.sidecar(&args));
    create.wait_for_note("still waiting");
    namespace.kubectl(&["delete", "deployment", "shop"]);
    let said = create.finish().stderr();
    assert!(said.contains("error: deployment/shop was deleted before it became ready"), "{said}");
}

/// Combinations of flags that make an object of every kind.
const SHAPES: [&str; 8] = [
    "create",
    "create a --native --env A=1 --limits memory=64Mi",
    "create a --image a:1 --sidecar b=b:1 --volume v --share v:/v --mount b=v:/w:ro:sub=c/d --label x=y --annotation z=1",
    "create a --kind deployment --replicas 0 --image a:1 --sidecar b=b:1 --native --port http:80 --requests cpu=10m,memory=1Mi",
    "create a --kind sts --image a:1 --volume d=pvc:10Gi --share d:/d --service-name names --env-from secret:s",
    "create a --kind ds --image a:1 --volume h=hostpath:/h --mount a=h:/h:ro --volume c=configmap:c --mount a=c:/c",
    "create a --kind job --image a:1 --sidecar b=b:1 --volume k=secret:k --share k:/k --volume r=emptyDir:1Mi:memory --share r:/r",
    "create a --kind cronjob --schedule @hourly --image a:1 --sidecar b=b:1 --restart Never --volume p=pvc:p --share p:/p -- x",
];

fn with<'a>(line: &'a str, flags: &[&'a str]) -> Vec<&'a str> {
    // Before `--` at the end.
    let words: Vec<&str> = line.split(' ').collect();
    [&words[..1], flags, &words[1..]].concat()
}

/// Without what differs from one object to the next.
fn essence(text: &str) -> Value {
    let mut object: Value = serde_json::from_str(text).unwrap();
    object.as_object_mut().unwrap().remove("status");
    let metadata = object["metadata"].as_object_mut().unwrap();
    for key in ["uid", "creationTimestamp", "managedFields", "resourceVersion"] {
        metadata.remove(key);
    }
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
        annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
    without_generated(&mut object);
    object
}

/// Without the token's volume and a Job's own labels.
fn without_generated(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.retain(|item| !item["name"].as_str().is_some_and(|name| name.starts_with("kube-api-access-")));
            items.iter_mut().for_each(without_generated);
        }
        Value::Object(fields) => {
            fields.retain(|key, _| !key.ends_with("controller-uid"));
            fields.values_mut().for_each(without_generated);
        }
        _ => {}
    }
}

#[test]
fn it_is_the_object_that_kubectl_makes_of_the_same_yaml() {
    let namespace = Namespace::new();
    for line in SHAPES {
        let yaml = create(&namespace, &with(line, &["--dry-run=client", "-o", "yaml", "--annotate"])).stdout();
        let ours = create(&namespace, &with(line, &["--dry-run=server", "-o", "json"])).stdout();
        for how in [&["create"][..], &["apply"]] {
            let args =
                [&["--namespace", namespace.name()], how, &["--dry-run=server", "-o", "json", "-f", "-"]].concat();
            assert_eq!(essence(&ours), essence(&node().kubectl(&args, &yaml)), "{line}: {how:?}");
        }
    }
}

#[test]
fn the_server_has_no_warnings_about_it() {
    let namespace = Namespace::new();
    for line in SHAPES {
        let said = create(&namespace, &with(line, &["--dry-run=server"])).stderr();
        assert!(!said.contains("Warning:"), "{line}: {said}");
    }
}

#[test]
fn what_is_saved_for_apply_is_what_kubectl_saves() {
    let namespace = Namespace::new();
    let saved = |object: &str| -> Value {
        let object: Value = serde_json::from_str(object).unwrap();
        object["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"].clone()
    };
    for line in SHAPES {
        let yaml = create(&namespace, &with(line, &["--dry-run=client", "-o", "yaml"])).stdout();
        let ours = create(&namespace, &with(line, &["--dry-run=server", "--save-config", "-o", "json"])).stdout();
        let args =
            ["--namespace", namespace.name(), "create", "--save-config", "--dry-run=server", "-o", "json", "-f", "-"];
        assert_eq!(saved(&ours), saved(&node().kubectl(&args, &yaml)), "{line}");
    }
}

#[test]
fn the_field_manager_and_the_validation_are_the_servers_business() {
    let namespace = Namespace::new();
    let ended =
        create(&namespace, &["create", "--wait=false", "--field-manager", "me", "--validate=warn", "-o", "name"]);
    assert_eq!(ended.stdout(), "pod/webserver\n");
    let args = [
        "get",
        "pod",
        "webserver",
        "--show-managed-fields",
        "--output",
        "jsonpath={.metadata.managedFields[*].manager}",
    ];
    assert!(namespace.kubectl(&args).split(' ').any(|manager| manager == "me"));
}

#[test]
fn inspect_shows_what_was_meant() {
    use std::io::Write;
    let namespace = Namespace::new();
    let line = "create shop --kind deployment --image shop:1 --sidecar log=busybox:1 --sidecar proxy=proxy:1 --native \
                --volume logs=emptyDir:64Mi --mount shop=logs:/var/log/shop --mount log=logs:/logs:ro --volume keys=secret:tls \
                --mount proxy=keys:/etc/tls:ro";
    let words: Vec<&str> = line.split_whitespace().collect();
    let yaml = create(&namespace, &[&words[..], &["--dry-run=client", "-o", "yaml"]].concat()).stdout;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&yaml).unwrap();
    let mut inspect = namespace.sidecar(&["inspect", "-f", "-"]);
    inspect.stdin(file.reopen().unwrap());
    assert_snapshot!(namespace.told("inspect -f -", &run(inspect)));
}

/// Without what is made up, and how far it was seen to come.
fn without_hashes(text: &str) -> String {
    let text = Regex::new(r"shop-[0-9a-z]{5,10}-[0-9a-z]{5}").unwrap().replace_all(text, "shop-HASH");
    Regex::new(r"(?m)^(deployment/shop|shop-HASH/?\S*): .*\n").unwrap().replace_all(&text, "").into_owned()
}

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
const NAMES: [&str; 10] = ["a", "b", "main", "log", "x-1", "A", "a.b", "1", "-", "longer-name-than-most"];

/// Words for a flag, right and wrong.
fn flag() -> impl Strategy<Value = Vec<String>> {
    let name = || prop::sample::select(NAMES.to_vec());
    let path = || prop::sample::select(vec!["/a", "/a/b", "a", "/", "/a/../b", "/a b", "/ä"]);
    let quantity =
        || prop::sample::select(vec!["1", "100m", "64Mi", "0", "1.5Gi", "1e3", "0.1m", "-1", "1mb", "5E", "100Ei"]);
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
    let name = prop::sample::select(vec!["main", "a.b", "1", "x-1"]);
    (name, prop::sample::select(kinds.to_vec()), prop::collection::vec(flag(), 0..5)).prop_map(|(name, kind, flags)| {
        let mut words: Vec<String> = ["create", name, "--kind", kind, "--image", "busybox"].map(str::to_owned).to_vec();
        if kind == "cronjob" {
            words.extend(["--schedule", "*/5 0-6 1 jan mon-fri"].map(str::to_owned));
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
