//! Bytes as they come → whole lines, kept in order until they are written.
//!
//! One per stream. Decides where lines end, where their message begins, and what of a very long line is kept.
//! The bytes are copied into one buffer: a slice of what was read would keep the whole read alive.

use std::collections::VecDeque;

use memchr::memchr;

use super::Tick;
use super::bounds::{Bounds, Reached};
use super::stamp::{Stamp, StampReader};

/// The longest message that is kept whole. What follows is counted, and dropped.
pub const LONGEST_MESSAGE: usize = 1 << 20;

/// A stamp takes at most 35 bytes, and the space after it one.
const LONGEST_STAMP: usize = 36;

/// A line as the stream brought it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawLine<'a> {
    /// All of it, without the line's end.
    text: &'a [u8],
    /// The stamp's own text, without the space after it; empty where the line had none.
    pub stamp_text: &'a [u8],
    /// What the container wrote, without the line's end.
    pub message: &'a [u8],
    /// Its stamp, or that of the line before it: the key by which lines of several containers are merged.
    pub stamp: Stamp,
    /// When it was received.
    pub arrival: Tick,
    /// Bytes of the message that were not kept.
    pub cut: u64,
}

impl<'a> RawLine<'a> {
    /// A line as a server sends it, without its end.
    pub fn read(text: &'a [u8]) -> Self {
        let (stamp, message_at) = StampReader::default().read(text).unwrap_or_default();
        view(text, &Entry { stamp, arrival: Tick::ZERO, length: text.len(), message_at, cut: 0 })
    }
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    stamp: Stamp,
    arrival: Tick,
    length: usize,
    message_at: usize,
    cut: u64,
}

/// The lines of one stream that wait to be written, and the beginning of the next.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// `[start..]` holds the queued lines without their ends, then `partial` bytes of an unfinished one.
    buffer: Vec<u8>,
    start: usize,
    entries: VecDeque<Entry>,
    partial: usize,
    cut: u64,
    stamps: StampReader,
    last_stamp: Stamp,
    bounds: Bounds,
}

impl Lines {
    /// Of these, only those within bounds are queued.
    pub(super) fn within(bounds: Bounds) -> Self {
        Self { bounds, ..Self::default() }
    }

    /// Why no more lines are queued, if that is so.
    pub(super) fn reached(&self) -> Option<Reached> {
        self.bounds.reached()
    }

    /// Takes in what was read, and shows each line that it completes.
    pub(super) fn push(&mut self, mut bytes: &[u8], now: Tick, mut completed: impl FnMut(RawLine<'_>)) {
        while let Some(end) = memchr(b'\n', bytes) {
            self.extend(&bytes[..end]);
            self.finish_line(now, &mut completed);
            bytes = &bytes[end + 1..];
        }
        self.extend(bytes);
    }

    /// Makes a line of what has no end yet: nothing more will come.
    pub(super) fn finish_partial(&mut self, now: Tick, mut completed: impl FnMut(RawLine<'_>)) {
        if is_within_stamp(&self.buffer[self.buffer.len() - self.partial..]) {
            self.drop_partial();
        }
        if self.partial > 0 {
            self.finish_line(now, &mut completed);
        }
    }

    /// Puts the lines of another queue behind these, with the beginning of its next one.
    pub(super) fn absorb(&mut self, mut other: Self, mut line_moved: impl FnMut(RawLine<'_>)) {
        self.drop_partial();
        while let Some(line) = other.front() {
            line_moved(line);
            other.move_front_to(self);
        }
        self.buffer.extend_from_slice(&other.buffer[other.start..]);
        (self.partial, self.cut) = (other.partial, other.cut);
        (self.stamps, self.last_stamp) = (other.stamps, other.last_stamp);
    }

    /// Forgets what has no end yet: it will come again.
    pub(super) fn drop_partial(&mut self) {
        self.buffer.truncate(self.buffer.len() - self.partial);
        self.partial = 0;
        self.cut = 0;
    }

    /// Puts the oldest line behind those of another queue, which has no unfinished one.
    pub(super) fn move_front_to(&mut self, other: &mut Self) {
        if let (Some(line), Some(entry)) = (self.front(), self.entries.front()) {
            if other.bounds.admit(line.stamp, line.message.len()) {
                other.buffer.extend_from_slice(line.text);
                other.entries.push_back(*entry);
            }
            self.pop();
        }
    }

    /// Puts a copy of a line behind the others, of which none is unfinished.
    pub(super) fn push_copy(&mut self, line: RawLine<'_>) {
        let RawLine { text, message, stamp, arrival, cut, .. } = line;
        self.buffer.extend_from_slice(text);
        let message_at = text.len() - message.len();
        self.entries.push_back(Entry { stamp, arrival, length: text.len(), message_at, cut });
    }

    /// Takes away what is there of a last line if it is no container's: it has no stamp, and does not begin as one.
    pub(super) fn take_foreign_partial(&mut self) -> Option<String> {
        let text = &self.buffer[self.buffer.len() - self.partial..];
        let begins_as_stamp = text.first().is_none_or(u8::is_ascii_digit);
        if begins_as_stamp || self.stamps.read(text).is_some() {
            return None;
        }
        let words = String::from_utf8_lossy(text).into_owned();
        self.drop_partial();
        Some(words)
    }

    /// The oldest line.
    pub(super) fn front(&self) -> Option<RawLine<'_>> {
        let entry = self.entries.front()?;
        Some(view(&self.buffer[self.start..self.start + entry.length], entry))
    }

    /// The oldest line's key and arrival, without touching its bytes.
    pub(super) fn front_key(&self) -> Option<(Stamp, Tick)> {
        self.entries.front().map(|entry| (entry.stamp, entry.arrival))
    }

    /// Takes away the oldest line.
    pub(super) fn pop(&mut self) {
        let Some(entry) = self.entries.pop_front() else { return };
        self.start += entry.length;
        if self.entries.is_empty() && self.partial == 0 {
            self.buffer.clear();
            self.start = 0;
        } else if self.start > self.buffer.len() / 2 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
    }

    /// How many lines wait.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no line waits.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes of a line that has no end yet.
    pub(super) fn partial(&self) -> usize {
        self.partial
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.buffer.len() - self.start + self.entries.len() * size_of::<Entry>()
    }

    fn extend(&mut self, bytes: &[u8]) {
        let room = (LONGEST_MESSAGE + LONGEST_STAMP).saturating_sub(self.partial);
        let kept = bytes.len().min(room);
        self.buffer.extend_from_slice(&bytes[..kept]);
        self.partial += kept;
        self.cut += (bytes.len() - kept) as u64;
    }

    /// Makes a line of what has no end yet, and shows it; it is queued if it is wanted.
    fn finish_line(&mut self, arrival: Tick, completed: impl FnOnce(RawLine<'_>)) {
        let text = &self.buffer[self.buffer.len() - self.partial..];
        let (stamp, message_at) = self.stamps.read(text).unwrap_or((self.last_stamp, 0));
        let excess = (text.len() - message_at).saturating_sub(LONGEST_MESSAGE);
        self.buffer.truncate(self.buffer.len() - excess);
        let entry = Entry { stamp, arrival, length: self.partial - excess, message_at, cut: self.cut + excess as u64 };
        self.last_stamp = stamp;
        self.partial = 0;
        self.cut = 0;
        let begin = self.buffer.len() - entry.length;
        completed(view(&self.buffer[begin..], &entry));
        if self.bounds.admit(stamp, entry.length - message_at) {
            self.entries.push_back(entry);
        } else {
            self.buffer.truncate(begin);
        }
    }
}

/// Whether a text ends before a stamp does: nothing of a message is there.
fn is_within_stamp(text: &[u8]) -> bool {
    text.len() < LONGEST_STAMP && text.iter().all(|byte| byte.is_ascii_digit() || b"-T:.Z+".contains(byte))
}

fn view<'a>(text: &'a [u8], entry: &Entry) -> RawLine<'a> {
    let (stamp_text, message) = text.split_at(entry.message_at);
    let stamp_text = stamp_text.strip_suffix(b" ").unwrap_or(stamp_text);
    RawLine { text, stamp_text, message, stamp: entry.stamp, arrival: entry.arrival, cut: entry.cut }
}

#[cfg(test)]
mod tests;
