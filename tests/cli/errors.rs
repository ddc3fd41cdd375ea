//! The ways in which beginners and engineers on call fail before a cluster is asked, each with the whole text that is said:
//! what, where, and what to do next. Those that need a cluster are in `tests/cluster/errors.rs`.

use std::fs;

use insta::assert_snapshot;
use tempfile::TempDir;

use super::plugin::{command, shown};

/// A way to fail in a folder: its name, the words after `kubectl sidecar`, and `$KUBECONFIG`.
fn row(name: &str, words: &str, folder: &TempDir, kubeconfig: &str) -> String {
    let args: Vec<&str> = words.split(' ').collect();
    let output = command(&args).env("KUBECONFIG", kubeconfig).current_dir(folder.path()).output().unwrap();
    assert_ne!(output.status.code(), Some(0), "{name}");
    format!("## {name}\n{}\n", shown(&args, &output))
}

const KUBECONFIG: &str = "
apiVersion: v1
kind: Config
contexts:
- {name: kind-dev, context: {cluster: kind, user: kind}}
- {name: kind-test, context: {cluster: kind, user: kind}}
clusters: [{name: kind, cluster: {server: 'https://127.0.0.1:1'}}]
users: [{name: kind, user: {token: secret}}]
";

#[test]
fn kubeconfigs() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config"), KUBECONFIG).unwrap();
    fs::write(folder.path().join("broken"), "contexts: [\n").unwrap();
    let rows = [
        ("there is no kubeconfig", "logs webserver", "missing"),
        ("the kubeconfig is no YAML", "logs webserver", "broken"),
        ("the file that was named is not there", "logs webserver --kubeconfig missing", "config"),
        ("no context is the current one", "logs webserver", "config"),
        ("a context's name is mistyped", "logs webserver --context kind-dve", "config"),
        ("no such context", "logs webserver --context production", "config"),
        ("no such user", "logs webserver --context kind-dev --user admin", "config"),
        ("nobody listens there", "logs webserver --context kind-dev", "config"),
        ("several namespaces where one is meant", "exec webserver -n a -n b -- ls", "config"),
    ];
    let text: String = rows.map(|(name, words, kubeconfig)| row(name, words, &folder, kubeconfig)).concat();
    assert_snapshot!(text);
}

/// What the resolver says depends on where the tests run.
#[test]
fn a_server_whose_name_has_no_address() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config"), KUBECONFIG.replace("127.0.0.1:1", "nowhere.invalid")).unwrap();
    let said = row("", "logs webserver --context kind-dev", &folder, "config");
    let mut lines = said.lines().skip(3);
    let first = lines.next().unwrap();
    assert!(first.starts_with("Unable to connect to the server: dial tcp: lookup nowhere.invalid: "), "{said}");
    assert_eq!(
        lines.next(),
        Some("hint: see which server is meant with: kubectl config view --minify --context kind-dev")
    );
}

#[test]
fn who_stands_in_an_address_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config"), KUBECONFIG).unwrap();
    for server in [
        "https://me:secret@127.0.0.1:1",
        "http://me:secret@127.0.0.1:1",
        "me:secret@127.0.0.1:1/x",
        "https://me:secret@127.0.0.1:x",
    ] {
        let words = format!("version -v=9 --server {server}");
        let said = row("", &words, &folder, "config").replace(&words, "");
        assert!(!said.contains("secret") && said.contains("127.0.0.1:"), "{said}");
    }
}

#[test]
fn command_lines() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        ("a command in the singular", "log webserver"),
        ("a command that is like no other", "frobnicate"),
        ("a flag that is mistyped", "logs webserver --folow"),
        ("a flag that is none", "logs webserver -x"),
        ("a flag of another command", "inspect webserver --tail 5"),
        ("a value that is mistyped", "logs webserver -o jsn"),
        ("a role that is mistyped", "logs webserver --role sidcar"),
        ("a kind that is mistyped", "create web --kind deploymnt"),
        ("a number that is none", "logs webserver --tail ten"),
        ("no number at all", "create web --kind deployment --image a --replicas many"),
        ("a number that is too small", "logs webserver --max-log-requests=0"),
        ("a flag without its value", "create web --image"),
        ("a flag without one of its values", "logs webserver --color"),
        ("a duration that is none", "logs webserver --since 5x"),
        ("flags that do not go together", "logs webserver --since 5m --since-time 2026-01-31T08:00:00Z"),
        ("no target", "logs"),
        ("the type as a word of its own", "logs deploy web"),
        ("the same for exec", "exec deploy web -- ls"),
        ("a type that is mistyped", "inspect deplyo/web"),
        ("no command to run", "exec webserver"),
        ("a command without --", "exec webserver ls"),
        ("a preset that is mistyped", "presets show tail-log"),
        ("a name that no object can have", "create Web_Server"),
        ("two ports of one name", "create web --image a --port http:80 --port http:81"),
        ("a volume that is not declared", "create web --image a --volume logs --mount web=log:/logs"),
        ("a container that is not there", "create web --image a --volume logs --mount wbe=logs:/logs"),
        ("an expression that is none", "logs --match web-("),
    ];
    assert_snapshot!(rows.map(|(name, words)| row(name, words, &folder, "missing")).concat());
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("broken.yaml", "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n - name: web\n"),
        ("list.yaml", "- a\n- b\n"),
        (
            "undeclared.yaml",
            concat!(
                "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: nginx\n",
                "    volumeMounts:\n    - {name: log, mountPath: /logs}\n  volumes:\n  - {name: logs, emptyDir: {}}\n"
            ),
        ),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let rows = [
        ("a file that is not there", "inspect -f web.yaml"),
        ("a file whose name is mistyped", "inspect -f undecalred.yaml"),
        ("a manifest that is no YAML", "inspect -f broken.yaml"),
        ("a file that is no manifest", "inspect -f list.yaml"),
        ("a volume that is not declared", "inspect -f undeclared.yaml"),
        ("a preset of one's own that is none", "presets show --preset-file list.yaml"),
    ];
    assert_snapshot!(rows.map(|(name, words)| row(name, words, &folder, "missing")).concat());
}
