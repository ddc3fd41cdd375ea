//! Sidecars that are known, or written down in a file, with somebody's settings.

use super::sidecar_args::SidecarArgs;
use crate::commands::presets;
use crate::error::{Error, Result};
use crate::scaffold::preset::{Choice, Filled, Preset};
use crate::ui::Ui;

/// Those that were chosen.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// They, with all their settings.
    pub(super) sidecars: Vec<Filled>,
    /// What to know after they were created.
    pub(super) notes: Vec<String>,
}

impl Chosen {
    /// Reads `NAME[,SETTING=VALUE…]` and `FILE[,SETTING=VALUE…]`.
    ///
    /// # Errors
    /// There is no such preset, its file is none, or a setting cannot be had. Of several things that are wrong, all but
    /// the last are told here.
    pub(super) fn of(flags: &SidecarArgs, ui: &mut Ui) -> Result<Self> {
        let mut all = Self::default();
        for text in &flags.preset {
            let choice = choice("preset", text)?;
            all.fill(&presets::by_name(&choice.preset)?, &choice, ui)?;
        }
        for text in &flags.preset_file {
            let choice = choice("preset-file", text)?;
            all.fill(&presets::from_file(&choice.preset, ui)?, &choice, ui)?;
        }
        Ok(all)
    }

    fn fill(&mut self, preset: &Preset, choice: &Choice, ui: &mut Ui) -> Result<()> {
        let filled = preset.fill(&choice.settings).map_err(|mut problems| {
            let last = problems.pop().map(|problem| problem.to_string()).unwrap_or_default();
            for problem in problems {
                ui.error(&Error::usage(problem));
            }
            Error::usage(last).hint(format!("see its settings with: kubectl sidecar presets show {}", preset.name))
        })?;
        self.sidecars.push(filled);
        self.notes.extend(preset.notes(&choice.settings));
        Ok(())
    }
}

fn choice(flag: &str, text: &str) -> Result<Choice> {
    Choice::parse(text).map_err(|error| {
        Error::usage(format_args!("--{flag}: {error}")).hint("see which there are with: kubectl sidecar presets")
    })
}
