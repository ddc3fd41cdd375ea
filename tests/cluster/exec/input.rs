//! Standard input goes to one container.

use std::io::Write;
use std::process::Stdio;

use insta::assert_snapshot;

use super::{command, exec, listening, shown};
use crate::support::{Namespace, Program};

#[test]
fn all_of_it_arrives_and_comes_back() {
    let namespace = Namespace::new();
    listening(&namespace, &["a", "b"]);
    let bytes: Vec<u8> = (0_u32..1_000_000).flat_map(u32::to_le_bytes).collect();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&bytes).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    let mut cat = command(&namespace, &["-i", "web", "-c", "a", "--", "cat"]);
    cat.stdin(Stdio::from(file));
    let ended = Program::start(cat).finish();
    assert_eq!(ended.code(), Some(0));
    assert!(ended.stdout == bytes, "{} bytes came back", ended.stdout.len());

    // Nobody reads it: it ends all the same. (More than pipes hold would stop the node's end, as with kubectl.)
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&bytes[..1000]).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    let mut reads_nothing = command(&namespace, &["-i", "web", "-c", "a", "--", "true"]);
    reads_nothing.stdin(Stdio::from(file));
    assert_eq!(Program::start(reads_nothing).finish().code(), Some(0));
}

#[test]
fn it_cannot_go_to_several() {
    let namespace = Namespace::new();
    listening(&namespace, &["a", "b"]);
    assert_snapshot!(shown(&namespace, &["-i", "web", "--", "cat"]));
    assert_snapshot!(shown(&namespace, &["-it", "web", "--", "sh"]));
    assert_snapshot!(shown(&namespace, &["-it", "web", "-c", "b", "--", "echo", "no terminal"]));
    // Without -i nobody types: as with kubectl, -t changes nothing then.
    assert_eq!(exec(&namespace, &["-t", "web", "--", "true"]).code(), Some(0));
}
