//! Log lines and notes → text.
//!
//! On a terminal: `nginx-container | message`, bars lined up, a colour a container, hostile text made safe. Into a
//! pipe: kubectl's own `[pod/webserver/nginx-container] message`, with the message's exact bytes.

use owo_colors::{AnsiColors, OwoColorize};

use super::terminal_text::safe;
use super::{Paint, Style, highlight};
use crate::logs::{Ended, LinePatterns, Note, RawLine, Source, Summary, TrackId};

/// What stands in front of each line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    /// Nothing.
    None,
    /// `[pod/webserver/nginx-container] `, as kubectl has it.
    Kubectl,
    /// `nginx-container | `, the bars lined up.
    Short,
}

/// How log lines look.
#[derive(Debug, Clone, Copy)]
pub struct LogFormat {
    /// What stands in front of each line.
    pub prefix: Prefix,
    /// The runtime's stamp stands before the message.
    pub timestamps: bool,
    /// The text goes to a terminal: what could drive it is made visible.
    pub to_terminal: bool,
    /// Colours of prefixes.
    pub style: Style,
    /// Colours of notes.
    pub note_style: Style,
}

/// Colours that can be told apart on dark and on light backgrounds.
const PALETTE: [AnsiColors; 6] =
    [AnsiColors::Cyan, AnsiColors::Green, AnsiColors::Magenta, AnsiColors::Yellow, AnsiColors::Blue, AnsiColors::Red];

/// Makes text of log lines; remembers what stands in front of each container's.
#[derive(Debug)]
pub struct LogLines {
    format: LogFormat,
    /// The pod's name is needed to tell containers apart.
    several_pods: bool,
    names: Vec<Option<String>>,
    prefixes: Vec<Vec<u8>>,
    width: usize,
    colors: Vec<AnsiColors>,
    highlight: Option<LinePatterns>,
}

impl LogLines {
    /// Lines of these containers to begin with, by name, so that bars line up from the first line on. `more_may_come`:
    /// other pods' lines may come, too.
    pub fn new(format: LogFormat, pods: &[(&str, Vec<&str>)], more_may_come: bool) -> Self {
        let several_pods = pods.len() > 1 || more_may_come;
        let names = pods.iter().flat_map(|(pod, containers)| {
            containers.iter().map(|container| short_name(several_pods, pod, container).chars().count())
        });
        let width = names.max().unwrap_or_default();
        Self {
            format,
            several_pods,
            names: Vec::new(),
            prefixes: Vec::new(),
            width,
            colors: Vec::new(),
            highlight: None,
        }
    }

    /// Marks what these find in a message.
    #[must_use]
    pub fn highlighting(self, highlight: Option<LinePatterns>) -> Self {
        Self { highlight, ..self }
    }

    /// Appends a line.
    pub fn push_line(&mut self, out: &mut Vec<u8>, track: TrackId, source: &Source, line: RawLine<'_>) {
        let index = track.index();
        if self.names.get(index).is_none_or(Option::is_none) {
            self.meet(index, source);
        }
        out.extend_from_slice(&self.prefixes[index]);
        if self.format.timestamps && !line.stamp_text.is_empty() {
            out.extend_from_slice(line.stamp_text);
            out.push(b' ');
        }
        highlight::push_message(out, line.message, self.highlight.as_ref(), self.format.to_terminal);
        if line.cut > 0 {
            let all = line.message.len() as u64 + line.cut;
            out.extend_from_slice(format!(" … [cut after {} of {all} bytes]", line.message.len()).as_bytes());
        }
        out.push(b'\n');
    }

    /// Nothing more will come of that container.
    pub fn forget(&mut self, track: TrackId) {
        if let Some(name) = self.names.get_mut(track.index()) {
            *name = None;
            self.prefixes[track.index()] = Vec::new();
        }
    }

    /// A note as a line for standard error.
    pub fn note(&self, source: &Source, note: &Note) -> String {
        let words = words(note);
        let name = short_name(self.several_pods, &source.pod, &source.container);
        let paint = if matches!(note, Note::Gap { .. } | Note::Denied(_)) { Paint::Warning } else { Paint::Faint };
        self.format.note_style.paint(paint, &format!("-- {name}: {words}")) + "\n"
    }

    /// A container that was not seen before: its prefix is rendered once, and all of them anew if it is longer.
    fn meet(&mut self, index: usize, source: &Source) {
        if self.names.len() <= index {
            self.names.resize(index + 1, None);
            self.colors.resize(index + 1, PALETTE[0]);
            self.prefixes.resize(index + 1, Vec::new());
        }
        let name = match self.format.prefix {
            Prefix::None => String::new(),
            Prefix::Kubectl => format!("[pod/{}/{}]", source.pod, source.container),
            Prefix::Short => short_name(self.several_pods, &source.pod, &source.container),
        };
        self.colors[index] = self.color_for(&name);
        let width = name.chars().count();
        self.names[index] = Some(name);
        if width > self.width {
            self.width = width;
            self.prefixes = (0..self.names.len()).map(|index| self.prefix(index)).collect();
        } else {
            self.prefixes[index] = self.prefix(index);
        }
    }

    fn prefix(&self, index: usize) -> Vec<u8> {
        let Some(name) = &self.names[index] else { return Vec::new() };
        let paint =
            |text: String| if self.format.style.color { text.color(self.colors[index]).to_string() } else { text };
        let text = match self.format.prefix {
            Prefix::None => String::new(),
            Prefix::Kubectl => format!("{} ", paint(name.clone())),
            Prefix::Short => format!("{} ", paint(format!("{name:width$} |", width = self.width))),
        };
        text.into_bytes()
    }

    /// The same name has the same colour every time, unless another container has it already.
    fn color_for(&self, name: &str) -> AnsiColors {
        let taken: Vec<_> = self.names.iter().zip(&self.colors).filter(|(name, _)| name.is_some()).collect();
        let start = name.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        let mut colors = (0..PALETTE.len()).map(|step| PALETTE[start.wrapping_add(step) % PALETTE.len()]);
        let first = PALETTE[start % PALETTE.len()];
        colors.find(|color| taken.iter().all(|(_, other)| *other != color)).unwrap_or(first)
    }
}

/// What is worth saying at the end: lines that could not be put in order, and lines that may be missing.
pub fn summary(summary: &Summary, style: Style) -> Option<String> {
    let plural = |count: u64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let late = (summary.late > 0).then(|| {
        let lines = plural(summary.late, "line", "lines");
        format!("{lines} of {} came too late to stand in the order of time (see --window)", summary.lines)
    });
    let gaps =
        (summary.gaps > 0).then(|| format!("lines may be missing in {}", plural(summary.gaps, "place", "places")));
    let parts: Vec<_> = [late, gaps].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| style.paint(Paint::Faint, &format!("-- {}", parts.join("; "))))
}

fn short_name(several_pods: bool, pod: &str, container: &str) -> String {
    if several_pods { format!("{pod}/{container}") } else { container.to_owned() }
}

fn words(note: &Note) -> String {
    match note {
        Note::Waiting { reason, message } if reason.is_empty() && message.is_empty() => "waiting to start".to_owned(),
        Note::Waiting { reason, message } => {
            let parts = [reason, message].into_iter().filter(|part| !part.is_empty()).map(|part| safe(part));
            format!("waiting to start: {}", parts.collect::<Vec<_>>().join(": "))
        }
        Note::Terminated(Ended { exit_code, reason }) => match reason.as_str() {
            "" => format!("terminated, exit code {exit_code}"),
            reason => format!("terminated, exit code {exit_code} ({})", safe(reason)),
        },
        Note::Restarted(count) => format!("restarted ({} time)", ordinal(*count)),
        Note::Lost(why) => format!("connection lost, trying again: {}", safe(why)),
        Note::Reconnected(after) => format!("reconnected after {after:.0?}"),
        Note::Gap { from, to } => {
            let at = |stamp: &Option<_>| stamp.map_or_else(|| "?".to_owned(), time);
            format!("lines may be missing, from {} to {}", at(from), at(to))
        }
        Note::Denied(why) => safe(why),
        Note::Silent => "its log ended; whether the container did, cannot be seen without get on pods".to_owned(),
        Note::Limited => "its log was read up to --limit-bytes, and no further".to_owned(),
    }
}

/// A stamp as RFC 3339 has it.
pub fn time(stamp: crate::logs::Stamp) -> String {
    jiff::Timestamp::from_nanosecond(i128::from(stamp.0)).map_or_else(|_| "?".to_owned(), |time| time.to_string())
}

fn ordinal(count: u32) -> String {
    let ending = match (count % 100, count % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{count}{ending}")
}
