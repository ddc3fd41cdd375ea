//! The main container.

use clap::Args;

/// The app.
#[derive(Debug, Args)]
#[command(next_help_heading = "Main container options")]
pub(super) struct ContainerArgs {
    /// The image of the main container [default for pods: nginx:latest]
    #[arg(long)]
    pub(super) image: Option<String>,
    /// The name of the main container [default: nginx-container in the guide's pod, else the workload's name]
    #[arg(long, value_name = "NAME")]
    pub(super) container_name: Option<String>,
    /// Its command, instead of the image's, split as a shell splits it; without a value: the words after --
    #[arg(long, value_name = "COMMAND", num_args = 0..=1, default_missing_value = "")]
    pub(super) command: Vec<String>,
    /// An argument for its command, passed unchanged; may be repeated
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    pub(super) arg: Vec<String>,
    /// An environment variable; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(super) env: Vec<String>,
    /// Environment variables from all keys of configmap:NAME or secret:NAME; may be repeated
    #[arg(long, value_name = "SOURCE")]
    pub(super) env_from: Vec<String>,
    /// A port it listens on: 8080, http:8080 or dns:53/udp; may be repeated
    #[arg(long, value_name = "[NAME:]PORT")]
    pub(super) port: Vec<String>,
    /// Resources that it requests: cpu=100m,memory=128Mi
    #[arg(long, value_name = "RESOURCES")]
    pub(super) requests: Vec<String>,
    /// Resources that it may use at most: cpu=500m,memory=256Mi
    #[arg(long, value_name = "RESOURCES")]
    pub(super) limits: Vec<String>,
    /// When its image is pulled [default: Always for :latest, else IfNotPresent]
    #[arg(long, value_name = "POLICY", value_parser = ["Always", "IfNotPresent", "Never"])]
    pub(super) image_pull_policy: Option<String>,
    /// Words for the main container, as kubectl run takes them: its arguments, or after --command without a value its
    /// command
    #[arg(last = true, value_name = "WORD")]
    pub(super) words: Vec<String>,
}
