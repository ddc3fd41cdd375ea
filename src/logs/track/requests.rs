//! What is asked for, and from where.

use std::time::Duration;

use super::{Surroundings, Track};
use crate::logs::protocol::{Options, Request, Since, StreamId, Tick, TrackId};
use crate::logs::quiet::{self};
use crate::logs::state::{Read, State};

/// Clocks and requests take time: what is asked for by its age is asked for with so much more.
const AGE_MARGIN: Duration = Duration::from_secs(2);

/// Requests that check whether a stream is quiet are counted from here on, the others from 0.
const CHECKS: u32 = 1 << 31;

impl Track {
    /// Whether a request is due.
    pub(in crate::logs) fn is_due(&self, now: Tick) -> bool {
        matches!(self.state, State::Due { at, .. } if at <= now)
    }

    /// The request that is due, if one is.
    pub(in crate::logs) fn take_request(&mut self, id: TrackId, around: &Surroundings<'_>) -> Option<Request> {
        let State::Due { ref read, .. } = self.state else { return None };
        if !self.is_due(around.now) {
            return None;
        }
        let read = read.clone();
        self.request += 1;
        let (since, tail) = self.range(&read, around);
        let request = Request {
            stream: StreamId { track: id, request: self.request },
            namespace: self.source.namespace.clone(),
            pod: self.source.pod.clone(),
            container: self.source.container.clone(),
            previous: around.options.previous || matches!(read, Read::Previous | Read::Rest { previous: true, .. }),
            follow: around.options.follow && read != Read::Previous,
            since,
            tail,
        };
        self.state = State::Asked { since: around.now, read };
        Some(request)
    }

    /// Nothing is followed any more: a stream that goes on is asked for once again, which ends.
    pub(in crate::logs) fn stop_following(&mut self, now: Tick) {
        self.was_followed = true;
        let (State::Asked { read, .. } | State::Reading { read, .. }) = &self.state else { return };
        let read = match read {
            Read::Rest { .. } | Read::Previous => return,
            Read::Begin | Read::NewRun | Read::Resume if self.anchor.last().is_some() => Read::Resume,
            read => read.clone(),
        };
        // What is held comes again.
        self.request += 1;
        self.replay = None;
        self.asks_since = None;
        self.state = State::Due { since: now, at: now, read };
    }

    /// The request for the last line of a stream that said nothing for long, if one is due; a stream that stands still is
    /// taken up again.
    pub(in crate::logs) fn check_quiet(&mut self, id: TrackId, around: &mut Surroundings<'_>) -> Option<Request> {
        match self.quiet.due(around.now).filter(|_| self.can_be_quiet())? {
            quiet::Due::GiveUp => {
                self.missed = self.quiet.missed();
                self.give_up("nothing comes any more, though the container writes", around);
                None
            }
            quiet::Due::Check => {
                self.checks += 1;
                let request = CHECKS + self.checks;
                self.quiet.ask(request);
                Some(Request {
                    stream: StreamId { track: id, request },
                    namespace: self.source.namespace.clone(),
                    pod: self.source.pod.clone(),
                    container: self.source.container.clone(),
                    previous: false,
                    follow: false,
                    since: None,
                    tail: Some(1),
                })
            }
        }
    }

    /// From where, and how many of the last lines. What was had before goes before what the user asked for.
    fn range(&self, read: &Read, around: &Surroundings<'_>) -> (Option<Since>, Option<u64>) {
        if *read == Read::Previous {
            return (None, Some(1));
        }
        // A clock that was set back by more than stamps step back: no time to ask from is early enough.
        if self.missed.is_some_and(|missed| Some(missed) < self.anchor.last()) {
            return (None, None);
        }
        if let Some(stamp) = self.anchor.resume_from().filter(|_| *read != Read::NewRun) {
            return (Some(Since::Time(stamp)), None);
        }
        let Options { since, tail, .. } = *around.options;
        match (self.live_since, tail, since) {
            _ if self.is_new => (None, None),
            (None, ..) => (since, tail),
            // What was there was not asked for: only what was written since is missing.
            (Some(live_since), Some(0), _) => {
                let age = around.now.saturating_sub(live_since) + self.patience.read + AGE_MARGIN;
                (Some(Since::Age(age.as_secs() + 1)), None)
            }
            // Nothing was there of what was asked for, so all of that is missing.
            (Some(_), _, Some(Since::Age(age))) => (Some(Since::Age(age + around.now.as_secs())), None),
            (Some(_), ..) => (since, None),
        }
    }
}
