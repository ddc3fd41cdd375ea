//! What is known of a pod as a whole, and when it is to be asked for.

use super::protocol::{Tick, TrackId};
use super::state::next_try;
use super::track::Track;

/// How often a pod that cannot be watched is asked for, where something is waited for.
const UNWATCHED_EVERY: Tick = Tick::from_secs(2);

/// Counts the pods in the order in which they were met, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PodId(pub(super) u32);

impl PodId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Debug)]
pub(super) struct WatchedPod {
    pub(super) uid: String,
    pub(super) tracks: Vec<TrackId>,
    /// No container of it will run again.
    pub(super) is_over: bool,
    pub(super) is_gone: bool,
    /// It is not meant any more, and may come back.
    pub(super) has_left: bool,
    /// No watch tells of it: it is asked for now and then.
    pub(super) is_unwatched: bool,
    /// It may not even be asked for.
    pub(super) is_unseen: bool,
    /// When it was asked for, while the answer is awaited.
    pub(super) asked: Option<Tick>,
    /// It is not to be asked for again before then.
    ask_from: Tick,
    /// Questions without an answer since the last one that had one.
    unanswered: u32,
}

impl WatchedPod {
    pub(super) fn new(uid: &str) -> Self {
        Self {
            uid: uid.to_owned(),
            tracks: Vec::new(),
            is_over: false,
            is_gone: false,
            has_left: false,
            is_unwatched: false,
            is_unseen: false,
            asked: None,
            ask_from: Tick::ZERO,
            unanswered: 0,
        }
    }

    /// Whether something may still come of it.
    pub(super) fn may_bring_more(&self) -> bool {
        !self.is_over && !self.is_gone && !self.has_left
    }

    /// The question was answered. When it was asked.
    pub(super) fn answered(&mut self, now: Tick) -> Option<Tick> {
        self.unanswered = 0;
        self.ask_from = now;
        self.asked.take()
    }

    /// The question was not answered.
    pub(super) fn not_answered(&mut self, now: Tick, random: &mut fastrand::Rng) {
        self.asked = None;
        self.unanswered += 1;
        self.ask_from = next_try(self.unanswered, now, random);
    }

    /// When it is to be asked for, as far as its tracks need that.
    pub(super) fn to_be_asked<'a>(&self, tracks: impl Iterator<Item = &'a Track>) -> Option<Tick> {
        if self.asked.is_some() || self.is_unseen || self.has_left {
            return None;
        }
        let may_change = self.is_unwatched && self.may_bring_more();
        let needed = |track: &Track| match track.asks_for_the_pod() {
            Some(since) => Some(since.max(self.ask_from)),
            None => (may_change && track.is_idle()).then(|| self.ask_from + UNWATCHED_EVERY),
        };
        tracks.filter_map(needed).min()
    }
}
