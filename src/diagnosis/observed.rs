//! What a diagnosis of a live pod goes by: the pod, what the cluster said of it, and what its containers said last.

use std::collections::BTreeMap;

use super::Event;
use super::words::kubectl;
use crate::pod::{Container, Pod};

/// What is known of a pod on a cluster.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// The pod.
    pub pod: &'a Pod,
    /// What the cluster said about it, in any order; may be empty.
    pub events: &'a [Event],
    /// What its containers said last; may be empty.
    pub last_lines: &'a LastLines,
    /// The flags that kubectl needs to find the pod, such as `-n demo`, ready to paste: they are put into the
    /// commands of the next steps. May be empty.
    pub flags: &'a str,
}

/// The last lines of containers' logs, by the container's name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LastLines(BTreeMap<String, Vec<String>>);

impl LastLines {
    /// Adds the last lines of a container that ended.
    pub fn insert(&mut self, container: impl Into<String>, lines: Vec<String>) {
        self.0.insert(container.into(), lines);
    }

    /// The last lines of that container; empty where it said nothing, or nobody looked.
    pub fn of(&self, container: &str) -> &[String] {
        self.0.get(container).map_or(&[], Vec::as_slice)
    }
}

impl<'a> Observed<'a> {
    /// A kubectl command, with the flags it needs to find the pod.
    pub(super) fn kubectl(&self, words: &str) -> String {
        kubectl(words, self.flags)
    }

    /// The events about that container.
    pub(super) fn events_of(&self, container: &'a Container) -> impl Iterator<Item = &'a Event> + use<'a> {
        self.events.iter().filter(|event| event.container.as_deref() == Some(&container.name))
    }
}
