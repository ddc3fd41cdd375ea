//! What a command line of `create` asks for: checked, and free of clap.

use std::time::Duration;

use serde_json::Value;

use super::CreateArgs;
use super::chosen::Chosen;
use super::request_args::{DryRun, OutputFormat, RequestArgs};
use super::shape;
use crate::cluster::{CreateMode, Creation};
use crate::error::{Error, Result};
use crate::render::created::{Print, target};
use crate::scaffold::{Kind, Scaffold, warnings, with_last_applied};

const FIVE_MINUTES: Duration = Duration::from_secs(300);

/// What to create, how, and what to print.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) scaffold: Scaffold,
    pub(super) action: Action,
    pub(super) print: Print,
    pub(super) creation: Creation,
    /// What the user should know of it beforehand: not wrong, but perhaps not expected.
    pub(super) notes: Vec<String>,
    /// What is hardly meant.
    pub(super) warnings: Vec<String>,
    /// What to know of its sidecars when it was made.
    pub(super) afterwards: Vec<String>,
    /// What the user wrote, as a command that prints the manifest.
    pub(super) manifest_command: String,
    save_config: bool,
}

/// What to do with the workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Print it, and that is all.
    Print,
    /// Let the server check it.
    Check,
    /// Create it.
    Create {
        /// How to wait for it; `None`: not at all.
        patience: Option<Patience>,
    },
}

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// As long as it takes.
    Endless,
    /// So long, and no longer.
    Until(Duration),
}

impl Plan {
    /// Checks each flag, and each with the others.
    pub(super) fn of(args: &CreateArgs, chosen: Chosen, manifest_command: String) -> Result<Self> {
        let scaffold = shape::scaffold(args, chosen.sidecars)?;
        let afterwards = afterwards(chosen.notes, &scaffold, &args.connection.kubectl_flags());
        let action = action(&args.request)?;
        let print = print(&args.request, action)?;
        let mode = if action == Action::Check { CreateMode::DryRun } else { CreateMode::Persist };
        let validation = args.request.validate.into();
        let creation = Creation { mode, field_manager: args.request.field_manager.clone(), validation };
        let notes = notes(&scaffold, args.sidecars.native, &args.connection.kubectl_flags());
        let warnings = [warnings(&scaffold), chosen.warnings].concat();
        Ok(Self {
            scaffold,
            action,
            print,
            creation,
            notes,
            warnings,
            afterwards,
            manifest_command,
            save_config: args.request.save_config,
        })
    }

    /// The command that writes the manifest into a file.
    pub(super) fn write_manifest(&self) -> String {
        format!("{} > {}.yaml", self.manifest_command, self.scaffold.name.as_str())
    }

    /// The object to be sent; where it goes is noted in what is saved for `kubectl apply`.
    pub(super) fn object(&self, namespace: Option<&str>) -> Value {
        let object = self.scaffold.to_object();
        if self.save_config { with_last_applied(&object, namespace) } else { object }
    }
}

/// The notes of presets, each once. Where they say `POD`, it is what was made, as kubectl takes it.
fn afterwards(notes: Vec<String>, scaffold: &Scaffold, flags: &str) -> Vec<String> {
    let space = if flags.is_empty() { "" } else { " " };
    let mut all: Vec<String> = Vec::new();
    for note in notes {
        let note = match scaffold.kind {
            Kind::CronJob { .. } => note, // there is no pod before its time
            _ => note.replace(" POD ", &format!(" {}{space}{flags} ", target(scaffold))),
        };
        if !all.contains(&note) {
            all.push(note);
        }
    }
    all
}

/// Notes on defaults that the user may not expect.
fn notes(scaffold: &Scaffold, native: Option<bool>, flags: &str) -> Vec<String> {
    let space = if flags.is_empty() { "" } else { " " };
    let mut notes = Vec::new();
    if scaffold.kind.workload().runs_to_completion() && native.is_none() && scaffold.has_native_sidecars() {
        notes.push(
            "The sidecars are native (init containers with restartPolicy: Always): ordinary ones would keep the Job from \
             completing"
                .to_owned(),
        );
    }
    if let Kind::StatefulSet { service_name, .. } = &scaffold.kind {
        let labels = scaffold.labels_written();
        let is_usual = labels.len() == 1 && labels.get("app") == Some(service_name); // as kubectl makes it
        notes.push(format!(
            "A headless Service {service_name:?} is expected to give the pods their names. Where it is not there yet:\n  \
             kubectl create service clusterip {service_name} --clusterip=None{space}{flags}"
        ));
        if !is_usual {
            let selector: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
            let selector = selector.join(",");
            notes.push(format!("  kubectl set selector service {service_name} {selector}{space}{flags}"));
        }
    }
    notes
}

fn action(flags: &RequestArgs) -> Result<Action> {
    let creates = flags.dry_run == DryRun::None;
    if !creates && flags.wait == Some(true) {
        return Err(Error::usage("--wait needs a pod to wait for: with --dry-run none is created"));
    }
    if !creates && flags.timeout.is_some() {
        return Err(Error::usage("--timeout is for waiting: with --dry-run no pod is created to wait for"));
    }
    if flags.wait == Some(false) && flags.timeout.is_some() {
        return Err(Error::usage("--timeout is for waiting: it makes no sense with --wait=false"));
    }
    Ok(match flags.dry_run {
        DryRun::Client | DryRun::Unchanged => Action::Print,
        DryRun::Server => Action::Check,
        DryRun::None => Action::Create { patience: (flags.wait != Some(false)).then(|| patience(flags.timeout)) },
    })
}

/// 0 waits without end, as `kubectl rollout status` has it: a pod is never ready as soon as it is created.
fn patience(timeout: Option<Duration>) -> Patience {
    match timeout {
        Some(Duration::ZERO) => Patience::Endless,
        timeout => Patience::Until(timeout.unwrap_or(FIVE_MINUTES)),
    }
}

fn print(flags: &RequestArgs, action: Action) -> Result<Print> {
    if flags.annotate {
        let use_it = "kubectl sidecar create --dry-run=client -o yaml --annotate";
        if flags.output != Some(OutputFormat::Yaml) {
            return Err(Error::usage("--annotate puts comments into YAML: it needs -o yaml").hint(use_it));
        }
        if action != Action::Print {
            let message = "--annotate explains the manifest as it is written, not the object that a server makes of it: \
                           it needs --dry-run=client";
            return Err(Error::usage(message).hint(use_it));
        }
        return Ok(Print::AnnotatedYaml);
    }
    Ok(match flags.output {
        None => Print::Line,
        Some(OutputFormat::Yaml) => Print::Yaml,
        Some(OutputFormat::Json) => Print::Json,
        Some(OutputFormat::Name) => Print::Name,
    })
}
