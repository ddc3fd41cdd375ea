//! What came out of a replay, container by container: lines and notes at their places, and the summary.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use kubectl_sidecar::logs::{Note, RawLine, Sink, Source, Summary, TrackId};
use kubectl_sidecar::render::log_lines::{LogFormat, LogLines};

/// What came out of a replay. Shown, numbered lines that follow one another are one, `count 1 … count 20`, and so are
/// those that are the same: `tick, 20 times`.
pub(crate) struct Account {
    words: LogLines,
    /// By pod and container.
    logs: BTreeMap<(String, String), Vec<Told>>,
    pub(crate) summary: Summary,
}

enum Told {
    Line(String),
    Note { text: String, is_gap: bool },
}

impl Account {
    pub(crate) fn new() -> Self {
        let format = LogFormat { to_terminal: true, ..LogFormat::default() };
        Self { words: LogLines::new(format, &[], false), logs: BTreeMap::new(), summary: Summary::default() }
    }

    /// The numbers of each container's lines count from 1; with a hole only at the very place where one is told of.
    #[track_caller]
    pub(crate) fn assert_that_each_line_came_once_and_in_order(&self, trace: &str) {
        for ((_, container), told) in &self.logs {
            let mut counts: HashMap<&str, u64> = HashMap::new();
            let mut is_after_gap = false;
            for told in told {
                is_after_gap |= matches!(told, Told::Note { is_gap: true, .. });
                let Some((word, number)) = numbered(told) else { continue };
                let before = counts.insert(word, number).unwrap_or_default();
                let may_miss = std::mem::take(&mut is_after_gap);
                let is_next = number == before + 1 || (may_miss && number > before);
                assert!(is_next, "{trace}: \"{word} {number}\" of {container} comes after \"{word} {before}\"");
            }
        }
    }

    fn told(&mut self, source: &Source, told: Told) {
        self.logs.entry((source.pod.clone(), source.container.clone())).or_default().push(told);
    }
}

impl Sink for Account {
    fn line(&mut self, track: TrackId, source: &Source, line: RawLine<'_>) {
        let mut text = Vec::new();
        self.words.push_line(&mut text, track, source, line);
        self.told(source, Told::Line(String::from_utf8_lossy(&text).trim_end_matches('\n').to_owned()));
    }

    fn note(&mut self, source: &Source, note: &Note) {
        let text = self.words.note(source, note).trim_end().to_owned();
        self.told(source, Told::Note { text, is_gap: matches!(note, Note::Gap { .. }) });
    }

    fn is_full(&self) -> bool {
        false
    }

    fn forget(&mut self, _: TrackId) {}
}

impl fmt::Display for Account {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((pod, container), told) in &self.logs {
            writeln!(to, "{pod}/{container}")?;
            for run in told.chunk_by(follow_one_another) {
                match run {
                    [Told::Line(text), .., Told::Line(last)] if text == last => {
                        writeln!(to, "    {text}, {} times", run.len())?;
                    }
                    [first, .., last] => writeln!(to, "    {} … {}", first.text(), last.text())?,
                    [one] => writeln!(to, "    {}", one.text())?,
                    [] => {}
                }
            }
        }
        let Summary { lines, late, gaps, denied, .. } = self.summary;
        writeln!(to, "{lines} lines, {late} late, {gaps} gaps, {denied} denied")
    }
}

impl Told {
    fn text(&self) -> &str {
        match self {
            Self::Line(text) | Self::Note { text, .. } => text,
        }
    }
}

fn follow_one_another(one: &Told, next: &Told) -> bool {
    let runs = numbered(one).zip(numbered(next));
    let is_same = matches!((one, next), (Told::Line(one), Told::Line(next)) if one == next);
    is_same || runs.is_some_and(|((word, number), (next_word, next))| word == next_word && next == number + 1)
}

/// `count 7`: its word and its number.
fn numbered(told: &Told) -> Option<(&str, u64)> {
    let Told::Line(text) = told else { return None };
    let (word, number) = text.rsplit_once(' ')?;
    Some((word, number.parse().ok()?))
}
