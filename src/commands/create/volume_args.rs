//! The volumes, and where they are mounted.

use clap::Args;

/// What containers share.
#[derive(Debug, Args)]
#[command(next_help_heading = "Volume options")]
pub(super) struct VolumeArgs {
    /// A volume; without SOURCE an emptyDir: NAME=emptyDir[:SIZE][:memory], NAME=pvc:CLAIM[:ro], NAME=configmap:NAME,
    /// NAME=secret:NAME or NAME=hostpath:PATH; may be repeated
    ///
    /// In a statefulset, NAME=pvc:SIZE, such as data=pvc:10Gi, is a claim template: each pod gets a claim of its own.
    #[arg(long, value_name = "NAME[=SOURCE]")]
    pub(super) volume: Vec<String>,
    /// Mount a volume at this path in all containers; may be repeated
    #[arg(long, value_name = "VOLUME:PATH")]
    pub(super) share: Vec<String>,
    /// Mount a volume in one container, CONTAINER=VOLUME:PATH, optionally with :ro and :sub=DIRECTORY; may be repeated
    #[arg(long, value_name = "MOUNT")]
    pub(super) mount: Vec<String>,
}
