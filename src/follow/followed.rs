//! The pods that are followed, and what becomes of them: deleted, joined, and perhaps followed by another of that name.
//!
//! Decides whose state a pod is, and what is said of a change, once. Pods are known by their uids: names come again, and two
//! namespaces may have the same ones.

use std::collections::{HashMap, HashSet};

use super::watches::WatchId;
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
    namespace: String,
    name: String,
    fate: Fate,
    /// It was said why the pod failed.
    is_failure_said: bool,
    /// It was named: one that takes its name is a different pod.
    is_named: bool,
    /// The watches that tell of it as one that is meant.
    watches: Vec<WatchId>,
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

/// What a watch tells of a pod that is meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Met {
    /// It was not followed before.
    New,
    /// It was, but this watch did not tell of it.
    ByAnother,
    /// It is known.
    Known,
}

/// The pods that are followed.
#[derive(Debug, Default)]
pub(super) struct FollowedPods {
    pods: HashMap<String, FollowedPod>,
    /// The uids of the pods that were named, by namespace and name.
    named: HashMap<(String, String), String>,
    /// The uids of those that are gone. Another watch, or an answer, may still tell what was before.
    gone: HashSet<String>,
    /// Names are shown with their namespaces.
    with_namespaces: bool,
}

impl FollowedPods {
    /// These pods were named. `with_namespaces`: names are shown with them.
    pub(super) fn new(named: &[Pod], with_namespaces: bool) -> Self {
        let mut all = Self { with_namespaces, ..Self::default() };
        for pod in named {
            let uid = pod.uid.clone().unwrap_or_default();
            all.named.insert((pod.namespace.clone().unwrap_or_default(), pod.name.clone()), uid.clone());
            all.pods.insert(uid, FollowedPod { is_named: true, ..FollowedPod::new(pod) });
        }
        all
    }

    /// The uid of the pod that was meant by a name.
    pub(super) fn uid(&self, namespace: &str, name: &str) -> String {
        self.named.get(&(namespace.to_owned(), name.to_owned())).cloned().unwrap_or_default()
    }

    /// The uids of those that were named.
    pub(super) fn named_uids(&self) -> Vec<String> {
        self.named.values().cloned().collect()
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.pods.is_empty()
    }

    /// Whether that pod was named.
    pub(super) fn is_named(&self, uid: &str) -> bool {
        self.pods.get(uid).is_some_and(|pod| pod.is_named)
    }

    /// The uids of those of which that watch tells.
    pub(super) fn uids_of(&self, watch: WatchId) -> Vec<String> {
        let of_watch = self.pods.iter().filter(|(_, pod)| pod.watches.contains(&watch));
        of_watch.map(|(uid, _)| uid.clone()).collect()
    }

    /// Namespace and name of a pod.
    pub(super) fn place(&self, uid: &str) -> Option<(String, String)> {
        self.pods.get(uid).map(|pod| (pod.namespace.clone(), pod.name.clone()))
    }

    /// Whose state that is.
    pub(super) fn whose(&self, pod: &Pod) -> Whose {
        if pod.uid.as_ref().is_some_and(|uid| self.pods.contains_key(uid)) {
            return Whose::Followed;
        }
        match self.uid(pod.namespace.as_deref().unwrap_or_default(), &pod.name) {
            uid if uid.is_empty() => Whose::Other,
            uid => Whose::Successor(uid),
        }
    }

    /// Whether a pod that was named goes or went, and another one may take its name.
    pub(super) fn await_a_successor(&self) -> bool {
        let mut named = self.named.values().filter_map(|uid| self.pods.get(uid));
        named.any(|pod| matches!(pod.fate, Fate::Deleting | Fate::Gone))
    }

    /// Whether that pod is gone.
    pub(super) fn is_gone(&self, uid: &str) -> bool {
        self.gone.contains(uid)
    }

    /// That watch tells of a pod that is meant.
    pub(super) fn meet(&mut self, pod: &Pod, watch: WatchId) -> Met {
        let uid = pod.uid.clone().unwrap_or_default();
        let is_new = !self.pods.contains_key(&uid);
        let followed = self.pods.entry(uid).or_insert_with(|| FollowedPod::new(pod));
        if followed.watches.contains(&watch) {
            return Met::Known;
        }
        followed.watches.push(watch);
        if is_new { Met::New } else { Met::ByAnother }
    }

    /// Whether that watch tells of it as one that is meant.
    pub(super) fn is_met_by(&self, uid: &str, watch: WatchId) -> bool {
        self.pods.get(uid).is_some_and(|pod| pod.watches.contains(&watch))
    }

    /// To that watch the pod is not one that is meant any more. What to say of it, if it is not to any other either.
    pub(super) fn part(&mut self, uid: &str, watch: WatchId) -> Option<String> {
        let pod = self.pods.get_mut(uid)?;
        pod.watches.retain(|other| *other != watch);
        if pod.is_named || !pod.watches.is_empty() {
            return None;
        }
        let name = self.shown(uid);
        self.pods.remove(uid);
        Some(format!("-- pod {name} no longer matches\n"))
    }

    /// What to say of a pod that joins.
    pub(super) fn joined(&self, uid: &str) -> String {
        format!("-- pod {} joined\n", self.shown(uid))
    }

    /// The pod failed, by the kubelet's word and explanation: at times, as of one that was evicted, that is all there is to
    /// know of its containers' end. What to say of it, if that is new.
    pub(super) fn failed(&mut self, uid: &str, reason: &str, message: &str) -> Option<String> {
        let pod = self.pods.get_mut(uid).filter(|pod| !pod.is_failure_said)?;
        pod.is_failure_said = true;
        let words: Vec<_> = [reason, message].into_iter().filter(|word| !word.is_empty()).map(safe).collect();
        Some(format!("-- pod {} failed: {}\n", self.shown(uid), words.join(": ")))
    }

    /// The pod of that uid is going: its containers are told to end. What to say of it, if that is new.
    pub(super) fn deleting(&mut self, uid: &str) -> Option<String> {
        self.comes_to(Fate::Deleting, uid).map(|_| format!("-- pod {} is being deleted\n", self.shown(uid)))
    }

    /// The pod of that uid is gone. The watches that told of it, and what to say of it, if that is new.
    pub(super) fn gone(&mut self, uid: &str) -> (Vec<WatchId>, Option<String>) {
        let Some(before) = self.comes_to(Fate::Gone, uid) else { return (Vec::new(), None) };
        let note = (before == Fate::There).then(|| format!("-- pod {} was deleted\n", self.shown(uid)));
        self.gone.insert(uid.to_owned());
        let watches = self.pods.get_mut(uid).map(|pod| std::mem::take(&mut pod.watches)).unwrap_or_default();
        if !self.is_named(uid) {
            self.pods.remove(uid);
        }
        (watches, note)
    }

    /// Another pod has the name of the one of that uid. What to say of it, if that is new. `may_join`: it may be followed
    /// all the same, as one of a group.
    pub(super) fn succeeded(&mut self, uid: &str, may_join: bool) -> Option<String> {
        self.comes_to(Fate::Succeeded, uid)?;
        let next = if may_join { "" } else { ": run the command again to follow it" };
        Some(format!("-- another pod has the name {} now{next}\n", self.shown(uid)))
    }

    /// How far it had come before, if that is new.
    fn comes_to(&mut self, fate: Fate, uid: &str) -> Option<Fate> {
        let pod = self.pods.get_mut(uid).filter(|pod| pod.fate < fate)?;
        Some(std::mem::replace(&mut pod.fate, fate))
    }

    fn shown(&self, uid: &str) -> String {
        match self.pods.get(uid) {
            Some(FollowedPod { namespace, name, .. }) if self.with_namespaces => format!("{namespace}/{name}"),
            Some(pod) => pod.name.clone(),
            None => String::new(),
        }
    }
}

impl FollowedPod {
    fn new(pod: &Pod) -> Self {
        Self {
            namespace: pod.namespace.clone().unwrap_or_default(),
            name: pod.name.clone(),
            fate: Fate::There,
            is_failure_said: false,
            is_named: false,
            watches: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
