//! The Roles in SECURITY.md: with one of them a command does all it can; with a verb less it fails, or says what is missing.
//!
//! Longer than other files: most of it is the table of commands that show what each verb is for.

use std::io::Write;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::support::{Ended, LISTENS, Namespace, Program, container, node, pod, sidecar, template, workload};

const DOCUMENT: &str = include_str!("../../SECURITY.md");

/// One verb on one resource.
#[derive(Debug, Clone, PartialEq)]
struct Grant {
    group: String,
    resource: String,
    verb: String,
}

impl Grant {
    fn as_rule(&self) -> Value {
        json!({"apiGroups": [self.group], "resources": [self.resource], "verbs": [self.verb]})
    }
}

/// What the document grants under those names.
fn documented(roles: &[&str]) -> Vec<Grant> {
    let blocks = DOCUMENT.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let manifest = blocks.collect::<Vec<_>>().join("---\n");
    let list = node().kubectl(&["create", "--dry-run=client", "--output", "json", "-f", "-"], &manifest);
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let mut grants = Vec::new();
    for name in roles {
        // kubectl prints one object after the other.
        let all = serde_json::Deserializer::from_str(&list).into_iter::<Value>().map(Result::unwrap);
        let role = all.into_iter().find(|role| role["metadata"]["name"] == *name).unwrap();
        for rule in role["rules"].as_array().unwrap() {
            for (group, resource) in texts(&rule["apiGroups"])
                .iter()
                .flat_map(|group| texts(&rule["resources"]).into_iter().map(move |resource| (group.clone(), resource)))
            {
                let grant = |verb| Grant { group: group.clone(), resource: resource.clone(), verb };
                grants.extend(texts(&rule["verbs"]).into_iter().map(grant));
            }
        }
    }
    grants
}

/// Somebody who may do just that in a namespace, and their kubeconfig.
struct User {
    name: String,
    kubeconfig: NamedTempFile,
}

impl User {
    /// Users with these grants each, made at once, and known to the server.
    fn all(namespace: &Namespace, each: &[Vec<Grant>]) -> Vec<Self> {
        let names: Vec<String> = (0..each.len()).map(|index| format!("{}-user-{index}", namespace.name())).collect();
        let mut items = Vec::new();
        for (name, grants) in names.iter().zip(each) {
            let rules: Vec<Value> = grants.iter().map(Grant::as_rule).collect();
            let rbac = "rbac.authorization.k8s.io";
            let (version, metadata) = (format!("{rbac}/v1"), json!({"name": name}));
            let role = json!({"apiGroup": rbac, "kind": "Role", "name": name});
            let subject = json!({"apiGroup": rbac, "kind": "User", "name": name});
            items.push(json!({"apiVersion": version, "kind": "Role", "metadata": metadata, "rules": rules}));
            items.push(json!({
                "apiVersion": version, "kind": "RoleBinding", "metadata": metadata, "roleRef": role, "subjects": [subject],
            }));
        }
        namespace.create(&json!({"apiVersion": "v1", "kind": "List", "items": items}));
        let config = node().kubectl(&["config", "view", "--raw", "--minify", "--flatten", "--output", "json"], "");
        let user = |name: &String| {
            let mut config: Value = serde_json::from_str(&config).unwrap();
            config["users"][0]["user"]["as"] = json!(name);
            let mut kubeconfig = NamedTempFile::new().unwrap();
            kubeconfig.write_all(config.to_string().as_bytes()).unwrap();
            Self { name: name.clone(), kubeconfig }
        };
        let users: Vec<Self> = names.iter().map(user).collect();
        if let (Some(user), Some(grant)) = (users.last(), each.last().and_then(|grants| grants.last())) {
            user.wait_for(namespace, grant);
        }
        users
    }

    /// Until the server has heard of it.
    fn wait_for(&self, namespace: &Namespace, grant: &Grant) {
        let (kind, subresource) = grant.resource.split_once('/').unwrap_or((&grant.resource, ""));
        let kind = if grant.group.is_empty() { kind.to_owned() } else { format!("{kind}.{}", grant.group) };
        let asked = ["auth", "can-i", &grant.verb, &kind, "--subresource", subresource, "--as", &self.name];
        let asked = [&["--namespace", namespace.name()], &asked[..]].concat();
        while !node().try_kubectl(&asked, "").status.success() {}
    }

    fn run(&self, namespace: &Namespace, words: &[&str]) -> Ended {
        let mut command: Command = sidecar(&[words, &["--namespace", namespace.name()]].concat());
        if let Some(at) = words.iter().position(|word| *word == "--") {
            command = sidecar(&[&words[..at], &["--namespace", namespace.name()], &words[at..]].concat());
        }
        command.env("KUBECONFIG", self.kubeconfig.path());
        Program::start(command).finish_or_interrupt(|output| self.is_refused(&output.stderr()))
    }

    /// Whether it is said, one way or another, that they may not do something. The node may be forbidden something for a
    /// moment, too: its events say so.
    fn is_refused(&self, text: &str) -> bool {
        text.contains(&format!("User {:?} cannot", self.name)) || text.contains("may not")
    }
}

/// A command that needs a resource, or one verb on it (`""`: more than one resource), and what it shows only then: nothing, if it fails otherwise. `NEW`
/// in it is a name that nothing has.
type Deed = (&'static str, &'static [&'static str], &'static str);

/// Whether somebody does it, and is shown what they should be.
fn does(user: &User, namespace: &Namespace, (_, words, shown): &Deed) -> Result<(), String> {
    let name: String = std::iter::repeat_with(fastrand::lowercase).take(8).collect();
    let words: Vec<&str> = words.iter().map(|word| if *word == "NEW" { &name } else { *word }).collect();
    let ended = user.run(namespace, &words);
    let said = format!("{}{}", ended.stdout(), ended.stderr());
    let done = if shown.is_empty() { ended.code() == Some(0) } else { said.contains(shown) };
    if done && !user.is_refused(&said) { Ok(()) } else { Err(format!("{words:?}\n{said}")) }
}

/// With a role, beside others, all of that is done; without any one of its verbs something is not that needs it.
#[track_caller]
fn each_verb_is_needed(namespace: &Namespace, role: &str, beside: &[&str], deeds: &[Deed]) {
    let (granted, beside) = (documented(&[role]), documented(beside));
    let without = |left_out: Option<&Grant>| -> Vec<Grant> {
        granted.iter().filter(|grant| Some(*grant) != left_out).chain(&beside).cloned().collect()
    };
    let each: Vec<Vec<Grant>> = std::iter::once(None).chain(granted.iter().map(Some)).map(without).collect();
    let users = User::all(namespace, &each);
    let (all, others) = users.split_first().unwrap();
    for each in deeds {
        does(all, namespace, each).unwrap();
    }
    let mut needless = Vec::new();
    for (user, left_out) in others.iter().zip(&granted) {
        let Grant { resource, verb, .. } = left_out;
        let named = format!("{resource} {verb}");
        let own = deeds.iter().filter(|(needed, ..)| needed == resource || *needed == named);
        let general = deeds.iter().filter(|(needed, ..)| needed.is_empty());
        if own.chain(general).all(|each| does(user, namespace, each).is_ok()) {
            needless.push(left_out);
        }
    }
    assert!(needless.is_empty(), "{role}: nobody missed {needless:#?}");
}

/// Workloads of each kind, named after it, with pods that stay; those of jobs run a script.
fn with_workloads(script: &str, until: &str) -> Namespace {
    let namespace = Namespace::new();
    for (kind, replicas) in
        [("Deployment", Some(1)), ("StatefulSet", Some(1)), ("ReplicaSet", Some(1)), ("DaemonSet", None)]
    {
        let name = kind.to_lowercase();
        namespace.create(&workload(kind, &name, replicas, &template(&name, LISTENS)));
    }
    let mut job = template("job", script);
    job["spec"]["restartPolicy"] = json!("Never");
    namespace.create(&json!({
        "apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "rc"},
        "spec": {"selector": {"app": "rc"}, "template": template("rc", LISTENS)},
    }));
    namespace.create(&json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "svc"},
        "spec": {"selector": {"app": "rc"}, "ports": [{"port": 80}]},
    }));
    let spec = json!({"template": job});
    namespace.create(&json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "job"}, "spec": spec}));
    namespace.create(&json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "cron"},
        "spec": {"schedule": "0 0 31 2 *", "jobTemplate": {"spec": spec}},
    }));
    namespace.kubectl(&["create", "job", "cron-1", "--from=cronjob/cron"]);
    namespace.create(&pod("web", &[("main", LISTENS), ("other", LISTENS)]));
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
    for name in ["deployment", "statefulset", "replicaset", "daemonset", "rc"] {
        namespace.wait(&["--for=condition=Ready", "pod", "--selector", &format!("app={name}")]);
    }
    namespace.wait(&[until, "job/job", "job/cron-1"]);
    namespace
}

#[test]
fn logs_needs_what_is_documented() {
    let namespace = with_workloads("echo done", "--for=condition=Complete");
    each_verb_is_needed(
        &namespace,
        "sidecar-logs",
        &[],
        &[
            ("", &["logs", "web", "--no-follow"], ""),
            ("", &["logs", "--selector", "app=rc", "--no-follow"], ""),
            ("pods watch", &["logs", "job/job"], ""),
            ("deployments", &["logs", "deployment/deployment", "--no-follow"], ""),
            ("statefulsets", &["logs", "statefulset/statefulset", "--no-follow"], ""),
            ("replicasets", &["logs", "replicaset/replicaset", "--no-follow"], ""),
            ("daemonsets", &["logs", "daemonset/daemonset", "--no-follow"], ""),
            ("replicationcontrollers", &["logs", "rc/rc", "--no-follow"], ""),
            ("services", &["logs", "svc/svc", "--no-follow"], ""),
            ("jobs", &["logs", "job/job"], ""),
            ("jobs", &["logs", "cronjob/cron", "--no-follow"], ""),
            ("cronjobs", &["logs", "cronjob/cron", "--no-follow"], ""),
        ],
    );
}

#[test]
fn exec_needs_what_is_documented() {
    let namespace = with_workloads(LISTENS, "--for=jsonpath={.status.ready}=1");
    each_verb_is_needed(
        &namespace,
        "sidecar-exec",
        &[],
        &[
            ("", &["exec", "web", "--", "true"], ""),
            ("", &["exec", "rc/rc", "--", "true"], ""),
            ("deployments", &["exec", "deployment/deployment", "--", "true"], ""),
            ("statefulsets", &["exec", "statefulset/statefulset", "--", "true"], ""),
            ("replicasets", &["exec", "replicaset/replicaset", "--", "true"], ""),
            ("daemonsets", &["exec", "daemonset/daemonset", "--", "true"], ""),
            ("services", &["exec", "svc/svc", "--", "true"], ""),
            ("jobs", &["exec", "job/job", "--", "true"], ""),
            ("jobs", &["exec", "cronjob/cron", "--", "true"], ""),
            ("cronjobs", &["exec", "cronjob/cron", "--", "true"], ""),
        ],
    );
}

/// A pod that does not start for what is not there, and one that ended with an error: each cause is asked for elsewhere.
#[test]
fn inspect_needs_what_is_documented() {
    let namespace = with_workloads("echo done", "--for=condition=Complete");
    let mut broken = pod("broken", &[("main", "exit 1")]);
    broken["spec"]["containers"][0]["volumeMounts"] = json!([
        {"name": "config", "mountPath": "/config"}, {"name": "secret", "mountPath": "/secret"},
    ]);
    broken["spec"]["volumes"] = json!([
        {"name": "config", "configMap": {"name": "missing", "items": [{"key": "a", "path": "a"}]}},
        {"name": "secret", "secret": {"secretName": "missing"}},
    ]);
    namespace.create(&broken);
    let events = ["--field-selector=involvedObject.name=broken,reason=FailedMount", "--output=name"];
    let events = [&["--namespace", namespace.name(), "get", "events", "--watch"], &events[..]].concat();
    Program::start(node().kubectl_command(&events)).wait_for("event/");
    let mut claims = pod("claims", &[("main", LISTENS)]);
    claims["spec"]["volumes"] = json!([{"name": "claim", "persistentVolumeClaim": {"claimName": "missing"}}]);
    namespace.create(&claims);
    let mut crashing = pod("crashing", &[("main", "echo that is why; exit 1")]);
    crashing["spec"]["containers"].as_array_mut().unwrap().push(container("other", LISTENS));
    namespace.create(&crashing);
    namespace.wait(&["--for=jsonpath={.status.containerStatuses[0].state.terminated.exitCode}=1", "pod/crashing"]);
    each_verb_is_needed(
        &namespace,
        "sidecar-inspect",
        &[],
        &[
            ("", &["inspect", "web"], ""),
            ("pods", &["inspect", "--selector", "app=rc"], ""),
            ("events", &["inspect", "broken"], "FailedMount"),
            ("pods/log", &["inspect", "crashing"], "that is why"),
            ("configmaps", &["inspect", "broken", "--output=wide"], "configmap"),
            ("secrets", &["inspect", "broken", "--output=wide"], "secret"),
            ("persistentvolumeclaims", &["inspect", "claims", "--output=wide"], ""),
            ("deployments", &["inspect", "deployment/deployment"], ""),
            ("statefulsets", &["inspect", "statefulset/statefulset"], ""),
            ("replicasets", &["inspect", "replicaset/replicaset"], ""),
            ("daemonsets", &["inspect", "daemonset/daemonset"], ""),
            ("replicationcontrollers", &["inspect", "rc/rc"], ""),
            ("services", &["inspect", "svc/svc"], ""),
            ("jobs", &["inspect", "job/job"], ""),
            ("jobs", &["inspect", "cronjob/cron"], ""),
            ("cronjobs", &["inspect", "cronjob/cron"], ""),
        ],
    );
}

/// `--prove` and the like beside what `inspect` needs.
#[test]
fn looking_into_containers_needs_what_is_documented() {
    let namespace = Namespace::new();
    let mut shared = pod("shared", &[("main", LISTENS), ("other", LISTENS)]);
    let spec = &mut shared["spec"];
    spec["volumes"] = json!([{"name": "data", "emptyDir": {}}]);
    for container in spec["containers"].as_array_mut().unwrap() {
        container["volumeMounts"] = json!([{"name": "data", "mountPath": "/data"}]);
    }
    namespace.create(&shared);
    namespace.wait(&["--for=condition=Ready", "pod/shared"]);
    each_verb_is_needed(
        &namespace,
        "sidecar-look-into",
        &["sidecar-inspect"],
        &[
            ("", &["inspect", "shared", "--prove"], "proven"),
            ("", &["inspect", "shared", "--files"], ""),
            ("", &["inspect", "shared", "--usage"], "by du, now"),
        ],
    );
}

/// Why a pod does not become ready is known from its events, and from what its containers said.
#[test]
fn create_needs_what_is_documented() {
    let namespace = Namespace::new();
    each_verb_is_needed(
        &namespace,
        "sidecar-create",
        &[],
        &[
            ("", &["create", "NEW"], ""),
            (
                "events",
                &["create", "NEW", "--volume=missing=configmap:missing", "--share=missing:/missing", "--timeout=20s"],
                "FailedMount",
            ),
            (
                "pods/log",
                &["create", "NEW", "--image=busybox", "--command", "sh -c 'echo that is why; exit 1'", "--timeout=20s"],
                "that is why",
            ),
        ],
    );
}

/// Of each kind: the server takes it, it can be waited for, and what differs from one that is there is said.
#[test]
fn creating_workloads_needs_what_is_documented() {
    let namespace = Namespace::new();
    for kind in ["deployment", "statefulset", "daemonset", "job"] {
        let made = namespace.sidecar(&["create", kind, "--kind", kind, "--image=nginx:latest", "--wait=false"]);
        assert_eq!(Program::start(made).finish().code(), Some(0));
    }
    let cron = ["create", "cronjob", "--kind=cronjob", "--schedule=0 0 31 2 *", "--image=nginx:latest"];
    assert_eq!(Program::start(namespace.sidecar(&cron)).finish().code(), Some(0));
    each_verb_is_needed(
        &namespace,
        "sidecar-create-workload",
        &[],
        &[
            ("deployments", &["create", "NEW", "--kind=deployment", "--image=nginx:latest"], ""),
            ("statefulsets", &["create", "NEW", "--kind=statefulset", "--image=nginx:latest"], ""),
            ("daemonsets", &["create", "NEW", "--kind=daemonset", "--image=nginx:latest"], ""),
            ("jobs", &["create", "NEW", "--kind=job", "--image=busybox", "--command", "true"], ""),
            ("cronjobs", &["create", "NEW", "--kind=cronjob", "--schedule=0 0 31 2 *", "--image=busybox"], ""),
            ("deployments get", &["create", "deployment", "--kind=deployment", "--image=other"], "differs"),
            ("statefulsets get", &["create", "statefulset", "--kind=statefulset", "--image=other"], "differs"),
            ("daemonsets get", &["create", "daemonset", "--kind=daemonset", "--image=other"], "differs"),
            ("jobs get", &["create", "job", "--kind=job", "--image=other"], "differs"),
            (
                "cronjobs get",
                &["create", "cronjob", "--kind=cronjob", "--schedule=0 0 31 2 *", "--image=other"],
                "differs",
            ),
            ("pods", &["create", "NEW", "--kind=deployment", "--image=nginx:latest"], ""),
            (
                "events",
                &[
                    "create",
                    "NEW",
                    "--kind=deployment",
                    "--image=nginx:latest",
                    "--volume=missing=configmap:missing",
                    "--share=missing:/missing",
                    "--timeout=20s",
                ],
                "FailedMount",
            ),
            (
                "pods/log",
                &[
                    "create",
                    "NEW",
                    "--kind=deployment",
                    "--image=busybox",
                    "--command",
                    "sh -c 'echo that is why; exit 1'",
                    "--timeout=20s",
                ],
                "that is why",
            ),
        ],
    );
}
