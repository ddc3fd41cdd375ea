//! Completion as kubectl asks for it: the script and the link, the words, the mask at the end.

use std::path::Path;
use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_kubectl-sidecar");

fn answered(output: Output) -> Vec<String> {
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

/// What the script answers, with our program on PATH.
#[cfg(unix)]
fn script(words: &[&str]) -> Vec<String> {
    let folder = Path::new(PROGRAM).parent().unwrap();
    let path = std::env::join_paths([folder, Path::new("/bin"), Path::new("/usr/bin")]).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions/kubectl_complete-sidecar");
    answered(Command::new(script).args(words).env("PATH", path).output().unwrap())
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
    assert_eq!(script(&["version", "--color=n"]), ["--color=never", ":4"]);
}

#[test]
#[cfg(unix)]
fn names_of_presets_are_offered() {
    assert_eq!(script(&["presets", "show", "ta"]), ["tail-logs", ":4"]);
}

#[test]
#[cfg(unix)]
fn a_link_under_kubectls_name_answers_too() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("kubectl_complete-sidecar");
    std::os::unix::fs::symlink(PROGRAM, &link).unwrap();
    let words = answered(Command::new(&link).args(["logs", "--conte"]).output().unwrap());
    assert_eq!(words, ["--context", ":4"]);
}

#[test]
#[cfg(unix)]
fn the_script_for_bash_completes_in_bash() {
    let folder = Path::new(PROGRAM).parent().unwrap();
    let path = std::env::join_paths([folder, Path::new("/bin"), Path::new("/usr/bin")]).unwrap();
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
