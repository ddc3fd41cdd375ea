//! What the containers answer, and the exit code.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{exec, listening, of_two_images, shown};
use crate::support::{Namespace, Program, node};

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/guide/webserver-pod.yaml");

/// The guide's step: the same files in both.
#[test]
fn the_guides_ls_in_both() {
    let namespace = Namespace::new();
    namespace.kubectl(&["apply", "-f", GUIDE]);
    namespace.wait(&["--for=condition=Ready", "pod/webserver"]);
    let words = ["webserver", "--", "ls", "/var/log/nginx"];
    assert_snapshot!(shown(&namespace, &words));
    let command = super::command(&namespace, &[&["--color=always"], &words[..]].concat());
    let on_terminal = Program::start_on_terminal(command, 80).finish();
    assert_snapshot!(on_terminal.stdout().replace('\x1b', "^[").replace("\r\n", "\n"));

    let shown =
        exec(&namespace, &["--show-kubectl", "webserver", "--", "sh", "-c", "echo \"$HOME\"; ls /var/log/nginx"]);
    assert_snapshot!(namespace.the_same(&shown.stderr()));
    let commands = shown.stderr();
    for line in commands.lines() {
        // The words are quoted for a shell.
        let path = format!("{}:{}", node().kubectl.parent().unwrap().display(), std::env::var("PATH").unwrap());
        let mut shell = std::process::Command::new("sh");
        let output = shell.args(["-c", line]).env("PATH", path).env("KUBECONFIG", &node().kubeconfig).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "/root\naccess.log\nerror.log\n", "{line}");
    }
}

#[test]
fn the_first_code_in_start_order_that_is_not_0() {
    let namespace = Namespace::new();
    listening(&namespace, &["a", "b", "c"]);
    let code = |script: &str| exec(&namespace, &["web", "--", "sh", "-c", script]).code();
    namespace.exec("web", "b", "echo 3 > /tmp/code");
    namespace.exec("web", "c", "echo 2 > /tmp/code");
    assert_eq!(code("true"), Some(0));
    assert_eq!(code("[ ! -e /tmp/code ] || exit $(cat /tmp/code)"), Some(3));
    assert_eq!(code("kill -9 $$"), Some(137));
    assert_eq!(exec(&namespace, &["web", "-c", "c", "--", "sh", "-c", "exit 255"]).code(), Some(255));
}

#[test]
fn a_program_that_one_of_them_does_not_have() {
    let namespace = Namespace::new();
    of_two_images(&namespace);
    assert_snapshot!(shown(&namespace, &["web", "--", "bash", "-c", "echo here"]));
    assert_snapshot!(shown(&namespace, &["web", "-c", "busy", "--", "bash"]));
    assert_snapshot!(shown(&namespace, &["web", "-c", "large", "--", "/etc/passwd"]));
    assert_snapshot!(shown(&namespace, &["web", "-c", "large", "--", "ls /tmp"]));
}

fn json_of(namespace: &Namespace, words: &[&str]) -> Value {
    serde_json::from_str(&exec(namespace, &[&["-o", "json"], words].concat()).stdout()).unwrap()
}

#[test]
fn for_other_programs() {
    let namespace = Namespace::new();
    of_two_images(&namespace);
    let script = "echo out; echo error >&2; exit 4";
    let mut document = json_of(&namespace, &["web", "--", "bash", "-c", script]);
    assert_eq!(document["namespace"].take(), json!(namespace.name()));
    assert_snapshot!(format!("{document:#}"));
}

#[test]
fn bytes_that_are_no_text() {
    let namespace = Namespace::new();
    listening(&namespace, &["main"]);
    // Of /bin/busybox, which is there and is not small.
    let words = ["web", "--", "head", "-c", "300000", "/bin/busybox"];
    let ended = exec(&namespace, &words);
    let args = ["--namespace", namespace.name(), "exec"];
    let theirs = node().try_kubectl(&[&args[..], &words].concat(), "");
    assert_eq!(theirs.stdout.len(), 300_000);
    assert!(ended.stdout == theirs.stdout, "the bytes differ");
    let document = json_of(&namespace, &["web", "--", "printf", r"a\377b"]);
    assert_eq!(document["results"][0]["stdoutBase64"], json!("Yf9i"));
    assert_eq!(document["results"][0]["stdout"], Value::Null);
}

/// Held of each answer.
const MOST: usize = 8 << 20;

/// Of several containers so much is held, and of one everything is passed on.
#[test]
fn more_than_is_held() {
    let namespace = Namespace::new();
    listening(&namespace, &["a", "b"]);
    let much = "head -c 20000000 /dev/zero | tr '\\0' x";
    let ended = exec(&namespace, &["web", "--", "sh", "-c", much]);
    assert_eq!(ended.code(), Some(1));
    let words = "it wrote more than 8 MiB: the rest is cut off; the command may go on";
    assert_eq!(ended.stderr().matches(words).count(), 2, "{}", ended.stderr());
    let longest: Vec<usize> = ended.stdout().lines().map(str::len).filter(|length| *length > 100).collect();
    assert_eq!(longest, [MOST, MOST]);

    let forever = exec(&namespace, &["-o", "json", "web", "-c", "a", "--", "yes"]);
    let document: Value = serde_json::from_str(&forever.stdout()).unwrap();
    assert_eq!(document["results"][0]["truncated"], json!(true));
    assert_eq!(document["results"][0]["error"]["reason"], json!("TooMuchOutput"));
    assert_eq!(document["results"][0]["error"]["message"], json!(words));

    let ended = exec(&namespace, &["web", "-c", "a", "--", "sh", "-c", much]);
    assert_eq!((ended.code(), ended.stdout.len()), (Some(0), 20_000_000));
}

/// Each of them writes less than is held of one.
#[test]
fn more_than_is_held_of_all() {
    let namespace = Namespace::new();
    listening(&namespace, &["a", "b", "c", "d", "e", "f", "g", "h", "i"]);
    let document = json_of(&namespace, &["web", "--", "sh", "-c", "head -c 8000000 /dev/zero | tr '\\0' x"]);
    let results = document["results"].as_array().unwrap();
    assert_eq!(results.iter().map(|result| result["stdout"].as_str().unwrap().len()).sum::<usize>(), 64 << 20);
    let words = "all together wrote more than 64 MiB: the rest is cut off; the command may go on";
    let cut: Vec<&Value> = results.iter().filter(|result| result["truncated"] == json!(true)).collect();
    assert!(!cut.is_empty() && cut.iter().all(|result| result["error"]["message"] == json!(words)));
}
