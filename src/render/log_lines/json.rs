//! A line as one JSON object, for other programs. The fields are described in docs/logs-output.md.
//!
//! All lines of a run of a container begin alike but for the timestamp: that part is made once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::times::{Clock, Precision};
use crate::logs::{RawLine, Source, Stamp};
use crate::render::terminal_text::drives_a_terminal;

/// Length of `2026-01-31T08:00:00.123456789Z`, as most runtimes write it.
const WHOLE_STAMP: usize = 30;

/// Makes JSON of lines.
#[derive(Debug)]
pub(super) struct JsonLines {
    clock: Clock,
    /// By the index of the track.
    sources: Vec<Option<SourceText>>,
    /// The text goes to a terminal: what could drive it is written as `\uXXXX`, which means the same.
    to_terminal: bool,
}

/// What is the same in all lines of a run.
#[derive(Debug)]
struct SourceText {
    restart: Option<u32>,
    has_node: bool,
    text: Vec<u8>,
}

impl JsonLines {
    pub(super) fn new(to_terminal: bool) -> Self {
        Self { clock: Clock::utc(), sources: Vec::new(), to_terminal }
    }

    /// Appends the line.
    pub(super) fn push(&mut self, out: &mut Vec<u8>, index: usize, source: &Source, line: RawLine<'_>) {
        out.extend_from_slice(b"{\"timestamp\":");
        self.push_timestamp(out, line);
        out.extend_from_slice(self.source(index, source));
        self.push_message(out, line.message);
        if line.cut > 0 {
            out.extend_from_slice(format!(",\"cut\":{}", line.cut).as_bytes());
        }
        out.extend_from_slice(b"}\n");
    }

    /// Nothing more will come of that container.
    pub(super) fn forget(&mut self, index: usize) {
        if let Some(source) = self.sources.get_mut(index) {
            *source = None;
        }
    }

    fn push_timestamp(&mut self, out: &mut Vec<u8>, line: RawLine<'_>) {
        if line.stamp_text.is_empty() && line.stamp == Stamp::default() {
            return out.extend_from_slice(b"null");
        }
        out.push(b'"');
        match line.stamp_text {
            [text @ .., b'Z'] if text.len() + 1 == WHOLE_STAMP => out.extend_from_slice(line.stamp_text),
            _ => self.clock.push(out, line.stamp, Precision::Nanoseconds),
        }
        out.push(b'"');
    }

    fn source(&mut self, index: usize, source: &Source) -> &[u8] {
        if self.sources.len() <= index {
            self.sources.resize_with(index + 1, || None);
        }
        let known = self.sources[index].take();
        let is_so = |known: &SourceText| known.restart == source.restart && known.has_node == source.node.is_some();
        let text = known.filter(is_so).unwrap_or_else(|| SourceText::of(source));
        &self.sources[index].insert(text).text
    }

    fn push_message(&self, out: &mut Vec<u8>, message: &[u8]) {
        out.push(b'"');
        if message.iter().all(|byte| is_plain(*byte)) {
            out.extend_from_slice(message);
            return out.push(b'"');
        }
        let mut is_text = true;
        for chunk in message.utf8_chunks() {
            push_escaped(out, chunk.valid(), self.to_terminal);
            if !chunk.invalid().is_empty() {
                is_text = false;
                out.extend_from_slice("\u{fffd}".as_bytes());
            }
        }
        out.push(b'"');
        if !is_text {
            out.extend_from_slice(b",\"messageBase64\":\"");
            out.extend_from_slice(STANDARD.encode(message).as_bytes());
            out.push(b'"');
        }
    }
}

impl SourceText {
    fn of(source: &Source) -> Self {
        let Source { namespace, pod, node, container, kind, role, restart } = source;
        let mut text = Vec::new();
        let fields = [
            ("namespace", namespace.as_deref()),
            ("pod", Some(pod.as_str())),
            ("node", node.as_deref()),
            ("container", Some(container.as_str())),
            ("containerKind", Some(kind.as_str())),
            ("role", Some(role.as_str())),
        ];
        for (name, value) in fields {
            text.extend_from_slice(format!(",\"{name}\":").as_bytes());
            match value {
                Some(value) => {
                    text.push(b'"');
                    push_escaped(&mut text, value, true);
                    text.push(b'"');
                }
                None => text.extend_from_slice(b"null"),
            }
        }
        let restarts = restart.map_or_else(|| "null".to_owned(), |count| count.to_string());
        text.extend_from_slice(format!(",\"restart\":{restarts},\"message\":").as_bytes());
        Self { restart: *restart, has_node: node.is_some(), text }
    }
}

/// Whether it means itself within a JSON string, wherever that is read.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'
}

/// Appends the text as it stands within a JSON string.
fn push_escaped(out: &mut Vec<u8>, text: &str, to_terminal: bool) {
    let is_special = |character: char| {
        matches!(character, '\0'..='\x1f' | '"' | '\\')
            || to_terminal && (character == '\x7f' || drives_a_terminal(character))
    };
    let mut rest = text;
    while let Some(at) = rest.find(is_special) {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let Some(special) = rest[at..].chars().next() else { return };
        match special {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\t' => out.extend_from_slice(b"\\t"),
            '\r' => out.extend_from_slice(b"\\r"),
            _ => out.extend_from_slice(format!("\\u{:04x}", u32::from(special)).as_bytes()),
        }
        rest = &rest[at + special.len_utf8()..];
    }
    out.extend_from_slice(rest.as_bytes());
}
