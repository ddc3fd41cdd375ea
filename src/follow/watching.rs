//! What is watched, and what the watches tell: of pods, and of Jobs.
//!
//! Decides what a watch is for, and what is done where one is refused. What becomes of a pod is `becoming`'s.

use super::Follower;
use super::groups::{GroupId, JobIs, JobPods, Role};
use super::targets::{Group, Of, Targets, hint_jobs, pods_of_job};
use super::watches::{News, WatchId};
use crate::cluster::{Change, JobEvent, PodEvent, Scope, Selection};
use crate::error::{Error, Kind, Result};
use crate::logs::{Event, Tick};
use crate::pod::{Owner, Pod, WorkloadKind, belongs_to};

/// Named pods, at most, of which each has a watch of its own: beyond that, one watch of all the namespace's pods is kinder to
/// the server.
const WATCHED_ALONE: usize = 16;

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
            let watch = self.sources.watches.pods(scope, Selection::all());
            self.groups.begun(watch, Role::Named);
            return;
        }
        for pod in pods {
            let (namespace, name) = (namespace(pod), pod.name.clone());
            let scope = Scope::Namespace(namespace.clone());
            let watch = self.sources.watches.pods(scope, Selection::Named(name.clone()));
            self.groups.begun(watch, Role::Pod { namespace, name });
        }
    }

    fn watch_group(&mut self, Group { target, of }: Group) {
        let is_suspended = matches!(&of, Of::Job { job, .. } if job.is_suspended());
        let group = self.groups.add(target, is_suspended);
        match of {
            Of::Selection { scopes, selection, members } => {
                for scope in scopes {
                    let watch = self.sources.watches.pods(scope, selection.clone());
                    self.groups.begun(watch, Role::Pods { group, members: members.clone() });
                }
            }
            Of::Job { namespace, job } => {
                self.watch_pods_of_job(group, &namespace, &job);
                let watch = self.sources.watches.jobs(&namespace, Selection::Named(job.name().to_owned()));
                self.groups.begun(watch, Role::Job { group, uid: job.uid().to_owned() });
            }
            Of::CronJob { namespace, name } => {
                let watch = self.sources.watches.jobs(&namespace, Selection::all());
                self.groups.begun(watch, Role::Jobs { group, cron_job: name });
            }
        }
    }

    fn watch_pods_of_job(&mut self, group: GroupId, namespace: &str, job: &Owner) {
        let Some((selection, members)) = pods_of_job(job) else { return };
        let scope = Scope::Namespace(namespace.to_owned());
        let watch = self.sources.watches.pods(scope.clone(), selection.clone());
        self.groups.begun(watch, Role::Pods { group, members: members.clone() });
        self.groups.meet_job(group, job.uid(), JobPods { watch, scope, selection, members });
    }

    pub(super) fn end_watch(&mut self, watch: WatchId) {
        self.sources.watches.end(watch);
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
                self.miss(watch, &uid, last.as_deref(), now);
            }
            (Change::Left(uid), Role::Pods { .. }) => self.miss(watch, &uid, None, now),
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
        self.output.warn(&format!("Warning: {why}: {error}\n"));
        Ok(())
    }

    fn jobs_unwatched(&mut self, role: &Role, error: Error) -> Result<()> {
        if let Role::Jobs { cron_job, .. } = role {
            return Err(hint_jobs(error, cron_job));
        }
        self.output.warn(&format!("Warning: whether the Job is finished cannot be seen, so Ctrl-C ends: {error}\n"));
        Ok(())
    }
}
