//! Which pods: the flags that commands share, and what they come to. Decides which of them go together.

use clap::Args;

use super::args;
use super::connection::Connection;
use crate::error::{Error, Result};
use crate::logs::{NamePattern, PatternError};
use crate::pod::Target;

/// Which pods.
#[derive(Debug, Default, Args)]
pub(super) struct PodArgs {
    /// Pods, as NAME or pod/NAME, or workloads and services, as TYPE/NAME: deploy, sts, ds, rs, rc, job, cronjob, svc
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    /// Pods with these labels: app=web, tier in (a, b), !legacy
    #[arg(short = 'l', long, value_name = "LABELS")]
    selector: Option<String>,
    /// Pods with these fields: status.phase=Running, spec.nodeName!=node-1
    #[arg(long, value_name = "FIELDS")]
    field_selector: Option<String>,
    /// Pods whose whole name matches this regular expression. A dot is any character; \. is a dot
    #[arg(long = "match", value_name = "REGEX")]
    pattern: Option<String>,
    /// Pods on this node
    #[arg(long, value_name = "NODE")]
    node: Option<String>,
    /// Pods in all namespaces
    #[arg(short = 'A', long, value_name = "BOOL", num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = false, default_missing_value = "true", hide_default_value = true, action = clap::ArgAction::Set)]
    all_namespaces: bool,
}

/// Which pods are meant.
#[derive(Debug)]
pub(super) enum PodChoice {
    /// Those of these targets, each of which was given once, all in one namespace.
    Targets(Vec<Target>),
    /// All that fit.
    Matching(PodFilter),
}

/// What pods must fit.
#[derive(Debug)]
pub(super) struct PodFilter {
    /// In kubectl's words; empty: any.
    pub(super) labels: String,
    /// In kubectl's words; empty: any.
    pub(super) fields: String,
    /// What matches the whole name.
    pub(super) pattern: Option<NamePattern>,
    /// In which namespaces. Empty: in the one that is meant where none is named. `None`: in all.
    pub(super) namespaces: Option<Vec<String>>,
}

impl PodArgs {
    /// Clap ids, for `conflicts_with_all`.
    pub(super) const FLAGS: [&str; 6] = ["targets", "selector", "field_selector", "pattern", "node", "all_namespaces"];

    /// Whether nothing was given.
    pub(super) fn is_empty(&self) -> bool {
        self.targets.is_empty() && self.filter_flags().is_empty()
    }

    /// Which pods are meant. `command`: named in the error if no pod was chosen.
    ///
    /// # Errors
    /// What was given does not go together, or is nothing.
    pub(super) fn choice(&self, connection: &Connection, command: &str) -> Result<PodChoice> {
        let namespaces = connection.namespaces();
        if self.all_namespaces && !namespaces.is_empty() {
            return Err(Error::usage("only one of -n and -A is allowed")
                .hint("-A means all namespaces; -n may be repeated to mean several"));
        }
        let flags = self.filter_flags();
        match (self.targets.as_slice(), flags.as_slice()) {
            ([], []) => Err(Error::usage(format_args!(
                "expected '{command} TARGET...': a pod's name, or TYPE/NAME of something that has pods"
            ))
            .hint("or choose pods with -l, --field-selector, --match, --node or -A")
            .hint("all pods of a namespace: --match '.*'; see which there are with: kubectl get pods")),
            ([], _) => self.filter(namespaces).map(PodChoice::Matching),
            ([first, ..], [flag, ..]) => Err(Error::usage(format_args!("only a TARGET or {flag} is allowed"))
                .hint(format!("leave one of them out: {first} names what is meant, {flag} means all pods that match"))),
            ([first, ..], []) if namespaces.len() > 1 => {
                Err(Error::usage(format_args!("{first} in several namespaces: only one -n is allowed with a TARGET"))
                    .hint("choose pods of several namespaces with -l, --field-selector, --match or --node"))
            }
            (targets, []) => args::targets(targets).map(PodChoice::Targets),
        }
    }

    /// The flags that were given and mean all pods that fit.
    fn filter_flags(&self) -> Vec<&'static str> {
        let given = [
            ("-l", self.selector.is_some()),
            ("--field-selector", self.field_selector.is_some()),
            ("--match", self.pattern.is_some()),
            ("--node", self.node.is_some()),
            ("-A", self.all_namespaces),
        ];
        given.into_iter().filter(|(_, given)| *given).map(|(flag, _)| flag).collect()
    }

    fn filter(&self, namespaces: Vec<String>) -> Result<PodFilter> {
        let node = self.node.as_deref().map(on_node).transpose()?;
        let fields = self.field_selector.clone().into_iter().chain(node).filter(|words| !words.is_empty());
        Ok(PodFilter {
            labels: self.selector.clone().unwrap_or_default(),
            fields: fields.collect::<Vec<_>>().join(","),
            pattern: self.pattern.as_deref().map(pattern).transpose()?,
            namespaces: (!self.all_namespaces).then_some(namespaces),
        })
    }
}

fn on_node(name: &str) -> Result<String> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
    if name.is_empty() || !name.chars().all(is_plain) {
        return Err(Error::usage(format_args!("--node {name:?} is not a valid node name"))
            .hint("see which nodes there are with: kubectl get nodes"));
    }
    Ok(format!("spec.nodeName={name}"))
}

fn pattern(text: &str) -> Result<NamePattern> {
    text.parse().map_err(|error: PatternError| {
        let words = error.to_string();
        let cause = words.lines().next().unwrap_or_default();
        Error::usage(format_args!("--match {text:?} is not a valid regular expression: {cause}"))
            .hint(r"it must match a whole name, as in --match 'web-.*'; a dot is any character, \. is a dot")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_a_whole_name() {
        for (text, name, matches) in [
            ("web", "web", true),
            ("web", "web-0", false),
            ("web.*", "web-0", true),
            ("0|1", "10", false),
            (r"a\.b", "a.b", true),
            (r"a\.b", "a-b", false),
            ("a.b", "a-b", true),
            ("web-(api|db)-.*", "web-db-0", true),
        ] {
            assert_eq!(pattern(text).unwrap().matches(name), matches, "{text} {name}");
        }
    }

    #[test]
    fn a_pattern_cannot_end_the_anchors() {
        for text in ["a)|(b", "(?x)a # b"] {
            if let Ok(pattern) = pattern(text) {
                assert!(!pattern.matches("xa"), "{text}");
            }
        }
    }

    #[test]
    fn a_node_is_a_field_beside_others() {
        let (node, field_selector) = (Some("n1".to_owned()), Some("status.phase=Running".to_owned()));
        let args = PodArgs { field_selector, node, ..PodArgs::default() };
        let PodChoice::Matching(filter) = args.choice(&Connection::default(), "logs").unwrap() else {
            panic!("no targets were given")
        };
        assert_eq!(filter.fields, "status.phase=Running,spec.nodeName=n1");
    }
}
