//! Completion as kubectl asks for it: the script and the link, the words, the mask at the end.

#[cfg(unix)]
use std::ffi::OsString;
#[cfg(unix)]
use std::os::unix::fs::symlink;
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;
use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_kubectl-sidecar");

fn answered(output: Output) -> Vec<String> {
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

/// The script, with our program on PATH and a kubeconfig of its own.
#[cfg(unix)]
fn script(words: &[&str]) -> Vec<String> {
    let path = path_with(Path::new(PROGRAM).parent().unwrap());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions/kubectl_complete-sidecar");
    answered(Command::new(script).args(words).env("PATH", path).env("KUBECONFIG", KUBECONFIG).output().unwrap())
}

#[cfg(unix)]
fn path_with(folder: &Path) -> OsString {
    std::env::join_paths([folder, Path::new("/bin"), Path::new("/usr/bin")]).unwrap()
}

#[test]
#[cfg(unix)]
fn an_empty_word_offers_the_commands_and_hides_what_is_for_machines() {
    let words = script(&[""]);
    assert!(words.contains(&"logs".to_owned()) && words.contains(&"version".to_owned()), "{words:?}");
    assert!(!words.contains(&"__complete".to_owned()), "{words:?}");
    assert_eq!(words.last().map(String::as_str), Some(":4"));
}

#[test]
#[cfg(unix)]
fn flags_and_their_values_are_offered() {
    assert_eq!(script(&["logs", "--conte"]), ["--context", ":4"]);
    assert_eq!(script(&["--color", "al"]), ["always", ":4"]);
    assert_eq!(script(&["version", "--color=n"]), ["never", ":4"]);
}

#[test]
#[cfg(unix)]
fn flags_are_offered_to_who_types_a_dash() {
    assert!(!script(&["logs", ""]).iter().any(|word| word.starts_with('-')));
    assert!(script(&["logs", "-"]).iter().any(|word| word == "--tail"));
}

/// `-f true` would follow a pod of that name.
#[test]
#[cfg(unix)]
fn values_that_stand_behind_an_equals_sign_are_offered_there_alone() {
    for words in [&["logs", "-f"][..], &["inspect", "-A"], &["exec", "-i"], &["inspect", "--prove"]] {
        let offered = script(&[words, &[""]].concat());
        assert_eq!(offered[..2], ["pod/", "deploy/"], "{words:?}");
    }
    assert_eq!(script(&["logs", "--follow="]), ["true", "false", ":4"]);
    assert_eq!(script(&["inspect", "web", "--prove=a"]), ["all", ":4"]);
    assert_eq!(script(&["exec", "-i", "web", "-t", "--role", "m"]), ["main", ":4"]);
}

#[test]
#[cfg(unix)]
fn presets_are_offered_then_their_settings_then_values() {
    assert_eq!(script(&["presets", "show", "ta"]), ["tail-logs", ":4"]);
    assert_eq!(script(&["create", "--preset", "ta"]), ["tail-logs", ":4"]);
    let settings = script(&["create", "--preset", "tail-logs,user=1,"]);
    assert!(settings.contains(&"tail-logs,user=1,image=".to_owned()), "{settings:?}");
    assert!(!settings.contains(&"tail-logs,user=1,user=".to_owned()), "{settings:?}");
    assert_eq!(settings.last().map(String::as_str), Some(":6"));
    assert_eq!(script(&["create", "--preset", "nobody,"]), [":4"]);
}

#[test]
#[cfg(unix)]
fn parts_of_the_workload_that_is_typed_are_offered() {
    let create = |words: &[&str]| script(&[&["create"], words].concat());
    assert_eq!(create(&["--sidecar", "log=busybox", "--sidecar-env", ""]), ["log=", ":6"]);
    assert_eq!(create(&["--preset", "tail-logs", "--sidecar-limits", ""]), ["tail-logs=", ":6"]);
    assert_eq!(create(&["--sidecar-env", ""]), ["sidecar-container=", ":6"]);
    assert_eq!(create(&["--kind", "job", "--sidecar-env", ""]), [":4"]);
    assert_eq!(create(&["shop", "--volume", "logs", "--mount", ""]), ["shop=", ":6"]);
    assert_eq!(create(&["shop", "--mount", ""]), ["shop=", ":6"]);
    assert_eq!(create(&["--volume", "logs", "--volume", "data=pvc:x", "--share", ""]), ["logs:", "data:", ":6"]);
    assert_eq!(create(&["shop", "--sidecar", "log=busybox", "--mount", ""]), ["shop=", "log=", ":6"]);
    assert_eq!(create(&["shop", "--volume", "logs", "--mount", "shop="]), ["shop=logs:", ":6"]);
    assert_eq!(create(&["shop", "--volume", "logs", "--mount", "shop=logs:/"]), [":4"]);
}

/// A kubeconfig that is read, and leads to a port where nobody listens.
const KUBECONFIG: &str = "tests/fixtures/completion/kubeconfig.yaml";

#[test]
#[cfg(unix)]
fn names_in_the_kubeconfig_are_offered_wherever_it_is_named() {
    assert_eq!(script(&["--context", ""]), ["kind", "prod", ":4"]);
    assert_eq!(script(&["logs", "--context=p"]), ["prod", ":4"]);
    assert_eq!(script(&["logs", "web", "--cluster", ""]), ["kind", "prod", ":4"]);
    assert_eq!(script(&["--user", ""]), ["admin", ":4"]);
    assert_eq!(script(&["--kubeconfig", "nowhere.yaml", "logs", "--context", ""]), [":4"]);
    assert_eq!(script(&["--kubeconfig", KUBECONFIG, "--user", "a"]), ["admin", ":4"]);
}

/// Types are known without a cluster; of names there are none, and nothing is said of that.
#[test]
#[cfg(unix)]
fn without_an_answer_there_are_static_words_only() {
    assert_eq!(script(&["logs", "d"]), ["deploy/", "ds/", ":6"]);
    assert_eq!(script(&["logs", "deploy/"]), [":4"]);
    assert_eq!(script(&["logs", "web", "-c", ""]), [":4"]);
    assert_eq!(script(&["-n", ""]), [":4"]);
    assert_eq!(script(&["exec", "web", "--", ""]), [":0"]);
}

/// The folder of a program that is found on PATH as krew's are: as a link into a store.
#[cfg(unix)]
struct OnPath(tempfile::TempDir);

#[cfg(unix)]
impl OnPath {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        symlink(PROGRAM, folder.path().join("kubectl-sidecar")).unwrap();
        Self(folder)
    }

    fn link(&self) -> PathBuf {
        self.0.path().join("kubectl_complete-sidecar")
    }

    /// What a command says, with the folder's name left out.
    fn says(&self, args: &[&str]) -> String {
        let mut command = Command::new("kubectl-sidecar");
        let output = command.args(args).env("PATH", path_with(self.0.path())).output().unwrap();
        let text = [output.stderr, output.stdout].concat();
        String::from_utf8(text).unwrap().replace(self.0.path().to_str().unwrap(), "DIR")
    }
}

#[test]
#[cfg(unix)]
fn install_puts_a_link_beside_the_plugin_once_and_uninstall_takes_it_away() {
    let path = OnPath::new();
    insta::assert_snapshot!(path.says(&["completion", "install"]));
    assert_eq!(std::fs::read_link(path.link()).unwrap(), Path::new("kubectl-sidecar"));
    let words = answered(Command::new(path.link()).args(["logs", "--conte"]).output().unwrap());
    assert_eq!(words, ["--context", ":4"]);
    assert!(path.says(&["completion", "install"]).starts_with("Try it"), "nothing is to be said of what is done");
    assert!(path.says(&["completion", "install"]).ends_with("DIR/kubectl_complete-sidecar unchanged\n"));
    assert_eq!(path.says(&["completion", "uninstall"]), "DIR/kubectl_complete-sidecar deleted\n");
    assert!(!path.link().is_symlink());
    assert_eq!(path.says(&["completion", "uninstall"]), "DIR/kubectl_complete-sidecar is not there: nothing to do\n");
}

#[test]
#[cfg(unix)]
fn install_replaces_what_led_to_another_version_and_leaves_others_alone() {
    let path = OnPath::new();
    symlink("/nowhere/v0/kubectl-sidecar", path.link()).unwrap();
    assert!(path.says(&["completion", "install"]).ends_with("DIR/kubectl_complete-sidecar replaced\n"));
    assert_eq!(std::fs::read_link(path.link()).unwrap(), Path::new("kubectl-sidecar"));

    std::fs::remove_file(path.link()).unwrap();
    std::fs::copy("completions/kubectl_complete-sidecar", path.link()).unwrap();
    assert!(path.says(&["completion", "install"]).ends_with("unchanged\n"), "the script does the same");

    std::fs::write(path.link(), "#!/bin/sh\nexec other\n").unwrap();
    insta::assert_snapshot!(path.says(&["completion", "install"]) + &path.says(&["completion", "uninstall"]));
    assert_eq!(std::fs::read_to_string(path.link()).unwrap(), "#!/bin/sh\nexec other\n");
}

#[test]
#[cfg(unix)]
fn install_into_another_folder_leads_to_the_plugin_on_path() {
    let (path, other) = (OnPath::new(), tempfile::tempdir().unwrap());
    let said = path.says(&["completion", "install", "--dir", other.path().to_str().unwrap()]);
    assert!(said.contains("is not on PATH, so kubectl will not find it there\n"), "{said}");
    let link = std::fs::read_link(other.path().join("kubectl_complete-sidecar")).unwrap();
    assert_eq!(link, path.0.path().join("kubectl-sidecar"));
    let said = path.says(&["completion", "install", "--dir", "/nowhere"]);
    assert!(said.starts_with("error: /nowhere is not a folder\n"), "{said}");
}

/// `/proc` takes no files from anybody, root neither.
#[test]
#[cfg(target_os = "linux")]
fn install_says_what_went_wrong() {
    let path = OnPath::new();
    let said = path.says(&["completion", "install", "--dir", "/proc"]);
    assert!(said.contains("error: writing /proc/kubectl_complete-sidecar: "), "{said}");
    let output = Command::new(PROGRAM).args(["completion", "install"]).env("PATH", "/nowhere").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: kubectl-sidecar is not on PATH"), "{said}");
}

#[test]
#[cfg(unix)]
fn a_link_under_kubectls_name_answers_too() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("kubectl_complete-sidecar");
    symlink(PROGRAM, &link).unwrap();
    let words = answered(Command::new(&link).args(["logs", "--conte"]).output().unwrap());
    assert_eq!(words, ["--context", ":4"]);
}

#[test]
#[cfg(unix)]
fn the_script_for_bash_completes_in_bash() {
    let path = path_with(Path::new(PROGRAM).parent().unwrap());
    let typed = "source <(kubectl-sidecar completion bash); COMP_WORDS=(kubectl-sidecar logs --conte) COMP_CWORD=2; \
                 _clap_complete_kubectl_sidecar kubectl-sidecar --conte logs; echo \"${COMPREPLY[*]}\"";
    let words = answered(Command::new("bash").args(["-c", typed]).env("PATH", path).output().unwrap());
    assert_eq!(words, ["--context"]);
}

#[test]
fn every_shell_has_a_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let lines = answered(Command::new(PROGRAM).args(["completion", shell]).output().unwrap());
        assert!(lines.iter().any(|line| line.contains("kubectl-sidecar")), "{shell}");
    }
}
