//! `--files`: what lies in volumes, as each container that mounts them sees it.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::Live;
use super::looking::{Runner, Told, Wanted, complaint, not_running, now};
use crate::cluster::Pods;
use crate::pod::{Share, sharing};
use crate::probe::{
    self, Blind, Listing, Look, LsForm, PROCESS_COMMAND, Part, PodFiles, Process, find, limited, parts_of, volume_files,
};
use crate::render::inspect::Inspection;

/// How a path is matched: a name's parts are matched by themselves, and dots are letters like others.
const MATCHING: glob::MatchOptions =
    glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

/// Looks at the files of those pods.
pub(super) async fn look(wanted: &Wanted<'_>, live: &Live, runner: &Runner<'_>, inspections: &mut [&mut Inspection]) {
    let files = join_all(inspections.iter().map(|inspection| pod(wanted, live, runner, inspection))).await;
    for (inspection, files) in inspections.iter_mut().zip(files) {
        inspection.insight.files = Some(files);
    }
}

async fn pod(wanted: &Wanted<'_>, live: &Live, runner: &Runner<'_>, inspection: &Inspection) -> PodFiles {
    let pattern = wanted.pattern;
    let is_wanted = |path: &[u8]| pattern.matches_with(&String::from_utf8_lossy(path), MATCHING);
    let which = probe::Wanted { is_wanted: &is_wanted, most: wanted.most };
    let looks = looks(wanted.all_volumes, runner, inspection).await;
    let volumes = looks.into_iter().map(|(volume, looks)| volume_files(&volume, looks, &which));
    PodFiles {
        volumes: volumes.collect(),
        pattern: pattern.as_str().to_owned(),
        flags: live.kubectl_flags(runner.pods(inspection).namespace(), runner.cluster().namespace()),
        looked_at: now(),
    }
}

/// How each of the wanted volumes of a pod looks through its mounts.
async fn looks(all_volumes: bool, runner: &Runner<'_>, inspection: &Inspection) -> Vec<(String, Vec<(Part, Look)>)> {
    let pod = &inspection.pod;
    let used = sharing(pod);
    let is_wanted = |share: Share| match share {
        Share::Shared | Share::Apart => true,
        Share::Alone => all_volumes,
        Share::Unused => false,
    };
    let volumes = used.iter().filter(|used| is_wanted(used.share())).map(|used| used.volume.name.clone());
    let volumes: Vec<(String, Vec<Part>)> = volumes.map(|name| (name.clone(), parts_of(pod, &name))).collect();
    let pods = runner.pods(inspection);
    let containers = pod.containers.iter().map(async |container| {
        let of_it = volumes.iter().flat_map(|(_, parts)| parts).filter(|part| part.container == container.name);
        let parts: Vec<Part> = of_it.cloned().collect();
        let looks = match not_running(container) {
            _ if parts.is_empty() => Vec::new(),
            Some(state) => vec![Look::Blind(Blind::NotRunning(state)); parts.len()],
            None => {
                let all = Container { runner, pods: &pods, pod: &pod.name, name: &container.name };
                let mut looks = Vec::new();
                if let Err(late) = runner.turn(all.look(&parts, &mut looks)).await {
                    // What was told in time stays.
                    looks.resize(parts.len(), Look::Blind(Blind::Failed(late)));
                }
                looks
            }
        };
        (container.name.clone(), looks)
    });
    let looks: BTreeMap<String, Vec<Look>> = join_all(containers).await.into_iter().collect();
    let mut looks: BTreeMap<String, _> = looks.into_iter().map(|(name, looks)| (name, looks.into_iter())).collect();
    let mut with_look = |part: Part| {
        let look = looks.get_mut(&part.container).and_then(Iterator::next);
        (part, look.unwrap_or(Look::Blind(Blind::NoTools)))
    };
    volumes.into_iter().map(|(name, parts)| (name, parts.into_iter().map(&mut with_look).collect())).collect()
}

/// A container that runs.
struct Container<'a> {
    runner: &'a Runner<'a>,
    pods: &'a Pods,
    pod: &'a str,
    name: &'a str,
}

impl Container<'_> {
    async fn run(&self, command: Vec<String>) -> Told {
        self.runner.run(self.pods, self.pod, self.name, command).await
    }

    async fn run_limited(&self, command: impl Fn(bool) -> Vec<String>) -> Told {
        self.runner.run_limited(self.pods, self.pod, self.name, command).await
    }

    /// Looks through each of its mounts, in their order.
    async fn look(&self, parts: &[Part], looks: &mut Vec<Look>) {
        let process = match self.run(PROCESS_COMMAND.map(str::to_owned).to_vec()).await {
            // It fails where an image has no /etc/passwd, and tells the rest.
            Told::Answer { stdout, .. } => Process::parse(&stdout),
            Told::NoProgram | Told::Failed(_) => None,
        };
        for part in parts {
            let look =
                self.list(part).await.map(|(by, listing)| Look::Listed { by, listing, process: process.clone() });
            looks.push(look.unwrap_or_else(Look::Blind));
        }
    }

    /// By the first tool that can tell.
    async fn list(&self, part: &Part) -> Result<(&'static str, Listing), Blind> {
        if part.is_unknown {
            return Err(Blind::Failed(format!("which part it mounts is not known: {}", part.sub_path)));
        }
        let (root, nested) = part.paths();
        let nonce: String = std::iter::repeat_with(fastrand::alphanumeric).take(24).collect();
        let mut failure = match self.run_limited(|is_limited| find::command(root, &nested, &nonce, is_limited)).await {
            Told::Answer { stdout, stderr, code } => {
                let entries = find::parse(&stdout, root, &nonce, code.is_none());
                if !entries.is_empty() {
                    let (is_partial, is_cut) = (code.is_some_and(|code| code != 0), code.is_none());
                    return Ok(("find", Listing { entries, is_partial, is_cut, unclear: 0 }));
                }
                Some(complaint(&stderr))
            }
            Told::NoProgram => None,
            Told::Failed(reason) => return Err(Blind::Failed(reason)),
        };
        for form in LsForm::ALL {
            let command = form.command(root);
            let command = |is_limited| if is_limited { limited(&command) } else { command.clone() };
            match self.run_limited(command).await {
                Told::Answer { stdout, stderr, code } => {
                    if let Some(mut listing) = form.parse(&stdout, root) {
                        listing.is_partial = code.is_some_and(|code| code != 0);
                        listing.is_cut = code.is_none();
                        return Ok(("ls", listing));
                    }
                    failure.get_or_insert_with(|| complaint(&stderr));
                }
                Told::NoProgram => break,
                Told::Failed(reason) => return Err(Blind::Failed(reason)),
            }
        }
        Err(failure.map_or(Blind::NoTools, Blind::Failed))
    }
}
