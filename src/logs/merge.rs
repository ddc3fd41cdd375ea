//! Which line is next.
//!
//! The oldest one of those that are here, as soon as no other container can still bring an older one, or the wait
//! for that has been long enough. Within one container, lines are never reordered.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use super::agenda::Agenda;
use super::protocol::{Tick, TrackId};
use super::stamp::Stamp;
use super::state::Hold;

/// The tracks that have lines, by the stamp of their oldest one, and those that may bring some.
#[derive(Debug)]
pub(super) struct Merge {
    window: Duration,
    /// Until when all streams were read, and nothing was there.
    drained: Tick,
    heads: BinaryHeap<Reverse<(Stamp, TrackId)>>,
    /// The tracks without lines that may bring older ones, and until when they are waited for at least.
    holds: Agenda<TrackId>,
    newest: Newest,
}

impl Merge {
    pub(super) fn new(window: Duration) -> Self {
        let (heads, holds, newest) = (BinaryHeap::new(), Agenda::default(), Newest::default());
        Self { window, drained: Tick::ZERO, heads, holds, newest }
    }

    /// A track has lines, and is not in the merge: it had none, or was taken from it.
    pub(super) fn add(&mut self, id: TrackId, oldest: Stamp) {
        self.heads.push(Reverse((oldest, id)));
    }

    /// What a track without lines means for the others. `None`: it has lines, or is no more.
    pub(super) fn set_hold(&mut self, id: TrackId, hold: Option<Hold>) {
        self.holds.set(
            id,
            match hold {
                Some(Hold::Until(until)) => Some(until),
                Some(Hold::None) | None => None,
            },
        );
    }

    /// All streams were read since then until nothing was there.
    pub(super) fn drained(&mut self, since: Tick) {
        self.drained = self.drained.max(since);
    }

    /// From now on no line waits for another.
    pub(super) fn release(&mut self) {
        self.window = Duration::ZERO;
    }

    /// The tracks that have lines.
    pub(super) fn with_lines(&self) -> impl Iterator<Item = TrackId> {
        self.heads.iter().map(|Reverse((_, id))| *id)
    }

    /// The track with the oldest line.
    pub(super) fn next(&self) -> Option<TrackId> {
        self.heads.peek().map(|Reverse((_, id))| *id)
    }

    /// Takes the track with the oldest line, which arrived then, if that may go out. Put it back with [`Merge::add`].
    pub(super) fn take_next(&mut self, arrival: Tick) -> Option<TrackId> {
        let Reverse((stamp, id)) = *self.heads.peek()?;
        if !self.may_go(id, stamp, arrival) {
            return None;
        }
        self.heads.pop();
        Some(id)
    }

    /// Whether the next line of the track that was taken, its stamp and arrival, is next, too.
    pub(super) fn goes_on(&self, id: TrackId, (stamp, arrival): (Stamp, Tick)) -> bool {
        let is_oldest = self.heads.peek().is_none_or(|Reverse(other)| (stamp, id) <= *other);
        is_oldest && self.may_go(id, stamp, arrival)
    }

    /// A line is written. Whether it is late: a newer one of another container was written before it.
    pub(super) fn write(&mut self, stamp: Stamp, id: TrackId) -> bool {
        let late = self.newest.is_late(stamp, id);
        self.newest.write(stamp, id);
        late
    }

    /// When the next line may go out, if nothing comes before. `arrival`: of a track's oldest line.
    pub(super) fn deadline(&self, arrival: impl FnOnce(TrackId) -> Option<Tick>) -> Option<Tick> {
        self.opens(arrival(self.next()?)?)
    }

    fn may_go(&self, id: TrackId, stamp: Stamp, arrival: Tick) -> bool {
        self.opens(arrival).is_none() || self.newest.is_late(stamp, id)
    }

    /// Until when the streams must have been read before a line that arrived then may go out. `None`: it may go now.
    fn opens(&self, arrival: Tick) -> Option<Tick> {
        let held_until = self.holds.last().filter(|_| !self.window.is_zero())?;
        let opens = held_until.max(arrival + self.window);
        (self.drained < opens).then_some(opens)
    }
}

/// The newest stamp that was written, and the newest of any other container.
#[derive(Debug, Default)]
struct Newest {
    first: Option<(Stamp, TrackId)>,
    of_another: Option<Stamp>,
}

impl Newest {
    fn is_late(&self, stamp: Stamp, index: TrackId) -> bool {
        let of_others = match self.first {
            Some((_, first)) if first == index => self.of_another,
            Some((newest, _)) => Some(newest),
            None => None,
        };
        of_others.is_some_and(|newest| stamp < newest)
    }

    fn write(&mut self, stamp: Stamp, index: TrackId) {
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
