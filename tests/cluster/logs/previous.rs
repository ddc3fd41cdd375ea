//! The log of the run before the current one.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::{Namespace, pod};

/// The first run says how it goes, and fails; the next one stays.
const CRASHES: &str = "if [ -e /memory/ran ]; then echo second run; exec sleep 1000000; fi; \
                       touch /memory/ran; echo first run; echo it fails; sleep 1; exit 3";

#[test]
fn of_the_containers_that_have_one() {
    let namespace = Namespace::new();
    let mut twice = pod("twice", &[("crashes", CRASHES), ("steady", "echo steady; exec sleep 1000000")]);
    twice["metadata"]["labels"] = json!({"app": "twice"});
    twice["spec"]["restartPolicy"] = json!("Always");
    twice["spec"]["volumes"] = json!([{"name": "memory", "emptyDir": {}}]);
    twice["spec"]["containers"][0]["volumeMounts"] = json!([{"name": "memory", "mountPath": "/memory"}]);
    namespace.create(&twice);
    namespace.wait(&["--for=jsonpath={.status.containerStatuses[0].restartCount}=1", "pod/twice"]);
    let shown = [
        "logs twice --previous",
        "logs twice -p -f --tail=1",
        "logs -l app=twice -p --include first",
        "logs twice -p -c crashes --show-kubectl --prefix=none",
        "logs twice -p -c steady",
    ]
    .map(|words| namespace.shown(words));
    assert_snapshot!(shown.join("\n"));
}

#[test]
fn of_pods_in_which_nothing_was_started_again() {
    let namespace = Namespace::new();
    namespace.create(&pod("once", &[("main", "echo hello"), ("sidecar", "echo hello")]));
    namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", "pod/once"]);
    assert_snapshot!(namespace.shown("logs once --previous"));
    let reader = namespace.kubeconfig_of("reader", &["--verb=get", "--resource=pods/log"]);
    let mut command = namespace.sidecar(&["logs", "once", "-c", "main", "--previous"]);
    command.env("KUBECONFIG", reader.path());
    let ended = crate::support::run(command);
    let words = "previous terminated container \"main\" in pod \"once\" not found";
    assert_eq!((ended.code(), ended.stdout().as_str()), (Some(1), ""));
    assert!(ended.stderr().contains(words), "{}", ended.stderr());
}
