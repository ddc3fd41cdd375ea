//! `--prove`: writes markers into shared volumes, and looks for them in the other containers.
//!
//! Each marker is held by a command that removes it when its standard input is closed: at the end, and also where this
//! program is interrupted or killed, or the connection is lost.

mod marker;

use std::time::Duration;

use clap::{Args, ValueEnum};
use futures_util::future::join_all;

use super::{Found, OutputFormat, Plan};
use crate::cluster::{ExecRequest, Pods};
use crate::commands::exec::session::{ended, refused};
use crate::error::{Error, Kind, Result};
use crate::pod::Pod;
use crate::probe::proof::{
    self, Marker, Reader, Scope, Spot, Trial, Verdict, VolumeProof, VolumeTrials, denied, not_written, of_read,
};
use crate::probe::{Answer, Failure, Reason};
use crate::render::inspect::{Inspection, Origin, will_write};
use crate::ui::Ui;
use marker::{Begun, Holding};

/// How long a command may take that reads or writes a few bytes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether sharing is proven.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct ProveArgs {
    /// Prove that containers share volumes: write a file in each container, read it in the others, and remove it
    ///
    /// It says first what it will write. Only emptyDir volumes are written to; with --prove=all also claims and folders
    /// of the node. Exits with 1 if something that should be shared is not proven.
    #[arg(long, value_enum, value_name = "VOLUMES", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "emptyDir")]
    prove: Option<Volumes>,
}

/// `--prove`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Volumes {
    /// Volumes that are deleted with their pod
    #[value(name = "emptyDir")]
    EmptyDir,
    /// All volumes that containers can write to
    All,
}

impl ProveArgs {
    /// Which volumes are tried, if any.
    ///
    /// # Errors
    /// Nothing could be tried, or what came of it not be shown.
    pub(super) fn scope(
        self,
        is_offline: bool,
        is_diagram: bool,
        output: Option<OutputFormat>,
    ) -> Result<Option<Scope>> {
        let Some(volumes) = self.prove else { return Ok(None) };
        if is_offline {
            return Err(Error::usage("only --prove or -f is allowed: manifests have no containers to write in")
                .hint("create the pod, and prove it then: kubectl sidecar inspect POD --prove"));
        }
        let elsewhere = "proofs are shown as text, with -o wide, and with -o json and -o yaml";
        if is_diagram {
            return Err(
                Error::usage("only --prove or --diagram is allowed: that has no room for proofs").hint(elsewhere)
            );
        }
        if let Some(other) = output.filter(|output| !output.tells_findings()) {
            let name = other.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
            return Err(Error::usage(format_args!(
                "only --prove or -o {name} is allowed: that has no room for proofs"
            ))
            .hint(elsewhere));
        }
        Ok(Some(match volumes {
            Volumes::EmptyDir => Scope::EmptyDirs,
            Volumes::All => Scope::All,
        }))
    }
}

/// Tries the shared volumes of all pods that live, where that was asked for. Where it is given up, what was written goes.
///
/// # Errors
/// No random name can be had for what is written.
pub(super) async fn prove(plan: &Plan, found: &mut Found, ui: &mut Ui) -> Result<()> {
    let Found { inspections, errors, is_partial, cluster: Some(cluster), .. } = found else { return Ok(()) };
    let Some(scope) = plan.prove else { return Ok(()) };
    // What has no state is a template.
    let live = |one: &&mut Inspection| one.origin == Origin::Cluster && one.pod.status.is_some();
    for inspection in inspections.iter_mut().filter(live) {
        let namespace = inspection.pod.namespace.as_deref().unwrap_or(cluster.namespace());
        let pods = cluster.pods(namespace);
        let mut trier = Trier { pods: &pods, pod: &inspection.pod, refusal: None };
        let proofs = trier.prove(scope, ui).await?;
        errors.extend(trier.refusal);
        *is_partial |= !proofs.iter().all(VolumeProof::is_good);
        inspection.insight.proofs = Some(proofs);
    }
    Ok(())
}

/// Tries the volumes of one pod.
struct Trier<'a> {
    pods: &'a Pods,
    pod: &'a Pod,
    /// Who asks may not run commands: then nothing more is tried.
    refusal: Option<Error>,
}

impl Trier<'_> {
    async fn prove(&mut self, scope: Scope, ui: &mut Ui) -> Result<Vec<VolumeProof>> {
        let volumes = proof::trials(self.pod, scope);
        let writing = || volumes.iter().flat_map(|all| &all.trials).filter(|trial| trial.writes());
        let markers: Vec<Marker> = writing().map(|_| marker::new()).collect::<Result<_>>()?;
        if !markers.is_empty() {
            let paths = writing().zip(&markers);
            let paths = paths.map(|(Trial { writer, .. }, marker)| (writer.container(), marker.path(writer)));
            ui.note(&will_write(&self.pod.name, Marker::SIZE, paths, ui.stderr_style()));
        }
        let mut markers = markers.into_iter();
        let mut proofs = Vec::new();
        for volume in volumes {
            proofs.push(self.volume(volume, &mut markers, ui).await);
        }
        ui.clear_progress();
        Ok(proofs)
    }

    async fn volume(
        &mut self,
        volume: VolumeTrials,
        markers: &mut impl Iterator<Item = Marker>,
        ui: &mut Ui,
    ) -> VolumeProof {
        let VolumeTrials { volume, trials, left_out } = volume;
        let mut proof = VolumeProof { volume, pairs: Vec::new(), left_out, left_behind: Vec::new() };
        for trial in trials {
            let marker = if trial.writes() { markers.next() } else { None };
            let Some(marker) = marker else {
                proof.pairs.extend(trial.foregone().unwrap_or_default());
                continue;
            };
            ui.progress(&format!("{}: {} writes …", proof.volume, trial.writer.container()));
            self.attempt(&trial, &marker, &mut proof).await;
        }
        proof
    }

    /// Writes a marker, has it read by all others, and removes it.
    async fn attempt(&mut self, trial: &Trial, marker: &Marker, proof: &mut VolumeProof) {
        if self.refusal.is_some() {
            return proof.pairs.extend(trial.all(&may_not()));
        }
        match Holding::start(self.pods, &trial.writer.place, proof::write(&trial.writer, marker)).await {
            Begun::Held(holding) => {
                let read = trial.readers.iter().map(|reader| self.read(reader, marker, holding.said()));
                for (reader, verdict) in trial.readers.iter().zip(join_all(read).await) {
                    proof.pairs.push(trial.pair(&reader.spot, verdict));
                }
                if let Err(failure) = holding.remove().await {
                    let (container, path) = (trial.writer.container(), marker.path(&trial.writer));
                    proof.left_behind.push(format!("{path} in {container}: {}", failure.message));
                }
            }
            Begun::Failed(answer) => proof.pairs.extend(trial.all(&not_written(&trial.writer, &answer))),
            Begun::Refused(error) if error.kind() == Kind::Forbidden => {
                self.refusal = Some(error);
                proof.pairs.extend(trial.all(&may_not()));
            }
            Begun::Refused(error) => proof.pairs.extend(trial.all(&proof::unknown(&trial.writer, &refused(&error)))),
        }
    }

    /// What a reader sees of a marker that was written.
    async fn read(&self, reader: &Reader, marker: &Marker, written: &str) -> Verdict {
        let Reader { spot, obstacle } = reader;
        if let Some(obstacle) = obstacle {
            return proof::unknown(spot, obstacle);
        }
        let mut answer = self.run(spot, proof::read(spot, marker)).await;
        let lacks = |answer: &Answer| answer.end.as_ref().is_err_and(|failure| failure.reason == Reason::NoSuchProgram);
        if lacks(&answer) {
            answer = self.run(spot, proof::read_without_cat(spot, marker)).await;
        }
        if let Some(verdict) = of_read(spot, marker, &answer) {
            return verdict;
        }
        let looked = self.run(spot, proof::look(spot)).await;
        // The file's own owner is the writer's to tell: the reader may not even see it.
        let file = written.lines().find(|line| line.starts_with("file ")).unwrap_or_default();
        let said = format!("{}\n{file}", String::from_utf8_lossy(&looked.stdout));
        denied(spot, "read", &String::from_utf8_lossy(&answer.stderr), &said)
    }

    async fn run(&self, Spot { place, .. }: &Spot, command: Vec<String>) -> Answer {
        const MOST: usize = 64 << 10;
        let place = place.clone();
        let request =
            ExecRequest { pod: place.pod.clone(), container: place.container.clone(), command, ..Default::default() };
        let answer = tokio::time::timeout(PATIENCE, self.pods.run(&request, b"", MOST)).await;
        let (stdout, stderr, end) = match answer {
            Ok(Ok(answer)) => {
                let too_much = || Err(Failure::new(Reason::TooMuchOutput, "it answered more than was asked for"));
                let end = answer.end.map_or_else(too_much, |end| ended(end, &place, &request.command, ""));
                (answer.stdout, answer.stderr, end)
            }
            Ok(Err(error)) => (Vec::new(), Vec::new(), Err(refused(&error))),
            Err(_) => (Vec::new(), Vec::new(), Err(too_slow())),
        };
        Answer { place, stdout, stderr, end }
    }
}

fn may_not() -> Verdict {
    Verdict::Unknown("you may not run commands in containers: that takes get and create on pods/exec".to_owned())
}

fn too_slow() -> Failure {
    Failure::new(Reason::TimedOut, format!("no answer after {} s", PATIENCE.as_secs()))
}
