//! The kubectl commands that do part of the same.

use k8s_openapi::api::core::v1;

use super::plan::{Action, Patience, Plan};
use crate::render::shell;
use crate::scaffold::{Image, Kind, Scaffold};

/// kubectl can write a workload with one container; the rest is done by hand, or by us.
pub(super) fn commands(plan: &Plan, flags: &str) -> Vec<String> {
    let (scaffold, name) = (&plan.scaffold, plan.scaffold.name.as_str());
    let space = if flags.is_empty() { "" } else { " " };
    let file = format!("{name}.yaml");
    let (write, words) = kubectl_writes(scaffold);
    let words = if words.is_empty() { String::new() } else { format!(" -- {}", shell::command(words)) };
    let write = shell::command(write);
    let mode = if plan.action == Action::Check { " --dry-run=server" } else { "" };
    let mut lines = Vec::new();
    let by_hand = if is_guide(scaffold) { "the sidecar" } else { "the rest" };
    lines
        .push(format!("{write} --dry-run=client -o yaml{space}{flags}{words} > {file}   # then add {by_hand} by hand"));
    let create = format!("kubectl create -f {file}{mode}{space}{flags}");
    if is_guide(scaffold) {
        let ours = ours(scaffold);
        lines.push(format!("{ours}{space}{flags} --dry-run=client -o yaml > {file}   # or have it all written"));
        lines.extend((plan.action != Action::Print).then_some(create));
    } else if plan.action == Action::Print {
        lines.push(format!("{}   # or have it all written", plan.manifest_command));
    } else {
        lines.push(create);
        let ours = &plan.manifest_command;
        lines.push(format!("{ours} | kubectl apply -f -{mode}{space}{flags}   # or have it all written"));
    }
    if let Action::Create { patience: Some(patience) } = plan.action {
        let timeout = match patience {
            Patience::Endless => -1,
            Patience::Until(time) => i64::try_from(time.as_secs()).unwrap_or(-1),
        };
        let target = format!("{}/{name}", scaffold.kind.workload().as_str().to_lowercase());
        match &scaffold.kind {
            Kind::CronJob { .. } => {}
            Kind::Pod => {
                lines.push(format!("kubectl wait --for=condition=Ready {target} --timeout={timeout}s{space}{flags}"));
                lines.push(format!("kubectl describe pod {name}{space}{flags}   # when it does not become ready"));
            }
            Kind::Job => {
                lines
                    .push(format!("kubectl wait --for=condition=Complete {target} --timeout={timeout}s{space}{flags}"));
            }
            _ => {
                let timeout = if timeout < 0 { "0s".to_owned() } else { format!("{timeout}s") };
                lines.push(format!("kubectl rollout status {target} --timeout={timeout}{space}{flags}"));
            }
        }
    }
    lines
}

fn image(container: &v1::Container) -> &str {
    container.image.as_deref().unwrap_or_default()
}

/// Whether it is the guide's pod, with nothing but images of one's own.
fn is_guide(scaffold: &Scaffold) -> bool {
    let image = |container: &v1::Container| Image::parse(image(container)).ok();
    let sidecar = scaffold.sidecars.first().and_then(|sidecar| image(&sidecar.container));
    let Some((main, sidecar)) = image(&scaffold.main).zip(sidecar) else { return false };
    *scaffold == Scaffold::guide(scaffold.name.clone(), scaffold.namespace.clone(), &main, &sidecar)
}

fn ours(scaffold: &Scaffold) -> String {
    let sidecar = scaffold.sidecars.first().map_or("", |sidecar| image(&sidecar.container));
    let (name, main) = (scaffold.name.as_str(), image(&scaffold.main));
    shell::command(["kubectl", "sidecar", "create", name, "--image", main, "--sidecar-image", sidecar])
}

/// What writes the most of it, and its words after `--`. kubectl has no command for a `StatefulSet` or a `DaemonSet`: a Deployment
/// is nearest.
fn kubectl_writes(scaffold: &Scaffold) -> (Vec<String>, Vec<String>) {
    let verb: &[&str] = match &scaffold.kind {
        Kind::Pod => &["run"],
        Kind::Job => &["create", "job"],
        Kind::CronJob { .. } => &["create", "cronjob"],
        _ => &["create", "deployment"],
    };
    let main = &scaffold.main;
    let begin = ["kubectl"].iter().chain(verb).map(|word| (*word).to_owned());
    let mut all: Vec<String> = begin.chain([scaffold.name.as_str().to_owned()]).collect();
    for (flag, value) in [("--image", image(main).to_owned())].into_iter().chain(flags(scaffold)) {
        all.extend([flag.to_owned(), value]);
    }
    // Only `kubectl run` takes args for the image's own command.
    let [command, args] = [&main.command, &main.args].map(|words| words.clone().unwrap_or_default());
    let is_run = scaffold.kind == Kind::Pod;
    if is_run && !command.is_empty() {
        all.push("--command".to_owned());
    }
    let words = if is_run || !command.is_empty() { [command, args].concat() } else { Vec::new() };
    (all, words)
}

/// What of the main container's and the workload's own that command of kubectl takes.
fn flags(scaffold: &Scaffold) -> Vec<(&'static str, String)> {
    let main = &scaffold.main;
    let port = main.ports.iter().flatten().next().map(|port| ("--port", port.container_port.to_string()));
    let restart = scaffold.restart_policy.clone().map(|policy| ("--restart", policy));
    let pair = |(key, value): (&String, &String)| format!("{key}={value}");
    match &scaffold.kind {
        Kind::Pod => {
            let variable = |it: &v1::EnvVar| format!("{}={}", it.name, it.value.as_deref().unwrap_or_default());
            let env = main.env.iter().flatten().map(|it| ("--env", variable(it)));
            let labels: Vec<String> = scaffold.labels.iter().map(pair).collect();
            let labels = (!labels.is_empty()).then(|| ("--labels", labels.join(",")));
            let annotations = scaffold.annotations.iter().map(|it| ("--annotations", pair(it)));
            let pull = main.image_pull_policy.clone().map(|policy| ("--image-pull-policy", policy));
            env.chain(port).chain(labels).chain(annotations).chain(pull).chain(restart).collect()
        }
        Kind::CronJob { schedule } => {
            std::iter::once(("--schedule", schedule.as_str().to_owned())).chain(restart).collect()
        }
        Kind::Job => Vec::new(),
        Kind::Deployment { replicas } | Kind::StatefulSet { replicas, .. } => {
            port.into_iter().chain(replicas.map(|replicas| ("--replicas", replicas.to_string()))).collect()
        }
        Kind::DaemonSet => port.into_iter().collect(),
    }
}
