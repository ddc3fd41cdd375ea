//! The commands as a whole: which there are, and what is none.

use insta::assert_snapshot;

use super::plugin::{sidecar, sidecar_each};

#[test]
fn help() {
    assert_snapshot!(sidecar(&["--help"]));
}

#[test]
fn without_a_command_it_shows_its_help() {
    let without_line_of_command = |text: String| text.split_once('\n').unwrap().1.to_owned();
    assert_eq!(without_line_of_command(sidecar(&[])), without_line_of_command(sidecar(&["-h"])));
}

/// As with kubectl, whose `help` is no plugin's.
#[test]
fn help_as_a_word() {
    let without_line_of_command = |line: &str| sidecar_each(&[line]).split_once('\n').unwrap().1.to_owned();
    for (word, flag) in [
        ("help", "--help"),
        ("help logs", "logs --help"),
        ("help presets show", "presets show --help"),
        ("help log", "log"),
    ] {
        assert_eq!(without_line_of_command(word), without_line_of_command(flag), "{word}");
    }
}

#[test]
fn what_is_no_command() {
    let lines = ["log webserver", "--colour never", "version --verbose", "completion bsh", "presets tail-logs"];
    assert_snapshot!(sidecar_each(&lines));
}

/// As with kubectl, whose flags may be defaults of an alias and be given again; and be variables that are not set.
#[test]
fn the_last_of_a_flag_counts_and_an_empty_one_says_nothing() {
    let told = |line: &str| sidecar(&line.split(' ').collect::<Vec<_>>());
    let is_no_usage_error = |line: &str| {
        let told = told(line);
        assert!(told.contains("error: no kubeconfig found (no-kubeconfig)"), "{told}");
    };
    is_no_usage_error("inspect web --context a --kubeconfig gone --kubeconfig= --context= -v=6 -v=0");
    is_no_usage_error("inspect web --kubeconfig= --certificate-authority= --client-certificate= --client-key=");
    is_no_usage_error("inspect web --request-timeout= --token= --server= --as= --as-uid= --tls-server-name=");
    is_no_usage_error("inspect web -v -1 -v=300");
    is_no_usage_error("inspect -A=true --context=a --context=");
    is_no_usage_error("inspect web --all-namespaces=false");
    is_no_usage_error("exec web -it=false --stdin=true --tty=false -c a -- ls");
    assert!(told("version --client=true").ends_with("exit 0\n"));
    assert_snapshot!(told("inspect web -v x"));
}

#[test]
fn help_of_the_small_commands() {
    assert_snapshot!(sidecar_each(&["version --help", "completion --help"]));
}

#[test]
fn version() {
    let version = format!("stdout:\nClient Version: v{}\nexit 0\n", env!("CARGO_PKG_VERSION"));
    assert!(sidecar(&["version", "--client"]).ends_with(&version));
}

#[test]
fn version_of_this_build_where_no_server_can_be_asked() {
    let told = sidecar_each(&["version", "version -n a -n b"]);
    assert_snapshot!(told.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}
