//! Which lines are shown, and what is marked in them.

use insta::assert_snapshot;

use crate::support::{LISTENS, Namespace, Program, pod, run};

/// A pod that is done: what one container says is about numbers, what the other says comes after it.
fn numbers(namespace: &Namespace) {
    let counts = "for i in 1 2 3 4 5 6 7 8 9; do echo number $i; done; echo Number ten";
    namespace.create(&pod("numbers", &[("counts", counts), ("talks", "sleep 2; echo any number; echo the end")]));
    namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", "pod/numbers"]);
}

#[test]
fn those_that_match_and_those_around_them() {
    let namespace = Namespace::new();
    numbers(&namespace);
    let shown = [
        "logs numbers --no-follow --include 3|7",
        "logs numbers --no-follow --include 3 --include end$",
        "logs numbers --no-follow --exclude r.[2-9]",
        "logs numbers --no-follow --include number --exclude r.[2-9] -i",
        "logs numbers --no-follow --include [46] -C 1",
        "logs numbers --include end -C 1 --exclude 9",
        "logs numbers --no-follow --tail=5 --include [46] --around 10 -c counts",
    ]
    .map(|words| namespace.shown(words));
    assert_snapshot!(shown.join("\n"));
}

#[test]
fn what_was_looked_for_is_marked_where_colours_are_shown() {
    let namespace = Namespace::new();
    numbers(&namespace);
    let words = ["logs", "numbers", "--no-follow", "--tail=2", "--include=n", "--highlight=TEN|d", "-i"];
    let shown = |color: &str| run(namespace.sidecar(&[&words[..], &[color]].concat())).stdout();
    assert_snapshot!(shown("--color=always").escape_debug().to_string().replace("\\n", "\n"));
    let plain = "[pod/numbers/counts] number 9\n[pod/numbers/counts] Number ten\n\
                 [pod/numbers/talks] any number\n[pod/numbers/talks] the end\n";
    assert_eq!([shown("--color=auto"), shown("--color=never")], [plain, plain]);
}

/// Bytes that are no UTF-8, and colours.
const BYTES: &str = r"printf 'keep \377 \000 \r \033[31mred\nleave \377\nkeep \033[7mreverse\033[0m end\n'";

#[test]
fn a_message_stays_what_it_is() {
    let namespace = Namespace::new();
    namespace.create(&pod("bytes", &[("main", BYTES)]));
    namespace.wait(&["--for=jsonpath={.status.phase}=Succeeded", "pod/bytes"]);
    let words = ["logs", "bytes", "--no-follow", "--prefix=none", "--include=^keep", "--highlight=erse.*e"];
    let piped = run(namespace.sidecar(&words));
    assert_eq!(piped.stdout, b"keep \xff \0 \r \x1b[31mred\nkeep \x1b[7mreverse\x1b[0m end\n");
    let terminal = Program::start_on_terminal(namespace.sidecar(&words), 80).finish();
    // Reversed colours begin at [ and end at ].
    let shown = "[keep] \\xff ^@ ^M \x1b[31mred\x1b[0m\r\n[keep] [rev]erse\x1b[0m[ e]nd\x1b[0m\r\n";
    assert_eq!(terminal.stdout().replace("\x1b[27m", "]").replace("\x1b[7m", "["), shown);
}

/// A line before a match is shown when the match comes, and not sooner.
#[test]
fn lines_around_a_match_are_followed() {
    let namespace = Namespace::new();
    namespace.create(&pod("web", &[("main", LISTENS)]));
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
    let logs = Program::start(namespace.sidecar(&["logs", "web", "--include=match", "-C1"]));
    for line in ["far", "near", "a match", "after", "far again", "near again", "another match"] {
        namespace.say("web", "main", line);
    }
    logs.wait_for("another match\n");
    namespace.end("web", "main");
    let ended = logs.finish();
    let expected = ["near", "a match", "after", "near again", "another match"];
    let expected: String = expected.map(|line| format!("[pod/web/main] {line}\n")).concat();
    assert_eq!((ended.code(), ended.stdout()), (Some(0), expected));
}
