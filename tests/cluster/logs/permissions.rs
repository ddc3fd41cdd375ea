//! Who may do little: logs are followed with what is permitted.

use crate::support::{LISTENS, Namespace, Program, messages, pod};

fn follow(namespace: &Namespace, role: &[&str], words: &[&str]) -> Program {
    let file = namespace.kubeconfig_of("reader", role);
    let mut command = namespace.sidecar(words);
    command.env("KUBECONFIG", file.path());
    let program = Program::start(command);
    // The program has read it when the first line comes.
    program.wait_for("one\n");
    drop(file);
    program
}

#[test]
fn get_on_pods_and_their_logs_is_enough() {
    let namespace = Namespace::new();
    namespace.create(&pod("web", &[("main", &format!("echo one; {LISTENS}; echo two; exit 3"))]));
    namespace.wait(&["--for=condition=Ready", "pod/web"]);

    let logs = follow(&namespace, &["--verb=get", "--resource=pods", "--resource=pods/log"], &["logs", "web"]);
    logs.wait_for_note("Warning: pod web cannot be watched, and will be asked for every now and then:");
    namespace.end("web", "main");
    let ended = logs.finish();
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
    assert_eq!(messages(&ended.stdout(), "web", "main"), ["one", "two"]);
    assert!(ended.stderr().contains("-- main: terminated, exit code 3 (Error)\n"), "{}", ended.stderr());
}

#[test]
fn without_get_on_pods_named_containers_are_followed() {
    let namespace = Namespace::new();
    namespace.create(&pod("web", &[("main", &format!("echo one; {LISTENS}; echo two")), ("other", LISTENS)]));
    namespace.wait(&["--for=condition=Ready", "pod/web"]);

    let logs = follow(&namespace, &["--verb=get", "--resource=pods/log"], &["logs", "web", "-c", "main"]);
    logs.wait_for_note("Warning: only what the logs say is known of the pods, not restarts or ends:");
    namespace.end("web", "main");
    let ended = logs.finish();
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
    assert_eq!(messages(&ended.stdout(), "web", "main"), ["one", "two"]);
    let note = "-- main: its log ended; whether the container did, cannot be seen without get on pods\n";
    assert!(ended.stderr().ends_with(note), "{}", ended.stderr());
}
