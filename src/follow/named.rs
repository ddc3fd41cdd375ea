//! The pods that were named, and what becomes of them: deleted, and perhaps followed by another of that name.
//!
//! Decides what is said of that, once.

use crate::pod::Pod;

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
struct NamedPod {
    name: String,
    uid: String,
    fate: Fate,
}

/// The pods that were named. One that takes the name of another is a different pod.
#[derive(Debug)]
pub(super) struct NamedPods(Vec<NamedPod>);

impl NamedPods {
    pub(super) fn new(pods: &[Pod]) -> Self {
        let named = |pod: &Pod| {
            let (name, uid) = (pod.name.clone(), pod.uid.clone().unwrap_or_default());
            NamedPod { name, uid, fate: Fate::There }
        };
        Self(pods.iter().map(named).collect())
    }

    /// The uid of the pod that was meant by a name.
    pub(super) fn uid(&self, name: &str) -> String {
        self.0.iter().find(|pod| pod.name == name).map(|pod| pod.uid.clone()).unwrap_or_default()
    }

    /// Whether a pod goes or went, and another one may take its name.
    pub(super) fn await_a_successor(&self) -> bool {
        self.0.iter().any(|pod| matches!(pod.fate, Fate::Deleting | Fate::Gone))
    }

    /// The pod of that uid is going: its containers are told to end. What to say of it, if that is new.
    pub(super) fn deleting(&mut self, uid: &str) -> Option<String> {
        self.comes_to(Fate::Deleting, uid).map(|(_, name)| format!("-- pod {name} is being deleted\n"))
    }

    /// The pod of that uid is gone. What to say of it, if that is new.
    pub(super) fn gone(&mut self, uid: &str) -> Option<String> {
        let (before, name) = self.comes_to(Fate::Gone, uid)?;
        (before == Fate::There).then(|| format!("-- pod {name} was deleted\n"))
    }

    /// Another pod has the name of the one of that uid. What to say of it, if that is new.
    pub(super) fn succeeded(&mut self, uid: &str) -> Option<String> {
        let (_, name) = self.comes_to(Fate::Succeeded, uid)?;
        Some(format!("-- another pod has the name {name} now: run the command again to follow it\n"))
    }

    /// How far it had come before, and the pod's name, if that is new.
    fn comes_to(&mut self, fate: Fate, uid: &str) -> Option<(Fate, &str)> {
        let pod = self.0.iter_mut().find(|pod| pod.uid == uid && pod.fate < fate)?;
        Some((std::mem::replace(&mut pod.fate, fate), &pod.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named() -> NamedPods {
        let pod = |name: &str| NamedPod { name: name.to_owned(), uid: format!("uid of {name}"), fate: Fate::There };
        NamedPods(vec![pod("web-0"), pod("web-1")])
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
    fn a_successor_is_awaited_until_it_is_there() {
        let mut pods = named();
        assert!(!pods.await_a_successor());
        pods.deleting("uid of web-1");
        assert!(pods.await_a_successor());
        pods.succeeded("uid of web-1");
        assert!(!pods.await_a_successor());
    }
}
