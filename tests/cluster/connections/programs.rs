//! Programs that give credentials.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use super::meant::Setup;
use super::{parts, user};
use crate::support::{Namespace, Program, sidecar};

/// A script that answers with a status for each run, the last one again and again, and counts its runs.
struct Script<'a> {
    setup: &'a Setup,
    name: &'static str,
}

impl<'a> Script<'a> {
    fn new(setup: &'a Setup, name: &'static str, statuses: &[Value]) -> Self {
        let answer = |status: &Value| json!({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status});
        for (run, status) in statuses.iter().enumerate() {
            fs::write(setup.path(&format!("{name}-{}", run + 1)), answer(status).to_string()).unwrap();
        }
        let script = format!(
            "cd \"$(dirname \"$0\")\"\necho run >> {name}-runs\nrun=$(wc -l < {name}-runs | tr -d ' ')\n\
             echo \"{name} is asked\" >&2\n[ $run -le {last} ] || run={last}\ncat {name}-$run\n",
            last = statuses.len()
        );
        fs::write(setup.path(name), script).unwrap();
        Self { setup, name }
    }

    /// Run by a shell: a file just written cannot be run by itself while another test forks.
    fn exec(&self) -> Value {
        json!({"exec": {
            "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "IfAvailable",
            "command": "sh", "args": [self.setup.path(self.name)],
        }})
    }

    /// How often it was run since it was asked last.
    fn runs(&self) -> usize {
        let path = self.setup.path(&format!("{}-runs", self.name));
        let runs = fs::read_to_string(&path).unwrap_or_default().lines().count();
        let _ = fs::remove_file(path);
        runs
    }
}

#[test]
fn a_token_or_a_certificate_of_a_program_that_is_run_once() {
    let namespace = Namespace::new();
    let token = namespace.kubectl(&["create", "token", "default"]).trim().to_owned();
    let (setup, _) = parts();
    let read = |name: &str| fs::read_to_string(setup.path(name)).unwrap();
    let certificate = json!({"clientCertificateData": read("client.crt"), "clientKeyData": read("client.key")});
    for (name, status) in [("token", json!({"token": token})), ("certificate", certificate)] {
        let script = Script::new(&setup, name, &[status]);
        let setup = setup.kubeconfig(|config| user(config, script.exec()));
        setup.agrees(&[]);
        script.runs();
        let ended = setup.ours(&["version"]);
        assert_eq!((ended.code(), script.runs()), (Some(0), 1), "{}", ended.stderr());
        // What it says is seen.
        assert_eq!(ended.stderr(), format!("{name} is asked\n"));
    }
    // Where there is a token, the program is not asked.
    let script = Script::new(&setup, "unasked", &[json!({"token": "x"})]);
    setup.kubeconfig(|config| user(config, script.exec())).agrees(&["--token", &token]);
    assert_eq!(script.runs(), 0);
}

#[test]
fn the_program_its_arguments_and_its_environment_are_those_of_the_kubeconfig() {
    let namespace = Namespace::new();
    let token = namespace.kubectl(&["create", "token", "default"]).trim().to_owned();
    let (setup, server) = parts();
    symlink("/bin/sh", setup.path("login")).unwrap();
    let script = r#"echo "$KUBERNETES_EXEC_INFO" > "$1"
        echo "{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"$TOKEN\"}}""#;
    // Not by a shell of ours: what would mean something to one stays as it is.
    let told = setup.path("$(told)");
    let setup = setup.kubeconfig(|config| {
        config["clusters"][0]["cluster"]["extensions"] =
            json!([{"name": "client.authentication.k8s.io/exec", "extension": {"audience": "school"}}]);
        user(config, json!({"exec": {
            "apiVersion": "client.authentication.k8s.io/v1beta1", "command": "./login", "args": ["-c", script, "login", told],
            "env": [{"name": "TOKEN", "value": token}], "provideClusterInfo": true,
        }}));
    });
    let told = || serde_json::from_slice::<Value>(&fs::read(&told).unwrap()).unwrap();
    setup.agrees(&[]);
    let ours = told();
    node_asks(&setup);
    assert_eq!(ours, told(), "kubectl tells the program something else");
    assert_eq!(ours["spec"]["cluster"]["server"], json!(server));
    assert_eq!(ours["spec"]["cluster"]["config"], json!({"audience": "school"}));
}

/// kubectl has the program run.
fn node_asks(setup: &Setup) {
    let (succeeded, _, error) = setup.kubectls(&["auth", "whoami"]);
    assert!(succeeded, "{error}");
}

#[test]
fn run_again_where_the_server_refuses_or_time_is_up() {
    let namespace = Namespace::new();
    let token = namespace.kubectl(&["create", "token", "default"]).trim().to_owned();
    let (setup, _) = parts();
    let good = json!({"token": token, "expirationTimestamp": "2999-01-01T00:00:00Z"});
    let past = json!({"token": "gone", "expirationTimestamp": "2001-01-01T00:00:00Z"});
    let refused = json!({"token": "refused"});
    for (name, first) in [("past", &past), ("refused", &refused)] {
        let script = Script::new(&setup, name, &[first.clone(), good.clone()]);
        let ended = setup.kubeconfig(|config| user(config, script.exec())).ours(&["version"]);
        assert_eq!((ended.code(), script.runs()), (Some(0), 2), "{}", ended.stderr());
        let user = format!("User: system:serviceaccount:{}:default\n", namespace.name());
        assert!(ended.stdout().contains(&user), "{}", ended.stdout());
    }
    // Once a request, and no more.
    let script = Script::new(&setup, "stubborn", &[refused]);
    let setup = setup.kubeconfig(|config| user(config, script.exec()));
    setup.both_fail(&[], "error: You must be logged in to the server");
    script.runs();
    assert_eq!((setup.ours(&["version"]).code(), script.runs()), (Some(1), 2));
}

#[test]
fn connections_are_made_with_the_certificate_that_is_given_last() {
    let (setup, _) = parts();
    let read = |name: &str| fs::read_to_string(setup.path(name)).unwrap();
    let good = json!({"clientCertificateData": read("client.crt"), "clientKeyData": read("client.key")});
    // Signed by itself: a server answers it with 401.
    let stranger: Value = serde_json::from_str(include_str!("../../fixtures/tls/stranger.json")).unwrap();
    let mut past = stranger.clone();
    past["expirationTimestamp"] = json!("2001-01-01T00:00:00Z");
    for (name, first) in [("past-certificate", &past), ("refused-certificate", &stranger)] {
        let script = Script::new(&setup, name, &[first.clone(), good.clone()]);
        let ended = setup.kubeconfig(|config| user(config, script.exec())).ours(&["version"]);
        assert_eq!((ended.code(), script.runs()), (Some(0), 2), "{}", ended.stderr());
    }
    let script = Script::new(&setup, "strange", &[stranger]);
    setup.kubeconfig(|config| user(config, script.exec())).both_fail(&[], "error: You must be logged in to the server");
}

#[test]
fn programs_that_cannot_be_run_that_fail_and_that_say_nothing_of_use() {
    let (setup, _) = parts();
    let exec = |command: &str, args: &[&str]| {
        json!({"exec": {
            "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never", "command": command, "args": args,
            "installHint": "get it with: brew install no-such-login",
        }})
    };
    let fails = |entry: Value, words: &str| setup.kubeconfig(|config| user(config, entry)).both_fail(&[], words);
    fails(exec("no-such-login", &[]), "getting credentials: exec: executable no-such-login not found");
    fails(exec("no-such-login", &[]), "get it with: brew install no-such-login");
    fails(exec("sh", &["-c", "echo log in first >&2; exit 7"]), "exec: executable sh failed with exit code 7");
    fails(exec("sh", &["-c", "echo log in first >&2; exit 7"]), "log in first\n");
    fails(exec("echo", &["{}"]), "what it wrote is no ExecCredential in JSON");
    let mut old = exec("echo", &[]);
    old["exec"]["apiVersion"] = json!("client.authentication.k8s.io/v1alpha1");
    fails(old, "exec plugin: invalid apiVersion \"client.authentication.k8s.io/v1alpha1\"");
    let mut asks = exec("echo", &[]);
    asks["exec"]["interactiveMode"] = json!("Always");
    fails(asks, "standard input is not a terminal");
    let mut unsaid = exec("echo", &[]);
    unsaid["exec"].as_object_mut().unwrap().remove("interactiveMode");
    fails(unsaid, "interactiveMode must be specified for");
}

#[test]
fn a_program_that_asks_somebody_in_a_terminal() {
    let namespace = Namespace::new();
    let token = namespace.kubectl(&["create", "token", "default"]).trim().to_owned();
    let (setup, _) = parts();
    let script = r#"echo "Which word?" >&2; read word; [ "$word" = please ] || exit 1
        echo "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"$TOKEN\"}}""#;
    let setup = setup.kubeconfig(|config| {
        user(
            config,
            json!({"exec": {
                "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Always",
                "command": "sh", "args": ["-c", script], "env": [{"name": "TOKEN", "value": token}],
            }}),
        );
    });
    let mut command = sidecar(&["version"]);
    command.env("KUBECONFIG", setup.list.as_ref().unwrap());
    let (mut program, mut terminal) = Program::start_in_terminal(command, 80);
    program.wait_for_note("Which word?");
    terminal.type_in("please\n");
    program.wait_for("User: system:serviceaccount:");
    assert!(program.wait_for_exit().success());
}
