//! The sidecars, and the settings of each by its name.

use clap::Args;

/// The helpers.
#[derive(Debug, Args)]
#[command(next_help_heading = "Sidecar options")]
pub(super) struct SidecarArgs {
    /// A sidecar; may be repeated
    #[arg(long, value_name = "NAME=IMAGE")]
    pub(super) sidecar: Vec<String>,
    /// A known sidecar, optionally with settings; may be repeated. See: kubectl sidecar presets
    #[arg(long, value_name = "NAME[,SETTING=VALUE…]")]
    pub(super) preset: Vec<String>,
    /// A sidecar from a preset file of your own; may be repeated
    #[arg(long, value_name = "FILE[,SETTING=VALUE…]")]
    pub(super) preset_file: Vec<String>,
    /// Its command, instead of the image's, split as a shell splits it
    #[arg(long, value_name = "NAME=COMMAND")]
    pub(super) sidecar_command: Vec<String>,
    /// An argument for its command, passed unchanged; may be repeated
    #[arg(long, value_name = "NAME=WORD")]
    pub(super) sidecar_arg: Vec<String>,
    /// An environment variable for it; may be repeated
    #[arg(long, value_name = "NAME=VARIABLE=VALUE")]
    pub(super) sidecar_env: Vec<String>,
    /// Environment variables for it, from all keys of configmap:NAME or secret:NAME; may be repeated
    #[arg(long, value_name = "NAME=SOURCE")]
    pub(super) sidecar_env_from: Vec<String>,
    /// A port it listens on; may be repeated
    #[arg(long, value_name = "NAME=[NAME:]PORT")]
    pub(super) sidecar_port: Vec<String>,
    /// Resources that it requests
    #[arg(long, value_name = "NAME=RESOURCES")]
    pub(super) sidecar_requests: Vec<String>,
    /// Resources that it may use at most
    #[arg(long, value_name = "NAME=RESOURCES")]
    pub(super) sidecar_limits: Vec<String>,
    /// When its image is pulled: Always, IfNotPresent or Never
    #[arg(long, value_name = "NAME=POLICY")]
    pub(super) sidecar_image_pull_policy: Vec<String>,
    /// Make the sidecars native: init containers that keep running, and end after the app [default: as a preset says,
    /// true for jobs]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(super) native: Option<bool>,
    /// The image of the guide's sidecar, sidecar-container [default: ubuntu:latest]; it must have sh, cat and sleep
    #[arg(long, value_name = "IMAGE")]
    pub(super) sidecar_image: Option<String>,
}
