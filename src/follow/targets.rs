//! Whose logs are followed, and what is watched for that.

use crate::cluster::Selection;
use crate::pod::Pod;

/// Named pods, at most, of which each has a watch of its own: beyond that, one watch of all the namespace's pods is kinder to
/// the server.
const WATCHED_ALONE: usize = 16;

/// Whose logs are followed.
#[derive(Debug, Clone, PartialEq)]
pub enum Targets {
    /// Of these pods, until they are gone or done.
    Named(Vec<Pod>),
    /// Of these pods, of which nothing but the names of containers is known: they may not be looked at.
    Unseen(Vec<Pod>),
    /// Of all pods that a selector means, as kubectl writes it, also of those that come: until Ctrl-C.
    Selected(String),
}

impl Targets {
    /// What is to be watched for that.
    pub(super) fn watches(&self, follow: bool) -> Vec<Selection> {
        match self {
            // What is read once needs no watch: where the end of a log must be judged, the pod is asked.
            Self::Named(_) if !follow => Vec::new(),
            Self::Named(pods) if pods.len() > WATCHED_ALONE => vec![Selection::Labels(String::new())],
            Self::Named(pods) => pods.iter().map(|pod| Selection::Named(pod.name.clone())).collect(),
            Self::Unseen(_) => Vec::new(),
            Self::Selected(labels) => vec![Selection::Labels(labels.clone())],
        }
    }
}
