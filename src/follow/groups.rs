//! The groups whose pods are followed: what each watch is for, and how far it has come with each group.
//!
//! Decides when all pods that are there were told, when a group has none, and when no more can come of it. What is said of
//! that is worded here, and said by `watching`.

use std::collections::{HashMap, HashSet};

use super::sources::WatchId;
use super::targets::Members;
use crate::cluster::{Scope, Selection};
use crate::pod::JobEnd;
use crate::render::terminal_text::safe;

/// A group, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct GroupId(usize);

/// What a watch is for.
#[derive(Debug, Clone)]
pub(super) enum Role {
    /// A pod that was named.
    Pod { namespace: String, name: String },
    /// All pods that were named, among those of their namespace.
    Named,
    /// Pods of a group.
    Pods { group: GroupId, members: Members },
    /// The pods of a Job that is over, which that watch tells, too: all that there will be.
    LastLook { group: GroupId, members: Members, pods: WatchId },
    /// The Job of a group: when it is over.
    Job { group: GroupId, uid: String },
    /// The Jobs of a CronJob of that name.
    Jobs { group: GroupId, cron_job: String },
}

impl Role {
    fn group(&self) -> Option<GroupId> {
        match self {
            Self::Pod { .. } | Self::Named => None,
            Self::Pods { group, .. }
            | Self::LastLook { group, .. }
            | Self::Job { group, .. }
            | Self::Jobs { group, .. } => Some(*group),
        }
    }
}

/// What became of the Job of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum JobIs {
    /// It goes on. Or the group is none of a Job.
    There,
    Over(JobEnd),
    Deleted,
}

/// How far it has come with a group.
#[derive(Debug)]
struct Progress {
    /// As it is shown. `None`: the pods that fit a selector.
    target: Option<String>,
    /// It is a Job that made no pods when it was asked for.
    is_suspended: bool,
    /// The pods it has.
    pods: usize,
    /// It had some.
    had_pods: bool,
    /// All that were there to begin with were told.
    is_listed: bool,
    job: JobIs,
    /// No more pods will come.
    is_complete: bool,
    /// The watches of the pods of Jobs, by the uids of the Jobs. What they look for, too: for the last look.
    jobs: HashMap<String, JobPods>,
}

/// Where the pods of a Job are found.
#[derive(Debug, Clone)]
pub(super) struct JobPods {
    pub(super) watch: WatchId,
    pub(super) scope: Scope,
    pub(super) selection: Selection,
    pub(super) members: Members,
}

#[derive(Debug, Default)]
struct WatchState {
    role: Option<Role>,
    /// The pods of which it tells.
    pods: usize,
    /// The Job is gone: it is of no use any more once its pods are.
    is_closing: bool,
}

/// All groups, and all watches.
#[derive(Debug, Default)]
pub(super) struct Groups {
    all: Vec<Progress>,
    watches: HashMap<WatchId, WatchState>,
    /// The watches that have not told yet what there is, of those that matter for [`Groups::listed`].
    unlisted: HashSet<WatchId>,
    /// The watches that have lost contact.
    lost: HashSet<WatchId>,
    all_seen: bool,
}

impl Groups {
    /// `is_suspended`: it is a Job that makes no pods for now.
    pub(super) fn add(&mut self, target: Option<String>, is_suspended: bool) -> GroupId {
        self.all.push(Progress {
            target,
            is_suspended,
            pods: 0,
            had_pods: false,
            is_listed: false,
            job: JobIs::There,
            is_complete: false,
            jobs: HashMap::new(),
        });
        GroupId(self.all.len() - 1)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// That watch was begun.
    pub(super) fn begun(&mut self, watch: WatchId, role: Role) {
        if matches!(role, Role::Pods { .. } | Role::Jobs { .. }) {
            self.unlisted.insert(watch);
        }
        self.watches.insert(watch, WatchState { role: Some(role), ..WatchState::default() });
    }

    /// That watch was ended.
    pub(super) fn ended(&mut self, watch: WatchId) {
        self.watches.remove(&watch);
        self.unlisted.remove(&watch);
        self.lost.remove(&watch);
    }

    /// What a watch is for; `None`: it was ended.
    pub(super) fn role(&self, watch: WatchId) -> Option<Role> {
        self.watches.get(&watch)?.role.clone()
    }

    /// Whether that is new: so many watches lose contact together, and one word is enough.
    pub(super) fn lost(&mut self, watch: WatchId) -> bool {
        self.lost.insert(watch) && self.lost.len() == 1
    }

    /// Whether all have contact again.
    pub(super) fn regained(&mut self, watch: WatchId) -> bool {
        self.lost.remove(&watch) && self.lost.is_empty()
    }

    /// Whether that watch told what there is.
    pub(super) fn is_listed(&self, watch: WatchId) -> bool {
        !self.unlisted.contains(&watch)
    }

    /// Whether no watch has told yet what there is.
    pub(super) fn nothing_is_listed(&self) -> bool {
        !self.all_seen && self.watches.keys().all(|watch| self.unlisted.contains(watch))
    }

    /// Whether pods that come now are worth a word: all that were there before were told.
    pub(super) fn is_open(&self, group: GroupId) -> bool {
        self.all[group.0].is_listed
    }

    /// That watch told what there is. What to say of its group.
    pub(super) fn listed(&mut self, watch: WatchId) -> Option<String> {
        self.unlisted.remove(&watch);
        let group = self.role(watch)?.group()?;
        let mut unlisted = self.unlisted.iter().filter_map(|watch| self.watches.get(watch)?.role.as_ref()?.group());
        let is_listed = unlisted.all(|other| other != group);
        let progress = &mut self.all[group.0];
        if !is_listed || std::mem::replace(&mut progress.is_listed, true) {
            return None;
        }
        let is_waited_for = progress.pods == 0 && progress.job == JobIs::There;
        is_waited_for.then(|| match &progress.target {
            None => "-- no pods match yet: waiting for some (Ctrl-C ends)\n".to_owned(),
            Some(target) if progress.is_suspended => {
                format!("-- {target} is suspended: waiting until it is resumed (Ctrl-C ends)\n")
            }
            Some(target) => format!("-- {target} has no pods yet: waiting for some (Ctrl-C ends)\n"),
        })
    }

    /// Whether all that is there was told, for the first time.
    pub(super) fn all_are_seen(&mut self) -> bool {
        self.unlisted.is_empty() && !std::mem::replace(&mut self.all_seen, true)
    }

    /// That watch tells of one more pod.
    pub(super) fn count(&mut self, watch: WatchId) {
        let Some(state) = self.watches.get_mut(&watch) else { return };
        state.pods += 1;
        if let Some(group) = state.role.as_ref().and_then(Role::group) {
            self.all[group.0].pods += 1;
            self.all[group.0].had_pods = true;
        }
    }

    /// That watch tells of one pod less. What to say of its group.
    pub(super) fn discount(&mut self, watch: WatchId) -> Option<String> {
        let state = self.watches.get_mut(&watch)?;
        state.pods = state.pods.saturating_sub(1);
        let group = state.role.as_ref().and_then(Role::group)?;
        let progress = &mut self.all[group.0];
        progress.pods = progress.pods.saturating_sub(1);
        let is_waited_for = progress.pods == 0 && progress.is_listed && progress.job == JobIs::There;
        is_waited_for.then(|| match &progress.target {
            None => "-- no pods match any more: waiting for others (Ctrl-C ends)\n".to_owned(),
            Some(target) => format!("-- {target} has no pods any more: waiting for others (Ctrl-C ends)\n"),
        })
    }

    /// Where the pods of a Job are found, of a Job that was not known.
    pub(super) fn meet_job(&mut self, group: GroupId, uid: &str, pods: JobPods) {
        self.all[group.0].jobs.insert(uid.to_owned(), pods);
    }

    pub(super) fn knows_job(&self, group: GroupId, uid: &str) -> bool {
        self.all[group.0].jobs.contains_key(uid)
    }

    /// The Job of that uid, one of several of its group, is gone: its pods will be.
    pub(super) fn job_is_gone(&mut self, group: GroupId, uid: &str) {
        let pods = self.all[group.0].jobs.remove(uid);
        if let Some(state) = pods.and_then(|pods| self.watches.get_mut(&pods.watch)) {
            state.is_closing = true;
        }
    }

    /// The watches that are of no use any more.
    pub(super) fn useless(&self) -> Vec<WatchId> {
        let useless = self.watches.iter().filter(|(_, state)| state.is_closing && state.pods == 0);
        useless.map(|(watch, _)| *watch).collect()
    }

    /// The Job of a group is over. Where to look for its pods once more, if that is new.
    pub(super) fn job_is_over(&mut self, group: GroupId, how: JobIs) -> Option<JobPods> {
        let progress = &mut self.all[group.0];
        if std::mem::replace(&mut progress.job, how) != JobIs::There {
            return None;
        }
        progress.jobs.values().next().cloned()
    }

    /// No more pods will come to a group whose Job is over. What to say of that.
    pub(super) fn complete(&mut self, group: GroupId) -> Option<String> {
        let progress = &mut self.all[group.0];
        if std::mem::replace(&mut progress.is_complete, true) {
            return None;
        }
        let target = progress.target.as_deref().unwrap_or_default();
        let end = match &progress.job {
            JobIs::Over(JobEnd::Complete) => format!("{target} is complete"),
            JobIs::Over(JobEnd::Failed { reason, message }) => {
                let words: Vec<_> =
                    [reason, message].into_iter().filter(|word| !word.is_empty()).map(|word| safe(word)).collect();
                format!("{target} failed: {}", words.join(": "))
            }
            JobIs::There | JobIs::Deleted => format!("{target} was deleted"),
        };
        let pods = if progress.had_pods { "" } else { ", and there are no pods of it" };
        Some(format!("-- {end}{pods}\n"))
    }

    /// Whether no more pods will come to any of them.
    pub(super) fn are_complete(&self) -> bool {
        self.all.iter().all(|group| group.is_complete)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PODS: WatchId = WatchId(0);
    const OTHERS: WatchId = WatchId(1);

    fn watch(groups: &mut Groups, group: GroupId, watch: WatchId) {
        groups.begun(watch, Role::Pods { group, members: Members::All });
    }

    #[test]
    fn a_group_is_listed_when_all_its_watches_are() {
        let mut groups = Groups::default();
        let group = groups.add(None, false);
        watch(&mut groups, group, PODS);
        watch(&mut groups, group, OTHERS);
        assert!(groups.nothing_is_listed());
        assert_eq!(groups.listed(PODS), None);
        assert!(!groups.all_are_seen() && !groups.is_open(group) && !groups.nothing_is_listed());
        let waiting = "-- no pods match yet: waiting for some (Ctrl-C ends)\n";
        assert_eq!(groups.listed(OTHERS).as_deref(), Some(waiting));
        assert!(groups.is_open(group) && groups.all_are_seen() && !groups.all_are_seen());
        assert_eq!(groups.listed(OTHERS), None, "it is listed again after a break");
    }

    #[test]
    fn that_all_pods_went_is_said_each_time() {
        let mut groups = Groups::default();
        let group = groups.add(Some("deploy/web".to_owned()), false);
        watch(&mut groups, group, PODS);
        groups.count(PODS);
        assert_eq!(groups.listed(PODS), None);
        groups.count(PODS);
        assert_eq!(groups.discount(PODS), None);
        let waiting = "-- deploy/web has no pods any more: waiting for others (Ctrl-C ends)\n";
        assert_eq!(groups.discount(PODS).as_deref(), Some(waiting));
        groups.count(PODS);
        assert_eq!(groups.discount(PODS).as_deref(), Some(waiting));
    }

    fn job(groups: &mut Groups) -> GroupId {
        let group = groups.add(Some("job/once".to_owned()), false);
        watch(groups, group, PODS);
        let scope = Scope::Namespace("shop".to_owned());
        let pods = JobPods { watch: PODS, scope, selection: Selection::labels("a=b"), members: Members::All };
        groups.meet_job(group, "uid", pods);
        group
    }

    #[test]
    fn a_job_that_is_over_is_complete_after_one_more_look() {
        let mut groups = Groups::default();
        let group = job(&mut groups);
        groups.count(PODS);
        let over = || JobIs::Over(JobEnd::Complete);
        assert!(groups.job_is_over(group, over()).is_some_and(|pods| pods.watch == PODS));
        assert!(groups.job_is_over(group, JobIs::Deleted).is_none(), "it is over once");
        assert!(!groups.are_complete());
        assert!(groups.complete(group).is_some());
        assert!(groups.are_complete());
        assert_eq!(groups.discount(PODS), None, "no others are waited for");
    }

    #[test]
    fn how_a_job_ended_is_said() {
        let failed = JobEnd::Failed { reason: "DeadlineExceeded".to_owned(), message: "too long".to_owned() };
        for (how, words) in [
            (JobIs::Over(JobEnd::Complete), "-- job/once is complete, and there are no pods of it\n"),
            (JobIs::Over(failed), "-- job/once failed: DeadlineExceeded: too long, and there are no pods of it\n"),
            (JobIs::Deleted, "-- job/once was deleted, and there are no pods of it\n"),
        ] {
            let mut groups = Groups::default();
            let group = job(&mut groups);
            groups.job_is_over(group, how);
            assert_eq!(groups.listed(PODS), None, "none are waited for");
            assert_eq!(groups.complete(group).as_deref(), Some(words));
            assert_eq!(groups.complete(group), None);
        }
    }

    #[test]
    fn the_watch_of_a_jobs_pods_ends_with_the_last_of_them() {
        let mut groups = Groups::default();
        let group = job(&mut groups);
        groups.count(PODS);
        assert!(groups.knows_job(group, "uid"));
        groups.job_is_gone(group, "uid");
        assert!(!groups.knows_job(group, "uid") && groups.useless().is_empty());
        groups.discount(PODS);
        assert_eq!(groups.useless(), [PODS]);
        groups.ended(PODS);
        assert!(groups.useless().is_empty() && groups.role(PODS).is_none());
    }

    #[test]
    fn a_lost_connection_is_one_for_all() {
        let mut groups = Groups::default();
        assert!(groups.lost(PODS) && !groups.lost(PODS) && !groups.lost(OTHERS));
        assert!(!groups.regained(PODS) && groups.regained(OTHERS) && !groups.regained(OTHERS));
    }
}
