//! Containers that write numbered lines for as long as they are let, and what must come of it.

use jiff::Timestamp;

use crate::support::{Ended, Namespace, Program, assert_same, messages, numbered, pod};

/// The containers: one that writes steadily, one that writes many lines at a time, one that says little.
pub(crate) const CONTAINERS: [&str; 3] = ["steady", "bursts", "quiet"];

/// So many newer lines of a container show that it is followed.
const MORE: usize = 50;

/// A pod `web` that writes.
pub(crate) fn start() -> Namespace {
    let writes = |name: &str, lines: u32, rest: u32| {
        format!(
            "i=0; until [ -e /tmp/end ]; do for n in $(seq {lines}); do i=$((i + 1)); echo {name} $i; done; \
             usleep {rest}; done; echo {name} wrote $i"
        )
    };
    let scripts = [writes("steady", 1, 10_000), writes("bursts", 200, 500_000), writes("quiet", 1, 5_000_000)];
    let namespace = Namespace::new();
    let containers: Vec<_> = CONTAINERS.into_iter().zip(&scripts).map(|(name, script)| (name, &**script)).collect();
    namespace.create(&pod("web", &containers));
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
    namespace
}

/// Waits until newer lines come, of those that write much.
#[track_caller]
pub(crate) fn wait_for_more(logs: &Program) {
    let count = |stdout: &str, name: &str| stdout.matches(&format!("/{name}] ")).count();
    let before = logs.stdout();
    for name in &CONTAINERS[..2] {
        let wanted = count(&before, name) + MORE;
        logs.wait_until(&format!("{MORE} more of {name}"), |output| count(&output.stdout(), name) >= wanted);
    }
}

/// Lets them end, and waits for the program.
#[track_caller]
pub(crate) fn end(namespace: &Namespace, logs: Program) -> Ended {
    for name in CONTAINERS {
        namespace.end("web", name);
    }
    let ended = logs.finish();
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
    ended
}

/// Each line came once, in the order of its container, and nothing else; nothing is said to be missing.
#[track_caller]
pub(crate) fn assert_nothing_is_lost(stdout: &str, stderr: &str) {
    assert!(!stderr.contains("missing"), "{stderr}");
    for name in CONTAINERS {
        let written = messages(stdout, "web", name);
        let wrote = format!("{name} wrote {}", written.len() - 1);
        assert_same(&written, &[numbered(name, written.len() - 1), vec![wrote]].concat());
    }
}

/// Takes the stamps out of lines that were written with `--timestamps`, and counts the lines that are older than one of
/// another container before them.
pub(crate) fn without_stamps(stdout: &str) -> (String, usize) {
    let (mut plain, mut late) = (String::new(), 0);
    let mut newest = [Timestamp::MIN; CONTAINERS.len()];
    for line in stdout.lines() {
        let [source, stamp, message] = line.splitn(3, ' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let stamp: Timestamp = stamp.parse().unwrap_or_else(|error| panic!("{line}: {error}"));
        let index = CONTAINERS.iter().position(|name| source.ends_with(&format!("/{name}]"))).unwrap();
        let of_others = newest.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, newest)| *newest);
        late += usize::from(of_others.max().is_some_and(|newest| stamp < newest));
        newest[index] = newest[index].max(stamp);
        plain.extend([source, " ", message, "\n"]);
    }
    (plain, late)
}

/// How many lines the program said were late.
pub(crate) fn said_late(stderr: &str) -> usize {
    let summary = stderr.split([':', ';', '\n']).find(|part| part.contains("too late to stand in the order of time"));
    let count = |words: &str| words.trim_start().split(' ').next().unwrap().replace(',', "").parse().unwrap();
    summary.map_or(0, count)
}
