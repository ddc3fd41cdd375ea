//! How far it has come with a group, and what is said of that.

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
