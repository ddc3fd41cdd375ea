//! What is wrong with a pod on a cluster, the most important first.

use std::collections::BTreeMap;

use super::{Diagnosis, Event};
use crate::pod::Pod;

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

/// What becomes of it if nobody does anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outlook {
    /// It stays as it is: waiting is of no use.
    Stuck,
    /// It may heal by itself, or with the help of something that is not seen from here.
    MayHeal,
}

/// A diagnosis, and whether waiting helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub diagnosis: Diagnosis,
    /// Whether waiting helps.
    pub outlook: Outlook,
}

/// What is wrong with the pod, the most important first. Empty: nothing that is known to be wrong.
pub fn of_pod(observed: &Observed<'_>) -> Vec<Diagnosis> {
    findings(observed).into_iter().map(|finding| finding.diagnosis).collect()
}

/// As [`of_pod`], with the outlook of each.
pub fn findings(_observed: &Observed<'_>) -> Vec<Finding> {
    Vec::new()
}
