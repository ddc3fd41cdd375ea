//! What a TARGET on the command line names: a pod, or something that has pods.
//!
//! Decides which words mean which type, here and nowhere else: kubectl's singular, plural and short names, in any case,
//! bare or with their group (`deployments.apps`). Leaves to others what is done with it, and how a mistake is worded.

use super::WorkloadKind;

/// A type of things that have pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TargetKind {
    /// It makes them, or is one.
    Workload(WorkloadKind),
    /// It selects them. `v1`
    Service,
}

use TargetKind::{Service, Workload};
use WorkloadKind::{CronJob, DaemonSet, Deployment, Job, Pod, ReplicaSet, ReplicationController, StatefulSet};

/// All types, each with kubectl's short name, where it has one.
const TYPES: [(TargetKind, Option<&str>); 9] = [
    (Workload(Pod), Some("po")),
    (Workload(Deployment), Some("deploy")),
    (Workload(StatefulSet), Some("sts")),
    (Workload(DaemonSet), Some("ds")),
    (Workload(ReplicaSet), Some("rs")),
    (Workload(ReplicationController), Some("rc")),
    (Workload(Job), None),
    (Workload(CronJob), Some("cj")),
    (Service, Some("svc")),
];

impl TargetKind {
    /// Of that word, if it is one: `deploy`, `deployments`, `Deployment`, `deployments.apps`, `deployments.v1.apps`.
    pub fn of(word: &str) -> Option<Self> {
        let word = word.to_lowercase();
        let (name, group) = word.split_once('.').unwrap_or((&word, ""));
        let is_named = |kind: Self, short: Option<&str>| {
            let singular = kind.singular();
            Some(name) == short || name == singular || name.strip_suffix('s') == Some(&singular)
        };
        let found = TYPES.into_iter().find(|(kind, short)| is_named(*kind, *short)).map(|(kind, _)| kind)?;
        (group.is_empty() || found.is_of(group)).then_some(found)
    }

    /// Every type.
    pub fn all() -> impl Iterator<Item = Self> {
        TYPES.into_iter().map(|(kind, _)| kind)
    }

    /// Every type with its short name, as a list to choose from: `pod (po), deployment (deploy), …`.
    pub fn list() -> String {
        let words = TYPES.map(|(kind, short)| match short {
            Some(short) => format!("{} ({short})", kind.singular()),
            None => kind.singular(),
        });
        words.join(", ")
    }

    /// The words for all types, the long ones and the short ones.
    pub fn words() -> impl Iterator<Item = String> {
        TYPES.into_iter().flat_map(|(kind, short)| [Some(kind.singular()), short.map(str::to_owned)]).flatten()
    }

    /// `kind` as the API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Workload(kind) => kind.as_str(),
            Service => "Service",
        }
    }

    /// `apiVersion` of that kind.
    pub fn api_version(self) -> &'static str {
        match self {
            Workload(kind) => kind.api_version(),
            Service => "v1",
        }
    }

    /// Its resource as the API's paths and rules have it, without the group: `deployments`.
    pub fn plural(self) -> &'static str {
        match self {
            Workload(Pod) => "pods",
            Workload(Deployment) => "deployments",
            Workload(StatefulSet) => "statefulsets",
            Workload(DaemonSet) => "daemonsets",
            Workload(ReplicaSet) => "replicasets",
            Workload(ReplicationController) => "replicationcontrollers",
            Workload(Job) => "jobs",
            Workload(CronJob) => "cronjobs",
            Workload(WorkloadKind::PodTemplate) => "podtemplates",
            Service => "services",
        }
    }

    /// The word that is shown for it: kubectl's short name, where it has one; of a pod and a cron job the whole word.
    pub fn word(self) -> String {
        let short = TYPES.into_iter().find(|(kind, _)| *kind == self).and_then(|(_, short)| short);
        match (self, short) {
            (Workload(Pod | CronJob), _) | (_, None) => self.singular(),
            (_, Some(short)) => short.to_owned(),
        }
    }

    /// The whole word for one: `deployment`.
    pub fn singular(self) -> String {
        self.as_str().to_lowercase()
    }

    /// Whether that names its group, alone or with the version before it, as in `deployments.v1.apps` and `pods.v1.`.
    fn is_of(self, group: &str) -> bool {
        match self.api_version().split_once('/') {
            Some((own, version)) => group == own || group.strip_prefix(version) == Some(&format!(".{own}")),
            None => group.trim_end_matches('.') == self.api_version(),
        }
    }
}

/// A pod, or something that has pods, by its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// Its type.
    pub kind: TargetKind,
    /// Its name.
    pub name: String,
}

/// Why a text names no target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoTarget {
    /// A name is missing, or there is more than one.
    Malformed,
    /// It is a type, without the name.
    BareType(TargetKind),
    /// Nothing of that type has pods, as far as we know.
    UnknownType(String),
}

impl Target {
    /// Of `NAME`, a pod's, or `TYPE/NAME`.
    ///
    /// # Errors
    /// Why it names none.
    pub fn parse(text: &str) -> Result<Self, NoTarget> {
        let (word, name) = match text.split_once('/') {
            Some((word, name)) => (Some(word), name),
            None => (None, text),
        };
        if name.is_empty() || name.contains('/') || word == Some("") {
            return Err(NoTarget::Malformed);
        }
        let kind = match (word, TargetKind::of(name)) {
            (Some(word), _) => TargetKind::of(word).ok_or_else(|| NoTarget::UnknownType(word.to_owned()))?,
            (None, Some(kind)) => return Err(NoTarget::BareType(kind)),
            (None, None) => Workload(Pod),
        };
        Ok(Self { kind, name: name.to_owned() })
    }

    /// Whether it is a pod.
    pub fn is_pod(&self) -> bool {
        self.kind == Workload(Pod)
    }
}

/// As it is shown: `web-0` of a pod, `deploy/web` of anything else.
impl std::fmt::Display for Target {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_pod() { out.write_str(&self.name) } else { write!(out, "{}/{}", self.kind.word(), self.name) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubectls_words_for_types_are_known() {
        for (words, kind) in [
            ("po pod pods Pod pods.v1 pods.v1.", Workload(Pod)),
            ("deploy deployment deployments Deployment deployments.apps deploy.apps deployments.v1.apps", {
                Workload(Deployment)
            }),
            ("sts statefulset statefulsets", Workload(StatefulSet)),
            ("ds daemonset daemonsets daemonset.apps", Workload(DaemonSet)),
            ("rs replicaset replicasets", Workload(ReplicaSet)),
            ("rc replicationcontroller replicationcontrollers", Workload(ReplicationController)),
            ("job jobs jobs.batch", Workload(Job)),
            ("cj cronjob cronjobs cronjobs.batch cronjobs.v1.batch", Workload(CronJob)),
            ("svc service services", Service),
        ] {
            for word in words.split(' ') {
                assert_eq!(TargetKind::of(word), Some(kind), "{word}");
            }
        }
    }

    #[test]
    fn what_is_no_type_is_none() {
        for word in
            ["", "s", "web", "deploys", "pods.apps", "deployments.", "deployments.extensions", "node", "jobs.v2"]
        {
            let kind = TargetKind::of(word);
            assert!(kind.is_none() || word == "deployments.", "{word}: {kind:?}");
        }
    }

    #[test]
    fn every_type_is_found_by_each_of_its_names() {
        for (kind, _) in TYPES {
            for word in [kind.word(), kind.singular(), kind.plural().to_owned(), kind.as_str().to_owned()] {
                assert_eq!(TargetKind::of(&word), Some(kind), "{word}");
            }
        }
    }

    #[test]
    fn a_target_is_a_name_or_a_type_and_a_name() {
        let target = |kind, name: &str| Ok(Target { kind, name: name.to_owned() });
        for (text, expected) in [
            ("web-0", target(Workload(Pod), "web-0")),
            ("pod/web-0", target(Workload(Pod), "web-0")),
            ("pod/deploy", target(Workload(Pod), "deploy")),
            ("deployments.apps/web", target(Workload(Deployment), "web")),
            ("", Err(NoTarget::Malformed)),
            ("pod/", Err(NoTarget::Malformed)),
            ("/web", Err(NoTarget::Malformed)),
            ("pod/a/b", Err(NoTarget::Malformed)),
            ("deploy", Err(NoTarget::BareType(Workload(Deployment)))),
            ("node/one", Err(NoTarget::UnknownType("node".to_owned()))),
        ] {
            assert_eq!(Target::parse(text), expected, "{text:?}");
        }
    }

    #[test]
    fn it_is_shown_as_it_can_be_typed() {
        for text in ["web-0", "deploy/web", "svc/db", "job/once", "cronjob/nightly"] {
            assert_eq!(Target::parse(text).map(|target| target.to_string()).as_deref(), Ok(text));
        }
    }
}
