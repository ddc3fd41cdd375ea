//! What has pods, by TYPE/NAME: its pods come and go.

use serde_json::{Value, json};

use crate::support::{LISTENS, Namespace, Program, messages, pod, run, template, workload};

/// Says who it is, and stays.
fn says(word: &str) -> String {
    format!("echo {word} $HOSTNAME; {LISTENS}")
}

/// The only pod with that label, by name.
fn only_pod(namespace: &Namespace, label: &str) -> String {
    let names = namespace.kubectl(&["get", "pods", "-l", label, "-o", "jsonpath={.items[*].metadata.name}"]);
    assert!(!names.is_empty() && !names.contains(' '), "one pod: {names}");
    names
}

/// The lines with that word, one a pod.
fn lines(stdout: &str, word: &str) -> usize {
    stdout.lines().filter(|line| line.contains(&format!("] {word} "))).count()
}

#[test]
fn a_deployment_is_followed_while_it_is_scaled_up_and_down_and_rolled() {
    let namespace = Namespace::new();
    namespace.create(&workload("Deployment", "web", Some(2), &template("web", &says("old"))));
    // Its labels are the same, and its pods are others.
    namespace.create(&workload("Deployment", "web-other", Some(1), &template("web", &says("other"))));
    for name in ["deploy/web", "deploy/web-other"] {
        namespace.kubectl(&["rollout", "status", name, "--timeout=120s"]);
    }

    let logs = Program::start(namespace.sidecar(&["logs", "deployments.apps/web"]));
    let seen = |word: &'static str, count: usize| {
        logs.wait_until(&format!("{count} pods say {word}"), |output| lines(&output.stdout(), word) == count);
    };
    let said = |words: &'static str, count: usize| {
        logs.wait_until(&format!("{words}, {count} times"), |output| output.stderr().matches(words).count() >= count);
    };
    seen("old", 2);
    namespace.kubectl(&["scale", "deploy/web", "--replicas=3"]);
    seen("old", 3);
    said(" joined\n", 1);
    namespace.kubectl(&["scale", "deploy/web", "--replicas=1"]);
    said(" is being deleted\n", 2);
    let rolled = json!({"spec": {"template": template("web", &says("new"))}}).to_string();
    namespace.kubectl(&["patch", "deploy/web", "--patch", &rolled]);
    seen("new", 1);
    said(" is being deleted\n", 3);

    logs.interrupt();
    let ended = logs.finish();
    assert_eq!((ended.code(), lines(&ended.stdout(), "other")), (Some(130), 0));

    let now = run(namespace.sidecar(&["logs", "deploy/web", "deploy/web-other", "--follow=false"]));
    assert_eq!((lines(&now.stdout(), "new"), lines(&now.stdout(), "other")), (1, 1), "{}", now.stdout());
    let behind = run(namespace.sidecar(&["logs", "ds/none", "--follow=false"]));
    assert_eq!(behind.code(), Some(1), "{}", behind.stderr());
}

#[test]
fn a_deployment_that_was_deleted_and_made_again_is_the_same() {
    let namespace = Namespace::new();
    namespace.create(&workload("Deployment", "web", Some(1), &template("web", &says("first"))));
    let logs = Program::start(namespace.sidecar(&["logs", "deploy/web"]));
    logs.wait_for("] first ");
    namespace.kubectl(&["delete", "deploy/web", "--wait=false"]);
    logs.wait_for_note("-- deploy/web has no pods any more: waiting for others (Ctrl-C ends)\n");
    namespace.create(&workload("Deployment", "web", Some(1), &template("web", &says("second"))));
    logs.wait_for("] second ");
    logs.interrupt();
    assert_eq!(logs.finish().code(), Some(130));
}

#[test]
fn a_daemon_set_and_a_named_pod() {
    let namespace = Namespace::new();
    namespace.create(&workload("DaemonSet", "agent", None, &template("agent", &says("agent"))));
    namespace.create(&pod("web", &[("main", "echo web")]));
    let logs = Program::start(namespace.sidecar(&["logs", "web", "ds/agent"]));
    logs.wait_for("] agent agent-");
    logs.wait_for("[pod/web/main] web\n");
    // The pod is done, and a DaemonSet never is.
    logs.wait_for_note("-- web/main: terminated, exit code 0 (Completed)\n");
    logs.interrupt();
    assert_eq!(logs.finish().code(), Some(130));
}

#[test]
fn a_service_by_its_selector() {
    let namespace = Namespace::new();
    let ports = json!([{"port": 80}]);
    let service = |name: &str, spec: Value| {
        namespace.create(&json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}));
    };
    service("db", json!({"selector": {"app": "db"}, "ports": ports}));
    service("bare", json!({"ports": ports}));
    service("elsewhere", json!({"type": "ExternalName", "externalName": "db.example.com"}));

    let shown =
        ["logs svc/db --no-follow", "logs svc/bare", "logs service/elsewhere", "logs svc/none", "logs sts/none"];
    insta::assert_snapshot!(shown.map(|words| namespace.shown(words)).join("\n"));

    let logs = Program::start(namespace.sidecar(&["logs", "svc/db"]));
    logs.wait_for_note("-- svc/db has no pods yet: waiting for some (Ctrl-C ends)\n");
    let mut db = pod("db-0", &[("main", &says("db"))]);
    db["metadata"]["labels"] = json!({"app": "db"});
    namespace.create(&db);
    logs.wait_for("[pod/db-0/main] db db-0\n");
    logs.interrupt();
    assert_eq!(logs.finish().code(), Some(130));
}

/// A Job whose pods end with the code that is written to a file.
fn job(name: &str) -> Value {
    let mut template = template("job", &format!("echo begins; {LISTENS}; echo ends; exit $(cat /tmp/code)"));
    template["spec"]["restartPolicy"] = json!("Never");
    let metadata = json!({"name": name});
    json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": {"template": template, "backoffLimit": 1}})
}

fn end(namespace: &Namespace, pod: &str, code: u32) {
    namespace.exec(pod, "main", &format!("echo {code} > /tmp/code"));
    namespace.end(pod, "main");
}

#[test]
fn a_job_that_fails_once_and_then_succeeds() {
    let namespace = Namespace::new();
    namespace.create(&job("once"));
    let logs = Program::start(namespace.sidecar(&["logs", "job/once"]));
    logs.wait_for("] begins\n");
    let first = only_pod(&namespace, "job-name=once");
    end(&namespace, &first, 3);
    logs.wait_for_note(&format!("-- {first}/main: terminated, exit code 3 (Error)\n"));
    logs.wait_until("another pod begins", |output| output.stdout().matches("] begins\n").count() == 2);
    let all = namespace.kubectl(&["get", "pods", "-o", "jsonpath={.items[*].metadata.name}"]);
    let second = all.split(' ').find(|name| *name != first).unwrap();
    end(&namespace, second, 0);

    let ended = logs.finish();
    assert_eq!(ended.code(), Some(0));
    for pod in [first.as_str(), second] {
        assert_eq!(messages(&ended.stdout(), pod, "main"), ["begins", "ends"]);
    }
    assert!(ended.stderr().contains(&format!("-- pod {second} joined\n")), "{}", ended.stderr());
    assert!(ended.stderr().ends_with("-- job/once is complete\n"), "{}", ended.stderr());

    for words in ["logs job/once", "logs job/once --follow=false"] {
        let afterwards = run(namespace.sidecar(&words.split(' ').collect::<Vec<_>>()));
        assert_eq!((afterwards.code(), afterwards.stdout().lines().count()), (Some(0), 4), "{words}");
    }
}

#[test]
fn a_job_that_fails_for_good_and_one_that_is_deleted() {
    let namespace = Namespace::new();
    let mut hopeless = job("hopeless");
    hopeless["spec"]["backoffLimit"] = json!(0);
    namespace.create(&hopeless);
    let logs = Program::start(namespace.sidecar(&["logs", "job/hopeless"]));
    logs.wait_for("] begins\n");
    end(&namespace, &only_pod(&namespace, "job-name=hopeless"), 1);
    let ended = logs.finish();
    assert_eq!((ended.code(), lines(&ended.stdout().replace('\n', " \n"), "ends")), (Some(0), 1));
    let note = "-- job/hopeless failed: BackoffLimitExceeded: Job has reached the specified backoff limit\n";
    assert!(ended.stderr().ends_with(note), "{}", ended.stderr());

    namespace.create(&job("doomed"));
    let logs = Program::start(namespace.sidecar(&["logs", "job/doomed"]));
    logs.wait_for("] begins\n");
    namespace.kubectl(&["delete", "job", "doomed", "--wait=false"]);
    let ended = logs.finish();
    assert_eq!(ended.code(), Some(0));
    assert!(ended.stderr().ends_with("-- job/doomed was deleted\n"), "{}", ended.stderr());
}

#[test]
fn the_pods_of_a_cron_jobs_jobs_also_of_those_to_come() {
    let namespace = Namespace::new();
    let spec = json!({"schedule": "0 0 1 1 *", "jobTemplate": {"spec": job("")["spec"]}});
    let metadata = json!({"name": "nightly"});
    namespace.create(&json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": spec}));
    // A Job of nobody's is left alone.
    namespace.create(&job("other"));

    let logs = Program::start(namespace.sidecar(&["logs", "cronjob/nightly"]));
    logs.wait_for_note("-- cronjob/nightly has no pods yet: waiting for some (Ctrl-C ends)\n");
    for name in ["one", "two"] {
        namespace.kubectl(&["create", "job", name, "--from=cronjob/nightly"]);
        logs.wait_for(&format!("[pod/{name}-"));
        let pod = only_pod(&namespace, &format!("job-name={name}"));
        logs.wait_for(&format!("[pod/{pod}/main] begins\n"));
        end(&namespace, &pod, 0);
        logs.wait_for(&format!("[pod/{pod}/main] ends\n"));
    }
    namespace.kubectl(&["delete", "job", "one"]);
    namespace.kubectl(&["create", "job", "three", "--from=cronjob/nightly"]);
    logs.wait_for("[pod/three-");
    logs.interrupt();
    let ended = logs.finish();
    assert_eq!(ended.code(), Some(130));
    assert!(!ended.stdout().contains("[pod/other-"), "{}", ended.stdout());

    let now = run(namespace.sidecar(&["logs", "cj/nightly", "--no-follow"]));
    assert_eq!(now.stdout().lines().filter(|line| line.starts_with("[pod/two-")).count(), 2, "{}", now.stdout());
}

#[test]
fn kubectl_is_shown_for_each() {
    let namespace = Namespace::new();
    namespace.create(&workload("StatefulSet", "db", Some(1), &template("db", "echo hello; exec sleep 1000")));
    namespace.kubectl(&["rollout", "status", "sts/db", "--timeout=120s"]);
    let shown = [
        "logs sts/db db-0 --no-follow --tail=1 --show-kubectl",
        "logs -l app=db --no-follow --show-kubectl",
        "logs --match db-\\d --field-selector status.phase=Running --no-follow --show-kubectl --request-timeout=1m",
    ];
    insta::assert_snapshot!(shown.map(|words| namespace.shown(words)).join("\n"));
}
