//! The pods that are followed, and what becomes of them: deleted, joined, and perhaps followed by another of that name.
//!
//! Decides whose state a pod is, and what is said of a change, once.

use crate::pod::Pod;
use crate::render::terminal_text::safe;

/// How far it has come with a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    There,
    Deleting,
    Gone,
    /// Another pod has its name.
    Succeeded,
}

#[derive(Debug)]
struct FollowedPod {
    name: String,
    uid: String,
    fate: Fate,
    /// It was said why the pod failed.
    is_failure_said: bool,
}

/// Who may be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Circle {
    /// The pods that were named. One that takes the name of another is a different pod.
    Named,
    /// All that a selector means; they are being listed for the first time.
    Listing,
    /// All that a selector means, also those that come.
    Open,
}

/// Whose state a pod is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Followed,
    /// It has the name of the pod of that uid, which must be gone.
    Successor(String),
    /// Nobody's that is followed.
    Other,
}

/// The pods that are followed.
#[derive(Debug)]
pub(super) struct FollowedPods {
    pods: Vec<FollowedPod>,
    circle: Circle,
}

impl FollowedPods {
    pub(super) fn named(pods: &[Pod]) -> Self {
        Self { pods: pods.iter().map(FollowedPod::new).collect(), circle: Circle::Named }
    }

    pub(super) fn selected() -> Self {
        Self { pods: Vec::new(), circle: Circle::Listing }
    }

    /// The uid of the pod that was meant by a name.
    pub(super) fn uid(&self, name: &str) -> String {
        self.pods.iter().find(|pod| pod.name == name).map(|pod| pod.uid.clone()).unwrap_or_default()
    }

    /// The uids of all of them.
    pub(super) fn uids(&self) -> Vec<String> {
        self.pods.iter().map(|pod| pod.uid.clone()).collect()
    }

    /// Whose state that is.
    pub(super) fn whose(&self, pod: &Pod) -> Whose {
        let uid = pod.uid.as_deref().unwrap_or_default();
        if self.circle != Circle::Named || self.pods.iter().any(|followed| followed.uid == uid) {
            return Whose::Followed;
        }
        match self.pods.iter().find(|followed| followed.name == pod.name) {
            Some(followed) => Whose::Successor(followed.uid.clone()),
            None => Whose::Other,
        }
    }

    /// Whether a pod goes or went, and another one may take its name.
    pub(super) fn await_a_successor(&self) -> bool {
        self.circle == Circle::Named && self.pods.iter().any(|pod| matches!(pod.fate, Fate::Deleting | Fate::Gone))
    }

    /// A pod of the selection is there. What to say of it, if that is new.
    pub(super) fn seen(&mut self, pod: &Pod) -> Option<String> {
        if self.pods.iter().any(|followed| Some(&followed.uid) == pod.uid.as_ref()) {
            return None;
        }
        self.pods.push(FollowedPod::new(pod));
        (self.circle == Circle::Open).then(|| format!("-- pod {} joined\n", pod.name))
    }

    /// The pod failed, by the kubelet's word and explanation: at times, as of one that was evicted, that is all there is to
    /// know of its containers' end. What to say of it, if that is new.
    pub(super) fn failed(&mut self, uid: &str, reason: &str, message: &str) -> Option<String> {
        let pod = self.pods.iter_mut().find(|pod| pod.uid == uid && !pod.is_failure_said)?;
        pod.is_failure_said = true;
        let words: Vec<_> = [reason, message].into_iter().filter(|word| !word.is_empty()).map(safe).collect();
        Some(format!("-- pod {} failed: {}\n", pod.name, words.join(": ")))
    }

    /// All that are there were told. Whether that was the first time.
    pub(super) fn listed(&mut self) -> bool {
        std::mem::replace(&mut self.circle, Circle::Open) == Circle::Listing
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.pods.is_empty()
    }

    /// The pod of that uid is going: its containers are told to end. What to say of it, if that is new.
    pub(super) fn deleting(&mut self, uid: &str) -> Option<String> {
        self.comes_to(Fate::Deleting, uid).map(|(_, name)| format!("-- pod {name} is being deleted\n"))
    }

    /// The pod of that uid is gone. What to say of it, if that is new.
    pub(super) fn gone(&mut self, uid: &str) -> Option<String> {
        let (before, name) = self.comes_to(Fate::Gone, uid)?;
        let note = (before == Fate::There).then(|| format!("-- pod {name} was deleted\n"));
        if self.circle != Circle::Named {
            self.pods.retain(|pod| pod.uid != uid);
        }
        note
    }

    /// Another pod has the name of the one of that uid. What to say of it, if that is new.
    pub(super) fn succeeded(&mut self, uid: &str) -> Option<String> {
        let (_, name) = self.comes_to(Fate::Succeeded, uid)?;
        Some(format!("-- another pod has the name {name} now: run the command again to follow it\n"))
    }

    /// How far it had come before, and the pod's name, if that is new.
    fn comes_to(&mut self, fate: Fate, uid: &str) -> Option<(Fate, String)> {
        let pod = self.pods.iter_mut().find(|pod| pod.uid == uid && pod.fate < fate)?;
        Some((std::mem::replace(&mut pod.fate, fate), pod.name.clone()))
    }
}

impl FollowedPod {
    fn new(pod: &Pod) -> Self {
        Self {
            name: pod.name.clone(),
            uid: pod.uid.clone().unwrap_or_default(),
            fate: Fate::There,
            is_failure_said: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str, uid: &str) -> Pod {
        Pod { name: name.to_owned(), uid: Some(uid.to_owned()), ..Pod::default() }
    }

    fn named() -> FollowedPods {
        FollowedPods::named(&[pod("web-0", "uid of web-0"), pod("web-1", "uid of web-1")])
    }

    #[test]
    fn each_thing_is_said_once() {
        let mut pods = named();
        assert_eq!(pods.deleting("uid of web-0").as_deref(), Some("-- pod web-0 is being deleted\n"));
        assert_eq!(pods.deleting("uid of web-0"), None);
        assert_eq!(pods.gone("uid of web-0"), None);
        assert!(pods.succeeded("uid of web-0").is_some_and(|note| note.contains("web-0")));
        assert_eq!(pods.succeeded("uid of web-0"), None);
        assert_eq!(pods.gone("uid of web-1").as_deref(), Some("-- pod web-1 was deleted\n"));
        assert_eq!(pods.gone("uid of another"), None);
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
        pods.succeeded("uid of web-1");
        assert!(!pods.await_a_successor());
    }

    #[test]
    fn a_name_means_the_pod_that_had_it() {
        let pods = named();
        assert_eq!(pods.whose(&pod("web-0", "uid of web-0")), Whose::Followed);
        assert_eq!(pods.whose(&pod("web-0", "another")), Whose::Successor("uid of web-0".to_owned()));
        assert_eq!(pods.whose(&pod("db-0", "another")), Whose::Other);
    }

    #[test]
    fn those_that_join_a_selection_are_named_once_it_was_listed() {
        let mut pods = FollowedPods::selected();
        assert_eq!(pods.seen(&pod("web-0", "a")), None);
        assert!(pods.listed() && !pods.listed());
        assert_eq!(pods.seen(&pod("web-0", "a")), None);
        assert_eq!(pods.seen(&pod("web-1", "b")).as_deref(), Some("-- pod web-1 joined\n"));
        assert_eq!(pods.gone("b").as_deref(), Some("-- pod web-1 was deleted\n"));
        assert!(!pods.await_a_successor());
    }
}
