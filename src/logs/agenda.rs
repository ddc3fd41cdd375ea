//! What is to be looked at when: an index, so that a thousand containers cost no more at each event than one.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use super::Tick;

/// Times, each for somebody, who has one at most.
#[derive(Debug)]
pub(super) struct Agenda<Who> {
    by_time: BTreeSet<(Tick, Who)>,
    by_who: HashMap<Who, Tick>,
}

impl<Who> Default for Agenda<Who> {
    fn default() -> Self {
        Self { by_time: BTreeSet::new(), by_who: HashMap::new() }
    }
}

impl<Who: Copy + Ord + Hash> Agenda<Who> {
    /// From now on it is at that time. `None`: never.
    pub(super) fn set(&mut self, who: Who, at: Option<Tick>) {
        let before = match at {
            Some(at) => self.by_who.insert(who, at),
            None => self.by_who.remove(&who),
        };
        if before == at {
            return;
        }
        if let Some(before) = before {
            self.by_time.remove(&(before, who));
        }
        if let Some(at) = at {
            self.by_time.insert((at, who));
        }
    }

    /// The first time of all.
    pub(super) fn first(&self) -> Option<Tick> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// The last time of all.
    pub(super) fn last(&self) -> Option<Tick> {
        self.by_time.last().map(|(at, _)| *at)
    }

    /// Whose time has come.
    pub(super) fn due(&self, now: Tick) -> impl Iterator<Item = Who> {
        self.by_time.iter().take_while(move |(at, _)| *at <= now).map(|(_, who)| *who)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_one_time_at_most() {
        let mut agenda = Agenda::default();
        let second = Tick::from_secs;
        agenda.set('a', Some(second(3)));
        agenda.set('b', Some(second(2)));
        agenda.set('a', Some(second(1)));
        assert_eq!(agenda.due(second(2)).collect::<Vec<_>>(), ['a', 'b']);
        assert_eq!((agenda.first(), agenda.last()), (Some(second(1)), Some(second(2))));
        agenda.set('a', None);
        assert_eq!(agenda.first(), Some(second(2)));
    }
}
