//! `--files`: what lies in volumes, as each container that mounts them sees it.

use std::cell::{Cell, RefCell};

use futures_util::future::join_all;

use super::Live;
use super::looking::{Runner, Told, Wanted, complaint, not_running, now};
use crate::cluster::Pods;
use crate::pod::{Share, sharing};
use crate::probe::{
    self, Blind, Listing, Look, LsForm, PROCESS_COMMAND, Part, PodFiles, Process, Sights, VolumeFiles, find, limited,
    parts_of,
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
    let volumes = volumes(wanted.all_volumes, &which, runner, inspection).await;
    PodFiles {
        volumes,
        pattern: pattern.as_str().to_owned(),
        flags: live.kubectl_flags(runner.pods(inspection).namespace(), runner.cluster().namespace()),
        looked_at: now(),
    }
}

/// What is seen of each of the wanted volumes of a pod.
async fn volumes(
    all_volumes: bool,
    which: &probe::Wanted<'_>,
    runner: &Runner<'_>,
    inspection: &Inspection,
) -> Vec<VolumeFiles> {
    let pod = &inspection.pod;
    let used = sharing(pod);
    let is_wanted = |share: Share| match share {
        Share::Shared | Share::Apart => true,
        Share::Alone => all_volumes,
        Share::Unused => false,
    };
    let names = used.iter().filter(|used| is_wanted(used.share())).map(|used| used.volume.name.clone());
    let volumes: Vec<(String, Vec<Part>)> = names.map(|name| (name.clone(), parts_of(pod, &name))).collect();
    let sights: Vec<_> =
        volumes.iter().map(|(_, parts)| RefCell::new(Sights::new(parts.iter().cloned(), which))).collect();
    let pods = runner.pods(inspection);
    let containers = pod.containers.iter().map(async |container| {
        let mounts = volumes.iter().zip(&sights).flat_map(|((_, parts), sights)| {
            let parts = parts.iter().enumerate().filter(|(_, part)| part.container == container.name);
            parts.map(move |(at, part)| Mounted { part, at, sights })
        });
        let mounts: Vec<Mounted<'_, '_>> = mounts.collect();
        let (is_needed, looked_at) = (!mounts.is_empty(), Cell::new(0));
        let blind = match not_running(container) {
            Some(state) => Blind::NotRunning(state),
            None if is_needed => {
                let all = RunningContainer { runner, pods: &pods, pod: &pod.name, name: &container.name };
                let looking = runner.turn(all.look(&mounts, &looked_at)).await;
                looking.err().map_or(Blind::NoTools, Blind::Failed)
            }
            None => return,
        };
        // What was told in time stays.
        mounts.iter().skip(looked_at.get()).for_each(|mount| mount.tell(Look::Blind(blind.clone())));
    });
    join_all(containers).await;
    let names = volumes.iter().map(|(name, _)| name.clone());
    names.zip(sights).map(|(name, sights)| sights.into_inner().finish(name)).collect()
}

/// A mount to look through, and where to tell what is seen.
struct Mounted<'a, 'w> {
    part: &'a Part,
    /// Its number among those of the volume.
    at: usize,
    sights: &'a RefCell<Sights<'w>>,
}

impl Mounted<'_, '_> {
    fn tell(&self, look: Look) {
        self.sights.borrow_mut().add(self.at, look);
    }
}

/// A container that runs.
struct RunningContainer<'a> {
    runner: &'a Runner<'a>,
    pods: &'a Pods,
    pod: &'a str,
    name: &'a str,
}

impl RunningContainer<'_> {
    async fn run(&self, command: Vec<String>) -> Told {
        self.runner.run(self.pods, self.pod, self.name, command).await
    }

    async fn run_limited(&self, command: impl Fn(bool) -> Vec<String>) -> Told {
        self.runner.run_limited(self.pods, self.pod, self.name, command).await
    }

    /// Looks through each of its mounts, in their order, and counts them.
    async fn look(&self, mounts: &[Mounted<'_, '_>], looked_at: &Cell<usize>) {
        let process = match self.run(PROCESS_COMMAND.map(str::to_owned).to_vec()).await {
            // It fails where an image has no /etc/passwd, and tells the rest.
            Told::Answer { stdout, .. } => Process::parse(&stdout),
            Told::NoProgram | Told::Failed(_) => None,
        };
        for mount in mounts {
            let look =
                self.list(mount.part).await.map(|(by, listing)| Look::Listed { by, listing, process: process.clone() });
            mount.tell(look.unwrap_or_else(Look::Blind));
            looked_at.set(looked_at.get() + 1);
        }
    }

    /// By the first tool that can tell.
    async fn list(&self, part: &Part) -> Result<(&'static str, Listing), Blind> {
        if part.is_unknown {
            return Err(Blind::Failed(format!("which part it mounts is not known: {}", part.sub_path)));
        }
        let (root, nested) = part.paths();
        let nonce: String = std::iter::repeat_with(fastrand::alphanumeric).take(24).collect();
        let find = find::command(root, &nested, &nonce);
        let command = |is_limited| if is_limited { limited(&find) } else { find.clone() };
        let mut failure = match self.run_limited(command).await {
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
