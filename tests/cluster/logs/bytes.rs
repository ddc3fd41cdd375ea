//! What containers write is passed on as it is.

use crate::support::{Namespace, Program, pod, run};

/// The longest message that is kept whole.
const LONGEST: usize = 1 << 20;

/// Bytes that are no UTF-8, control characters, no line at all, and long lines.
const SCRIPT: &str = r"
printf 'a \377\376 b \000 c \r d \033[2J e\n'
printf '\n'
head -c 1048576 /dev/zero | tr '\000' x; echo
head -c 1048580 /dev/zero | tr '\000' y; echo
echo end";

fn expected() -> Vec<u8> {
    let (x, y) = ("x".repeat(LONGEST), "y".repeat(LONGEST));
    let mark = format!("{y} … [cut after {LONGEST} of {} bytes]", LONGEST + 4);
    let messages: [&[u8]; 5] = [b"a \xff\xfe b \0 c \r d \x1b[2J e", b"", x.as_bytes(), mark.as_bytes(), b"end"];
    messages.map(|message| [b"[pod/bytes/main] ", message, b"\n"].concat()).concat()
}

#[test]
fn every_byte_passes_through_a_pipe() {
    let namespace = Namespace::new();
    namespace.create(&pod("bytes", &[("main", SCRIPT)]));
    let live = Program::start(namespace.sidecar(&["logs", "bytes"])).finish();
    assert_eq!(live.code(), Some(0), "{}", live.stderr());
    assert_eq_bytes(&live.stdout, &expected());
    for words in [&["logs", "bytes"][..], &["logs", "bytes", "--follow=false"]] {
        assert_eq_bytes(&run(namespace.sidecar(words)).stdout, &expected());
    }
}

/// Says where they differ, and not what two MiB are.
#[track_caller]
fn assert_eq_bytes(written: &[u8], expected: &[u8]) {
    let same = written.iter().zip(expected).take_while(|(written, expected)| written == expected).count();
    let around = |bytes: &[u8]| bytes[same.saturating_sub(20)..bytes.len().min(same + 60)].escape_ascii().to_string();
    assert!(
        written == expected,
        "{} bytes written, {} expected; from byte {same} on:\n{}\n{}",
        written.len(),
        expected.len(),
        around(written),
        around(expected)
    );
}
