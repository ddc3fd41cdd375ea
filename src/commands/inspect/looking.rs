//! Looking into the containers of live pods: what is asked for, and how commands are run in them.
//!
//! Commands of all pods run at the same time, though not too many; each container has its time, so one that hangs holds up
//! nobody.

use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{Live, files, usage};
use crate::cluster::{Cluster, ExecAnswer, ExecEnd, ExecRequest, Pods};
use crate::commands::progress::{Progress, counted};
use crate::error::{Error, Kind, Result};
use crate::pod::{Container, RunState};
use crate::probe::{PodUsage, SECONDS, VolumeFiles, is_other_timeout, is_over};
use crate::render::inspect::Inspection;
use crate::ui::Ui;

/// What is looked for in running containers.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Looking into running containers")]
pub(super) struct LookArgs {
    /// List the files in volumes that several containers mount, as each of them sees them
    ///
    /// With a GLOB only files whose path in the volume matches it are shown: * and ? match within a name, [...] one of
    /// several characters, ** any directories. With --all-volumes the other volumes are listed, too. Runs find and
    /// stat, or ls, in each container that mounts such a volume, without a shell and for at most 30 s; for a container
    /// that has neither, another one that mounts the same is used. At most 200 files of a volume are shown, 10,000 with
    /// -o yaml, and 100,000 with -o json; the rest are counted.
    #[arg(long, value_name = "GLOB", num_args = 0..=1, require_equals = true, default_missing_value = EVERYTHING)]
    files: Option<String>,
    /// Show how much space each volume, log and writable layer uses, beside its limit
    ///
    /// As measured by the node's kubelet about a minute ago, if you may ask it (nodes/proxy); otherwise volumes are
    /// measured now, by du in a container that mounts them. What uses 90 % of its limit or more is reported as a
    /// finding.
    #[arg(long)]
    usage: bool,
}

/// So many files of a volume are written for other programs, at most. YAML takes more memory to make.
pub(super) const MOST_AS_JSON: usize = 100_000;
pub(super) const MOST_AS_YAML: usize = 10_000;

/// The pattern that all paths match.
const EVERYTHING: &str = "**";

/// What is looked for, free of the command line.
#[derive(Debug, Clone, Default)]
pub(super) struct LookPlan {
    /// The files whose paths match that.
    pub(super) files: Option<glob::Pattern>,
    /// So many of each volume at most.
    pub(super) most_files: usize,
    /// How much there is.
    pub(super) usage: bool,
}

impl LookArgs {
    /// What is looked for. `without`: a flag that looking does not go with, and why.
    pub(super) fn plan(&self, without: Option<(&str, &str)>, most_files: usize) -> Result<LookPlan> {
        let flags = [("--files", self.files.is_some()), ("--usage", self.usage)];
        if let (Some((flag, _)), Some((other, why))) = (flags.iter().find(|(_, is_given)| *is_given), without) {
            return Err(Error::usage(format_args!("{flag} cannot be used with {other}: {why}")));
        }
        let pattern = |text: &String| {
            glob::Pattern::new(text).map_err(|error| {
                Error::usage(format_args!("--files={text}: {} at character {}", error.msg, error.pos + 1))
                    .hint("* and ? match within a name, [abc] any one of these characters, ** as a whole name any directories")
            })
        };
        Ok(LookPlan { files: self.files.as_ref().map(pattern).transpose()?, most_files, usage: self.usage })
    }

    /// What does part of the same with kubectl, for a pod.
    pub(super) fn kubectl(&self, pod: &str, flags: &str) -> Vec<String> {
        let mut lines = Vec::new();
        if self.files.is_some() {
            lines.push(format!("kubectl exec {pod}{flags} -c CONTAINER -- ls -lAR MOUNT_PATH"));
        }
        if self.usage {
            lines.push(format!("kubectl get --raw /api/v1/nodes/NODE/proxy/stats/summary{flags}"));
            lines.push(format!("kubectl exec {pod}{flags} -c CONTAINER -- du -skx MOUNT_PATH"));
        }
        lines
    }
}

/// What came of looking.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// What the server refused, each once.
    pub(super) errors: Vec<Error>,
    /// Something that was asked for could not be had. What and why stands where it is missing.
    pub(super) is_partial: bool,
}

/// Looks into the containers of those pods. What is only the template of one has none.
pub(super) async fn look(
    looks: &LookPlan,
    all_volumes: bool,
    live: &Live,
    cluster: &Cluster,
    inspections: &mut [Inspection],
    ui: &mut Ui,
) -> Looked {
    let mut inspections: Vec<&mut Inspection> =
        inspections.iter_mut().filter(|inspection| inspection.pod.status.is_some()).collect();
    if looks.files.is_none() && !looks.usage {
        return Looked::default();
    }
    let (runner, progress) = (Runner::new(cluster), Progress::default());
    let containers: usize = inspections.iter().map(|inspection| inspection.pod.containers.len()).sum();
    progress.say(format!("looking into {} …", counted(containers, "container")));
    let work = async {
        if let Some(pattern) = &looks.files {
            let wanted = Wanted { pattern, most: looks.most_files, all_volumes };
            files::look(&wanted, live, &runner, &mut inspections).await;
        }
        if looks.usage {
            usage::look(&runner, &mut inspections).await;
        }
    };
    progress.shown(ui, work).await;
    let is_partial = |inspection: &&mut Inspection| {
        let mut files = inspection.insight.files.iter().flat_map(|files| &files.volumes);
        files.any(VolumeFiles::is_partial) || inspection.insight.usage.as_ref().is_some_and(PodUsage::is_partial)
    };
    Looked { is_partial: inspections.iter().any(is_partial), errors: runner.refused.into_inner() }
}

/// Which files are wanted.
pub(super) struct Wanted<'a> {
    /// Whose paths match that.
    pub(super) pattern: &'a glob::Pattern,
    /// So many of each volume at most.
    pub(super) most: usize,
    /// Also of volumes that one container alone mounts.
    pub(super) all_volumes: bool,
}

/// Runs commands in containers.
pub(super) struct Runner<'a> {
    cluster: &'a Cluster,
    permits: Semaphore,
    /// What was refused, each once: it is said in the end, with what to do about it.
    refused: std::cell::RefCell<Vec<Error>>,
}

/// How many commands run at the same time.
const AT_ONCE: usize = 8;

/// How long a container has to answer all it is asked.
pub(super) const PATIENCE: Duration = Duration::from_secs(SECONDS as u64);

/// What is read of an answer.
const MOST: usize = 32 << 20;

/// What a command told.
pub(super) enum Told {
    /// It ran, to its end, or until there was more than is read (`None`).
    Answer { stdout: Vec<u8>, stderr: Vec<u8>, code: Option<i32> },
    /// There is no such program in the image.
    NoProgram,
    /// It did not run: why not.
    Failed(String),
}

impl<'a> Runner<'a> {
    fn new(cluster: &'a Cluster) -> Self {
        Self { cluster, permits: Semaphore::new(AT_ONCE), refused: std::cell::RefCell::default() }
    }

    pub(super) fn cluster(&self) -> &'a Cluster {
        self.cluster
    }

    /// The pods of an inspection's namespace.
    pub(super) fn pods(&self, inspection: &Inspection) -> Pods {
        self.cluster.pods(inspection.pod.namespace.as_deref().unwrap_or(self.cluster.namespace()))
    }

    /// Does something in a container when its turn comes. What takes too long is given up.
    pub(super) async fn turn<T>(&self, work: impl Future<Output = T>) -> std::result::Result<T, String> {
        let _permit = self.permits.acquire().await;
        timeout(PATIENCE, work).await.map_err(|_| late())
    }

    /// Runs a command that ends by itself where the image can do that. `command`: with that end, or without.
    pub(super) async fn run_limited(
        &self,
        pods: &Pods,
        pod: &str,
        container: &str,
        command: impl Fn(bool) -> Vec<String>,
    ) -> Told {
        match self.run(pods, pod, container, command(true)).await {
            // `timeout`, or what it was to run.
            Told::NoProgram => self.run(pods, pod, container, command(false)).await,
            Told::Answer { stdout, stderr, .. } if is_other_timeout(&stdout, &stderr) => {
                self.run(pods, pod, container, command(false)).await
            }
            Told::Answer { code: Some(code), .. } if is_over(code) => Told::Failed(late()),
            told => told,
        }
    }

    /// Runs a command.
    pub(super) async fn run(&self, pods: &Pods, pod: &str, container: &str, command: Vec<String>) -> Told {
        let request =
            ExecRequest { pod: pod.to_owned(), container: container.to_owned(), command, ..ExecRequest::default() };
        match pods.run(&request, &[], MOST).await {
            Ok(answer) => told(answer),
            Err(error) => {
                let reason = match error.kind() {
                    Kind::Forbidden => "no permission to run commands (pods/exec)".to_owned(),
                    _ => error.to_string(),
                };
                let mut refused = self.refused.borrow_mut();
                if !refused.contains(&error) {
                    refused.push(error);
                }
                Told::Failed(reason)
            }
        }
    }
}

fn late() -> String {
    format!("it did not answer within {SECONDS}s")
}

fn told(answer: ExecAnswer) -> Told {
    let ExecAnswer { stdout, stderr, end } = answer;
    match end {
        None => Told::Answer { stdout, stderr, code: None },
        // Docker's shim tells it as what the command said.
        Some(ExecEnd::Exited(126 | 127)) if [&stdout, &stderr].into_iter().any(|said| is_missing(&complaint(said))) => {
            Told::NoProgram
        }
        Some(ExecEnd::Exited(code)) => Told::Answer { stdout, stderr, code: Some(code) },
        Some(ExecEnd::Failed(message)) if is_missing(&message) => Told::NoProgram,
        Some(ExecEnd::Failed(message)) => Told::Failed(message),
        Some(ExecEnd::Lost) => Told::Failed("the connection was lost".to_owned()),
    }
}

/// Whether the runtime says that there is no such program: in the words of runc, crun and runsc, which come through as
/// they are.
fn is_missing(message: &str) -> bool {
    let words = message.to_lowercase();
    ["executable file", "no such file or directory", "error finding executable"].iter().any(|sign| words.contains(sign))
}

/// Why nothing can be run in it; `None`: it runs.
pub(super) fn not_running(container: &Container) -> Option<String> {
    match container.runtime.as_ref().map(|runtime| &runtime.state) {
        Some(RunState::Running { .. }) => None,
        Some(RunState::Terminated(end)) => Some(with_reason(&format!("exit code {}", end.exit_code), &end.reason)),
        Some(RunState::Waiting { reason, .. }) => Some(with_reason("waiting", reason)),
        None => Some("not created yet".to_owned()),
    }
}

fn with_reason(state: &str, reason: &str) -> String {
    if reason.is_empty() { state.to_owned() } else { format!("{reason}, {state}") }
}

/// The first line of what a command complained about.
pub(super) fn complaint(stderr: &[u8]) -> String {
    let line = String::from_utf8_lossy(stderr).lines().next().unwrap_or_default().to_owned();
    if line.is_empty() { "it gave no message".to_owned() } else { line }
}

/// Now, by our clock: ages and figures are told by it.
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}
