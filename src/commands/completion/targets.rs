//! TARGETs: pods by their names, and TYPE/NAME.

use clap_complete::engine::CompletionCandidate;

use super::live::{self, Question};
use super::typed::Typed;
use super::values::candidate;
use crate::cluster::Printed;
use crate::pod::{Target, TargetKind, WorkloadKind};

const POD: TargetKind = TargetKind::Workload(WorkloadKind::Pod);

/// Pods and types before a slash, names behind it; none that is named already.
pub(super) fn targets(typed: &Typed, word: &str) -> Vec<CompletionCandidate> {
    let named = typed.targets();
    let takes_one = typed.command().is_some_and(|(command, _)| command == "exec");
    if takes_one && !named.is_empty() {
        return Vec::new();
    }
    let mut all = match word.split_once('/') {
        Some((kind_word, name)) => names(typed, kind_word, name),
        None => live::words(typed, Question::Printed(Printed::Of(POD)), word).into_iter().chain(types(word)).collect(),
    };
    all.retain(|one| Target::parse(&one.get_value().to_string_lossy()).map_or(true, |target| !named.contains(&target)));
    all
}

fn names(typed: &Typed, kind_word: &str, name: &str) -> Vec<CompletionCandidate> {
    let Some(kind) = TargetKind::of(kind_word) else { return Vec::new() };
    let found = live::words(typed, Question::Printed(Printed::Of(kind)), name);
    found.into_iter().map(|one| one.add_prefix(format!("{kind_word}/"))).collect()
}

/// Each type by the first of its words that fits what is typed.
fn types(word: &str) -> impl Iterator<Item = CompletionCandidate> {
    TargetKind::all().filter_map(move |kind| {
        let mut words = [kind.word(), kind.singular(), kind.plural().to_owned()].into_iter();
        let fitting = words.find(|known| known.starts_with(word))?;
        Some(candidate(format!("{fitting}/"), kind.as_str().to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_offered_by_the_word_that_is_typed() {
        let types =
            |word: &str| types(word).map(|one| one.get_value().to_string_lossy().into_owned()).collect::<Vec<_>>();
        assert_eq!(types("d"), ["deploy/", "ds/"]);
        assert_eq!(types("deployment"), ["deployment/"]);
        assert_eq!(types("deployments"), ["deployments/"]);
        assert_eq!(types("web"), [""; 0]);
        assert_eq!(types("").len(), TargetKind::all().count());
    }
}
