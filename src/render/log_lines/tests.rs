use jiff::tz::{Offset, TimeZone};
use proptest::prelude::*;

use super::*;
use crate::logs::Ended;
use crate::pod::{ContainerKind, Role};

const STAMPED: &str = "2026-01-31T08:00:00.123456789Z";

const COLORS: Style = Style { color: true, many_colors: false, ..Style::PLAIN };

fn source(pod: &str, container: &str) -> Source {
    Source {
        namespace: Some("demo".to_owned()),
        pod: pod.to_owned(),
        node: Some("node-1".to_owned()),
        container: container.to_owned(),
        kind: ContainerKind::Native,
        role: Role::Sidecar,
        restart: Some(2),
    }
}

fn pushed(lines: &mut LogLines, source: &Source, text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    lines.push_line(&mut out, first_track(), source, RawLine::read(text));
    out
}

fn first_track() -> TrackId {
    TrackId::default()
}

/// One line of one container.
fn shown(format: LogFormat, message: &str) -> String {
    let mut lines = LogLines::new(format, &[("webserver", vec!["nginx"])], false);
    let out = pushed(&mut lines, &source("webserver", "nginx"), format!("{STAMPED} {message}").as_bytes());
    String::from_utf8(out).unwrap()
}

#[test]
fn each_form_of_a_line() {
    let with = |change: fn(&mut LogFormat)| {
        let mut format = LogFormat { prefix: Prefix::Kubectl, ..LogFormat::default() };
        change(&mut format);
        shown(format, "hello")
    };
    assert_eq!(with(|_| ()), "[pod/webserver/nginx] hello\n");
    assert_eq!(with(|format| format.prefix = Prefix::Short), "nginx | hello\n");
    assert_eq!(with(|format| format.form = LineForm::Raw), "hello\n");
    assert_eq!(with(|format| format.times = Times::Runtime), format!("[pod/webserver/nginx] {STAMPED} hello\n"));
    assert_eq!(with(|format| format.times = Times::Utc), "[pod/webserver/nginx] 2026-01-31T08:00:00.123Z hello\n");
    let local = with(|format| format.times = Times::Local(TimeZone::fixed(Offset::constant(1))));
    assert_eq!(local, "[pod/webserver/nginx] 2026-01-31T09:00:00.123+01:00 hello\n");
    assert_eq!(with(|format| format.times = Times::Relative), "[pod/webserver/nginx] +0.000s hello\n");
    let on_terminal = with(|format| (format.times, format.to_terminal) = (Times::Relative, true));
    assert_eq!(on_terminal, "[pod/webserver/nginx]    +0.000s hello\n");
    assert_eq!(
        with(|format| format.form = LineForm::Json),
        "{\"timestamp\":\"2026-01-31T08:00:00.123456789Z\",\"namespace\":\"demo\",\"pod\":\"webserver\",\
         \"node\":\"node-1\",\"container\":\"nginx\",\"containerKind\":\"native\",\"role\":\"sidecar\",\"restart\":2,\
         \"message\":\"hello\"}\n"
    );
}

#[test]
fn a_line_that_was_cut_says_so() {
    let mut line = RawLine::read(b"2026-01-31T08:00:00Z abc");
    line.cut = 7;
    let cut = |form| {
        let mut lines = LogLines::new(LogFormat { form, ..LogFormat::default() }, &[], false);
        let mut out = Vec::new();
        lines.push_line(&mut out, first_track(), &source("a", "b"), line);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(cut(LineForm::Text), "abc … [cut after 3 of 10 bytes]\n");
    assert_eq!(cut(LineForm::Raw), "abc … [cut after 3 of 10 bytes]\n");
    assert!(cut(LineForm::Json).ends_with("\"message\":\"abc\",\"cut\":7}\n"));
}

#[test]
fn what_could_drive_a_terminal_passes_only_where_that_is_wanted() {
    let hostile = "a\u{1b}[2Jb\u{202e}";
    let with = |to_terminal, raw_control, form| {
        shown(LogFormat { form, to_terminal, raw_control, ..LogFormat::default() }, hostile)
    };
    assert_eq!(with(false, false, LineForm::Text), format!("{hostile}\n"));
    assert_eq!(with(true, false, LineForm::Text), "a^[[2Jb<U+202E>\n");
    assert_eq!(with(true, false, LineForm::Raw), "a^[[2Jb<U+202E>\n");
    assert_eq!(with(true, true, LineForm::Text), format!("{hostile}\n"));
    assert_eq!(with(true, true, LineForm::Raw), format!("{hostile}\n"));
    assert!(with(false, false, LineForm::Json).ends_with("\"a\\u001b[2Jb\u{202e}\"}\n"));
    assert!(with(true, false, LineForm::Json).ends_with("\"a\\u001b[2Jb\\u202e\"}\n"));
}

#[test]
fn levels_are_coloured_and_nothing_else_is_changed() {
    let with = |message| shown(LogFormat { style: COLORS, ..LogFormat::default() }, message);
    assert_eq!(with("ERROR it broke"), "\u{1b}[31mERROR\u{1b}[0m it broke\n");
    assert_eq!(with("nothing"), "nothing\n");
    assert_eq!(with("{\"level\":\"warn\"}"), "{\"level\":\"\u{1b}[33mwarn\u{1b}[0m\"}\n");
    // Who colours by himself knows why.
    assert_eq!(with("\u{1b}[35mERROR\u{1b}[0m"), "\u{1b}[35mERROR\u{1b}[0m\n");
    assert_eq!(shown(LogFormat::default(), "ERROR it broke"), "ERROR it broke\n");
}

#[test]
fn structured_lines_are_rewritten_only_where_that_is_wanted() {
    let line = r#"{"time":"t","level":"error","msg":"it broke","code":7}"#;
    let with = |pretty, style| shown(LogFormat { pretty, style, ..LogFormat::default() }, line);
    assert_eq!(with(false, Style::PLAIN), format!("{line}\n"));
    assert_eq!(with(true, Style::PLAIN), "t ERROR it broke code=7\n");
    assert_eq!(
        with(true, COLORS),
        "\u{1b}[2mt\u{1b}[22m \u{1b}[31mERROR\u{1b}[0m it broke \u{1b}[2mcode=\u{1b}[22m7\n"
    );
}

#[test]
fn a_line_without_a_stamp_has_no_time() {
    for times in [Times::Runtime, Times::Utc, Times::Relative] {
        let mut lines = LogLines::new(LogFormat { times, ..LogFormat::default() }, &[], false);
        assert_eq!(pushed(&mut lines, &source("a", "b"), b"no stamp"), b"no stamp\n");
    }
    let mut lines = LogLines::new(LogFormat { form: LineForm::Json, ..LogFormat::default() }, &[], false);
    assert!(pushed(&mut lines, &source("a", "b"), b"no stamp").starts_with(b"{\"timestamp\":null,"));
}

#[test]
fn json_carries_all_bytes_and_what_becomes_of_the_source() {
    let mut lines = LogLines::new(LogFormat { form: LineForm::Json, ..LogFormat::default() }, &[], false);
    let mut of = |source: &Source| -> serde_json::Value {
        let out = pushed(&mut lines, source, b"2026-01-31T09:00:00.5+01:00 \xff\"\\\t\x00ok");
        serde_json::from_slice(&out).unwrap()
    };
    let mut web = source("web", "nginx");
    web.node = None;
    let line = of(&web);
    assert_eq!(line["timestamp"], "2026-01-31T08:00:00.500000000Z");
    assert_eq!(line["message"], "\u{fffd}\"\\\t\0ok");
    assert_eq!(line["messageBase64"], "/yJcCQBvaw==");
    assert_eq!(line["node"], serde_json::Value::Null);
    (web.node, web.restart) = (Some("node-2".to_owned()), Some(3));
    let line = of(&web);
    assert_eq!((&line["node"], &line["restart"]), (&"node-2".into(), &3.into()));
}

#[test]
fn notes_name_the_container_as_the_lines_do() {
    let mut lines = LogLines::new(LogFormat::default(), &[("web", vec!["nginx"])], false);
    let note = Note::Terminated(Ended { exit_code: 1, reason: "Error".to_owned() });
    assert_eq!(lines.note(&source("web", "nginx"), &note), "-- nginx: terminated, exit code 1 (Error)\n");
    lines = lines.across_namespaces();
    assert_eq!(lines.note(&source("web", "nginx"), &note), "-- demo/web/nginx: terminated, exit code 1 (Error)\n");
}

proptest! {
    /// Whatever a container writes, JSON carries it.
    #[test]
    fn json_can_be_read_back(message in prop::collection::vec(any::<u8>(), 0..80), to_terminal: bool) {
        let format = LogFormat { form: LineForm::Json, to_terminal, ..LogFormat::default() };
        let mut lines = LogLines::new(format, &[], false);
        let text = [STAMPED.as_bytes(), b" ", &message].concat();
        let out = pushed(&mut lines, &source("a", "b"), &text);
        prop_assert_eq!(memchr::memchr_iter(b'\n', &out).count(), 1);
        let line: serde_json::Value = serde_json::from_slice(&out).unwrap();
        prop_assert_eq!(line["message"].as_str().unwrap(), String::from_utf8_lossy(&message));
        prop_assert_eq!(line.get("messageBase64").is_some(), std::str::from_utf8(&message).is_err());
        if to_terminal {
            let text = String::from_utf8(out).unwrap();
            prop_assert!(text.trim_end_matches('\n').chars().all(|character| !character.is_control()));
        }
    }

    /// Whatever the looks are, a terminal gets no control sequence but colours.
    #[test]
    fn nothing_drives_a_terminal(
        message in "(\\{\"(level|msg|a)\":\"[^\"]{0,8}\"\\}|level=error msg=\"[^\"]{0,8}\"|ERROR .{0,8}|(\\PC|\\pC){0,20})",
        pretty: bool, color: bool, json: bool,
    ) {
        let form = if json { LineForm::Json } else { LineForm::Text };
        let style = Style { color, ..Style::PLAIN };
        let format = LogFormat { pretty, style, form, to_terminal: true, ..LogFormat::default() };
        let text = shown(format, &message.replace('\n', ""));
        let parts = text.trim_end_matches('\n').split("\u{1b}[").enumerate();
        for (at, part) in parts {
            let part = if at == 0 { part } else { part.split_once('m').unwrap().1 };
            prop_assert!(part.chars().all(|character| character == '\t' || !character.is_control()), "{text:?}");
        }
    }
}
