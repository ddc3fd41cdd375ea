//! Log lines and notes → text.
//!
//! On a terminal: `nginx-container | message`, bars lined up, a colour a container, hostile text made safe. Into a
//! pipe: kubectl's own `[pod/webserver/nginx-container] message`, with the message's exact bytes.
//!
//! - `prefix`: whose line it is; `shortening` and `palette`: how much of a name is shown, and in which colour.
//! - [`Times`]: when it was written.
//! - `pretty`: structured lines made readable, and levels coloured.
//! - `json`: a line as an object.
//! - `notes`: what is said of containers and their logs.

mod json;
mod notes;
pub(super) mod palette;
mod prefix;
mod pretty;
mod shortening;
#[cfg(test)]
mod tests;
mod times;

use super::terminal_text::RESET;
use super::{Paint, Style, highlight};
use crate::logs::{LinePatterns, Note, RawLine, Source, TrackId};
use json::JsonLines;
use prefix::{Prefixes, Scope};
use pretty::Part;
use pretty::level;
use times::{Clock, Precision};

pub use notes::summary;
pub use prefix::Prefix;
pub use times::{Times, time};

/// What is made of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineForm {
    /// Text, with a prefix.
    #[default]
    Text,
    /// The message, and nothing else.
    Raw,
    /// A JSON object.
    Json,
}

/// How log lines look.
#[derive(Debug, Clone, Default)]
pub struct LogFormat {
    /// What is made of a line.
    pub form: LineForm,
    /// What stands in front of each line.
    pub prefix: Prefix,
    /// Which time stands before the message.
    pub times: Times,
    /// JSON and logfmt lines are rewritten, to be read by people.
    pub pretty: bool,
    /// The text goes to a terminal: names are shortened to its width, and what could drive it is made visible.
    pub to_terminal: bool,
    /// A terminal may be driven by what containers write.
    pub raw_control: bool,
    /// Only what went wrong is said of containers and their logs.
    pub quiet: bool,
    /// Colours of prefixes and levels.
    pub style: Style,
    /// Colours of notes.
    pub note_style: Style,
}

/// Relative times of about three hours take so many columns.
const RELATIVE_COLUMNS: usize = 10;

/// Makes text of log lines; remembers what stands in front of each container's.
#[derive(Debug)]
pub struct LogLines {
    format: LogFormat,
    prefixes: Prefixes,
    clock: Clock,
    json: JsonLines,
    highlight: Option<LinePatterns>,
}

impl LogLines {
    /// Lines of these containers to begin with, by name, so that bars line up from the first line on. `more_may_come`:
    /// other pods' lines may come, too.
    pub fn new(format: LogFormat, pods: &[(&str, Vec<&str>)], more_may_come: bool) -> Self {
        let scope = if pods.len() > 1 || more_may_come { Scope::Pods } else { Scope::OnePod };
        let width = format.style.width.filter(|_| format.to_terminal);
        let mut prefixes = Prefixes::new(format.prefix, Style { width, ..format.style }, scope);
        if format.prefix == Prefix::Short {
            prefixes.leave_room(pods.iter().flat_map(|(pod, names)| names.iter().map(move |name| (*pod, *name))));
        }
        let (clock, json) = (Clock::for_times(&format.times), JsonLines::new(format.to_terminal));
        Self { format, prefixes, clock, json, highlight: None }
    }

    /// Pods of several namespaces are told apart from the first line on. Otherwise they are from where a second one is
    /// met, and in kubectl's form not at all.
    #[must_use]
    pub fn across_namespaces(mut self) -> Self {
        self.prefixes.widen(Scope::Namespaces);
        self
    }

    /// Marks what these find in a message, where lines are text.
    #[must_use]
    pub fn highlighting(self, highlight: Option<LinePatterns>) -> Self {
        let highlight = highlight.filter(|_| self.format.form == LineForm::Text);
        Self { highlight, ..self }
    }

    /// Appends a line.
    pub fn push_line(&mut self, out: &mut Vec<u8>, track: TrackId, source: &Source, line: RawLine<'_>) {
        match self.format.form {
            LineForm::Json => return self.json.push(out, track.index(), source, line),
            LineForm::Raw => self.push_guarded(out, line.message),
            LineForm::Text => {
                if self.format.prefix != Prefix::None {
                    out.extend_from_slice(self.prefixes.of(track.index(), source));
                }
                self.push_time(out, line);
                self.push_message(out, line.message);
            }
        }
        if line.cut > 0 {
            let all = line.message.len() as u64 + line.cut;
            out.extend_from_slice(format!(" … [cut after {} of {all} bytes]", line.message.len()).as_bytes());
        }
        out.push(b'\n');
    }

    /// Nothing more will come of that container.
    pub fn forget(&mut self, track: TrackId) {
        self.prefixes.forget(track.index());
        self.json.forget(track.index());
    }

    /// A note as a line for standard error.
    pub fn note(&self, source: &Source, note: &Note) -> String {
        let words = notes::words(note);
        let name = prefix::name(self.prefixes.scope(), source);
        let paint = if matches!(note, Note::Gap { .. } | Note::Denied(_)) { Paint::Warning } else { Paint::Faint };
        self.format.note_style.paint(paint, &format!("-- {name}: {words}")) + "\n"
    }

    /// What is said of anything else, as a line for standard error. The line's end is there already.
    pub fn remark(&self, line: &str) -> String {
        self.format.note_style.paint(Paint::Faint, line.trim_end()) + "\n"
    }

    /// Whether only what went wrong is to be said.
    pub fn is_quiet(&self) -> bool {
        self.format.quiet
    }

    fn push_time(&mut self, out: &mut Vec<u8>, line: RawLine<'_>) {
        let is_faint = self.format.style.color && !matches!(self.format.times, Times::None | Times::Runtime);
        let has_stamp = !line.stamp_text.is_empty();
        if is_faint && has_stamp {
            out.extend_from_slice(FAINT);
        }
        match self.format.times {
            Times::None => return,
            _ if !has_stamp => return,
            Times::Runtime => out.extend_from_slice(line.stamp_text),
            Times::Utc | Times::Local(_) => self.clock.push(out, line.stamp, Precision::Milliseconds),
            Times::Relative => {
                let columns = if self.format.to_terminal { RELATIVE_COLUMNS } else { 0 };
                self.clock.push_relative(out, line.stamp, columns);
            }
        }
        if is_faint {
            out.extend_from_slice(NOT_FAINT);
        }
        out.push(b' ');
    }

    fn push_message(&self, out: &mut Vec<u8>, message: &[u8]) {
        let color = self.format.style.color;
        if self.format.pretty
            && let Some(record) = pretty::read(message)
        {
            record.show(|part, text| self.push_part(out, part, text));
        } else if color
            && !message.contains(&ESCAPE)
            && !self.is_marked(message)
            && let Some((range, level)) = level::find(message)
        {
            self.push_guarded(out, &message[..range.start]);
            out.extend_from_slice(level.color().as_bytes());
            out.extend_from_slice(&message[range.clone()]);
            out.extend_from_slice(RESET);
            self.push_guarded(out, &message[range.end..]);
        } else {
            self.push_guarded(out, message);
        }
    }

    /// A part of a structured line, in its colour.
    fn push_part(&self, out: &mut Vec<u8>, part: Part, text: &str) {
        let (begin, end) = match part {
            _ if !self.format.style.color => (&b""[..], &b""[..]),
            Part::Time | Part::Key => (FAINT, NOT_FAINT),
            Part::Level(level) => (level.color().as_bytes(), RESET),
            Part::Message | Part::Value => (&b""[..], &b""[..]),
        };
        out.extend_from_slice(begin);
        self.push_guarded(out, text.as_bytes());
        out.extend_from_slice(end);
    }

    /// What a container wrote, as it may be shown there.
    fn push_guarded(&self, out: &mut Vec<u8>, text: &[u8]) {
        let is_guarded = self.format.to_terminal && !self.format.raw_control;
        highlight::push_message(out, text, self.highlight.as_ref(), is_guarded);
    }

    /// Whether something is found that is to be marked: then a level is not, which may be a part of it.
    fn is_marked(&self, message: &[u8]) -> bool {
        self.highlight.as_ref().is_some_and(|patterns| patterns.places(message).next().is_some())
    }
}

const ESCAPE: u8 = 0x1b;
const FAINT: &[u8] = b"\x1b[2m";
const NOT_FAINT: &[u8] = b"\x1b[22m";
