use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;

/// The line as it is shown; as it is where it is no structured one.
fn shown(line: &str) -> String {
    let Some(record) = read(line.as_bytes()) else { return line.to_owned() };
    let mut text = String::new();
    record.show(|_, part| text.push_str(part));
    text
}

#[test]
fn json_lines_are_made_readable() {
    for (line, expected) in [
        (
            r#"{"ts":"2026-01-31T08:00:00Z","level":"info","msg":"it works","port":8080,"host":"a b"}"#,
            r#"2026-01-31T08:00:00Z INFO  it works port=8080 host="a b""#,
        ),
        (r#"{"level":"warn","ts":1769846400.1234567,"msg":"x"}"#, "2026-01-31T08:00:00.1234567Z WARN  x"),
        (r#"{"level":30,"time":1769846400123,"pid":1,"msg":"pino"}"#, "2026-01-31T08:00:00.123Z INFO  pino pid=1"),
        (
            r#"{"level":"error","error":{"code":5,"at":["a","b"]},"ok":null}"#,
            r#"ERROR error={"code":5,"at":["a","b"]} ok=null"#,
        ),
        (r#"{"log.level":"DEBUG","@timestamp":"t","message":"ecs"}"#, "t DEBUG ecs"),
        (r#"{"a":1,"a":2,"level":"info","level":"error"}"#, "INFO  a=1 a=2 level=error"),
        (r#"{"msg":"two\nlines \u001b[2J \u00fc \"quoted\" C:\\x \/"}"#, r#"two\nlines \u001b[2J ü "quoted" C:\x /"#),
        (r#"{"k v":"","e":"=","u":"\u00fc\"\ud83d\ude00","b":"\u202e"}"#, r#""k v"="" e="=" u="ü\"😀" b="\u202e""#),
        (r#"{"level":"loud","ts":true,"msg":7}"#, "level=loud ts=true msg=7"),
        (r#"{"level":"info"}"#, "INFO"),
        (r#"{"msg":"日本語","k":"日本"}"#, "日本語 k=日本"),
        (r#"{"obj":"{}","arr":"[1]"}"#, r#"obj="{}" arr="[1]""#),
        (r#"  {"msg":"indented"}"#, r#"  {"msg":"indented"}"#),
    ] {
        assert_eq!(shown(line), expected, "{line}");
    }
}

#[test]
fn logfmt_lines_are_made_readable() {
    for (line, expected) in [
        (
            r#"time=2026-01-31T08:00:00Z level=warn msg="low \"disk\"" free=3% path="/a b""#,
            r#"2026-01-31T08:00:00Z WARN  low "disk" free=3% path="/a b""#,
        ),
        ("ts=1 caller=main.go:7 level=info msg=ok  err=", r#"1 INFO  ok caller=main.go:7 err="""#),
        ("msg=alone", "alone"),
    ] {
        assert_eq!(shown(line), expected, "{line}");
    }
}

#[test]
fn what_is_neither_passes() {
    let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let deep_array = format!("{{\"a\":{}", "[".repeat(100_000));
    for line in [
        "",
        "plain text",
        "GET /x?level=info&a=1 200",
        "a=1 b=2",
        "level=info and more",
        "level=info msg=\"open",
        "level=info msg=a\"b",
        "level=info msg=\"a\"b",
        "level=info =x",
        "level=info\tmsg=x",
        "\u{1b}[36mlevel\u{1b}[0m=info",
        "{",
        "{}",
        "{\"a\":1",
        "{\"a\":1} trailing",
        "{\"a\":1}{\"b\":2}",
        "{\"a\":01}",
        "{'a':1}",
        "{\"a\":\"\u{1}\"}",
        &deep_array,
    ] {
        assert_eq!(read(line.as_bytes()), None, "{}", &line[..line.len().min(100)]);
    }
    assert_eq!(read(b"{\"msg\":\"\xff\"}"), None);
    assert_eq!(read(b"level=info msg=\xff"), None);
    // However deep it is nested, there is no stack to overflow.
    assert!(shown(&deep).len() >= deep.len() - 5);
}

#[test]
fn times_since_1970_keep_their_digits() {
    for (number, expected) in [
        ("1769846400", Some("2026-01-31T08:00:00Z")),
        ("1769846400.5", Some("2026-01-31T08:00:00.5Z")),
        ("1769846400123456789", Some("2026-01-31T08:00:00.123456789Z")),
        ("1769846400123.25", Some("2026-01-31T08:00:00.12325Z")),
        ("1.7e9", None),
        ("12345678901", None),
        ("1", None),
        ("17698464001.", None),
    ] {
        assert_eq!(since_1970(number).as_deref(), expected, "{number}");
    }
}

/// Texts with all that is special in one of the forms.
fn word() -> impl Strategy<Value = String> {
    let parts =
        ["a", "ü", "日", " ", "\"", "\\", "=", "\n", "\t", "\u{1b}[2J", "\u{9b}", "\u{202e}", "/", "\u{7f}", "{", "\0"];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..6).prop_map(|parts| parts.concat())
}

fn leaf() -> impl Strategy<Value = Json> {
    prop_oneof![
        word().prop_map(Json::from),
        Just(json!("info")),
        (100..1_000_000).prop_map(Json::from),
        Just(json!(null)),
        Just(json!(true))
    ]
}

fn value() -> impl Strategy<Value = Json> {
    leaf().prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::vec((word(), inner), 0..4).prop_map(|fields| Json::Object(fields.into_iter().collect())),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        word(),
        prop::sample::select([&TIMES[..], &LEVELS, &MESSAGES].concat()).prop_map(str::to_owned),
        prop::sample::select(vec!["a".to_owned(), "b".to_owned()]),
    ]
}

/// What must be seen of a value, whichever of its forms is shown.
fn is_seen(text: &str, value: &Json) -> bool {
    let as_json = value.to_string();
    let Json::String(string) = value else { return text.contains(&as_json) };
    let escaped = &as_json[1..as_json.len() - 1];
    let unquoted = escaped.replace("\\\"", "\"").replace("\\\\", "\\");
    [string.as_str(), escaped, &unquoted].iter().any(|form| text.contains(form))
        || text.contains(&string.to_uppercase())
}

proptest! {
    #[test]
    fn no_field_is_lost_and_nothing_drives_a_terminal(fields in prop::collection::vec((key(), value()), 1..6)) {
        // With the same key twice, which no map can hold.
        let pairs: Vec<String> = fields.iter().map(|(key, value)| format!("{}:{value}", json!(key))).collect();
        let line = format!("{{{}}}", pairs.join(","));
        let text = shown(&line);
        for (_, value) in &fields {
            prop_assert!(is_seen(&text, value), "{value} of {line}: {text}");
        }
        prop_assert!(!text.contains(|character: char| character < ' '), "{text:?}");
        // What the line had as itself is there as itself, and made visible on a terminal; nothing is added to it.
        for control in ['\u{7f}', '\u{9b}', '\u{202e}'] {
            prop_assert!(text.matches(control).count() <= line.matches(control).count());
        }
    }

    #[test]
    fn escapes_make_no_control_character(unit in 0_u32..=0xffff, second in 0_u32..=0xffff) {
        let line = format!("{{\"msg\":\"\\u{unit:04x}\\u{second:04x}\",\"k\":\"\\u{unit:04X} \\u{second:04X}\"}}");
        let text = shown(&line);
        prop_assert!(!text.contains(char::is_control) && !text.contains(['\u{202e}', '\u{2028}']), "{text:?}");
    }

    #[test]
    fn never_panics(line in prop::collection::vec(
        prop::sample::select(b"{}[]\":,=\\ua1\xff\xc3\xbc\x1b levmsgti".to_vec()), 0..60)
    ) {
        if let Some(record) = read(&line) {
            record.show(|_, _| ());
        }
        if let Some(record) = read(&[b"level=".as_slice(), &line].concat()) {
            record.show(|_, _| ());
        }
    }

    #[test]
    fn logfmt_loses_nothing(fields in prop::collection::vec(("[a-z.]{1,6}", "[a-z \"\\\\=ü]{0,6}"), 1..5)) {
        let pairs = fields.iter().map(|(key, value)| format!("{key}={}", json!(value)));
        let line = format!("level=info {}", pairs.collect::<Vec<_>>().join(" "));
        let text = shown(&line);
        for (_, value) in &fields {
            prop_assert!(is_seen(&text, &json!(value)), "{value:?} of {line}: {text}");
        }
    }
}
