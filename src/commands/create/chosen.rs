//! Sidecars that are known, or written down in a file, with somebody's settings.

use super::container_args::ContainerArgs;
use super::sidecar_args::SidecarArgs;
use crate::commands::presets;
use crate::error::{Error, Result};
use crate::render::shell;
use crate::scaffold::container_port;
use crate::scaffold::preset::{Choice, Filled, Preset};
use crate::ui::Ui;

/// Those that were chosen.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// They, with all their settings.
    pub(super) sidecars: Vec<Filled>,
    /// What to know after they were created.
    pub(super) notes: Vec<String>,
    /// What of their settings is hardly meant.
    pub(super) warnings: Vec<String>,
    /// Where the main container listens, if that was said.
    main_port: Option<i32>,
}

impl Chosen {
    /// Reads `NAME[,SETTING=VALUE…]` and `FILE[,SETTING=VALUE…]`.
    ///
    /// # Errors
    /// There is no such preset, its file is none, or a setting cannot be had. Of several things that are wrong, all but
    /// the last are told here.
    pub(super) fn of(flags: &SidecarArgs, main: &ContainerArgs, ui: &mut Ui) -> Result<Self> {
        let ports = main.port.iter().filter_map(|text| container_port(text).ok());
        let main_port = ports.filter(|port| port.protocol.is_none()).map(|port| port.container_port).next();
        let mut all = Self { main_port, ..Self::default() };
        for text in &flags.preset {
            let choice = choice("preset", text)?;
            all.fill("preset", &presets::by_name(&choice.preset)?, &choice, ui)?;
        }
        for text in &flags.preset_file {
            let choice = choice("preset-file", text)?;
            all.fill("preset-file", &presets::from_file(&choice.preset, ui)?, &choice, ui)?;
        }
        Ok(all)
    }

    fn fill(&mut self, flag: &str, preset: &Preset, choice: &Choice, ui: &mut Ui) -> Result<()> {
        let settings = preset.settings_for(self.main_port, &choice.settings);
        let filled = preset.fill(&settings).map_err(|mut problems| {
            let last = problems.pop().map(|problem| problem.to_string()).unwrap_or_default();
            for problem in problems {
                ui.error(&Error::usage(problem));
            }
            let which = match flag {
                "preset-file" => format!("--preset-file {}", shell::quote(&choice.preset)),
                _ => preset.name.clone(),
            };
            Error::usage(last).hint(format!("see its settings with: kubectl sidecar presets show {which}"))
        })?;
        let clash = self.main_port.and_then(|port| Some((port, preset.setting_of_port(port, &filled, &settings)?)));
        self.warnings.extend(clash.map(|(port, setting)| {
            let (preset, other) = (&choice.preset, if port < 65535 { port + 1 } else { 8080 });
            format!("set another port for the sidecar {:?}: --{flag} {preset},{setting}={other}", filled.container.name)
        }));
        self.sidecars.push(filled);
        self.notes.extend(preset.notes(&settings));
        Ok(())
    }
}

fn choice(flag: &str, text: &str) -> Result<Choice> {
    Choice::parse(text).map_err(|error| {
        Error::usage(format_args!("--{flag}: {error}")).hint(match flag {
            "preset-file" => "see a file's settings with: kubectl sidecar presets show --preset-file FILE",
            _ => "see which there are with: kubectl sidecar presets",
        })
    })
}
