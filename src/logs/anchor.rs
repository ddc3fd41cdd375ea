//! Where a stream stood, so that it can be taken up again without losing or doubling a line.
//!
//! The server answers "from this second on" and nothing finer, so a resumed stream begins with lines that were
//! already committed. An [`Anchor`] remembers what they looked like; a [`Replay`] lines the new stream up with
//! that, and tells the first line that is new.

#[cfg(test)]
mod tests;

use std::collections::{HashSet, VecDeque};
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::Tick;
use super::lines::{Lines, RawLine};
use super::stamp::{STEP_BACK_SECONDS, Stamp};

/// Fingerprints kept at most: 64 KiB a stream.
const MOST_REMEMBERED: usize = 4096;

/// Bytes of a replay that are held at most while it is not lined up.
const MOST_HELD: usize = 1 << 20;

/// A committed line, remembered in 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Fingerprint {
    stamp: Stamp,
    length: u32,
    hash: u32,
}

impl Fingerprint {
    #[expect(clippy::cast_possible_truncation, reason = "a fingerprint is a digest: the low bits are enough")]
    fn of(line: RawLine<'_>) -> Self {
        let hash = FixedState::default().hash_one(line.message);
        let length = line.message.len() as u64 + line.cut;
        Self { stamp: line.stamp, length: length as u32, hash: hash as u32 }
    }
}

/// The last lines of a stream that were committed, in order.
#[derive(Debug, Default)]
pub(super) struct Anchor {
    ring: VecDeque<Fingerprint>,
    /// The newest stamp of the lines that are not remembered any more.
    forgotten: Option<Stamp>,
    /// So many lines before the oldest one that is remembered were the same, stamp and all. Runtimes that stamp what
    /// they read at once alike write such lines in bulk.
    repeated: usize,
}

impl Anchor {
    /// Remembers a line as committed.
    pub(super) fn commit(&mut self, line: RawLine<'_>) {
        self.ring.push_back(Fingerprint::of(line));
        let oldest_wanted = line.stamp.minus_seconds(STEP_BACK_SECONDS);
        while self.ring.len() > MOST_REMEMBERED || self.ring.front().is_some_and(|first| first.stamp < oldest_wanted) {
            let Some(forgotten) = self.ring.pop_front() else { break };
            self.forgotten = self.forgotten.max(Some(forgotten.stamp));
            self.repeated = if self.ring.front() == Some(&forgotten) { self.repeated + 1 } else { 0 };
        }
    }

    /// The stamp of the last committed line.
    pub(super) fn last(&self) -> Option<Stamp> {
        self.ring.back().map(|line| line.stamp)
    }

    /// The oldest stamp that is remembered.
    pub(super) fn oldest(&self) -> Option<Stamp> {
        self.ring.iter().map(|line| line.stamp).min()
    }

    /// From when to ask, so that all that was not committed comes again. `None`: nothing was committed yet.
    pub(super) fn resume_from(&self) -> Option<Stamp> {
        self.oldest().map(|stamp| stamp.minus_seconds(STEP_BACK_SECONDS))
    }

    /// Lines up a stream that was asked for from [`Anchor::resume_from`]. Where nothing was committed yet, there is
    /// nothing to line it up with, and it only holds the lines.
    pub(super) fn replay(&self) -> Replay {
        let expected: Vec<_> = self.ring.iter().copied().collect();
        let oldest = expected.iter().map(|line| line.stamp).min().unwrap_or(Stamp(i64::MIN));
        let known = expected.iter().copied().collect();
        let (forgotten, repeated, seen, held) = (self.forgotten, self.repeated, Vec::new(), Lines::default());
        Replay { expected, known, oldest, forgotten, repeated, seen, news: 0, searched: 0, held, let_go: 0 }
    }
}

/// A resumed stream that is not lined up with what was committed yet.
#[derive(Debug)]
pub(super) struct Replay {
    expected: Vec<Fingerprint>,
    known: HashSet<Fingerprint>,
    oldest: Stamp,
    forgotten: Option<Stamp>,
    /// So many lines like the first of `expected` stand before it.
    repeated: usize,
    seen: Vec<Fingerprint>,
    /// Lines held that were not committed, as far as is remembered.
    news: usize,
    /// No run begins before this line of `seen`.
    searched: usize,
    /// The text of `seen`, but for the first lines, which were let go of, and the beginning of the next line.
    held: Lines,
    let_go: usize,
}

/// How a replay was lined up.
#[derive(Debug)]
pub(super) struct Resumed {
    /// The lines that are new, and the beginning of the next.
    pub(super) lines: Lines,
    /// What was committed last could not be found again: between it and these lines some may be missing.
    pub(super) gap: bool,
}

impl Replay {
    /// Takes in what was read. Answers once it is lined up.
    pub(super) fn push(&mut self, bytes: &[u8], now: Tick) -> Option<Resumed> {
        let first_new = self.seen.len();
        let seen = &mut self.seen;
        self.held.push(bytes, now, |line| seen.push(Fingerprint::of(line)));
        self.news += self.seen[first_new..].iter().filter(|line| !self.known.contains(line)).count();
        self.drop_what_is_older();
        if let Some(skip) = self.whole_run() {
            return Some(self.resume_after(skip));
        }
        if self.held.bytes() > MOST_HELD && !self.has_news() {
            self.let_go_of_what_is_known();
        }
        None
    }

    /// Whether nothing was committed before, so that every line is new.
    pub(super) fn is_first(&self) -> bool {
        self.expected.is_empty()
    }

    /// Whether it does not go on where the run broke off, as far as it came: either lines are missing, or it is of another
    /// run.
    pub(super) fn is_doubtful(&self) -> bool {
        let brings_news = self.has_news() || self.held.partial() > 0;
        !self.is_first() && brings_news && self.longest_tail() == 0
    }

    /// Whether it brought the beginning of one line, of which nobody can say whether it was committed, and no more.
    pub(super) fn is_only_a_beginning(&self) -> bool {
        !self.is_first() && self.seen.is_empty() && self.held.partial() > 0
    }

    /// Whether it has not come to what was committed before.
    pub(super) fn is_behind(&self) -> bool {
        !self.is_first() && self.seen.is_empty() && self.held.partial() == 0
    }

    /// The stamp of the last line it brought.
    pub(super) fn last(&self) -> Option<Stamp> {
        self.seen.last().map(|line| line.stamp)
    }

    /// Whether more is held than is good, and some of it may be new.
    pub(super) fn is_too_long(&self) -> bool {
        self.held.bytes() > MOST_HELD && self.has_news()
    }

    /// Bytes of a line that has no end yet.
    pub(super) fn partial(&self) -> usize {
        self.held.partial()
    }

    /// Bytes held.
    pub(super) fn held_bytes(&self) -> usize {
        self.held.bytes()
    }

    /// Nothing more comes for now: lines up with what there is.
    pub(super) fn give_up_waiting(&mut self) -> Resumed {
        if self.is_first() {
            return self.resume_after(0);
        }
        let skip = self.longest_tail();
        if skip > 0 { self.resume_after(skip) } else { self.resume_with_what_is_unknown() }
    }

    /// Whether a line is held that was not committed. Without one, there is no hurry to line up.
    pub(super) fn has_news(&self) -> bool {
        self.news > 0
    }

    /// The end of the stream came in mid-line: that line will come again, or is all there is of it.
    pub(super) fn finish_partial(&mut self, now: Tick) {
        let seen = &mut self.seen;
        self.held.finish_partial(now, |line| seen.push(Fingerprint::of(line)));
    }

    /// Takes away what is there of a last line if it is no container's.
    pub(super) fn take_foreign_partial(&mut self) -> Option<String> {
        self.held.take_foreign_partial()
    }

    /// Lines from before all that is remembered were committed before it. Stamps step back, so a line that was
    /// forgotten may be newer than the oldest one that is remembered.
    fn drop_what_is_older(&mut self) {
        let is_older = |line: &&Fingerprint| {
            line.stamp < self.oldest || (Some(line.stamp) <= self.forgotten && !self.known.contains(line))
        };
        let older = self.seen.iter().take_while(is_older).count();
        self.seen.drain(..older);
        self.news -= older;
        self.searched = self.searched.saturating_sub(older);
        (0..older).for_each(|_| self.held.pop());
    }

    /// All lines so far were committed before, so their text will not be needed, wherever the new ones begin.
    fn let_go_of_what_is_known(&mut self) {
        (self.let_go..self.seen.len()).for_each(|_| self.held.pop());
        self.let_go = self.seen.len();
    }

    /// How many lines end with all that is remembered, in one run: the case of a log that is still whole.
    fn whole_run(&mut self) -> Option<usize> {
        if self.is_first() {
            return None;
        }
        let mut runs = (self.searched..).zip(self.seen[self.searched..].windows(self.expected.len()));
        let found = runs.find(|(at, run)| *run == self.expected && self.repeats_before(*at) >= self.repeated);
        let found = found.map(|(at, run)| at + run.len());
        self.searched = (self.seen.len() + 1).saturating_sub(self.expected.len()).max(self.searched);
        found
    }

    /// How many lines before that one are like the first that is remembered.
    fn repeats_before(&self, at: usize) -> usize {
        self.seen[..at].iter().rev().take(self.repeated).take_while(|line| self.expected.first() == Some(*line)).count()
    }

    /// How many lines it begins with that were committed last: the case of a log whose older part was rotated away.
    fn longest_tail(&self) -> usize {
        let longest = self.seen.len().min(self.expected.len());
        (1..=longest).rev().find(|count| self.expected.ends_with(&self.seen[..*count])).unwrap_or_default()
    }

    fn resume_after(&mut self, skip: usize) -> Resumed {
        let mut lines = std::mem::take(&mut self.held);
        (self.let_go..skip).for_each(|_| lines.pop());
        Resumed { lines, gap: false }
    }

    fn resume_with_what_is_unknown(&mut self) -> Resumed {
        let mut held = std::mem::take(&mut self.held);
        let mut lines = Lines::default();
        for line in &self.seen[self.let_go..] {
            if self.known.contains(line) {
                held.pop();
            } else {
                held.move_front_to(&mut lines);
            }
        }
        lines.absorb(held, |_| ());
        Resumed { gap: !lines.is_empty(), lines }
    }
}
