//! `--show-kubectl`: what does part of the same with kubectl.

use super::plan::{Plan, Whose};
use super::targets::shown;
use crate::follow::Targets;
use crate::logs::{ContainerChoice, Options, Since};
use crate::render::{log_lines, shell};

/// Where no container is named.
const ALL: &str = "--all-containers --prefix";

/// The commands, a line each: kubectl has no order in time, and needs `-c` for each container.
pub(super) fn commands(targets: &Targets, plan: &Plan, connection: &str) -> Vec<String> {
    let mut flags = flags(&plan.options, plan.format.timestamps);
    flags.extend((!connection.is_empty()).then(|| connection.to_owned()));
    let words = |words: String| [vec![format!("kubectl logs {words}")], flags.clone()].concat().join(" ");
    let choice = &plan.options.choice;
    let each = || {
        let of_pods = shown(targets, choice);
        let all = of_pods.iter().flat_map(|(pod, containers)| of_pod(pod, containers, choice.is_all()));
        all.map(words).collect::<Vec<_>>()
    };
    match &plan.whose {
        Whose::Selected(_) if !choice.is_all() && choice.names().is_none() && matches!(targets, Targets::Named(_)) => {
            each()
        }
        Whose::Selected(labels) => of_selection(labels, choice)
            .into_iter()
            .map(|line| match line {
                Line::Command(line) => words(line),
                Line::Remark(line) => line.to_owned(),
            })
            .collect(),
        Whose::Named(_) => each(),
    }
}

/// What is printed.
enum Line {
    /// Behind `kubectl logs`.
    Command(String),
    Remark(&'static str),
}

/// kubectl asks each of the pods for a container of that name.
fn of_selection(labels: &str, choice: &ContainerChoice) -> Vec<Line> {
    let command = |which: &str| Line::Command(format!("-l {} {which} --max-log-requests=1000", shell::quote(labels)));
    match choice.names() {
        Some(names) => names.iter().map(|name| command(&format!("-c {} --prefix", shell::quote(name)))).collect(),
        None if choice.is_all() => vec![command(ALL)],
        None => vec![Line::Remark("# kubectl cannot choose containers like that; all of them:"), command(ALL)],
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
        options.previous.then(|| "--previous".to_owned()),
        options.tail.map(|tail| format!("--tail={tail}")),
        since,
        options.limit_bytes.map(|limit| format!("--limit-bytes={limit}")),
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
