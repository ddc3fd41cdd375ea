//! Presets as their authors and users meet them.

use std::sync::LazyLock;

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// A preset with one of everything.
const FILE: &str = r#"name: tail
summary: Follows files
native: true
verified: seen nowhere
parameters:
- name: path
  kind: path
  default: /logs
  description: Where
- name: file
  description: Which
  repeatable: true
- name: port
  kind: port
  default: 8080
  description: Listens
- name: message
  default: ""
  description: Says
container:
  name: tail
  image: busybox
  command: [/bin/sh, -c]
  args:
  - 'echo "$HOME" $${x} ${message}'
  - ${file}
  - --port=${port}
  env:
  - name: PORT
    value: ${port}
  ports:
  - containerPort: ${port}
  readinessProbe:
    httpGet:
      port: ${port}
  workingDir: ${path}
  volumeMounts:
  - name: logs
    mountPath: ${path}
volumes:
- name: logs
  emptyDir: {}
mainMounts:
- name: logs
  mountPath: ${path}
notes:
- Reads ${file} at ${port}
"#;

fn settings(settings: &[(&str, &str)]) -> Vec<(String, String)> {
    settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

static PRESET: LazyLock<Preset> = LazyLock::new(|| Preset::parse("tail.yaml", FILE).unwrap());
static KNOWN: LazyLock<Vec<Preset>> = LazyLock::new(|| known().collect());

fn filled(given: &[(&str, &str)]) -> Filled {
    PRESET.fill(&settings(given)).unwrap()
}

fn refused(given: &[(&str, &str)]) -> Vec<String> {
    let problems = PRESET.fill(&settings(given)).unwrap_err();
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn settings_are_put_in_as_what_the_api_takes() {
    let Filled { container, native, volumes, main_mounts } =
        filled(&[("file", "a"), ("port", "80"), ("file", "b c"), ("path", "/x")]);
    assert!(native);
    assert_eq!(container.args.unwrap(), ["echo \"$HOME\" ${x} ", "a", "b c", "--port=80"]);
    assert_eq!(container.env.unwrap()[0].value.as_deref(), Some("80"));
    assert_eq!(container.ports.unwrap()[0].container_port, 80);
    assert_eq!(container.readiness_probe.unwrap().http_get.unwrap().port, IntOrString::Int(80));
    assert_eq!(container.working_dir.as_deref(), Some("/x"));
    assert_eq!(volumes[0].name, "logs");
    assert_eq!(main_mounts[0].mount_path, "/x");
}

#[test]
fn notes_name_settings() {
    let given = settings(&[("file", "a"), ("port", "80"), ("file", "b c")]);
    assert_eq!(PRESET.notes(&given), ["Reads a, b c at 80"]);
}

/// Where one port is the main container's, and another the sidecar's own.
#[test]
fn the_main_containers_port_goes_without_saying() {
    let main_port = "- name: to\n  kind: port\n  mainPort: true\n  description: Leads to\ncontainer:";
    let text = FILE.replace("container:", main_port).replace("notes:", "notes:\n- Leads to ${to}");
    let preset = Preset::parse("a", &text).unwrap();
    let notes = |port: Option<i32>, given: &[(&str, &str)]| {
        let given = preset.settings_for(port, &settings(given));
        preset.notes(&given).into_iter().next()
    };
    assert_eq!(notes(Some(3000), &[("file", "a")]).as_deref(), Some("Leads to 3000"));
    assert_eq!(notes(Some(3000), &[("file", "a"), ("to", "80")]).as_deref(), Some("Leads to 80"));
    assert!(preset.fill(&preset.settings_for(None, &settings(&[("file", "a")]))).is_err(), "it has to be given");

    let clash = |port: i32, given: &[(&str, &str)]| {
        let given = preset.settings_for(Some(port), &settings(given));
        let filled = preset.fill(&given).unwrap();
        preset.setting_of_port(port, &filled, &given).map(str::to_owned)
    };
    assert_eq!(clash(8080, &[("file", "a")]).as_deref(), Some("port"));
    assert_eq!(clash(8080, &[("file", "a"), ("port", "9000")]), None);
    assert_eq!(clash(9000, &[("file", "a"), ("port", "9000")]).as_deref(), Some("port"));

    let wrong = Preset::parse("a", &text.replace("kind: port\n  mainPort", "kind: text\n  mainPort")).unwrap_err();
    let told = wrong.iter().map(ToString::to_string).collect::<String>();
    assert!(told.contains("the main container's port is a parameter of the kind port"), "{told}");
}

#[test]
fn the_kubelet_expands_no_setting() {
    let args = filled(&[("file", "$(HOME)"), ("message", "$$ $x $")]).container.args.unwrap();
    assert_eq!(args[..2], ["echo \"$HOME\" ${x} $$$$ $$x $$", "$$(HOME)"]);
    let directory = filled(&[("file", ""), ("path", "/$(HOME)")]).container.working_dir;
    assert_eq!(directory.as_deref(), Some("/$(HOME)"));
}

#[test]
fn settings_that_cannot_be_had_are_told_all_at_once() {
    assert_eq!(
        refused(&[("flie", "a"), ("port", "http"), ("path", "a"), ("path", "b")]),
        [
            r#"preset "tail" has no setting "flie"; did you mean "file"?"#,
            r#"preset "tail" takes the setting "path" once, and it is given more than once"#,
            r#"preset "tail" needs the setting "file": Which"#,
            r#"preset "tail": port="http" is not a port: a number from 1 to 65535 (port: Listens)"#,
        ]
    );
}

#[test]
fn what_was_given_may_be_as_long_as_a_file() {
    let long = "x".repeat(100_000);
    assert!(refused(&[("file", "a"), (&long, "a"), ("port", &long)]).iter().all(|told| told.len() < 500));
    for text in [format!("a,{long}"), format!("a,{long}=\"b"), format!("a,{long}=\"b\"c")] {
        assert!(Choice::parse(&text).unwrap_err().to_string().len() < 500);
    }
}

#[test]
fn the_image_is_known_without_settings_where_it_has_a_default() {
    let image = |image: &str| {
        let text = FILE.replace("image: busybox", image).replace("repeatable: true", "").replace("- ${file}", "- a");
        Preset::parse("a", &text).unwrap().image()
    };
    assert_eq!(image("image: r:${port}/${file}"), "r:8080/${file}");
    assert_eq!(image("image: ${file}"), "${file}");
}

#[test]
fn every_mistake_has_its_place() {
    let changes = [
        ("summary: Follows files\n", ""),
        ("native: true\n", ""),
        ("native: true\n", "native: true\nsummary: Again\n"),
        ("native: true", "native: yes please"),
        ("verified: seen nowhere\n", ""),
        ("name: tail\n", "name: Tail\n"),
        ("mainMounts:", "mainMount:"),
        ("  kind: path", "  kinds: path"),
        ("kind: path", "kind: paths"),
        ("kind: path", "pattern: '('"),
        ("default: /logs", "default: logs"),
        ("default: /logs", "default: [/a, /b]"),
        ("default: /logs", "default: {a: b}"),
        ("  description: Where\n", ""),
        ("name: message", "name: port"),
        ("workingDir: ${path}", "workingDir: ${paht}"),
        ("workingDir: ${path}", "workingDir: ${Path}"),
        ("workingDir: ${path}", "workingDir: ${file}"),
        (" ${message}'", "'"),
        ("  workingDir: ${path}", "  ${path}: a"),
        ("workingDir:", "workingDirectory:"),
        ("containerPort: ${port}", "containerPort: ${path}"),
        ("command: [/bin/sh, -c]", "command: /bin/sh"),
        ("  name: tail\n", ""),
        ("- name: logs\n  emptyDir", "- name: log\n  emptyDir"),
        ("  workingDir: ${path}", "  restartPolicy: Always"),
    ];
    let told = changes.map(|(replaced, replacement)| {
        let text = FILE.replacen(replaced, replacement, 1);
        assert_ne!(text, FILE, "{replaced}");
        let problems = Preset::parse("tail.yaml", &text).err().unwrap_or_default();
        let problems: Vec<String> = problems.iter().map(|problem| format!("  {problem}\n")).collect();
        format!("{replaced:?} → {replacement:?}\n{}", problems.concat())
    });
    insta::assert_snapshot!(told.concat());
}

#[test]
fn files_that_are_no_preset_at_all() {
    let told = |text: &str| Preset::parse("a.yaml", text).unwrap_err()[0].to_string();
    assert_eq!(told(""), "a.yaml:1:1: the file says nothing");
    assert_eq!(told("a: [\n"), "a.yaml:1:4: this is not valid YAML: unclosed bracket '['");
    assert_eq!(
        told(&format!("{FILE}---\nname: a\n")),
        "a.yaml:49:1: a preset's file has one document, and this is a second one"
    );
    assert_eq!(
        told("[]"),
        "a.yaml:1:1: this is a list, not what a preset looks like: take the dash away, unless the list belongs elsewhere"
    );
    assert_eq!(
        told(&FILE.replace("summary:", "name:")),
        "a.yaml:1:1: \"summary\" is missing: what it is for, in one line"
    );
}

/// What the kubelet makes of a text in which no variable is known.
fn expanded(text: &str) -> String {
    text.replace("$$", "$")
}

/// All texts of an object.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

/// Any text that is none of ours: without what would look like a placeholder that was left.
fn any_text() -> impl Strategy<Value = String> {
    "(?s:.{0,20})|[$(){}\"',=: -]{0,12}".prop_filter("a placeholder", |text| !text.contains("${"))
}

proptest! {
    #[test]
    fn every_setting_arrives_as_it_was_given(
        files in prop::collection::vec(any_text(), 1..4),
        message in any_text(),
        port in 1_u16..,
        path in "/[a-z$()]{0,8}",
    ) {
        let port = port.to_string();
        let mut given = vec![("message", message.as_str()), ("port", &port), ("path", &path)];
        given.extend(files.iter().map(|file| ("file", file.as_str())));
        let Filled { container, main_mounts, .. } = filled(&given);
        let args: Vec<String> = container.args.iter().flatten().map(|arg| expanded(arg)).collect();
        prop_assert_eq!(&args[0], &format!("echo \"$HOME\" ${{x}} {message}"));
        prop_assert_eq!(&args[1..=files.len()], &files[..]);
        prop_assert_eq!(&container.env.as_ref().unwrap()[0].value, &Some(port));
        prop_assert_eq!(container.working_dir.as_ref(), Some(&path));
        prop_assert_eq!(&main_mounts[0].mount_path, &path);
    }

    #[test]
    fn no_settings_make_a_known_preset_panic_or_leave_a_placeholder(
        chosen in prop::collection::vec((any::<prop::sample::Index>(), any_text()), 0..6),
        repo in "[a-z]{1,8}",
    ) {
        for preset in KNOWN.iter() {
            let mut given: Vec<(String, String)> = vec![("repo".to_owned(), repo.clone())];
            given.retain(|(setting, _)| preset.parameters.iter().any(|parameter| parameter.name == *setting));
            for (index, value) in &chosen {
                given.push((index.get(&preset.parameters).name.clone(), value.clone()));
            }
            let Ok(Filled { container, volumes, main_mounts, .. }) = preset.fill(&given) else { continue };
            let mut found = Vec::new();
            texts(&json!([container, volumes, main_mounts]), &mut found);
            prop_assert!(found.iter().all(|text| !text.contains("${")), "{:?}", found);
        }
    }

    #[test]
    fn no_file_makes_it_panic(at in 0..FILE.len(), length in 0_usize..30, text in "(?s:.{0,8})|[$(){}\\[\\]:,\n -]{0,6}") {
        let end = (at + length).min(FILE.len());
        if let (Some(before), Some(after)) = (FILE.get(..at), FILE.get(end..)) {
            let _ = Preset::parse("a.yaml", &format!("{before}{text}{after}"));
        }
    }
}
