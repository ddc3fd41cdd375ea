//! `completion install`: what kubectl runs to complete `kubectl sidecar`, beside the plugin.
//!
//! A link to the plugin as it is found on PATH. krew has a link of its own there, which leads to whatever version is installed: ours
//! leads to that, and so stays right when the plugin is upgraded. On Windows a link needs rights that few have, so it is a
//! small batch file there, which does the same. Nothing but the local disk is touched.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{BINARY, KUBECTL_ASKS};
use crate::error::{Error, Result};
use crate::render::shell;
use crate::system::{SCRIPT_SUFFIX, link_or_script};
use crate::ui::Ui;

/// Put kubectl_complete-sidecar beside the plugin, so that kubectl completes kubectl sidecar
///
/// It is a link to kubectl-sidecar as it is found on PATH, and stays right when the plugin is upgraded. A file of that
/// name that is not ours is left alone. On Windows it is a batch file, and kubectl completes kubectl sidecar.exe: there
/// it knows plugins by their full file names.
#[derive(Debug, Args)]
pub(super) struct PlaceArgs {
    /// A folder on PATH [default: the one in which kubectl-sidecar is found]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Where it is, and what it leads to.
struct Place {
    path: PathBuf,
    /// The plugin as it is found on PATH.
    plugin: PathBuf,
    /// The same, seen from the place.
    leads_to: PathBuf,
    /// Whether kubectl will find it.
    is_on_path: bool,
}

/// What is there under its name.
#[derive(Debug, PartialEq, Eq)]
enum There {
    Nothing,
    /// It leads to this plugin.
    Ours,
    /// It leads to another, or nowhere.
    Stale,
    /// Somebody else's.
    Others,
}

/// Puts it there.
pub(super) fn install(args: &PlaceArgs, ui: &mut Ui) -> Result<()> {
    let place = Place::find(args)?;
    let path = place.path.display();
    let done = match place.there() {
        There::Ours => "unchanged",
        There::Others => return Err(place.others("overwritten")),
        there => {
            ui.note(&format!(
                "{path} will lead to {}: kubectl runs it to complete kubectl sidecar{EXE_SUFFIX}",
                place.plugin.display()
            ));
            if there == There::Stale {
                std::fs::remove_file(&place.path).map_err(|error| place.failed("replacing", &error))?;
            }
            link_or_script(&place.leads_to, &place.path, &format!("{BINARY} __complete"))
                .map_err(|error| place.failed("writing", &error))?;
            if there == There::Stale { "replaced" } else { "created" }
        }
    };
    ui.data(format!("{path} {done}\n"))?;
    if place.is_on_path {
        ui.note(&format!("Try it in a shell in which kubectl is completed: kubectl sidecar{EXE_SUFFIX} logs <TAB>"));
        ui.note("(to set that up: kubectl completion --help)");
    } else {
        ui.warning(&format!("{} is not on PATH, so kubectl will not find it there", place.folder().display()));
    }
    Ok(())
}

/// Takes it away.
pub(super) fn uninstall(args: &PlaceArgs, ui: &mut Ui) -> Result<()> {
    let place = Place::find(args)?;
    let path = place.path.display();
    match place.there() {
        There::Nothing => {
            ui.note(&format!("{path} is not there: nothing to do"));
            return Ok(());
        }
        There::Others => return Err(place.others("deleted")),
        There::Ours | There::Stale => {
            std::fs::remove_file(&place.path).map_err(|error| place.failed("deleting", &error))?;
        }
    }
    Ok(ui.data(format!("{path} deleted\n"))?)
}

impl Place {
    fn find(args: &PlaceArgs) -> Result<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = std::env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
        let program = format!("{BINARY}{EXE_SUFFIX}");
        let plugin = folders.iter().map(|folder| folder.join(&program)).find(|path| path.is_file());
        let Some(plugin) = plugin else {
            return Err(Error::usage(format_args!("{BINARY} is not on PATH, so kubectl does not find it either"))
                .hint(format!("put the folder that {BINARY} is in on PATH, and try again")));
        };
        let own = plugin.parent().map(Path::to_owned).unwrap_or_default();
        let folder = args.dir.as_ref().map_or_else(|| Ok(own.clone()), std::path::absolute).map_err(Error::other)?;
        if !folder.is_dir() {
            return Err(Error::usage(format_args!("{} is not a folder", folder.display())));
        }
        let leads_to = if folder == own { PathBuf::from(program) } else { plugin.clone() };
        // kubectl looks for what completes a plugin by the whole name of the plugin's file:
        // <https://github.com/kubernetes/kubectl/blob/v0.35.4/pkg/cmd/plugin/plugin_completion.go>
        let path = folder.join(format!("{KUBECTL_ASKS}{EXE_SUFFIX}{SCRIPT_SUFFIX}"));
        Ok(Self { path, plugin, leads_to, is_on_path: folders.contains(&folder) })
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    fn there(&self) -> There {
        let Ok(metadata) = std::fs::symlink_metadata(&self.path) else { return There::Nothing };
        if !metadata.is_symlink() {
            // `make install` puts the script there, whose last line asks whatever plugin is on PATH.
            let asks_us = std::fs::read(&self.path)
                .is_ok_and(|text| String::from_utf8_lossy(&text).contains(&format!("{BINARY} __complete")));
            return if asks_us { There::Ours } else { There::Others };
        }
        let target = std::fs::read_link(&self.path).unwrap_or_default();
        match (target == self.leads_to, target.file_stem() == Some(OsStr::new(BINARY))) {
            (true, _) => There::Ours,
            (false, true) => There::Stale,
            (false, false) => There::Others,
        }
    }

    fn others(&self, what: &str) -> Error {
        Error::usage(format_args!("{} is there already and is not ours: it is not {what}", self.path.display())).hint(
            format!("look at it, and move it away: {}", shell::command(["ls", "-l", &self.path.to_string_lossy()])),
        )
    }

    fn failed(&self, doing: &str, error: &io::Error) -> Error {
        let failure = Error::other(format_args!("{doing} {}: {error}", self.path.display()));
        if !matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) {
            return failure;
        }
        let (from, to) = (self.leads_to.to_string_lossy(), self.path.to_string_lossy());
        let failure = match doing {
            "deleting" => failure.hint(format!("with more rights: {}", shell::command(["sudo", "rm", &to]))),
            _ => failure.hint(format!("with more rights: {}", shell::command(["sudo", "ln", "-sf", &from, &to]))),
        };
        failure.hint("or in another folder on PATH: kubectl sidecar completion install --dir DIR")
    }
}
