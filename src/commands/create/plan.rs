//! What a command line of `create` asks for: checked, and free of clap.

use std::time::Duration;

use super::{CreateArgs, DryRun, OutputFormat};
use crate::error::{Error, Kind, Result};
use crate::render::created::Print;
use crate::render::shell;
use crate::scaffold::{Image, InvalidName, NamespaceName, PodName, Scaffold, shortened};

const FIVE_MINUTES: Duration = Duration::from_secs(300);

/// What to create, how, and what to print.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) scaffold: Scaffold,
    pub(super) action: Action,
    pub(super) print: Print,
}

/// What to do with the pod.
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
    pub(super) fn of(args: &CreateArgs) -> Result<Self> {
        let name = PodName::parse(&args.name).map_err(|error| invalid_name(&args.name, &error))?;
        let namespace = args.connection.namespace.as_deref().map(NamespaceName::parse).transpose();
        let namespace = namespace.map_err(|error| invalid_name(name.as_str(), &error))?;
        let image = image(&args.image)?;
        let sidecar_image = self::image(&args.sidecar_image)?;
        let action = action(args)?;
        let print = print(args, action)?;
        Ok(Self { scaffold: Scaffold::guide(name, namespace, image, sidecar_image), action, print })
    }

    /// The kubectl commands that do part of the same. kubectl can write a pod with one container; the rest is done by
    /// hand, or by us.
    pub(super) fn kubectl(&self, flags: &str) -> Vec<String> {
        let name = self.scaffold.name.as_str();
        let space = if flags.is_empty() { "" } else { " " };
        let [main, sidecar] = [0, 1].map(|at| self.scaffold.containers.get(at).map_or("", |it| it.image.as_str()));
        let file = format!("{name}.yaml");
        let run = shell::command(["kubectl", "run", name, "--image", main, "--dry-run=client", "-o", "yaml"]);
        let ours = shell::command(["kubectl", "sidecar", "create", name, "--image", main, "--sidecar-image", sidecar]);
        let mode = if self.action == Action::Check { " --dry-run=server" } else { "" };
        let mut lines = vec![
            format!("{run}{space}{flags} > {file}   # then add the sidecar by hand"),
            format!("{ours}{space}{flags} --dry-run=client -o yaml > {file}   # or have it all written"),
        ];
        if self.action != Action::Print {
            lines.push(format!("kubectl create -f {file}{mode}{space}{flags}"));
        }
        if let Action::Create { patience: Some(patience) } = self.action {
            let timeout = match patience {
                Patience::Endless => -1,
                Patience::Until(time) => i64::try_from(time.as_secs()).unwrap_or(-1),
            };
            lines.push(format!("kubectl wait --for=condition=Ready pod/{name} --timeout={timeout}s{space}{flags}"));
            lines.push(format!("kubectl describe pod {name}{space}{flags}   # when it does not become ready"));
        }
        lines
    }
}

/// Worded as the API server words it; a name near it is offered.
fn invalid_name(pod: &str, error: &InvalidName) -> Error {
    let refused = Error::new(Kind::Usage, format!("The Pod {:?} is invalid: {error}", shortened(pod)));
    match error.nearest() {
        Some(nearest) => refused.hint(format!("a valid name near it: {nearest}")),
        None => refused.hint("a valid name: webserver"),
    }
}

fn image(reference: &str) -> Result<Image> {
    let parsed = Image::parse(reference);
    parsed
        .map_err(|error| Error::usage(error).hint("an image is written as NAME:TAG or REGISTRY/NAME:TAG: nginx:latest"))
}

fn action(args: &CreateArgs) -> Result<Action> {
    let creates = args.dry_run == DryRun::None;
    if !creates && args.wait == Some(true) {
        return Err(Error::usage("--wait needs a pod to wait for: with --dry-run none is created"));
    }
    if !creates && args.timeout.is_some() {
        return Err(Error::usage("--timeout is for waiting: with --dry-run no pod is created to wait for"));
    }
    if args.wait == Some(false) && args.timeout.is_some() {
        return Err(Error::usage("--timeout is for waiting: it makes no sense with --wait=false"));
    }
    Ok(match args.dry_run {
        DryRun::Client | DryRun::Unchanged => Action::Print,
        DryRun::Server => Action::Check,
        DryRun::None => Action::Create { patience: (args.wait != Some(false)).then(|| patience(args.timeout)) },
    })
}

/// 0 waits without end, as `kubectl rollout status` has it: a pod is never ready as soon as it is created.
fn patience(timeout: Option<Duration>) -> Patience {
    match timeout {
        Some(Duration::ZERO) => Patience::Endless,
        timeout => Patience::Until(timeout.unwrap_or(FIVE_MINUTES)),
    }
}

fn print(args: &CreateArgs, action: Action) -> Result<Print> {
    if args.annotate {
        let use_it = "kubectl sidecar create --dry-run=client -o yaml --annotate";
        if args.output != Some(OutputFormat::Yaml) {
            return Err(Error::usage("--annotate puts comments into YAML: it needs -o yaml").hint(use_it));
        }
        if action != Action::Print {
            let message = "--annotate explains the manifest as it is written, not the object that a server makes of it: \
                           it needs --dry-run=client";
            return Err(Error::usage(message).hint(use_it));
        }
        return Ok(Print::AnnotatedYaml);
    }
    Ok(match args.output {
        None => Print::Line,
        Some(OutputFormat::Yaml) => Print::Yaml,
        Some(OutputFormat::Json) => Print::Json,
        Some(OutputFormat::Name) => Print::Name,
    })
}
