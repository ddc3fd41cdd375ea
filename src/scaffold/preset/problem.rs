//! What is wrong with a preset's file and where, and what with its settings.

use std::fmt;

use super::super::nearest::did_you_mean;
use super::super::shortened;
use crate::document::Position;

/// One thing that is wrong with a preset's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named.
    pub file: String,
    /// The place.
    pub at: Position,
    /// What is wrong there, and what to write instead.
    pub message: String,
}

/// All that is wrong with a preset's file, in the order of the text; at least one.
pub type Problems = Vec<Problem>;

/// As compilers write it: `tail.yaml:12:5: …`.
impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.file, self.at, self.message)
    }
}

/// Why a setting cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingProblem {
    /// The preset has no such setting.
    Unknown {
        /// The preset.
        preset: String,
        /// What was given.
        setting: String,
        /// What it has.
        known: Vec<String>,
    },
    /// It has no default and was not given.
    Missing {
        /// The preset.
        preset: String,
        /// The setting.
        setting: String,
        /// What it is.
        description: String,
    },
    /// It was given more than once, and can be given once.
    Twice {
        /// The preset.
        preset: String,
        /// The setting.
        setting: String,
    },
    /// The value is not what the setting takes.
    Invalid {
        /// The preset.
        preset: String,
        /// The setting.
        setting: String,
        /// What was given.
        value: String,
        /// What it takes, in words that go on after "is not".
        wanted: String,
        /// What the setting is.
        description: String,
    },
    /// With this value the preset makes something that the API does not have.
    Unfit(Problem),
}

impl fmt::Display for SettingProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { preset, setting, known } => {
                let meant = did_you_mean(setting, known.iter().map(String::as_str));
                write!(out, "preset {preset:?} has no setting {:?}{meant}", shortened(setting))
            }
            Self::Missing { preset, setting, description } => {
                write!(out, "preset {preset:?} needs the setting {setting:?}: {description}")
            }
            Self::Twice { preset, setting } => {
                write!(out, "preset {preset:?} takes the setting {setting:?} once, and it is given more than once")
            }
            Self::Invalid { preset, setting, value, wanted, description } => {
                let value = shortened(value);
                write!(out, "preset {preset:?}: {setting}={value:?} is not {wanted} ({setting}: {description})")
            }
            Self::Unfit(problem) => problem.fmt(out),
        }
    }
}
