//! `--show-kubectl`: what does part of the same with kubectl.

use super::choice_args::{Choice, Fitting};
use super::plan::Plan;
use super::targets::shown;
use crate::cluster::Selection;
use crate::commands::args::Access;
use crate::follow::{Group, Of, Targets};
use crate::logs::{Options, Since};
use crate::pod::{TargetKind, WorkloadKind};
use crate::render::{log_lines, shell};

/// Where no container is named.
const ALL: &str = "--all-containers --prefix";

/// The commands, a line each: kubectl has no order in time, and needs `-c` for each container. What cannot be said with them
/// is a comment.
pub(super) fn commands(targets: &Targets, plan: &Plan, namespaces: &[String], access: &Access) -> Vec<String> {
    match &plan.choice {
        Choice::Fitting(fitting) => of_fitting(fitting, plan, access),
        Choice::Targets(_) => {
            let connection = access.kubectl_flags(namespaces.first().map(String::as_str));
            let pods = shown(targets, &plan.options.containers);
            let of_pods = pods
                .iter()
                .flat_map(|(pod, containers)| of_pod(pod, containers, plan.options.containers.is_empty()))
                .map(|words| logs(&words, &flags(plan), &connection));
            of_pods.chain(targets.groups.iter().flat_map(|group| of_group(group, plan, &connection))).collect()
        }
    }
}

fn of_pod(pod: &str, containers: &[&str], all: bool) -> Vec<String> {
    let pod = shell::quote(pod);
    let each = containers.iter().map(|container| format!("{pod} -c {}", shell::quote(container)));
    each.chain(all.then(|| format!("{pod} {ALL}"))).collect()
}

/// Of what has pods kubectl takes one, and all only by their labels.
fn of_group(Group { target, of }: &Group, plan: &Plan, connection: &str) -> Vec<String> {
    let target = target.as_deref().unwrap_or_default();
    let labels = match of {
        Of::Selection { selection: Selection::Matching { labels, .. }, .. } => labels.clone(),
        Of::Selection { .. } => String::new(),
        Of::Job { job, .. } => job.selector(TargetKind::Workload(WorkloadKind::Job)).unwrap_or_default(),
        Of::CronJob { .. } => {
            return vec![
                format!("# kubectl logs has no {target}: it takes its Jobs, of each of them one pod:"),
                with("kubectl get jobs", connection),
                logs(&format!("job/NAME {ALL}"), &flags(plan), connection),
            ];
        }
    };
    vec![
        format!("# of {target} kubectl picks one pod:"),
        logs(&format!("{} {ALL}", shell::quote(target)), &flags(plan), connection),
        "# all of them:".to_owned(),
        by_labels(&labels, plan, connection),
    ]
}

fn of_fitting(fitting: &Fitting, plan: &Plan, access: &Access) -> Vec<String> {
    let Fitting { labels, fields, pattern, namespaces } = fitting;
    let connections = match namespaces.as_deref() {
        None => vec![with("-A", &access.kubectl_flags(None))],
        Some([]) => vec![access.kubectl_flags(None)],
        Some(names) => names.iter().map(|name| access.kubectl_flags(Some(name))).collect(),
    };
    let lacks =
        [("--field-selector", !fields.is_empty()), ("--match", pattern.is_some()), ("-A", namespaces.is_none())];
    let lacks: Vec<_> = lacks.into_iter().filter(|(_, lacks)| *lacks).map(|(flag, _)| flag).collect();
    if lacks.is_empty() {
        return connections.iter().map(|connection| by_labels(labels, plan, connection)).collect();
    }
    let given = |flag: &str, words: &str| match words {
        "" => String::new(),
        words => format!(" {flag} {}", shell::quote(words)),
    };
    let which = [given("-l", labels), given("--field-selector", fields)].concat();
    let grep = pattern.as_ref().map(|pattern| shell::quote(&format!("pod/({})", pattern.text)).into_owned());
    let grep = grep.map_or(String::new(), |pattern| format!(" | grep -xE {pattern}"));
    let get = |connection: &String| format!("{} -o name{grep}", with(&format!("kubectl get pods{which}"), connection));
    let mut lines = vec![format!("# kubectl logs has no {}: these are the pods,", lacks.join(", "))];
    lines.extend(connections.iter().map(get));
    lines.push("# and it takes them one by one:".to_owned());
    lines.push(logs(&format!("NAME {ALL}"), &flags(plan), "-n NAMESPACE"));
    lines
}

/// Of all pods with these labels. Without `--tail` kubectl begins with the last ten lines then.
fn by_labels(labels: &str, plan: &Plan, connection: &str) -> String {
    let mut flags = flags(plan);
    flags.extend(plan.options.tail.is_none().then(|| "--tail=-1".to_owned()));
    logs(&format!("-l {} {ALL} --max-log-requests=1000", shell::quote(labels)), &flags, connection)
}

fn logs(words: &str, flags: &[String], connection: &str) -> String {
    with(&[&[format!("kubectl logs {words}")], flags].concat().join(" "), connection)
}

fn with(words: &str, connection: &str) -> String {
    if connection.is_empty() { words.to_owned() } else { format!("{words} {connection}") }
}

/// What is to be read, as kubectl takes it.
fn flags(plan: &Plan) -> Vec<String> {
    how(&plan.options, plan.format.timestamps)
}

fn how(options: &Options, timestamps: bool) -> Vec<String> {
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
        assert_eq!(how(&since(Since::Age(90)), false), ["-f", "--tail=5", "--since=90s"]);
        let time = Since::Time(Stamp(1_500_000_000));
        let options = Options { follow: false, tail: None, ..since(time) };
        assert_eq!(how(&options, true), ["--since-time=1970-01-01T00:00:01.5Z", "--timestamps"]);
    }
}
