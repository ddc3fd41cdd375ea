//! Pods that are followed, and which watch has each.

use super::*;

const ONE: WatchId = WatchId(1);
const OTHER: WatchId = WatchId(2);

fn pod(name: &str, uid: &str) -> Pod {
    let (name, namespace) = (name.to_owned(), Some("shop".to_owned()));
    Pod { name, namespace, uid: Some(uid.to_owned()), ..Pod::default() }
}

fn named() -> FollowedPods {
    FollowedPods::new(&[pod("web-0", "uid of web-0"), pod("web-1", "uid of web-1")], false)
}

#[test]
fn each_thing_is_said_once() {
    let mut pods = named();
    assert_eq!(pods.deleting("uid of web-0").as_deref(), Some("-- pod web-0 is being deleted\n"));
    assert_eq!(pods.deleting("uid of web-0"), None);
    assert_eq!(pods.gone("uid of web-0").1, None);
    assert!(pods.succeeded("uid of web-0", false).is_some_and(|note| note.contains("web-0")));
    assert_eq!(pods.succeeded("uid of web-0", false), None);
    assert_eq!(pods.gone("uid of web-1").1.as_deref(), Some("-- pod web-1 was deleted\n"));
    assert_eq!(pods.gone("uid of another").1, None);
    assert!(pods.is_gone("uid of web-0") && !pods.is_gone("uid of another"));
}

#[test]
fn why_a_pod_failed_is_said_once() {
    let mut pods = named();
    let note = pods.failed("uid of web-0", "Evicted", "the node was low on memory.");
    assert_eq!(note.as_deref(), Some("-- pod web-0 failed: Evicted: the node was low on memory.\n"));
    assert_eq!(pods.failed("uid of web-0", "Evicted", ""), None);
}

#[test]
fn a_successor_is_awaited_until_it_is_there() {
    let mut pods = named();
    assert!(!pods.await_a_successor());
    pods.deleting("uid of web-1");
    assert!(pods.await_a_successor());
    pods.succeeded("uid of web-1", true);
    assert!(!pods.await_a_successor());
}

#[test]
fn a_name_means_the_pod_that_had_it_in_its_namespace() {
    let pods = named();
    assert_eq!(pods.whose(&pod("web-0", "uid of web-0")), Whose::Followed);
    assert_eq!(pods.whose(&pod("web-0", "another")), Whose::Successor("uid of web-0".to_owned()));
    assert_eq!(pods.whose(&pod("db-0", "another")), Whose::Other);
    let elsewhere = Pod { namespace: Some("store".to_owned()), ..pod("web-0", "another") };
    assert_eq!(pods.whose(&elsewhere), Whose::Other);
}

#[test]
fn who_is_told_by_several_watches_leaves_with_the_last() {
    let mut pods = FollowedPods::new(&[], true);
    assert_eq!(pods.meet(&pod("web-0", "a"), ONE), Met::New);
    assert_eq!(pods.meet(&pod("web-0", "a"), ONE), Met::Known);
    assert_eq!(pods.meet(&pod("web-0", "a"), OTHER), Met::ByAnother);
    assert_eq!(pods.joined("a"), "-- pod shop/web-0 joined\n");
    assert_eq!(pods.part("a", ONE), None);
    assert_eq!(pods.part("a", OTHER).as_deref(), Some("-- pod shop/web-0 no longer matches\n"));
    assert_eq!(pods.meet(&pod("web-0", "a"), ONE), Met::New, "it may come back");
    assert_eq!(pods.gone("a"), (vec![ONE], Some("-- pod shop/web-0 was deleted\n".to_owned())));
    assert!(!pods.await_a_successor());
}

#[test]
fn who_was_named_does_not_leave() {
    let mut pods = named();
    pods.meet(&pod("web-0", "uid of web-0"), ONE);
    assert_eq!(pods.part("uid of web-0", ONE), None);
    assert_eq!(pods.whose(&pod("web-0", "uid of web-0")), Whose::Followed);
}
