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

#[test]
fn what_is_no_command() {
    assert_snapshot!(sidecar_each(&["log webserver", "--colour never", "version --verbose"]));
}

#[test]
fn help_of_the_small_commands() {
    assert_snapshot!(sidecar_each(&["version --help", "completion --help"]));
}

#[test]
fn version() {
    let version = format!("stdout:\nkubectl-sidecar v{}\nexit 0\n", env!("CARGO_PKG_VERSION"));
    assert!(sidecar(&["version"]).ends_with(&version));
}
