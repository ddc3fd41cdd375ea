//! `--show-kubectl`: what does part of the same with kubectl.

use super::plan::Plan;
use super::targets::shown;
use crate::cluster::Selection;
use crate::commands::connection::Connection;
use crate::commands::pod_args::{PodChoice, PodFilter};
use crate::follow::{Group, Of, Targets};
use crate::logs::{ContainerChoice, Options, Since};
use crate::pod::{TargetKind, WorkloadKind};
use crate::render::log_lines::{self, Times};
use crate::render::shell;

/// Where no container is named.
const ALL: &str = "--all-containers --prefix";

const CANNOT_CHOOSE: &str = "# kubectl cannot choose containers like that; all of them:";

/// The commands, a line each: kubectl has no order in time, and needs `-c` for each container. What cannot be said with them
/// is a comment.
pub(super) fn commands(targets: &Targets, plan: &Plan, connection: &Connection) -> Vec<String> {
    let choice = &plan.options.choice;
    let remark = (!choice.is_all() && choice.names().is_none()).then(|| CANNOT_CHOOSE.to_owned());
    match &plan.pods {
        PodChoice::Matching(filter) => remark.into_iter().chain(of_filter(filter, plan, connection)).collect(),
        PodChoice::Targets(_) => {
            let connection = connection.kubectl_flags();
            let pods = shown(targets, choice);
            let of_pods = pods
                .iter()
                .flat_map(|(pod, containers)| of_pod(pod, containers, choice.is_all()))
                .map(|words| logs(&words, &flags(plan), &connection));
            let of_groups = targets.groups.iter().flat_map(|group| of_group(group, plan, &connection));
            let remark = remark.filter(|_| !targets.groups.is_empty());
            of_pods.chain(remark).chain(of_groups).collect()
        }
    }
}

/// Which containers kubectl is asked for, a command each: of pods that are not named it takes one by its name, or all.
fn which(choice: &ContainerChoice) -> Vec<String> {
    let one = |name: &&str| format!("-c {} --prefix", shell::quote(name));
    choice.names().map_or_else(|| vec![ALL.to_owned()], |names| names.iter().map(one).collect())
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
            let mut lines = vec![
                format!("# kubectl logs has no {target}: it takes its Jobs, of each of them one pod:"),
                with("kubectl get jobs", connection),
            ];
            lines.extend(each("job/NAME", plan, connection));
            return lines;
        }
    };
    let mut lines = vec![format!("# of {target} kubectl picks one pod:")];
    lines.extend(each(&shell::quote(target), plan, connection));
    lines.push("# all of them:".to_owned());
    lines.extend(by_labels(&labels, plan, connection));
    lines
}

/// Of that, a command for each container that is asked for.
fn each(target: &str, plan: &Plan, connection: &str) -> Vec<String> {
    let which = which(&plan.options.choice);
    which.iter().map(|which| logs(&format!("{target} {which}"), &flags(plan), connection)).collect()
}

fn of_filter(filter: &PodFilter, plan: &Plan, connection: &Connection) -> Vec<String> {
    let PodFilter { labels, fields, pattern, namespaces } = filter;
    let connections = match namespaces.as_deref() {
        None => vec![with("-A", &connection.kubectl_flags_in(None))],
        Some([]) => vec![connection.kubectl_flags_in(None)],
        Some(names) => names.iter().map(|name| connection.kubectl_flags_in(Some(name))).collect(),
    };
    let lacks =
        [("--field-selector", !fields.is_empty()), ("--match", pattern.is_some()), ("-A", namespaces.is_none())];
    let lacks: Vec<_> = lacks.into_iter().filter(|(_, lacks)| *lacks).map(|(flag, _)| flag).collect();
    if lacks.is_empty() {
        return connections.iter().flat_map(|connection| by_labels(labels, plan, connection)).collect();
    }
    let given = |flag: &str, words: &str| match words {
        "" => String::new(),
        words => format!(" {flag} {}", shell::quote(words)),
    };
    let which = [given("-l", labels), given("--field-selector", fields)].concat();
    let grep = pattern.as_ref().map(|pattern| shell::quote(&format!("pod/({})", pattern.as_str())).into_owned());
    let grep = grep.map_or(String::new(), |pattern| format!(" | grep -xE {pattern}"));
    let get = |connection: &String| format!("{} -o name{grep}", with(&format!("kubectl get pods{which}"), connection));
    let mut lines = vec![format!("# kubectl logs has no {}: these are the pods,", lacks.join(", "))];
    lines.extend(connections.iter().map(get));
    lines.push("# and it takes them one by one:".to_owned());
    lines.extend(each("NAME", plan, &connection.kubectl_flags_in(Some("NAMESPACE"))));
    lines
}

/// Of all pods with these labels. Without `--tail` kubectl begins with the last ten lines then.
fn by_labels(labels: &str, plan: &Plan, connection: &str) -> Vec<String> {
    let mut flags = flags(plan);
    flags.extend(plan.options.tail.is_none().then(|| "--tail=-1".to_owned()));
    let labels = shell::quote(labels);
    let command = |which: &String| logs(&format!("-l {labels} {which} --max-log-requests=1000"), &flags, connection);
    which(&plan.options.choice).iter().map(command).collect()
}

fn logs(words: &str, flags: &[String], connection: &str) -> String {
    with(&[&[format!("kubectl logs {words}")], flags].concat().join(" "), connection)
}

fn with(words: &str, connection: &str) -> String {
    if connection.is_empty() { words.to_owned() } else { format!("{words} {connection}") }
}

/// What is to be read, as kubectl takes it.
fn flags(plan: &Plan) -> Vec<String> {
    how(&plan.options, plan.format.times != Times::None)
}

fn how(options: &Options, timestamps: bool) -> Vec<String> {
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
        assert_eq!(how(&since(Since::Age(90)), false), ["-f", "--tail=5", "--since=90s"]);
        let time = Since::Time(Stamp(1_500_000_000));
        let options = Options { follow: false, tail: None, ..since(time) };
        assert_eq!(how(&options, true), ["--since-time=1970-01-01T00:00:01.5Z", "--timestamps"]);
    }
}
