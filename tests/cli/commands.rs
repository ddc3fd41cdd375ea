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
    let version = format!("stdout:\nClient Version: v{}\nexit 0\n", env!("CARGO_PKG_VERSION"));
    assert!(sidecar(&["version", "--client"]).ends_with(&version));
}

#[test]
fn version_of_this_build_where_no_server_can_be_asked() {
    let told = sidecar_each(&["version", "version -n a -n b"]);
    assert_snapshot!(told.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}
