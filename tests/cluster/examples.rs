//! Every example in `--help` and in the README, run as it stands there: by bash, with kubectl, which finds the plugin.
//!
//! Those that cannot be run as they stand are in one table, with the reason. What is not in it must do what it is there for:
//! a command that follows must have shown a line, any other must end well.

use std::fmt::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use kubectl_sidecar::cli;
use serde_json::{Value, json};
use tempfile::{NamedTempFile, TempDir};

use crate::support::{Namespace, Program, container, kubeconfig, node, template, workload};

const README: &str = include_str!("../../README.md");
const GUIDE: &str = include_str!("../fixtures/guide/webserver-pod.yaml");

/// What is otherwise than in the text.
enum Otherwise {
    /// It has this added.
    Added(&'static str),
    /// It has this replaced.
    Replaced(&'static str, &'static str),
    /// It is an example of what is refused.
    Fails,
}
use Otherwise::{Added, Fails, Replaced};

/// By a part of the example, what is otherwise, and why.
const OTHERWISE: &[(&str, Otherwise, &str)] = &[
    ("--image registry.example/", Added(" --dry-run=server"), "nobody has that image"),
    ("--image postgres:17", Added(" --dry-run=server"), "the tests' registry does not have that image"),
    ("create --preset tail-logs", Added(" --dry-run=server"), "the tests' registry does not have its image"),
    ("create import --kind job --image shop", Added(" --dry-run=server"), "nobody has that image"),
    ("create blog -n demo", Replaced("demo", "NAMESPACE"), "the namespace is the test's"),
    ("-n shop -n store", Replaced("-n shop -n store", "-n NAMESPACE -n default"), "the namespaces are the test's"),
    ("--node worker-1", Replaced("worker-1", "NODE"), "the node is the cluster's"),
    ("helm template .", Replaced("helm template .", "cat manifests/*"), "helm may not be there"),
    ("logs webserver | grep GET", Replaced("webserver", "webserver --no-follow"), "grep keeps lines back in a pipe"),
    (
        "completion zsh",
        Replaced("source <(kubectl sidecar completion zsh)", "kubectl sidecar completion zsh"),
        "bash is no zsh",
    ),
    ("completion fish", Replaced("| source", ""), "bash is no fish"),
    ("completion powershell", Replaced("| Out-String | Invoke-Expression", ""), "bash is no PowerShell"),
    (
        "completion elvish",
        Replaced("eval (kubectl sidecar completion elvish | slurp)", "kubectl sidecar completion elvish"),
        "bash is no elvish",
    ),
    ("create blog --sidecar-image=ubunto:latest", Fails, "it is shown how an image's name is mistyped"),
    ("--mount log=log:/logs:ro", Fails, "it is shown how a volume's name is mistyped"),
];

/// Where an example stands, and the example.
type Example = (String, String);

/// Those of a command's help and of its commands' helps.
fn of_help(command: &clap::Command, path: &str, found: &mut Vec<Example>) {
    let path = format!("{path} {}", command.get_name());
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let lines = help.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with('#'));
    found.extend(joined(lines).into_iter().map(|line| (path.clone(), line)));
    command.get_subcommands().for_each(|command| of_help(command, &path, found));
}

/// Those of a text, which are indented, with or without a prompt.
fn of_readme() -> Vec<Example> {
    let mut indented = README.lines().filter_map(|line| line.strip_prefix("    ")).peekable();
    let mut lines = Vec::new();
    while let Some(line) = indented.next() {
        let line = line.strip_prefix("$ ").unwrap_or(line);
        if line.starts_with("kubectl sidecar ") {
            lines.push(line);
            while lines.last().is_some_and(|line| line.ends_with('\\')) {
                lines.extend(indented.next());
            }
        }
    }
    joined(lines.into_iter()).into_iter().map(|line| ("README:".to_owned(), line)).collect()
}

/// Lines without comments, of which those that end with a backslash go on.
fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut goes_on = false;
    let lines = lines.map(|line| line.split_once(" # ").map_or(line, |(line, _)| line).trim());
    for line in lines.filter(|line| !line.is_empty()) {
        let (text, more) = line.strip_suffix('\\').map_or((line, false), |text| (text.trim_end(), true));
        match all.last_mut().filter(|_| goes_on) {
            Some(last) => last.extend([" ", text]),
            None => all.push(text.to_owned()),
        }
        goes_on = more;
    }
    all
}

/// A folder in which kubectl finds the plugin, and an example its files.
struct Desk {
    folder: TempDir,
    node_name: String,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["bin", ".local/bin", "manifests"] {
            std::fs::create_dir_all(path(name)).unwrap();
        }
        symlink(env!("CARGO_BIN_EXE_kubectl-sidecar"), path("bin/kubectl-sidecar")).unwrap();
        if node().kubectl.is_absolute() {
            symlink(&node().kubectl, path("bin/kubectl")).unwrap();
        }
        for name in ["webserver-pod.yaml", "pod.yaml", "manifests/webserver.yaml"] {
            std::fs::write(path(name), GUIDE).unwrap();
        }
        std::fs::write(path("page.html"), "<p>hello</p>\n").unwrap();
        let names = node().kubectl(&["get", "nodes", "-o", "jsonpath={.items[0].metadata.name}"], "");
        Self { folder, node_name: names }
    }

    /// The example, ready to be run where that namespace is meant.
    fn command(&self, line: &str, kubeconfig: &Path) -> Command {
        let mut paths = vec![self.folder.path().join("bin")];
        paths.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        let mut command = Command::new("bash");
        command.args(["-c", line]).current_dir(self.folder.path()).env("HOME", self.folder.path());
        command.env("KUBECONFIG", kubeconfig).env("PATH", std::env::join_paths(paths).unwrap());
        command.env_remove("KUBERNETES_SERVICE_HOST").stdin(std::process::Stdio::null());
        command
    }
}

/// The tests' kubeconfig, in which that namespace is the one that is meant.
fn kubeconfig_of(namespace: &Namespace) -> NamedTempFile {
    kubeconfig(|config| config["contexts"][0]["context"]["namespace"] = json!(namespace.name()))
}

/// A pod of two containers which say something for as long as they run.
fn talking(app: &str) -> Value {
    const TALKS: &str = "while true; do echo 'an error, perhaps'; usleep 200000; done";
    let mut pod = template(app, TALKS);
    pod["spec"]["containers"].as_array_mut().unwrap().push(container("helper", TALKS));
    pod
}

/// What the examples speak of: the guide's pod, which was visited and of which a container ended once; workloads; a job.
fn make_all(namespace: &Namespace) {
    assert_eq!(Program::start(namespace.sidecar(&["create"])).finish().code(), Some(0));
    for name in ["web", "api"] {
        namespace.create(&workload("Deployment", name, Some(1), &talking(name)));
    }
    namespace.create(&json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "db"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 5432}]},
    }));
    let mut once = template("migration", "echo '{\"level\":\"info\",\"msg\":\"migrated\"}'");
    once["spec"]["restartPolicy"] = json!("Never");
    namespace.create(&json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "migration"}, "spec": {"template": once},
    }));
    let restarts = "jsonpath={.status.containerStatuses[?(@.name==\"nginx-container\")].restartCount}=1";
    namespace.kubectl(&["exec", "webserver", "-c", "nginx-container", "--", "nginx", "-s", "quit"]);
    namespace.wait(&[&format!("--for={restarts}"), "pod/webserver"]);
    namespace.wait(&["--for=condition=Ready", "pod/webserver"]);
    let visit = "exec 3<>/dev/tcp/127.0.0.1/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3";
    namespace.kubectl(&["exec", "webserver", "-c", "nginx-container", "--", "bash", "-c", visit]);
    for name in ["web", "api"] {
        namespace.kubectl(&["rollout", "status", &format!("deployment/{name}"), "--timeout=120s"]);
    }
    namespace.wait(&["--for=condition=Complete", "job/migration"]);
}

/// Whether it goes on for as long as the pods do.
fn follows(line: &str) -> bool {
    let ends = ["--no-follow", "--follow=false", "--previous", "--until", "job/"];
    line.contains("sidecar logs ") && !ends.iter().any(|flag| line.contains(flag))
}

/// Runs an example. What is wrong with it, if something is.
#[expect(clippy::print_stdout, reason = "a test that fails shows what was run")]
fn run(desk: &Desk, line: &str, is_to_fail: bool, kubeconfig: &Path) -> Option<String> {
    println!("$ {line}");
    let program = Program::start(desk.command(line, kubeconfig));
    if follows(line) {
        program.wait_for("\n");
        program.interrupt();
        program.finish();
        return None;
    }
    let ended = program.finish();
    let is_well = (ended.code() == Some(0)) != is_to_fail;
    (!is_well).then(|| format!("$ {line}\n{}exit {:?}\n", ended.stderr(), ended.code()))
}

#[test]
fn every_example_does_what_it_is_there_for() {
    let (namespace, desk) = (Namespace::new(), Desk::new());
    let kubeconfig = kubeconfig_of(&namespace);
    make_all(&namespace);
    let mut examples = of_readme();
    of_help(&cli::command(), "", &mut examples);
    assert!(examples.len() > 50, "{}", examples.len());

    let (mut wrong, mut used) = (String::new(), vec![false; OTHERWISE.len()]);
    for (place, line) in examples {
        let found = OTHERWISE.iter().position(|(part, ..)| format!("{place} {line}").contains(part));
        if let Some(at) = found {
            used[at] = true;
        }
        // Of a few examples that make something the guide's pod is one.
        let makes = line.contains("sidecar create");
        let own = makes.then(Namespace::new);
        let own_kubeconfig = own.as_ref().map(kubeconfig_of);
        let line = match found.map(|at| &OTHERWISE[at].1) {
            Some(Added(more)) => line.clone() + more,
            Some(Replaced(part, by)) => line.replace(part, by),
            Some(Fails) | None => line.clone(),
        };
        let line = line.replace("NAMESPACE", own.as_ref().unwrap_or(&namespace).name());
        let line = line.replace("NODE", &desk.node_name);
        let path: PathBuf = own_kubeconfig.as_ref().unwrap_or(&kubeconfig).path().into();
        let is_to_fail = found.is_some_and(|at| matches!(OTHERWISE[at].1, Fails));
        if let Some(problem) = run(&desk, &line, is_to_fail, &path) {
            write!(wrong, "{place} {problem}").unwrap();
        }
    }
    let unused: Vec<_> = OTHERWISE.iter().zip(&used).filter(|(_, used)| !**used).map(|((part, ..), _)| part).collect();
    assert!(unused.is_empty(), "these are in the table, and nowhere else: {unused:?}");
    assert!(wrong.is_empty(), "{wrong}");
}
