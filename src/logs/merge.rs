//! Which line is next.
//!
//! The oldest one of those that are here, as soon as no other container can still bring an older one, or the wait
//! for that has been long enough. Within one container, lines are never reordered.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use super::Tick;
use super::stamp::Stamp;
use super::state::Hold;
use super::track::Track;

/// The tracks that have lines, by the stamp of their oldest one.
#[derive(Debug, Default)]
pub(super) struct Merge {
    heads: BinaryHeap<Reverse<(Stamp, u32)>>,
    newest: Newest,
}

/// Whom the next line may have to wait for: the tracks that have none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gate {
    window: Duration,
    /// Until when all streams were read, and nothing was there.
    drained: Tick,
    /// Some track without lines may bring older ones.
    someone_may_come: bool,
    /// Such a track is waited for at least until then.
    fixed: Tick,
}

impl Gate {
    pub(super) fn new(window: Duration, drained: Tick) -> Self {
        Self { window, drained, someone_may_come: false, fixed: Tick::ZERO }
    }

    /// A track has no lines.
    pub(super) fn add_empty(&mut self, track: &Track) {
        if let Hold::Until(until) = track.hold() {
            self.someone_may_come = true;
            self.fixed = self.fixed.max(until);
        }
    }

    /// Until when the streams must have been read before a line that arrived then may go out. `None`: it may go now.
    fn opens(&self, arrival: Tick) -> Option<Tick> {
        if self.window.is_zero() || !self.someone_may_come {
            return None;
        }
        let opens = self.fixed.max(arrival + self.window);
        (self.drained < opens).then_some(opens)
    }
}

impl Merge {
    /// A track that had no lines has some now.
    pub(super) fn add(&mut self, index: u32, track: &Track) {
        if let Some((stamp, _)) = track.lines.front_key() {
            self.heads.push(Reverse((stamp, index)));
        }
    }

    /// The track whose oldest line is next, if it may go out. It is taken from the merge: put it back with
    /// [`Merge::add`].
    pub(super) fn take_next(&mut self, tracks: &[Track], gate: &Gate) -> Option<u32> {
        let Reverse((stamp, index)) = *self.heads.peek()?;
        let (_, arrival) = tracks[index as usize].lines.front_key()?;
        if gate.opens(arrival).is_some() && !self.newest.is_late(stamp, index) {
            return None;
        }
        self.heads.pop();
        Some(index)
    }

    /// Whether the next line of the track that was taken is next, too.
    pub(super) fn goes_on(&self, index: u32, track: &Track, gate: &Gate) -> bool {
        let Some((stamp, arrival)) = track.lines.front_key() else { return false };
        let is_oldest = self.heads.peek().is_none_or(|Reverse(other)| (stamp, index) <= *other);
        is_oldest && (gate.opens(arrival).is_none() || self.newest.is_late(stamp, index))
    }

    /// A line is written. Whether it is late: a newer one of another container was written before it.
    pub(super) fn write(&mut self, stamp: Stamp, index: u32) -> bool {
        let late = self.newest.is_late(stamp, index);
        self.newest.write(stamp, index);
        late
    }

    /// When the next line may go out, if nothing comes before.
    pub(super) fn deadline(&self, tracks: &[Track], gate: &Gate) -> Option<Tick> {
        let Reverse((_, index)) = self.heads.peek()?;
        let (_, arrival) = tracks[*index as usize].lines.front_key()?;
        gate.opens(arrival)
    }
}

/// The newest stamp that was written, and the newest of any other container.
#[derive(Debug, Default)]
struct Newest {
    first: Option<(Stamp, u32)>,
    of_another: Option<Stamp>,
}

impl Newest {
    fn is_late(&self, stamp: Stamp, index: u32) -> bool {
        let of_others = match self.first {
            Some((_, first)) if first == index => self.of_another,
            Some((newest, _)) => Some(newest),
            None => None,
        };
        of_others.is_some_and(|newest| stamp < newest)
    }

    fn write(&mut self, stamp: Stamp, index: u32) {
        match self.first {
            Some((newest, first)) if stamp < newest => {
                if first != index {
                    self.of_another = self.of_another.max(Some(stamp));
                }
            }
            Some((newest, first)) => {
                if first != index {
                    self.of_another = Some(newest);
                }
                self.first = Some((stamp, index));
            }
            None => self.first = Some((stamp, index)),
        }
    }
}
