//! `--show-kubectl`: what does part of the same with kubectl.

use super::plan::{Plan, Whose};
use super::targets::shown;
use crate::follow::Targets;
use crate::logs::{Options, Since};
use crate::render::log_lines::{self, Times};
use crate::render::shell;

/// Where no container is named.
const ALL: &str = "--all-containers --prefix";

/// The commands, a line each: kubectl has no order in time, and needs `-c` for each container.
pub(super) fn commands(targets: &Targets, plan: &Plan, connection: &str) -> Vec<String> {
    let mut flags = flags(&plan.options, plan.format.times != Times::None);
    flags.extend((!connection.is_empty()).then(|| connection.to_owned()));
    let words = |words: String| [vec![format!("kubectl logs {words}")], flags.clone()].concat().join(" ");
    match &plan.whose {
        Whose::Selected(labels) => vec![words(format!("-l {} {ALL} --max-log-requests=1000", shell::quote(labels)))],
        Whose::Named(_) => shown(targets, &plan.options.containers)
            .iter()
            .flat_map(|(pod, containers)| of_pod(pod, containers, plan.options.containers.is_empty()))
            .map(words)
            .collect(),
    }
}

fn of_pod(pod: &str, containers: &[&str], all: bool) -> Vec<String> {
    let pod = shell::quote(pod);
    let each = containers.iter().map(|container| format!("{pod} -c {}", shell::quote(container)));
    each.chain(all.then(|| format!("{pod} {ALL}"))).collect()
}

/// What is to be read, as kubectl takes it.
fn flags(options: &Options, timestamps: bool) -> Vec<String> {
    let since = options.since.map(|since| match since {
        Since::Age(seconds) => format!("--since={seconds}s"),
        Since::Time(stamp) => format!("--since-time={}", log_lines::time(stamp)),
    });
    let flags = [
        options.follow.then(|| "-f".to_owned()),
        options.tail.map(|tail| format!("--tail={tail}")),
        since,
        timestamps.then(|| "--timestamps".to_owned()),
    ];
    flags.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::Stamp;

    #[test]
    fn what_is_to_be_read_is_told_to_kubectl() {
        let since = |since| Options { since: Some(since), tail: Some(5), ..Options::default() };
        assert_eq!(flags(&since(Since::Age(90)), false), ["-f", "--tail=5", "--since=90s"]);
        let time = Since::Time(Stamp(1_500_000_000));
        let options = Options { follow: false, tail: None, ..since(time) };
        assert_eq!(flags(&options, true), ["--since-time=1970-01-01T00:00:01.5Z", "--timestamps"]);
    }
}
