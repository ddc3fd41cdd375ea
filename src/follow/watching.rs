//! What the watches tell, and what becomes of the pods that are followed: told to the engine, and to who reads.

use k8s_openapi::api::core::v1;

use super::Follower;
use super::followed::{Met, Whose};
use super::groups::{GroupId, JobIs, JobPods, Role};
use super::sources::{News, WatchId};
use super::targets::{Group, Members, Of, Targets, hint_jobs, pods_of_job};
use crate::cluster::{Change, JobEvent, PodEvent, Scope, Selection};
use crate::error::{Error, Kind, Result};
use crate::logs::{Event, Tick};
use crate::pod::{Owner, Phase, Pod, WorkloadKind, belongs_to};

/// Named pods, at most, of which each has a watch of its own: beyond that, one watch of all the namespace's pods is kinder to
/// the server.
const WATCHED_ALONE: usize = 16;

/// A pod of which a watch tells no more, and whether it is gone or not meant any more is asked.
#[derive(Debug)]
pub(super) struct Question {
    watch: WatchId,
    last: Option<Pod>,
}

/// Beginning.
impl Follower {
    /// Begins to watch what is to be followed.
    pub(super) fn watch(&mut self, targets: Targets, follow: bool) {
        // What is read once needs no watch: where the end of a log must be judged, the pod is asked.
        if follow {
            self.watch_named(&targets.named);
        }
        for group in targets.groups {
            self.watch_group(group);
        }
    }

    fn watch_named(&mut self, pods: &[Pod]) {
        let namespace = |pod: &Pod| pod.namespace.clone().unwrap_or_default();
        if pods.len() > WATCHED_ALONE {
            let scope = Scope::Namespace(pods.first().map(namespace).unwrap_or_default());
            let watch = self.sources.watch_pods(scope, Selection::all());
            self.groups.begun(watch, Role::Named);
            return;
        }
        for pod in pods {
            let (namespace, name) = (namespace(pod), pod.name.clone());
            let scope = Scope::Namespace(namespace.clone());
            let watch = self.sources.watch_pods(scope, Selection::Named(name.clone()));
            self.groups.begun(watch, Role::Pod { namespace, name });
        }
    }

    fn watch_group(&mut self, Group { target, of }: Group) {
        let is_suspended = matches!(&of, Of::Job { job, .. } if job.is_suspended());
        let group = self.groups.add(target, is_suspended);
        match of {
            Of::Selection { scopes, selection, members } => {
                for scope in scopes {
                    let watch = self.sources.watch_pods(scope, selection.clone());
                    self.groups.begun(watch, Role::Pods { group, members: members.clone() });
                }
            }
            Of::Job { namespace, job } => {
                self.watch_pods_of_job(group, &namespace, &job);
                let watch = self.sources.watch_jobs(&namespace, Selection::Named(job.name().to_owned()));
                self.groups.begun(watch, Role::Job { group, uid: job.uid().to_owned() });
            }
            Of::CronJob { namespace, name } => {
                let watch = self.sources.watch_jobs(&namespace, Selection::all());
                self.groups.begun(watch, Role::Jobs { group, cron_job: name });
            }
        }
    }

    fn watch_pods_of_job(&mut self, group: GroupId, namespace: &str, job: &Owner) {
        let Some((selection, members)) = pods_of_job(job) else { return };
        let scope = Scope::Namespace(namespace.to_owned());
        let watch = self.sources.watch_pods(scope.clone(), selection.clone());
        self.groups.begun(watch, Role::Pods { group, members: members.clone() });
        self.groups.meet_job(group, job.uid(), JobPods { watch, scope, selection, members });
    }

    fn end_watch(&mut self, watch: WatchId) {
        self.sources.end_watch(watch);
        self.groups.ended(watch);
    }
}

/// What the watches tell.
impl Follower {
    pub(super) fn watched(&mut self, watch: WatchId, news: News, now: Tick) -> Result<()> {
        let Some(role) = self.groups.role(watch) else { return Ok(()) };
        match news {
            // The first thing ever heard is that nobody is there.
            News::Pods(Ok(Change::Lost(error))) | News::Jobs(Ok(Change::Lost(error)))
                if error.kind() == Kind::Unreachable && self.knows_nothing() =>
            {
                return Err(error);
            }
            News::Pods(Ok(event)) => self.pods_changed(watch, role, event, now),
            News::Pods(Err(error)) => return self.pods_unwatched(watch, &role, error, now),
            News::Jobs(Ok(event)) => self.jobs_changed(watch, role, event, now),
            News::Jobs(Err(error)) => return self.jobs_unwatched(&role, error),
        }
        for watch in self.groups.useless() {
            self.end_watch(watch);
        }
        Ok(())
    }

    fn pods_changed(&mut self, watch: WatchId, role: Role, event: PodEvent, now: Tick) {
        match (event, role) {
            (Change::Changed(pod), Role::Pods { group, members }) => self.group_pod(watch, group, &members, &pod, now),
            (Change::Changed(pod), Role::LastLook { group, members, pods }) => {
                self.group_pod(pods, group, &members, &pod, now);
            }
            (Change::Changed(pod), _) => self.named_pod(&Pod::from(&*pod), now),
            (Change::Gone(last), Role::Pods { .. }) => {
                let uid = last.as_ref().and_then(|pod| pod.metadata.uid.clone()).unwrap_or_default();
                self.missed(watch, &uid, last.as_deref(), now);
            }
            (Change::Left(uid), Role::Pods { .. }) => self.missed(watch, &uid, None, now),
            (Change::Gone(last), Role::Pod { namespace, name }) => {
                let uid = self.followed.uid(&namespace, &name);
                let last = last.map(|pod| Pod::from(&*pod)).filter(|pod| pod.uid.as_ref() == Some(&uid));
                self.gone(&uid, last.as_ref(), now);
            }
            (Change::Gone(Some(last)), Role::Named) => {
                let last = Pod::from(&*last);
                self.named_is_gone(last.uid.as_deref().unwrap_or_default(), Some(&last), now);
            }
            (Change::Left(uid), Role::Named) => self.named_is_gone(&uid, None, now),
            (Change::Listed, Role::LastLook { group, .. }) => self.complete(watch, group, now),
            (Change::Listed, _) => self.listed(watch, now),
            (Change::Lost(error), _) => self.lost(watch, &error),
            (Change::Regained, _) => self.regained(watch),
            (Change::Gone(_) | Change::Left(_), _) => {}
        }
    }

    fn jobs_changed(&mut self, watch: WatchId, role: Role, event: JobEvent, now: Tick) {
        match (event, role) {
            (Change::Changed(job), Role::Job { group, uid }) => match job.0.job_end() {
                _ if job.0.uid() != uid => self.job_is_over(group, JobIs::Deleted),
                Some(end) => self.job_is_over(group, JobIs::Over(end)),
                None => {}
            },
            (Change::Gone(_), Role::Job { group, .. }) => self.job_is_over(group, JobIs::Deleted),
            (Change::Changed(job), Role::Jobs { group, cron_job }) => {
                let Owner { metadata, .. } = &job.0;
                let is_ours = belongs_to(metadata, WorkloadKind::CronJob, &cron_job);
                if is_ours && !self.groups.knows_job(group, job.0.uid()) {
                    self.watch_pods_of_job(group, metadata.namespace.as_deref().unwrap_or_default(), &job.0);
                }
            }
            (Change::Gone(Some(job)), Role::Jobs { group, .. }) => self.groups.job_is_gone(group, job.0.uid()),
            (Change::Left(uid), Role::Jobs { group, .. }) => self.groups.job_is_gone(group, &uid),
            (Change::Listed, _) => self.listed(watch, now),
            (Change::Lost(error), _) => self.lost(watch, &error),
            (Change::Regained, _) => self.regained(watch),
            _ => {}
        }
    }

    fn knows_nothing(&self) -> bool {
        self.followed.is_empty() && self.groups.nothing_is_listed()
    }

    fn lost(&mut self, watch: WatchId, error: &Error) {
        if self.groups.lost(watch) {
            self.output.say(&format!("-- connection lost, trying again: {error}\n"));
        }
    }

    fn regained(&mut self, watch: WatchId) {
        if self.groups.regained(watch) {
            self.output.say("-- connected again\n");
        }
    }

    fn listed(&mut self, watch: WatchId, now: Tick) {
        let note = self.groups.listed(watch);
        self.say(note);
        self.tell_whether_all_are_seen(now);
    }

    pub(super) fn tell_whether_all_are_seen(&mut self, now: Tick) {
        if self.groups.all_are_seen() {
            self.engine.handle(Event::AllSeen, now);
        }
    }

    fn pods_unwatched(&mut self, watch: WatchId, role: &Role, error: Error, now: Tick) -> Result<()> {
        let (why, uids) = match role {
            Role::Pod { namespace, name } => (
                format!("pod {name} cannot be watched, so it is looked at every now and then"),
                vec![self.followed.uid(namespace, name)],
            ),
            Role::Named => (
                "the pods cannot be watched, so they are looked at every now and then".to_owned(),
                self.followed.named_uids(),
            ),
            Role::Pods { .. } if self.groups.is_listed(watch) => (
                "the pods cannot be watched, so they are looked at every now and then, and no others join".to_owned(),
                self.followed.uids_of(watch),
            ),
            Role::LastLook { group, .. } => {
                self.complete(watch, *group, now);
                return Ok(());
            }
            // Nobody knows which pods there are.
            Role::Pods { .. } | Role::Job { .. } | Role::Jobs { .. } => return Err(error),
        };
        for uid in &uids {
            self.engine.handle(Event::Unwatched { uid }, now);
        }
        self.output.say(&format!("Warning: {why}: {error}\n"));
        Ok(())
    }

    fn jobs_unwatched(&mut self, role: &Role, error: Error) -> Result<()> {
        if let Role::Jobs { cron_job, .. } = role {
            return Err(hint_jobs(error, cron_job));
        }
        self.output.say(&format!("Warning: whether the Job is finished cannot be seen, so Ctrl-C ends: {error}\n"));
        Ok(())
    }
}

/// What becomes of the pods.
impl Follower {
    /// The engine's question about a pod is answered.
    pub(super) fn looked(&mut self, uid: &str, pod: Option<&Pod>, now: Tick) {
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

    fn named_pod(&mut self, pod: &Pod, now: Tick) {
        match self.followed.whose(pod) {
            Whose::Followed => self.changed(pod, now),
            Whose::Successor(uid) => self.succeeded(&uid, now),
            Whose::Other => {}
        }
    }

    fn named_is_gone(&mut self, uid: &str, last: Option<&Pod>, now: Tick) {
        if self.followed.is_named(uid) {
            self.gone(uid, last, now);
        }
    }

    /// A watch of a group tells how a pod is.
    fn group_pod(&mut self, watch: WatchId, group: GroupId, members: &Members, pod: &v1::Pod, now: Tick) {
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
        if self.questions.get(&uid).is_some_and(|question| question.watch == watch) {
            self.questions.remove(&uid);
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
    fn missed(&mut self, watch: WatchId, uid: &str, last: Option<&v1::Pod>, now: Tick) {
        if !self.followed.is_met_by(uid, watch) {
            return;
        }
        let is_deleted = last.is_some_and(|pod| pod.metadata.deletion_timestamp.is_some());
        let last = last.map(Pod::from);
        match self.followed.place(uid) {
            Some((namespace, name)) if !is_deleted => {
                self.questions.insert(uid.to_owned(), Question { watch, last });
                self.sources.ask(namespace, name, uid.to_owned());
            }
            _ => self.gone(uid, last.as_ref(), now),
        }
    }

    /// Our own question about a pod is answered.
    pub(super) fn answered(&mut self, uid: &str, answer: Result<Option<Pod>>, now: Tick) {
        let Some(Question { watch, last }) = self.questions.remove(uid) else { return };
        match answer {
            Ok(Some(pod)) if pod.uid.as_deref() == Some(uid) => self.left(watch, &pod, now),
            Ok(_) => self.gone(uid, last.as_ref(), now),
            // Who may not ask does not know whether it is gone. It is not meant any more in any case.
            Err(error) if error.kind() == Kind::Forbidden => {
                let uid = Some(uid.to_owned());
                self.left(watch, &last.unwrap_or_else(|| Pod { uid, ..Pod::default() }), now);
            }
            Err(_) => {
                if let Some((namespace, name)) = self.followed.place(uid) {
                    self.questions.insert(uid.to_owned(), Question { watch, last });
                    self.sources.ask_later(namespace, name, uid.to_owned());
                }
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
            self.output.say(&note);
        }
        self.say(waiting);
    }

    fn changed(&mut self, pod: &Pod, now: Tick) {
        let (Some(uid), false) = (&pod.uid, self.followed.is_gone(pod.uid.as_deref().unwrap_or_default())) else {
            return;
        };
        self.engine.handle(Event::Pod(pod), now);
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

    fn gone(&mut self, uid: &str, last: Option<&Pod>, now: Tick) {
        self.engine.handle(Event::PodGone { uid, last }, now);
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
        let note = self.followed.succeeded(uid);
        self.say(note);
    }

    /// A Job is over, or not there any more. Its pods that are there are asked for once more: the watch may be behind.
    fn job_is_over(&mut self, group: GroupId, how: JobIs) {
        if let Some(JobPods { watch: pods, scope, selection, members }) = self.groups.job_is_over(group, how) {
            let watch = self.sources.watch_pods(scope, selection);
            self.groups.begun(watch, Role::LastLook { group, members, pods });
        }
    }

    /// All pods that a Job will ever have were told.
    fn complete(&mut self, watch: WatchId, group: GroupId, now: Tick) {
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

    fn say(&mut self, note: Option<String>) {
        if let Some(note) = note {
            self.output.say(&note);
        }
    }
}
