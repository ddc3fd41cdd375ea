//! `--show-kubectl`: what does part of the same with kubectl.

use super::InspectArgs;
use super::looking::LookArgs;
use crate::commands::pod_args::{PodChoice, PodFilter};
use crate::pod::{Target, TargetKind, WorkloadKind};
use crate::render::shell;

/// Who mounts what, a line a container.
const MOUNTS: &str = concat!(
    "{range .spec.containers[*]}{.name}",
    r#"{range .volumeMounts[*]}{"\t"}{.name}{" at "}{.mountPath}{end}"#,
    r#"{"\n"}{end}"#
);

/// The same of a list of pods.
const MOUNTS_OF_ALL: &str = concat!(
    "{range .items[*]}{.metadata.name}{range .spec.containers[*]}{\"\\t\"}{.name}",
    r#"{range .volumeMounts[*]}{" "}{.name}{" at "}{.mountPath}{end}"#,
    r#"{end}{"\n"}{end}"#
);

/// The commands, a line each.
pub(super) fn of_files(args: &InspectArgs) -> Vec<String> {
    let flags = spaced(&args.connection.kubectl_flags());
    let command =
        |file: &String| format!("kubectl apply --dry-run=server{flags} {}", shell::command(["-f", file.as_str()]));
    args.filename.iter().map(command).collect()
}

/// The commands, a line each.
pub(super) fn of_pods(args: &InspectArgs, choice: &PodChoice) -> Vec<String> {
    let namespaces = args.connection.namespaces();
    match choice {
        PodChoice::Targets(targets) => {
            let flags = spaced(&args.connection.kubectl_flags());
            targets.iter().flat_map(|target| of_target(target, &args.looks, &flags)).collect()
        }
        PodChoice::Matching(filter) => {
            let flags = match namespaces.as_slice() {
                [] if filter.namespaces.is_none() => {
                    vec![[" -A", &spaced(&args.connection.kubectl_flags_in(None))].concat()]
                }
                [] => vec![spaced(&args.connection.kubectl_flags_in(None))],
                names => names.iter().map(|name| spaced(&args.connection.kubectl_flags_in(Some(name)))).collect(),
            };
            flags.iter().flat_map(|flags| of_filter(filter, flags)).collect()
        }
    }
}

fn of_target(target: &Target, looks: &LookArgs, flags: &str) -> Vec<String> {
    if target.is_pod() {
        let name = shell::quote(&target.name).into_owned();
        return [
            format!("kubectl get pod {name}{flags} -o wide"),
            format!("kubectl describe pod {name}{flags}"),
            format!("kubectl get pod {name}{flags} -o jsonpath={}", shell::quote(MOUNTS)),
        ]
        .into_iter()
        .chain(looks.kubectl(&name, flags))
        .collect();
    }
    vec![
        format!("{} -o wide", pods_of(target, flags)),
        format!("kubectl describe {}{flags}", shell::quote(&target.to_string())),
    ]
}

fn of_filter(filter: &PodFilter, flags: &str) -> Vec<String> {
    let given = |flag: &str, words: &str| match words {
        "" => String::new(),
        words => format!(" {flag} {}", shell::quote(words)),
    };
    let which = [given("-l", &filter.labels), given("--field-selector", &filter.fields)].concat();
    let get = format!("kubectl get pods{which}{flags}");
    if let Some(pattern) = &filter.pattern {
        let pattern = format!("pod/({})", pattern.as_str());
        return vec![
            "# kubectl get has no --match: these are the pods,".to_owned(),
            format!("{get} -o name | grep -xE {}", shell::quote(&pattern)),
        ];
    }
    vec![format!("{get} -o wide"), format!("{get} -o jsonpath={}", shell::quote(MOUNTS_OF_ALL))]
}

/// The kubectl command that lists the pods of something that owns or selects pods. Selectors by expression are left
/// out.
fn pods_of(target: &Target, flags: &str) -> String {
    let selector = match target.kind {
        TargetKind::Service | TargetKind::Workload(WorkloadKind::ReplicationController) => ".spec.selector",
        TargetKind::Workload(WorkloadKind::CronJob) => return format!("kubectl get pods{flags}"),
        TargetKind::Workload(_) => ".spec.selector.matchLabels",
    };
    let text = target.to_string();
    let text = shell::quote(&text);
    format!(
        r#"kubectl get pods{flags} -l "$(kubectl get {text}{flags} -o jsonpath='{{{selector}}}' | tr -d '{{}}\"' | tr : =)""#
    )
}

fn spaced(flags: &str) -> String {
    if flags.is_empty() { String::new() } else { format!(" {flags}") }
}
