//! One timer for all that is waited for.
//!
//! What is due moves on with every piece of a log, and each timer that is set costs a system call. So one that is set too
//! early is left as it is: it rings once for nothing, and is set anew then.

use std::pin::Pin;

use tokio::time::{Instant, Sleep, sleep_until};

/// Rings at a time that it was set for.
pub(super) struct Alarm {
    timer: Pin<Box<Sleep>>,
    /// When the timer rings, unless it has.
    set_for: Option<Instant>,
}

impl Alarm {
    /// One that does not ring. Within a runtime.
    pub(super) fn new() -> Self {
        Self { timer: Box::pin(sleep_until(Instant::now())), set_for: None }
    }

    /// Waits until then, or until an earlier time that was waited for before. `None`: for ever. Cancel safe.
    pub(super) async fn ring(&mut self, at: Option<Instant>) {
        let Some(at) = at else { return std::future::pending().await };
        if self.set_for.is_none_or(|set_for| at < set_for) {
            self.timer.as_mut().reset(at);
            self.set_for = Some(at);
        }
        self.timer.as_mut().await;
        self.set_for = None;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn it_rings_at_the_first_of_the_times_that_were_waited_for() {
        let (began, soon, late) = (Instant::now(), Duration::from_millis(20), Duration::from_hours(1));
        let mut alarm = Alarm::new();
        assert!(alarm.ring(None).now_or_never().is_none());
        assert!(alarm.ring(Some(began + late)).now_or_never().is_none());
        assert!(alarm.ring(Some(began + soon)).now_or_never().is_none());
        alarm.ring(Some(began + late)).await;
        assert!(began.elapsed() >= soon);
        assert!(alarm.ring(Some(began + late)).now_or_never().is_none());
    }
}
