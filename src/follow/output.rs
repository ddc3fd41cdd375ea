//! From the engine to the writer: the lines that are shown become text, in batches.

use std::time::Duration;

use tokio::time::Instant;

use super::recording::RecordedEngine;
use crate::error::Result;
use crate::logs::{LineFilter, Note, RawLine, Sink, Source, TrackId};
use crate::render::log_lines::LogLines;
use crate::ui::Writer;

/// A batch is handed over at this size at the latest.
const BATCH: usize = 128 << 10;

/// A smaller one is handed over when it is so old: a write for every few lines costs more than a moment's wait.
const OLD_AFTER: Duration = Duration::from_millis(5);

/// A reader that takes nothing for so long is worth a word.
const STUCK_AFTER: Duration = Duration::from_secs(1);

/// Makes text of what the engine gives, and hands it to the writer.
pub struct Output {
    lines: LogLines,
    filter: Option<LineFilter>,
    writer: Writer,
    batch: Vec<u8>,
    /// When the batch was begun.
    begun: Option<Instant>,
    stuck: Stuck,
    has_lines: bool,
}

/// Whether the reader keeps us waiting.
#[derive(Debug, Clone, Copy)]
enum Stuck {
    No,
    /// It takes nothing since then.
    Since(Instant),
    Said,
}

impl Output {
    /// Makes text with `lines`, of the lines that `filter` lets through.
    pub fn new(lines: LogLines, filter: Option<LineFilter>) -> Self {
        Self {
            lines,
            filter,
            writer: Writer::start(),
            batch: Vec::new(),
            begun: None,
            stuck: Stuck::No,
            has_lines: false,
        }
    }

    /// Takes what may go out, as long as the writer keeps up.
    pub(super) fn fill(&mut self, engine: &mut RecordedEngine) {
        while self.writer.is_ready() {
            engine.write(self);
            if self.batch.len() < BATCH {
                break;
            }
            self.hand_over();
        }
        if !self.batch.is_empty() {
            self.begun.get_or_insert_with(Instant::now);
        }
        self.stuck = match self.stuck {
            _ if self.writer.is_ready() => Stuck::No,
            Stuck::No => Stuck::Since(Instant::now()),
            stuck => stuck,
        };
    }

    /// Whether any line has come.
    pub(super) fn has_lines(&self) -> bool {
        self.has_lines
    }

    /// When something is to be done, if nothing happens before.
    pub(super) fn due(&self) -> Option<Instant> {
        self.old_at().into_iter().chain(self.stuck_at()).min()
    }

    /// Hands over what has become old, and says that the reader keeps us waiting.
    pub(super) fn do_what_is_due(&mut self) {
        let now = Instant::now();
        if self.old_at().is_some_and(|at| at <= now) {
            self.hand_over();
        }
        if self.stuck_at().is_some_and(|at| at <= now) {
            self.stuck = Stuck::Said;
            let words = "-- the reader of the output takes nothing: waiting for it, nothing is lost meanwhile\n";
            if !self.lines.is_quiet() {
                self.writer.aside(words.to_owned());
            }
        }
    }

    /// When what there is is to be handed over.
    fn old_at(&self) -> Option<Instant> {
        self.begun.filter(|_| self.writer.is_ready()).map(|begun| begun + OLD_AFTER)
    }

    /// When it is to be said that the reader keeps us waiting.
    fn stuck_at(&self) -> Option<Instant> {
        match self.stuck {
            Stuck::Since(since) => Some(since + STUCK_AFTER),
            Stuck::No | Stuck::Said => None,
        }
    }

    /// Hands over what there is.
    fn hand_over(&mut self) {
        if self.writer.is_ready() {
            self.send();
        }
    }

    fn send(&mut self) {
        self.begun = None;
        if !self.batch.is_empty() {
            let empty = self.writer.buffer();
            self.writer.data(std::mem::replace(&mut self.batch, empty));
        }
    }

    /// Waits until a batch was written.
    pub(super) async fn written(&mut self) -> Result<()> {
        Ok(self.writer.written().await?)
    }

    /// Takes all that may go out, and waits until it is written.
    pub(super) async fn finish(&mut self, engine: &mut RecordedEngine) -> Result<()> {
        loop {
            self.fill(engine);
            self.hand_over();
            if self.batch.is_empty() && self.writer.is_done() {
                return Ok(());
            }
            self.written().await?;
        }
    }

    /// A line for standard error, after what was said before: what happens, for those who want to know.
    pub(super) fn say(&mut self, line: &str) {
        let line = self.lines.remark(line);
        self.tell(&line);
    }

    /// The same, of words that have colours of their own.
    pub(super) fn tell(&mut self, words: &str) {
        if !self.lines.is_quiet() {
            self.warn(words);
        }
    }

    /// A line for standard error, after what was said before: what went wrong, for everybody.
    pub(super) fn warn(&mut self, line: &str) {
        // Also to a writer that is behind: a note must not overtake the lines before it.
        self.send();
        self.writer.note(line.to_owned());
    }
}

impl Sink for Output {
    fn line(&mut self, track: TrackId, source: &Source, line: RawLine<'_>) {
        self.has_lines = true;
        let mut show = |line: RawLine<'_>| self.lines.push_line(&mut self.batch, track, source, line);
        match &mut self.filter {
            Some(filter) => filter.take(track, line, show),
            None => show(line),
        }
    }

    fn note(&mut self, source: &Source, note: &Note) {
        let line = self.lines.note(source, note);
        match note {
            Note::Denied(_) => self.warn(&line),
            _ => self.tell(&line),
        }
    }

    fn forget(&mut self, track: TrackId) {
        self.lines.forget(track);
        if let Some(filter) = &mut self.filter {
            filter.forget(track);
        }
    }

    fn is_full(&self) -> bool {
        self.batch.len() >= BATCH || !self.writer.is_ready()
    }
}
