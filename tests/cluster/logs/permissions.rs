//! Who may not look at pods: named containers' logs are followed all the same.

use serde_json::json;

use crate::support::{LISTENS, Namespace, Program, messages, pod, template};

#[test]
fn without_get_on_pods_named_containers_are_followed() {
    let namespace = Namespace::new();
    namespace.create(&pod("web", &[("main", &format!("echo one; {LISTENS}; echo two")), ("other", LISTENS)]));
    namespace.wait(&["--for=condition=Ready", "pod/web"]);

    let file = namespace.kubeconfig_of("reader", &["--verb=get", "--resource=pods/log"]);
    let mut command = namespace.sidecar(&["logs", "web", "-c", "main"]);
    command.env("KUBECONFIG", file.path());
    let logs = Program::start(command);
    logs.wait_for("[pod/web/main] one\n");
    logs.wait_for_note("Warning: without permission to get the pods, restarts and ends are not seen:");
    let mut quiet = namespace.sidecar(&["logs", "web", "-c", "main", "--no-follow", "--quiet"]);
    quiet.env("KUBECONFIG", file.path());
    let quiet = Program::start(quiet).finish();
    assert_eq!((quiet.stdout().as_str(), quiet.stderr().as_str()), ("[pod/web/main] one\n", ""));
    namespace.end("web", "main");
    let ended = logs.finish();
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
    assert_eq!(messages(&ended.stdout(), "web", "main"), ["one", "two"]);
    let note = "-- main: its log ended; whether the container did, cannot be seen without get on pods\n";
    assert!(ended.stderr().ends_with(note), "{}", ended.stderr());
}

/// Its pods are followed all the same; nobody can say when it is over.
#[test]
fn a_job_that_may_not_be_watched_ends_with_ctrl_c() {
    let namespace = Namespace::new();
    let mut template = template("job", "echo done");
    template["spec"]["restartPolicy"] = json!("Never");
    let (metadata, spec) = (json!({"name": "once"}), json!({"template": template}));
    namespace.create(&json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}));
    let file = namespace.kubeconfig_of("reader", &["--verb=get,list,watch", "--resource=pods,pods/log"]);
    namespace.kubectl(&["create", "role", "jobs", "--verb=get", "--resource=jobs"]);
    let account = format!("--serviceaccount={}:reader", namespace.name());
    namespace.kubectl(&["create", "rolebinding", "jobs", "--role=jobs", &account]);

    let mut command = namespace.sidecar(&["logs", "job/once"]);
    command.env("KUBECONFIG", file.path());
    let logs = Program::start(command);
    logs.wait_for_note("Warning: whether the Job is finished cannot be seen, so Ctrl-C ends:");
    logs.wait_for("] done\n");
    logs.interrupt();
    assert_eq!(logs.finish().code(), Some(130));
}
