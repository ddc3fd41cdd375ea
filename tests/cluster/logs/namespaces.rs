//! Pods of several namespaces, and of all.

use serde_json::{Value, json};

use crate::support::{LISTENS, Namespace, Program, pod, run};

fn labelled(label: &str, script: &str) -> Value {
    let mut pod = pod("web-0", &[("main", script)]);
    pod["metadata"]["labels"] = json!({"app": label});
    pod
}

/// Two pods of one name are two pods: each is written, and one that goes takes nothing of the other with it.
#[test]
fn pods_of_one_name_in_two_namespaces_are_two() {
    let [one, other] = [Namespace::new(), Namespace::new()];
    let logs = Program::start(one.sidecar(&["logs", "-l", "app=web", "-n", other.name(), "-n", one.name()]));
    logs.wait_for_note("-- no pods match yet: waiting for some (Ctrl-C ends)\n");
    one.create(&labelled("web", &format!("echo of one; {LISTENS}")));
    other.create(&labelled("web", &format!("echo of the other; {LISTENS}")));
    for (namespace, line) in [(&one, "of one"), (&other, "of the other")] {
        logs.wait_for_note(&format!("-- pod {}/web-0 joined\n", namespace.name()));
        logs.wait_for(&format!("[{}/pod/web-0/main] {line}\n", namespace.name()));
    }
    one.kubectl(&["delete", "pod", "web-0", "--grace-period=1"]);
    logs.wait_for_note(&format!("-- pod {}/web-0 is being deleted\n", one.name()));
    other.say("web-0", "main", "still here");
    logs.wait_for(&format!("[{}/pod/web-0/main] still here\n", other.name()));
    logs.interrupt();
    let ended = logs.finish();
    assert_eq!((ended.code(), ended.stdout().lines().count()), (Some(130), 3));

    let now = run(one.sidecar(&["logs", "-l", "app=web", "-n", other.name(), "--no-follow"]));
    assert_eq!((now.code(), now.stdout().lines().count()), (Some(0), 2), "{}", now.stdout());
}

#[test]
fn all_namespaces_begin_with_a_word_on_what_is_left_out() {
    let [one, other] = [Namespace::new(), Namespace::new()];
    let label = one.name();
    for namespace in [&one, &other] {
        namespace.create(&labelled(label, "seq 12"));
        namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", "pod/web-0"]);
    }
    let shown = |more: &[&str]| {
        let mut command = crate::support::sidecar(&["logs", "-A", "-l", &format!("app={label}"), "--no-follow"]);
        command.args(more);
        run(command)
    };
    let cut = "-- only the last 10 existing lines of each container are shown; use --since=1h or --tail=-1 for more\n";
    let ended = shown(&[]);
    assert_eq!((ended.code(), ended.stdout().lines().count(), ended.stderr().as_str()), (Some(0), 20, cut));
    let ended = shown(&["--tail=-1"]);
    assert_eq!((ended.stdout().lines().count(), ended.stderr().as_str()), (24, ""));
    let ended = shown(&["--match=web-1"]);
    assert_eq!((ended.code(), ended.stderr().as_str()), (Some(0), "No resources found\n"));
}

#[test]
fn who_may_not_look_everywhere_is_told_to_name_namespaces() {
    let namespace = Namespace::new();
    let onlooker = namespace.kubeconfig_of("onlooker", &["--verb=get,list,watch", "--resource=pods,pods/log"]);
    let shown = ["logs -A", "logs -A --no-follow", "logs deploy/web"].map(|words| {
        let mut command = crate::support::sidecar(&words.split(' ').collect::<Vec<_>>());
        if !words.contains("-A") {
            command.args(["-n", namespace.name()]);
        }
        command.env("KUBECONFIG", onlooker.path());
        namespace.told(words, &run(command))
    });
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_namespace_that_is_not_there() {
    let namespace = Namespace::missing();
    let words = ["logs -l app=web", "logs -l app=web --no-follow", "logs deploy/web", "logs job/once --no-follow"];
    insta::assert_snapshot!(words.map(|words| namespace.shown(words)).join("\n"));
}
