//! What becomes of the pods that are followed: told to the engine, and to who reads.
//!
//! Decides whether a pod of which a watch tells no more is gone or not meant any more, and when no others will come.

use k8s_openapi::api::core::v1;

use super::Follower;
use super::followed::{Met, Whose};
use super::groups::{GroupId, JobIs, JobPods, Role};
use super::questions::{Answer, Asker, Question};
use super::targets::Members;
use super::watches::WatchId;
use crate::error::Kind;
use crate::logs::{Event, Tick};
use crate::pod::{Phase, Pod};

/// A pod of which a watch tells no more, and whether it is gone or not meant any more is asked.
#[derive(Debug)]
pub(super) struct Missed {
    watch: WatchId,
    last: Option<Pod>,
}

impl Follower {
    /// A question about a pod was answered.
    pub(super) fn answered(&mut self, question: Question, answer: Answer, now: Tick) {
        match (question.asker, answer) {
            (Asker::Engine, Ok(pod)) => self.looked(&question.uid, pod.as_deref(), now),
            (Asker::Engine, Err(_)) => self.engine.handle(Event::LookFailed { uid: &question.uid }, now),
            (Asker::Follower, answer) => self.found_or_not(question, answer, now),
        }
    }

    fn looked(&mut self, uid: &str, pod: Option<&Pod>, now: Tick) {
        self.engine.handle(Event::Looked { uid, pod }, now);
        match pod {
            Some(pod) if pod.uid.as_deref() == Some(uid) => {}
            Some(pod) => match self.followed.whose(pod) {
                Whose::Successor(uid) => self.succeeded(&uid, now),
                Whose::Followed | Whose::Other => self.gone(uid, None, now),
            },
            None => self.gone(uid, None, now),
        }
    }

    pub(super) fn named_pod(&mut self, pod: &Pod, now: Tick) {
        match self.followed.whose(pod) {
            Whose::Followed => self.changed(pod, now),
            Whose::Successor(uid) => self.succeeded(&uid, now),
            Whose::Other => {}
        }
    }

    pub(super) fn named_is_gone(&mut self, uid: &str, last: Option<&Pod>, now: Tick) {
        if self.followed.is_named(uid) {
            self.gone(uid, last, now);
        }
    }

    /// A watch of a group tells how a pod is.
    pub(super) fn group_pod(&mut self, watch: WatchId, group: GroupId, members: &Members, pod: &v1::Pod, now: Tick) {
        let uid = pod.metadata.uid.clone().unwrap_or_default();
        let is_meant = members.have(pod);
        if self.followed.is_gone(&uid) || (!is_meant && !self.followed.is_met_by(&uid, watch)) {
            return;
        }
        let pod = Pod::from(pod);
        if !is_meant {
            self.left(watch, &pod, now);
            return;
        }
        if self.missed.get(&uid).is_some_and(|missed| missed.watch == watch) {
            self.missed.remove(&uid);
        }
        let met = self.followed.meet(&pod, watch);
        if met != Met::Known {
            self.groups.count(watch);
        }
        if met == Met::New && self.groups.is_open(group) {
            self.output.say(&self.followed.joined(&uid));
        }
        self.changed(&pod, now);
    }

    /// A watch of a group tells of a pod no more: it was deleted, or is not meant any more, and is asked for then.
    pub(super) fn miss(&mut self, watch: WatchId, uid: &str, last: Option<&v1::Pod>, now: Tick) {
        if !self.followed.is_met_by(uid, watch) {
            return;
        }
        let is_deleted = last.is_some_and(|pod| pod.metadata.deletion_timestamp.is_some());
        let last = last.map(Pod::from);
        match self.followed.place(uid) {
            Some((namespace, name)) if !is_deleted => {
                self.missed.insert(uid.to_owned(), Missed { watch, last });
                let (namespace, uid, asker) = (Some(namespace), uid.to_owned(), Asker::Follower);
                self.sources.questions.ask(Question { namespace, name, uid, asker });
            }
            _ => self.gone(uid, last.as_ref(), now),
        }
    }

    fn found_or_not(&mut self, question: Question, answer: Answer, now: Tick) {
        let uid = question.uid.as_str();
        let Some(Missed { watch, last }) = self.missed.remove(uid) else { return };
        match answer {
            Ok(Some(pod)) if pod.uid.as_deref() == Some(uid) => self.left(watch, &pod, now),
            Ok(_) => self.gone(uid, last.as_ref(), now),
            // Who may not ask does not know whether it is gone. It is not meant any more in any case.
            Err(error) if error.kind() == Kind::Forbidden => {
                let uid = Some(uid.to_owned());
                self.left(watch, &last.unwrap_or_else(|| Pod { uid, ..Pod::default() }), now);
            }
            Err(_) => {
                self.missed.insert(uid.to_owned(), Missed { watch, last });
                self.sources.questions.ask_later(question);
            }
        }
    }

    /// A pod is there, and to that watch it is not one that is meant any more.
    fn left(&mut self, watch: WatchId, pod: &Pod, now: Tick) {
        let uid = pod.uid.as_deref().unwrap_or_default();
        let waiting = self.groups.discount(watch);
        if let Some(note) = self.followed.part(uid, watch) {
            // What has ended is read to its end: it may be that why it is not meant any more.
            let is_over = pod.status.as_ref().is_some_and(|status| status.phase.is_final());
            let event = if is_over { Event::Pod(pod) } else { Event::PodLeft { uid } };
            self.engine.handle(event, now);
            self.silence.iter_mut().for_each(|silence| silence.forget(uid));
            self.output.say(&note);
        }
        self.say(waiting);
    }

    fn changed(&mut self, pod: &Pod, now: Tick) {
        let (Some(uid), false) = (&pod.uid, self.followed.is_gone(pod.uid.as_deref().unwrap_or_default())) else {
            return;
        };
        self.engine.handle(Event::Pod(pod), now);
        self.silence.iter_mut().for_each(|silence| silence.see(pod));
        let Some(status) = &pod.status else { return };
        if status.deleting {
            let note = self.followed.deleting(uid);
            self.say(note);
        }
        if status.phase == Phase::Failed && !status.reason.is_empty() {
            let note = self.followed.failed(uid, &status.reason, &status.message);
            self.say(note);
        }
    }

    pub(super) fn gone(&mut self, uid: &str, last: Option<&Pod>, now: Tick) {
        self.engine.handle(Event::PodGone { uid, last }, now);
        self.silence.iter_mut().for_each(|silence| silence.forget(uid));
        let (watches, note) = self.followed.gone(uid);
        self.say(note);
        for watch in watches {
            let waiting = self.groups.discount(watch);
            self.say(waiting);
        }
    }

    /// Another pod took the name: the one that was named is gone.
    fn succeeded(&mut self, uid: &str, now: Tick) {
        self.gone(uid, None, now);
        let note = self.followed.succeeded(uid, !self.groups.is_empty());
        self.say(note);
    }

    /// A Job is over, or not there any more. Its pods that are there are asked for once more: the watch may be behind.
    pub(super) fn job_is_over(&mut self, group: GroupId, how: JobIs) {
        if let Some(JobPods { watch: pods, scope, selection, members }) = self.groups.job_is_over(group, how) {
            let watch = self.sources.watches.pods(scope, selection);
            self.groups.begun(watch, Role::LastLook { group, members, pods });
        }
    }

    /// All pods that a Job will ever have were told.
    pub(super) fn complete(&mut self, watch: WatchId, group: GroupId, now: Tick) {
        self.end_watch(watch);
        let note = self.groups.complete(group);
        if self.groups.are_complete() {
            self.engine.handle(Event::NoMoreCome, now);
            // Its place is behind the lines, which end now.
            self.last_words.extend(note);
        } else {
            self.say(note);
        }
    }

    pub(super) fn say(&mut self, note: Option<String>) {
        if let Some(note) = note {
            self.output.say(&note);
        }
    }
}
