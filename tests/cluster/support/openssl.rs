//! Keys and certificates that are made as a test goes.

use std::process::{Command, Stdio};

/// What `openssl ARGS` writes. It must succeed.
#[track_caller]
pub(crate) fn openssl(args: &str) -> Vec<u8> {
    let output = Command::new("openssl").args(args.split(' ')).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "openssl {args}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
