//! The answers as a document of our own: what `exec -o json` writes.
//!
//! Scripts rely on these names. Fields may be added; none is renamed, and none changes its meaning.
//! `docs/exec-output.md` tells users what they mean.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::probe::{Answer, Failure, Reason};
use crate::render::terminal_text::drives_a_terminal;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ExecResult<'a> {
    api_version: &'static str,
    kind: &'static str,
    namespace: &'a str,
    command: &'a [String],
    /// In start order.
    results: Vec<ContainerResult<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ContainerResult<'a> {
    pod: &'a str,
    container: &'a str,
    container_kind: &'static str,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_code: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failed<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stdout: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stdout_base64: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stderr: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stderr_base64: Option<String>,
    truncated: bool,
}

#[derive(Debug, Serialize)]
struct Failed<'a> {
    reason: &'static str,
    message: &'a str,
}

/// The document, with a line end. For a terminal, what could drive it is written as `\uXXXX`, which means the same.
///
/// # Errors
/// None of these documents fails to be one: the serializer says so.
pub fn document(
    namespace: &str,
    command: &[String],
    answers: &[Answer],
    to_terminal: bool,
) -> serde_json::Result<String> {
    let results = answers.iter().map(ContainerResult::from).collect();
    let result = ExecResult { api_version: "sidecar.kubectl/v1", kind: "ExecResult", namespace, command, results };
    let text = serde_json::to_string_pretty(&result)? + "\n";
    Ok(if to_terminal { escaped(&text) } else { text })
}

impl<'a> From<&'a Answer> for ContainerResult<'a> {
    fn from(answer: &'a Answer) -> Self {
        let Answer { place, stdout, stderr, end } = answer;
        let failed = |Failure { reason, message, .. }: &'a Failure| Failed { reason: reason.as_str(), message };
        let ((stdout, stdout_base64), (stderr, stderr_base64)) = (text(stdout), text(stderr));
        Self {
            pod: &place.pod,
            container: &place.container,
            container_kind: place.kind.as_str(),
            role: place.role.as_str(),
            exit_code: end.as_ref().ok().copied(),
            error: end.as_ref().err().map(failed),
            stdout,
            stdout_base64,
            stderr,
            stderr_base64,
            truncated: end.as_ref().is_err_and(|failure| failure.reason == Reason::TooMuchOutput),
        }
    }
}

/// As it is, or in base64 where it is no UTF-8.
fn text(bytes: &[u8]) -> (Option<&str>, Option<String>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Some(text), None),
        Err(_) => (None, Some(STANDARD.encode(bytes))),
    }
}

/// A JSON document for a terminal: what could drive it is written as `\uXXXX`. Only within strings is there any.
pub(in crate::render) fn escaped(text: &str) -> String {
    let drives = |character: char| character == '\x7f' || drives_a_terminal(character);
    let escaped = |character: char| {
        if drives(character) { format!("\\u{:04x}", u32::from(character)) } else { character.to_string() }
    };
    if text.contains(drives) { text.chars().map(escaped).collect() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::{ContainerKind, Role};
    use crate::probe::Place;
    use crate::render::schema;

    const SCHEMA: &str = include_str!("../../../docs/exec-output.v1.schema.json");

    #[test]
    fn a_code_or_an_error_and_text_or_base64() {
        let place = |container: &str| Place {
            pod: "web".to_owned(),
            container: container.to_owned(),
            kind: ContainerKind::Container,
            role: Role::Main,
        };
        let answers = [
            Answer { place: place("a"), stdout: b"\x1b\xc2\x9b\n".to_vec(), stderr: Vec::new(), end: Ok(0) },
            Answer {
                place: place("b"),
                stdout: b"\xff".to_vec(),
                stderr: b"e".to_vec(),
                end: Err(Failure::new(Reason::TooMuchOutput, "more")),
            },
        ];
        let text = document("n", &["ls".to_owned()], &answers, true).unwrap();
        insta::assert_snapshot!(text);
        assert_eq!(schema::errors(SCHEMA, &serde_json::from_str(&text).unwrap()), [""; 0]);
        assert!(document("n", &[], &answers, false).unwrap().contains('\u{9b}'));
    }
}
