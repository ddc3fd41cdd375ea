//! Completion as people meet it: through the real kubectl, and by pressing TAB in a real bash, zsh and fish.

use std::ffi::OsString;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use tempfile::{NamedTempFile, TempDir};

use crate::support::{
    Asked, Fault, LISTENS, Namespace, Program, Proxy, Terminal, kubeconfig, node, onenode::tell, pod, run, template,
    workload,
};

/// The plugin and what kubectl asks, installed as krew and we install them, beside kubectl.
struct Installed {
    folder: TempDir,
}

impl Installed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        symlink(env!("CARGO_BIN_EXE_kubectl-sidecar"), folder.path().join("kubectl-sidecar")).unwrap();
        if node().kubectl.is_absolute() {
            symlink(&node().kubectl, folder.path().join("kubectl")).unwrap();
        }
        let installed = Self { folder };
        assert_eq!(run(installed.command("kubectl-sidecar", &["completion", "install"])).code(), Some(0));
        installed
    }

    /// A program with that on PATH. It may take as long as it takes on a busy machine.
    fn command(&self, program: &str, args: &[&str]) -> Command {
        let path = std::env::var_os("PATH").unwrap();
        let path =
            std::env::join_paths([self.folder.path().to_owned()].into_iter().chain(std::env::split_paths(&path)));
        let path: OsString = path.unwrap();
        // A program is looked for where we look, not where it will.
        let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file());
        let mut command = Command::new(found.unwrap_or_else(|| Path::new(program).to_owned()));
        command.args(args).env("PATH", path).env("KUBECONFIG", &node().kubeconfig).env("HOME", self.folder.path());
        command.env("KUBECTL_SIDECAR_COMPLETION_TIMEOUT", "60s").env("TERM", "xterm").env_remove("NO_COLOR");
        command.stdin(std::process::Stdio::null());
        command
    }

    /// What kubectl makes of `kubectl sidecar WORDS…`, the last of which is typed.
    fn asked(&self, words: &[&str]) -> Vec<String> {
        self.asked_as(&node().kubeconfig, words)
    }

    fn asked_as(&self, kubeconfig: &Path, words: &[&str]) -> Vec<String> {
        let mut command = self.command("kubectl", &[&["__complete", "sidecar"], words].concat());
        command.env("KUBECONFIG", kubeconfig);
        let ended = run(command);
        assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
        ended.stdout().lines().map(str::to_owned).collect()
    }
}

/// What is offered, without what is said of it.
fn words(lines: &[String]) -> Vec<&str> {
    lines.iter().map(|line| line.split('\t').next().unwrap()).collect()
}

/// A namespace with the pods web and web-2, of the containers main and log each.
fn two_pods() -> Namespace {
    let namespace = Namespace::new();
    for name in ["web", "web-2"] {
        namespace.create(&pod(name, &[("main", LISTENS), ("log", LISTENS)]));
    }
    namespace.wait(&["--for=condition=Ready", "pod/web", "pod/web-2"]);
    namespace
}

#[test]
fn pods_come_with_their_state_and_each_once() {
    let (namespace, installed) = (two_pods(), Installed::new());
    let name = namespace.name();
    let lines = installed.asked(&["-n", name, "logs", "w"]);
    assert_eq!(words(&lines), ["web", "web-2", ":4"]);
    assert!(lines[0].starts_with("web\t2/2 Running, ") && lines[0].ends_with('s'), "{lines:?}");
    let all = installed.asked(&["logs", "--namespace", name, ""]);
    let types = ["pod/", "deploy/", "sts/", "ds/", "rs/", "rc/", "job/", "cronjob/", "svc/"];
    assert_eq!(words(&all), [&["web", "web-2"], &types[..], &[":4"]].concat());
    for named in [&["web"][..], &["pod/web"], &["--tail", "5", "web"]] {
        let lines = installed.asked(&[&["-n", name, "inspect"], named, &["w"]].concat());
        assert_eq!(words(&lines), if named[0] == "--tail" { vec!["web", "web-2", ":4"] } else { vec!["web-2", ":4"] });
    }
    assert_eq!(words(&installed.asked(&["-n", name, "exec", "pod/w"])), ["pod/web", "pod/web-2", ":4"]);
}

#[test]
fn containers_of_what_was_named_come_with_their_roles() {
    let (namespace, installed) = (two_pods(), Installed::new());
    let name = namespace.name();
    namespace.create(&pod("other", &[("else", LISTENS)]));
    for before in [&["logs", "web"][..], &["exec", "web"], &["logs", "--match", "web.*"]] {
        let lines = installed.asked(&[&["-n", name], before, &["-c", ""]].concat());
        assert_eq!(lines, ["main\tmain", "log\tsidecar", ":4"], "{before:?}");
    }
    assert_eq!(installed.asked(&["-n", name, "logs", "web", "--exclude-container=l"]), ["log\tsidecar", ":4"]);
    assert_eq!(installed.asked(&["-n", name, "logs", "-c", ""]), [":4"]);
}

#[test]
fn what_has_pods_is_named_with_its_type() {
    let (namespace, installed) = (Namespace::new(), Installed::new());
    namespace.create(&workload("Deployment", "shop", Some(1), &template("shop", LISTENS)));
    namespace.wait(&["--for=condition=Available", "deployment/shop"]);
    let name = namespace.name();
    for typed in ["deploy/", "deployments.apps/s"] {
        let lines = installed.asked(&["-n", name, "logs", typed]);
        let value = format!("{}/shop", typed.split('/').next().unwrap());
        assert_eq!(words(&lines), [&value, ":4"]);
        assert!(lines[0].starts_with(&format!("{value}\t1/1 ready, ")), "{lines:?}");
    }
    assert_eq!(words(&installed.asked(&["-n", name, "logs", "dep"])), ["deploy/", ":6"]);
    assert_eq!(installed.asked(&["-n", name, "logs", "deploy/shop", "-c", ""]), ["main\tmain", ":4"]);
    assert_eq!(installed.asked(&["-n", name, "logs", "nobody/"]), [":4"]);
}

#[test]
fn namespaces_nodes_and_contexts() {
    let (namespace, installed) = (Namespace::new(), Installed::new());
    let lines = installed.asked(&["logs", "-n", namespace.name()]);
    assert!(lines[0].starts_with(&format!("{}\tActive, ", namespace.name())), "{lines:?}");
    let nodes = installed.asked(&["logs", "--node", ""]);
    assert!(nodes.len() > 1 && nodes[0].contains("\tReady v1."), "{nodes:?}");
    // The context's own namespace and the flags before the command lead there, too.
    namespace.create(&pod("here", &[("main", LISTENS)]));
    let there = kubeconfig(|config| {
        config["contexts"][0]["name"] = json!("there");
        config["contexts"][0]["context"]["namespace"] = json!(namespace.name());
        config["current-context"] = json!("nobody");
    });
    let path = there.path().to_str().unwrap();
    let contexts = installed.asked(&["--kubeconfig", path, "--context", ""]);
    assert_eq!(words(&contexts), ["there", ":4"]);
    assert!(contexts[0].contains(&format!("namespace {}", namespace.name())), "{contexts:?}");
    assert_eq!(words(&installed.asked(&["--kubeconfig", path, "--context=there", "logs", "h"])), ["here", ":4"]);
    assert_eq!(words(&installed.asked(&["--kubeconfig", path, "logs", "h"])), [":4"]);
}

/// Whoever asks the server in vain is offered what is known without it, and told nothing.
#[test]
fn a_server_that_denies_or_is_silent_gives_nothing_and_no_noise() {
    let (namespace, installed) = (two_pods(), Installed::new());
    let name = namespace.name();
    let nobody = namespace.kubeconfig_of("nobody", &[]);
    let silent = Proxy::start();
    for asked in [Asked::Pods, Asked::Pod, Asked::Other] {
        silent.on(asked, 1.., Fault::Silence);
    }
    let asking = asking(&installed);
    for (what, file) in [("denied", &nobody), ("silent", silent.kubeconfig()), ("asking", &asking)] {
        for (typed, expected) in [
            (&["logs", "w"][..], &[":4"][..]),
            (&["logs", "p"], &["pod/\tPod", ":6"]),
            (&["logs", "web", "-c", ""], &[":4"]),
            (&["logs", "--node", ""], &[":4"]),
        ] {
            let mut command = installed.command("kubectl_complete-sidecar", &[&["-n", name], typed].concat());
            // As long as it is where nobody sets it.
            command.env_remove("KUBECTL_SIDECAR_COMPLETION_TIMEOUT").env("KUBECONFIG", file.path());
            let ended = run(command);
            let said = format!("{what} {typed:?}: {}", ended.stderr());
            assert_eq!(ended.stdout().lines().collect::<Vec<_>>(), expected, "{said}");
            assert_eq!((ended.code(), ended.stderr().as_str()), (Some(0), ""), "{said}");
        }
        assert_eq!(installed.asked_as(file.path(), &["--token", "x", "logs", "--tai"]).len(), 2);
    }
}

/// Who needs longer than a second is waited for no longer, but for where more was given.
#[test]
fn what_comes_after_a_second_is_too_late() {
    let (namespace, installed) = (Namespace::new(), Installed::new());
    namespace.create(&pod("web", &[("main", LISTENS)]));
    let account = namespace.kubeconfig_of("reader", &["--verb=get,list", "--resource=pods"]);
    let account = account.path().to_str().unwrap();
    let token = namespace.kubectl(&["--kubeconfig", account, "config", "view", "--raw", "-o", "jsonpath={..token}"]);
    let credential = json!({
        "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": token.trim()},
    });
    let slow = with_credentials_of(&installed, &format!("sleep 2; echo '{credential}'"));
    let answered = |patience: Option<&str>| {
        let mut command = installed.command("kubectl_complete-sidecar", &["-n", namespace.name(), "logs", "we"]);
        command.env_remove("KUBECTL_SIDECAR_COMPLETION_TIMEOUT").env("KUBECONFIG", slow.path());
        command.envs(patience.map(|patience| ("KUBECTL_SIDECAR_COMPLETION_TIMEOUT", patience)));
        let lines: Vec<String> = run(command).stdout().lines().map(str::to_owned).collect();
        words(&lines).join(" ")
    };
    assert_eq!(answered(Some("60s")), "web :4", "with a minute");
    assert_eq!(answered(None), ":4", "after two seconds, where one is given");
}

#[test]
fn a_program_for_credentials_is_ended_with_the_question() {
    let installed = Installed::new();
    // Open for as long as the program lives.
    let line = installed.folder.path().join("line");
    assert!(Command::new("mkfifo").arg(&line).status().unwrap().success());
    let endless = with_credentials_of(&installed, &format!("exec sleep 1000 > {}", line.display()));
    let mut reader = Command::new("cat");
    reader.arg(&line);
    let lives = Program::start(reader);
    let mut command = installed.command("kubectl_complete-sidecar", &["logs", "we"]);
    command.env_remove("KUBECTL_SIDECAR_COMPLETION_TIMEOUT").env("KUBECONFIG", endless.path());
    assert_eq!(run(command).stdout(), ":4\n");
    lives.finish();
}

/// A kubeconfig whose credentials come from a program that asks a question and waits for an answer.
fn asking(installed: &Installed) -> NamedTempFile {
    with_credentials_of(installed, "echo Password: >&2\n(echo Password: > /dev/tty) 2> /dev/null\nexec sleep 1000")
}

/// A kubeconfig whose credentials come from that script.
fn with_credentials_of(installed: &Installed, script: &str) -> NamedTempFile {
    let program = installed.folder.path().join("credentials");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    assert!(Command::new("chmod").arg("+x").arg(&program).status().unwrap().success());
    kubeconfig(|config| {
        config["users"][0]["user"] = json!({"exec": {
            "apiVersion": "client.authentication.k8s.io/v1", "command": program, "interactiveMode": "IfAvailable",
        }});
    })
}

/// A shell at its prompt, in a terminal of its own, in which kubectl is completed; `is_hasty`: with no more patience than
/// people get. `None`, said loudly: it is not here.
fn shell(installed: &Installed, kubeconfig: &Path, is_hasty: bool, shell: &str) -> Option<(Program, Terminal)> {
    let (start, set_up, needs) = match shell {
        "bash" => (
            "exec bash --norc --noprofile -i 2>&1",
            "source /usr/share/bash-completion/bash_completion; source <(kubectl completion bash); bind 'set bell-style none'",
            "/usr/share/bash-completion/bash_completion",
        ),
        "fish" => ("exec fish --no-config -i", "kubectl completion fish | source", "/usr/bin/fish"),
        _ => (
            "exec zsh -f -i",
            "autoload -Uz compinit; compinit -u -D; source <(kubectl completion zsh); unsetopt beep; setopt no_auto_menu",
            "/usr/bin/zsh",
        ),
    };
    if !Path::new(needs).exists() {
        tell(&format!("completion in {shell}: SKIPPED, there is no {needs}"));
        return None;
    }
    // It must be the terminal's own, which a child of a test is not.
    let mut command = installed.command("setsid", &["--ctty", "--wait", "sh", "-c", start]);
    command.env("KUBECONFIG", kubeconfig).env("PS1", "$ ");
    if is_hasty {
        command.env_remove("KUBECTL_SIDECAR_COMPLETION_TIMEOUT");
    }
    let (program, mut terminal) = Program::start_in_terminal(command, 100);
    terminal.type_in(&format!("{set_up}; echo rea\"dy\"\n"));
    program.wait_for("ready\r\n");
    Some((program, terminal))
}

const SHELLS: [&str; 3] = ["bash", "zsh", "fish"];

#[test]
fn pressing_tab_shows_pods_with_their_state() {
    let (namespace, installed) = (two_pods(), Installed::new());
    for name in SHELLS {
        let Some((program, mut terminal)) = shell(&installed, &node().kubeconfig, false, name) else { continue };
        // The second one would choose the first pod in fish.
        let tabs = if name == "fish" { "\t" } else { "\t\t" };
        terminal.type_in(&format!("kubectl sidecar -n {} logs web{tabs}", namespace.name()));
        // zsh says the same of several only once.
        program.wait_until("both pods with their state", |output| {
            let screen = output.stdout();
            screen.contains("web-2 ") && screen.contains("2/2 Running, ")
        });
        // What is the only one is put in: the pod, then its container.
        terminal.type_in("-\t-c l\t");
        program.wait_for(" -c log");
    }
}

#[test]
fn pressing_tab_where_one_may_not_look_or_is_asked_shows_nothing() {
    let (namespace, installed) = (two_pods(), Installed::new());
    let nobody = namespace.kubeconfig_of("nobody", &[]);
    let asking = asking(&installed);
    for name in SHELLS {
        for file in [&nobody, &asking] {
            let Some((program, mut terminal)) = shell(&installed, file.path(), true, name) else { continue };
            // Keys wait until the answer is there: then the line is thrown away, and another one is run.
            terminal.type_in(&format!("kubectl sidecar -n {} logs w\t\t\x15echo do\"ne\"\n", namespace.name()));
            program.wait_for("done\r\n");
            let screen = program.stdout();
            let shown = screen.split("ready\r\n").last().unwrap();
            for noise in ["web", "rror", "orbidden", "assword", "deploy/"] {
                assert!(!shown.contains(noise), "{name}: {noise} in {shown:?}");
            }
        }
    }
}
