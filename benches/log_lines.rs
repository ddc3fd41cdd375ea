//! Making text of log lines, in each form, without an engine and without an output.
//!
//! `cargo bench --bench log_lines` measures; `-- --test` only tries.

use divan::Bencher;
use divan::counter::ItemsCount;
use kubectl_sidecar::logs::{RawLine, Source, TrackId};
use kubectl_sidecar::pod::{ContainerKind, Role};
use kubectl_sidecar::render::Style;
use kubectl_sidecar::render::log_lines::{LineForm, LogFormat, LogLines, Prefix, Times};

fn main() {
    divan::main();
}

const LINES: usize = 10_000;

const PLAIN: &str =
    "2026-01-31T08:00:00.123456789Z GET /index.html 200 with some text behind it, so that it is as long as usual";

const JSON: &str = r#"2026-01-31T08:00:00.123456789Z {"ts":"2026-01-31T08:00:00Z","level":"info","msg":"it works","port":8080,"took":0.01}"#;

#[divan::bench]
fn pipe(bencher: Bencher<'_, '_>) {
    push(bencher, LogFormat { prefix: Prefix::Kubectl, ..LogFormat::default() }, PLAIN);
}

#[divan::bench]
fn pipe_with_times(bencher: Bencher<'_, '_>) {
    push(bencher, LogFormat { prefix: Prefix::Kubectl, times: Times::Utc, ..LogFormat::default() }, PLAIN);
}

#[divan::bench]
fn terminal(bencher: Bencher<'_, '_>) {
    let style = Style { color: true, many_colors: true, width: Some(80), ..Style::PLAIN };
    push(bencher, LogFormat { prefix: Prefix::Short, to_terminal: true, style, ..LogFormat::default() }, PLAIN);
}

#[divan::bench(args = [PLAIN, JSON])]
fn json(bencher: Bencher<'_, '_>, line: &str) {
    push(bencher, LogFormat { form: LineForm::Json, ..LogFormat::default() }, line);
}

#[divan::bench(args = [PLAIN, JSON])]
fn pretty(bencher: Bencher<'_, '_>, line: &str) {
    push(bencher, LogFormat { prefix: Prefix::Kubectl, pretty: true, ..LogFormat::default() }, line);
}

/// Many lines of one container.
fn push(bencher: Bencher<'_, '_>, format: LogFormat, line: &str) {
    let source = Source {
        namespace: Some("default".to_owned()),
        pod: "webserver".to_owned(),
        node: Some("node-1".to_owned()),
        container: "nginx-container".to_owned(),
        kind: ContainerKind::Container,
        role: Role::Main,
        restart: Some(0),
    };
    let mut lines = LogLines::new(format, &[], false);
    let line = RawLine::read(line.as_bytes());
    let mut out = Vec::new();
    bencher.counter(ItemsCount::new(LINES)).bench_local(|| {
        out.clear();
        (0..LINES).for_each(|_| lines.push_line(&mut out, TrackId::default(), &source, line));
        out.len()
    });
}
