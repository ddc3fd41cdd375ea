//! `create` of every kind on a real cluster: it becomes ready, its sidecar works, and it is the object that kubectl makes.

use std::process::Command;

use insta::assert_snapshot;
use regex::Regex;

use crate::support::{Ended, Namespace, run, sidecar};

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
pub(crate) fn in_namespace(namespace: &Namespace, args: &[&str]) -> Command {
    sidecar(&[&args[..1], &["--namespace", namespace.name()], &args[1..]].concat())
}

#[track_caller]
pub(crate) fn create(namespace: &Namespace, args: &[&str]) -> Ended {
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
    let script = format!("{WRITES}; sleep 3600; exit 0"); // a shell becomes its last command
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

/// Longer than what its labels and containers are called by.
#[test]
fn a_name_as_long_as_the_api_takes_it_is_of_use() {
    let namespace = Namespace::new();
    for (kind, length) in [("deployment", 253), ("daemonset", 242)] {
        let ended = create(&namespace, &pair(&"a".repeat(length), kind, "sleep 3600"));
        assert!(ended.stderr().contains("READY 1/1"), "{}", ended.stderr());
    }
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
        assert!(said.contains(&format!("{kind}/shop has no pods: its controller may not make any")), "{said}");
        assert!(said.contains("exceeded quota: small") && said.contains("kubectl describe quota small"), "{said}");
    }
}

/// Pods that are there say nothing of those that are not.
#[test]
fn a_quota_that_leaves_room_for_some_pods() {
    for kind in ["deployment", "statefulset"] {
        let namespace = Namespace::new();
        namespace.kubectl(&["create", "quota", "small", "--hard=pods=1"]);
        namespace.wait(&["--for=jsonpath={.status.hard.pods}=1", "quota/small"]);
        let args = ["create", "shop", "--kind", kind, "--replicas=2", "--image=busybox:latest"];
        let args = [&args[..], &["--image-pull-policy=IfNotPresent", "--command=sleep", "--arg=3600"]].concat();
        let ended = run(in_namespace(&namespace, &args));
        let said = ended.stderr();
        assert_eq!(ended.code(), Some(1), "{said}");
        assert!(said.contains(&format!("{kind}/shop lacks pods: its controller may not make all")), "{said}");
        assert!(said.contains("exceeded quota: small"), "{said}");
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

/// Not how many pods are missing only, but what each of them is at.
#[test]
fn a_terminal_shows_what_is_waited_for() {
    let namespace = Namespace::new();
    let args = "create shop --kind deployment --image busybox:latest --image-pull-policy IfNotPresent --replicas 2 \
                --sidecar log=shop.invalid/nothing:1 --command sleep --arg 3600";
    let args: Vec<&str> = args.split(' ').collect();
    let create = crate::support::Program::start_with_errors_on_terminal(namespace.sidecar(&args), 400);
    let shown =
        Regex::new(r"0 of 2 updated replicas are available, \d+ s  shop-\S+: .*log: .+; shop-\S+: .*log: ").unwrap();
    create.wait_until("what both pods are at", |output| shown.is_match(&output.stderr()));
    create.interrupt();
    assert_eq!(create.finish().code(), Some(130));
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
