//! `kubectl sidecar presets`: the sidecars that are known, and what can be set of each.

use clap::{Args, Subcommand, ValueEnum};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};

use crate::document;
use crate::error::{Error, Result, visible};
use crate::manifest;
use crate::render::presets as render;
use crate::scaffold::nearest;
use crate::scaffold::preset::{self, Kind, Parameter, Preset};
use crate::ui::Ui;

/// List known sidecars, or show one with its settings
///
/// A preset is a sidecar that is written down once, with what is known about it: its container with requests, limits
/// and security context, the volumes it shares with the main container, its settings, where its facts come from, and
/// what was tried. To write one of your own, start with `presets show NAME -o yaml`, and check it with `presets show
/// --preset-file`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true, after_help = EXAMPLES)]
pub struct PresetsArgs {
    /// Write the list for another program
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    output: Option<ListFormat>,
    #[command(subcommand)]
    command: Option<PresetsCommand>,
}

const EXAMPLES: &str = "Examples:
  # The known sidecars
  kubectl sidecar presets

  # One of them: what it does, what can be set, where its facts come from
  kubectl sidecar presets show tail-logs

  # Start one of your own
  kubectl sidecar presets show tail-logs -o yaml > my-logger.yaml
  kubectl sidecar presets show --preset-file my-logger.yaml";

#[derive(Debug, Subcommand)]
enum PresetsCommand {
    Show(ShowArgs),
}

/// Show a preset: what it does, its settings, where its facts come from
///
/// With --preset-file it reads and shows one of your own; mistakes in it are reported with line and column.
#[derive(Debug, Args)]
#[command(after_help = SHOW_EXAMPLES)]
struct ShowArgs {
    /// The preset's name
    #[arg(
        value_name = "NAME",
        required_unless_present = "preset_file",
        conflicts_with = "preset_file",
        add = ArgValueCandidates::new(candidates)
    )]
    name: Option<String>,
    /// A preset of your own, or - for standard input
    #[arg(long, value_name = "FILE")]
    preset_file: Option<String>,
    /// Write its file (yaml), or what is known about it for another program (json)
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    output: Option<ShowFormat>,
}

const SHOW_EXAMPLES: &str = "Examples:
  kubectl sidecar presets show git-sync

  # Its file, to start one of your own
  kubectl sidecar presets show git-sync -o yaml > my-sync.yaml

  # Check it
  kubectl sidecar presets show --preset-file my-sync.yaml";

/// `-o` of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// A document of version sidecar.kubectl/v1
    Json,
    /// Only the names
    Name,
}

/// `-o` of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ShowFormat {
    /// The file, as it is written
    Yaml,
    /// A document of version sidecar.kubectl/v1
    Json,
}

/// Lists the presets, or shows one.
pub fn run(args: &PresetsArgs, ui: &mut Ui) -> Result<()> {
    if let Some(PresetsCommand::Show(args)) = &args.command {
        return show(args, ui);
    }
    let known: Vec<Preset> = preset::known().collect();
    let text = match args.output {
        None => render::table(&known, ui.stdout_style()),
        Some(ListFormat::Name) => known.iter().flat_map(|preset| [preset.name.as_str(), "\n"]).collect(),
        Some(ListFormat::Json) => render::list(&known).map_err(Error::other)?,
    };
    Ok(ui.data(text)?)
}

fn show(args: &ShowArgs, ui: &mut Ui) -> Result<()> {
    let preset = match (&args.name, &args.preset_file) {
        (_, Some(file)) => from_file(file, ui)?,
        (name, None) => by_name(name.as_deref().unwrap_or_default())?,
    };
    let text = match args.output {
        None => render::text(&preset, ui.stdout_style()),
        Some(ShowFormat::Yaml) => preset.text().to_owned(),
        Some(ShowFormat::Json) => render::document(&preset).map_err(Error::other)?,
    };
    Ok(ui.data(text)?)
}

/// The known preset of that name.
///
/// # Errors
/// There is none.
pub fn by_name(name: &str) -> Result<Preset> {
    preset::known().find(|preset| preset.name == name).ok_or_else(|| {
        let meant = nearest(name, preset::names());
        let meant = meant.map(|name| format!("; did you mean {name:?}?")).unwrap_or_default();
        Error::usage(format_args!("there is no preset {name:?}{meant}"))
            .hint("see which there are with: kubectl sidecar presets")
            .hint("one of your own is read with: --preset-file FILE")
    })
}

/// The preset in that file.
///
/// # Errors
/// It cannot be read, or is no preset. Of several things that are wrong, all but the last are told here.
pub fn from_file(file: &str, ui: &mut Ui) -> Result<Preset> {
    let source = match manifest::sources(file)?.as_slice() {
        [source] => source.clone(),
        _ => return Err(Error::usage(format_args!("{}: a preset is one file", visible(file.to_owned())))),
    };
    let name = source.name();
    let text = document::text(source.read()?).map_err(|error| Error::usage(format_args!("{name}: {error}")))?;
    Preset::parse(&name, &text).map_err(|mut problems| {
        let last = problems.pop().map(|problem| problem.to_string()).unwrap_or_default();
        for problem in problems {
            ui.error(&Error::usage(problem));
        }
        Error::usage(last)
    })
}

/// What `NAME[,SETTING=VALUE…]` may become: a preset's name, then its settings that are not there yet.
pub(super) fn choices(word: &str) -> Vec<CompletionCandidate> {
    let Some((before, typed)) = word.rsplit_once(',') else { return candidates() };
    let name = before.split(',').next().unwrap_or_default();
    let Some(preset) = preset::known().find(|preset| preset.name == name) else { return Vec::new() };
    let parameters = preset.parameters.iter();
    if let Some((setting, _)) = typed.split_once('=') {
        let is_boolean = parameters.clone().any(|known| known.name == setting && known.kind == Kind::Boolean);
        let values: &[&str] = if is_boolean { &["true", "false"] } else { &[] };
        return values.iter().map(|value| CompletionCandidate::new(format!("{before},{setting}={value}"))).collect();
    }
    let is_set = |known: &&Parameter| {
        let mut set = before.split(',').skip(1).filter_map(|part| part.split_once('='));
        !known.repeatable && set.any(|(setting, _)| setting == known.name)
    };
    parameters
        .filter(|known| !is_set(known))
        .map(|known| {
            let default = known.default.as_ref().map(|values| format!(" [{}]", values.join(", ")));
            let help = format!("{}{}", known.description, default.unwrap_or_else(|| " (must be set)".to_owned()));
            CompletionCandidate::new(format!("{before},{}=", known.name)).help(Some(help.into()))
        })
        .collect()
}

/// The presets' names, with what they are for, for who is typing one.
fn candidates() -> Vec<CompletionCandidate> {
    preset::known().map(|preset| CompletionCandidate::new(preset.name).help(Some(preset.summary.into()))).collect()
}
