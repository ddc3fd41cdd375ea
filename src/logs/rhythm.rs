//! How steadily a container writes: one that has not paused for long, and falls silent, is most likely held up on its way
//! here, and worth waiting for. One that pauses now and then is not.
//!
//! Goes by the stamps of its lines, which what holds them up does not change. Whoever writes on earns patience, a tenth of
//! the time; a pause costs as much as it takes. So the others wait for pauses a tenth of the time at most.

use std::time::Duration;

use super::stamp::Stamp;

/// Nothing between two lines for so long is a pause.
const PAUSE: Duration = Duration::from_millis(50);

/// How long is waited at most.
const MOST: Duration = Duration::from_secs(1);

/// Writing for so long earns patience for one of it.
const EARNED_IN: u32 = 10;

/// The patience that a container has earned.
#[derive(Debug, Default)]
pub(super) struct Rhythm {
    last: Option<Stamp>,
    patience: Duration,
}

impl Rhythm {
    /// It wrote a line.
    pub(super) fn line(&mut self, stamp: Stamp) {
        let before = self.last.replace(stamp).unwrap_or(stamp);
        let passed = Duration::from_nanos(u64::try_from(stamp.0.saturating_sub(before.0)).unwrap_or(0));
        self.patience = if passed <= PAUSE {
            (self.patience + passed / EARNED_IN).min(MOST)
        } else {
            self.patience.saturating_sub(passed)
        };
    }

    /// How long it may be silent before the others go on without it.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MILLISECOND: i64 = 1_000_000;

    fn after(steps: impl IntoIterator<Item = i64>) -> Duration {
        let (mut rhythm, mut at) = (Rhythm::default(), Stamp(0));
        for step in steps {
            at.0 += step * MILLISECOND;
            rhythm.line(at);
        }
        rhythm.patience()
    }

    /// A line every 10 ms.
    fn steady(lines: usize) -> impl Iterator<Item = i64> {
        std::iter::repeat_n(10, lines)
    }

    #[test]
    fn who_writes_without_a_pause_is_waited_for() {
        assert_eq!(after([]), Duration::ZERO);
        assert_eq!(after(steady(101)), Duration::from_millis(100));
        assert_eq!(after(steady(5000)), MOST);
    }

    #[test]
    fn who_pauses_is_not() {
        assert_eq!(after(std::iter::repeat_n(51, 1000)), Duration::ZERO);
        assert_eq!(after(steady(101).chain([60])), Duration::from_millis(40));
        assert_eq!(after(steady(5000).chain([1000])), Duration::ZERO);
        let bursts = (0..20).flat_map(|_| std::iter::repeat_n(0, 1000).chain([300]));
        assert_eq!(after(bursts), Duration::ZERO);
    }

    #[test]
    fn a_clock_that_steps_back_changes_nothing() {
        assert_eq!(after(steady(101).chain([-50, 50])), Duration::from_millis(105));
    }

    proptest! {
        /// What others wait for pauses, all together, is a tenth of the time at most.
        #[test]
        fn pauses_are_waited_for_a_tenth_of_the_time(steps in prop::collection::vec(0_i64..2000, 0..200)) {
            let (mut rhythm, mut at, mut waited) = (Rhythm::default(), Stamp(0), Duration::ZERO);
            for step in &steps {
                at.0 += step * MILLISECOND;
                let passed = Duration::from_millis(step.unsigned_abs());
                waited += if passed > PAUSE { passed.min(rhythm.patience()) } else { Duration::ZERO };
                rhythm.line(at);
            }
            prop_assert!(waited * EARNED_IN <= Duration::from_nanos(at.0.unsigned_abs()));
        }
    }
}
