//! What becomes of the pods that are followed: told to the engine, and to who reads.

use super::Follower;
use super::followed::Whose;
use crate::cluster::{PodEvent, Selection};
use crate::error::{Error, Result};
use crate::logs::{Event, Tick};
use crate::pod::{Phase, Pod};

impl Follower {
    pub(super) fn looked(&mut self, uid: &str, pod: Option<&Pod>, now: Tick) {
        self.engine.handle(Event::Looked { uid, pod }, now);
        match pod {
            Some(pod) => {
                if let Whose::Successor(uid) = self.followed.whose(pod) {
                    self.succeeded(&uid, now);
                }
            }
            None => self.gone(uid, None, now),
        }
    }

    pub(super) fn watched(&mut self, selection: &Selection, event: Result<PodEvent>, now: Tick) -> Result<()> {
        match event {
            Ok(PodEvent::Changed(pod)) => {
                let pod = Pod::from(&*pod);
                match self.followed.whose(&pod) {
                    Whose::Followed => self.changed(&pod, now),
                    Whose::Successor(uid) => self.succeeded(&uid, now),
                    Whose::Other => {}
                }
            }
            Ok(PodEvent::Gone(last)) => {
                let last = last.map(|pod| Pod::from(&*pod));
                let uid = match selection {
                    Selection::Named(name) => self.followed.uid(name),
                    Selection::Labels(_) => last.as_ref().and_then(|pod| pod.uid.clone()).unwrap_or_default(),
                };
                self.gone(&uid, last.filter(|pod| pod.uid.as_ref() == Some(&uid)).as_ref(), now);
            }
            Ok(PodEvent::Left(uid)) => self.gone(&uid, None, now),
            Ok(PodEvent::Listed) => self.listed(now),
            Ok(PodEvent::Lost(error)) => self.output.say(&format!("-- connection lost, trying again: {error}\n")),
            Ok(PodEvent::Regained) => self.output.say("-- connected again\n"),
            // Without a watch, nobody knows which pods there are.
            Err(error) if self.followed.is_empty() => return Err(error),
            Err(error) => self.unwatched(selection, &error, now),
        }
        Ok(())
    }

    fn listed(&mut self, now: Tick) {
        if self.followed.listed() {
            self.engine.handle(Event::AllSeen, now);
            if self.followed.is_empty() {
                self.output.say("-- no pods match yet: waiting for some (Ctrl-C ends)\n");
            }
        }
    }

    fn unwatched(&mut self, selection: &Selection, error: &Error, now: Tick) {
        let (why, uids) = match selection {
            Selection::Named(name) => (
                format!("pod {name} cannot be watched, so it is looked at every now and then"),
                vec![self.followed.uid(name)],
            ),
            Selection::Labels(_) => (
                "the pods cannot be watched, so they are looked at every now and then".to_owned(),
                self.followed.uids(),
            ),
        };
        for uid in &uids {
            self.engine.handle(Event::Unwatched { uid }, now);
        }
        self.output.warn(&format!("Warning: {why}: {error}\n"));
    }

    fn changed(&mut self, pod: &Pod, now: Tick) {
        let joined = self.followed.seen(pod);
        self.say(joined);
        self.engine.handle(Event::Pod(pod), now);
        let (Some(uid), Some(status)) = (&pod.uid, &pod.status) else { return };
        if status.deleting {
            let note = self.followed.deleting(uid);
            self.say(note);
        }
        if status.phase == Phase::Failed && !status.reason.is_empty() {
            let note = self.followed.failed(uid, &status.reason, &status.message);
            self.say(note);
        }
    }

    fn gone(&mut self, uid: &str, last: Option<&Pod>, now: Tick) {
        self.engine.handle(Event::PodGone { uid, last }, now);
        let note = self.followed.gone(uid);
        self.say(note);
    }

    /// Another pod took the name: the one that was named is gone.
    fn succeeded(&mut self, uid: &str, now: Tick) {
        self.gone(uid, None, now);
        let note = self.followed.succeeded(uid);
        self.say(note);
    }

    fn say(&mut self, note: Option<String>) {
        if let Some(note) = note {
            self.output.say(&note);
        }
    }
}
