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
    let write = shell::command(kubectl_writes(scaffold));
    let mode = if plan.action == Action::Check { " --dry-run=server" } else { "" };
    let ours = if is_guide(scaffold) {
        format!("{}{space}{flags}", ours(scaffold))
    } else {
        "the same command with".to_owned()
    };
    let mut lines = vec![
        format!("{write} --dry-run=client -o yaml{space}{flags} > {file}   # then add the sidecar by hand"),
        format!("{ours} --dry-run=client -o yaml > {file}   # or have it all written"),
    ];
    if plan.action != Action::Print {
        lines.push(format!("kubectl create -f {file}{mode}{space}{flags}"));
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

/// What writes the most of it. kubectl has no command for a `StatefulSet` or a `DaemonSet`: a Deployment is nearest.
fn kubectl_writes(scaffold: &Scaffold) -> Vec<String> {
    let words: &[&str] = match &scaffold.kind {
        Kind::Pod => &["run"],
        Kind::Job => &["create", "job"],
        Kind::CronJob { .. } => &["create", "cronjob"],
        _ => &["create", "deployment"],
    };
    let mut all = vec!["kubectl"];
    all.extend(words);
    all.extend([scaffold.name.as_str(), "--image", image(&scaffold.main)]);
    if let Kind::CronJob { schedule } = &scaffold.kind {
        all.extend(["--schedule", schedule.as_str()]);
    }
    let mut all: Vec<String> = all.into_iter().map(str::to_owned).collect();
    if let Kind::Deployment { replicas: Some(replicas) } | Kind::StatefulSet { replicas: Some(replicas), .. } =
        &scaffold.kind
    {
        all.extend(["--replicas".to_owned(), replicas.to_string()]);
    }
    all
}
