//! Which lines are shown, where only some are asked for: those that match, and lines around them in the same container.
//!
//! Stands behind the merge: all lines are read, and counted, whether they are shown or not. What stands before a match is
//! shown together with it, so it may come after newer lines of other containers. What is excluded is as if it had not
//! been written: it is shown nowhere, and does not count as a line around a match.

#[cfg(test)]
mod tests;

use super::lines::{Lines, RawLine};
use super::pattern::LinePatterns;
use super::protocol::TrackId;

/// Bytes of lines before a match that are kept for each container, whatever is asked for; of longer ones fewer are shown.
const MOST_KEPT: usize = 256 << 10;

/// Says which lines are shown.
#[derive(Debug)]
pub struct LineFilter {
    include: Option<LinePatterns>,
    exclude: Option<LinePatterns>,
    /// Lines before and after each that matches.
    context: usize,
    /// By [`TrackId`]; `None`: nothing is kept, and none was promised.
    around: Vec<Option<Around>>,
}

/// What stands around the matches in one container's log.
#[derive(Debug, Default)]
struct Around {
    /// The last lines that were not shown.
    before: Lines,
    /// So many lines are still to be shown after the last match.
    after: usize,
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Show,
    /// It is shown if a match comes soon.
    Keep,
    Hide,
}

impl LineFilter {
    /// Shows lines that `include` matches, or all if there is none, but those that `exclude` does; and so many lines around
    /// each.
    pub fn new(include: Option<LinePatterns>, exclude: Option<LinePatterns>, context: usize) -> Self {
        Self { include, exclude, context, around: Vec::new() }
    }

    /// Takes the next line of a container's log, and shows what is to be shown by now.
    pub fn take(&mut self, track: TrackId, line: RawLine<'_>, mut show: impl FnMut(RawLine<'_>)) {
        match self.judge(track, line.message) {
            Verdict::Show => {
                if let Some(around) = self.around_of(track) {
                    around.show_before(&mut show);
                }
                show(line);
            }
            Verdict::Keep => {
                let context = self.context;
                self.around_mut(track).keep(line, context);
            }
            Verdict::Hide => {}
        }
    }

    /// Nothing more will come of that container.
    pub fn forget(&mut self, track: TrackId) {
        if let Some(around) = self.around.get_mut(track.index()) {
            *around = None;
        }
    }

    fn judge(&mut self, track: TrackId, message: &[u8]) -> Verdict {
        if self.exclude.as_ref().is_some_and(|exclude| exclude.is_match(message)) {
            return Verdict::Hide;
        }
        let is_match = self.include.as_ref().is_none_or(|include| include.is_match(message));
        match (is_match, self.context) {
            (true, 0) => Verdict::Show,
            (false, 0) => Verdict::Hide,
            (true, context) => {
                self.around_mut(track).after = context;
                Verdict::Show
            }
            (false, _) => match self.around_of(track) {
                Some(around) if around.after > 0 => {
                    around.after -= 1;
                    Verdict::Show
                }
                _ => Verdict::Keep,
            },
        }
    }

    fn around_of(&mut self, track: TrackId) -> Option<&mut Around> {
        self.around.get_mut(track.index())?.as_mut()
    }

    fn around_mut(&mut self, track: TrackId) -> &mut Around {
        let index = track.index();
        if self.around.len() <= index {
            self.around.resize_with(index + 1, || None);
        }
        self.around[index].get_or_insert_default()
    }
}

impl Around {
    fn keep(&mut self, line: RawLine<'_>, most: usize) {
        self.before.push_copy(line);
        while self.before.len() > most || self.before.bytes() > MOST_KEPT {
            self.before.pop();
        }
    }

    fn show_before(&mut self, show: &mut impl FnMut(RawLine<'_>)) {
        while let Some(line) = self.before.front() {
            show(line);
            self.before.pop();
        }
    }
}
