//! Who may not look at pods: named containers' logs are followed all the same.

use crate::support::{LISTENS, Namespace, Program, messages, pod};

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
    logs.wait_for_note("Warning: only what the logs say is known of the pods, not restarts or ends:");
    namespace.end("web", "main");
    let ended = logs.finish();
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
    assert_eq!(messages(&ended.stdout(), "web", "main"), ["one", "two"]);
    let note = "-- main: its log ended; whether the container did, cannot be seen without get on pods\n";
    assert!(ended.stderr().ends_with(note), "{}", ended.stderr());
}
