//! The files a kubeconfig is read from, as client-go's `ClientConfigLoadingRules` finds, checks and merges them.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use kube::config::{Kubeconfig, KubeconfigError};

use crate::document;
use crate::error::{Error, Result};

fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| !home.as_os_str().is_empty())
}

/// Where the kubeconfig is looked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Files {
    /// The one the user named: it must be there.
    Named(PathBuf),
    /// Those that may be there.
    Usual(Vec<PathBuf>),
}

impl Files {
    pub(super) fn that_count(flag: Option<&Path>) -> Self {
        Self::find(flag, std::env::var_os("KUBECONFIG").as_deref(), home())
    }

    pub(super) fn find(flag: Option<&Path>, list: Option<&OsStr>, home: Option<PathBuf>) -> Self {
        if let Some(path) = flag.filter(|path| !path.as_os_str().is_empty()) {
            return Self::Named(path.to_owned());
        }
        match list.filter(|list| !list.is_empty()) {
            Some(list) => {
                let mut paths = Vec::new();
                for path in std::env::split_paths(list).filter(|path| !path.as_os_str().is_empty()) {
                    if !paths.contains(&path) {
                        paths.push(path);
                    }
                }
                Self::Usual(paths)
            }
            None => Self::Usual(home.map(|home| home.join(".kube").join("config")).into_iter().collect()),
        }
    }

    pub(super) fn paths(&self) -> &[PathBuf] {
        match self {
            Self::Named(path) => std::slice::from_ref(path),
            Self::Usual(paths) => paths,
        }
    }

    /// The files as one kubeconfig: the first to say a thing wins. Each that was read is told of.
    pub(super) fn read(&self, loaded: impl Fn(&Path)) -> Result<Kubeconfig> {
        let mut merged = Kubeconfig::default();
        for path in self.paths() {
            if matches!(self, Self::Usual(_)) && matches!(path.try_exists(), Ok(false)) {
                continue;
            }
            let mut file = read(path).map_err(|reason| Error::kubeconfig_file(path, &reason))?;
            if let Some(wrong) = wrong(&file) {
                return Err(Error::kubeconfig_file(path, &wrong));
            }
            loaded(path);
            // An empty one says nothing, and a later file may say it.
            file.current_context = file.current_context.filter(|name| !name.is_empty());
            merged = merged.merge(file).map_err(|error| Error::kubeconfig_file(path, &error.to_string()))?;
        }
        Ok(merged)
    }
}

/// A file as it is, but for its paths, which are meant from its folder. Else why it could not be used, without its own path,
/// which the caller names.
fn read(path: &Path) -> std::result::Result<Kubeconfig, String> {
    let bytes = std::fs::read(path).map_err(|cause| cause.to_string())?;
    let text = document::text(bytes).map_err(|cause| cause.to_string())?;
    let mut file = Kubeconfig::from_yaml(&text).map_err(|error| match error {
        KubeconfigError::Parse(source) => source.to_string(),
        other => other.to_string(),
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    paths(&mut file).for_each(|path| resolve(path, folder));
    Ok(file)
}

/// The paths of files that a kubeconfig names. A program without a separator in its name is looked for in `PATH`.
fn paths(file: &mut Kubeconfig) -> impl Iterator<Item = &mut String> {
    let clusters = file.clusters.iter_mut().filter_map(|named| named.cluster.as_mut());
    let authorities = clusters.filter_map(|cluster| cluster.certificate_authority.as_mut());
    let users = file.auth_infos.iter_mut().filter_map(|named| named.auth_info.as_mut());
    let of_users = users.flat_map(|user| {
        let program = user.exec.as_mut().and_then(|exec| exec.command.as_mut());
        let program = program.filter(|command| command.contains(std::path::MAIN_SEPARATOR));
        let files = [&mut user.client_certificate, &mut user.client_key, &mut user.token_file];
        files.into_iter().filter_map(Option::as_mut).chain(program)
    });
    authorities.chain(of_users)
}

/// As client-go's `ResolvePaths`: an empty path says nothing, and stays so.
fn resolve(path: &mut String, folder: &Path) {
    if path.is_empty() || Path::new(path).is_absolute() {
        return;
    }
    if let Some(whole) = folder.join(&*path).to_str() {
        whole.clone_into(path);
    }
}

/// What client-go refuses of a file that can be read: it knows one version, and looks things up by their names.
fn wrong(file: &Kubeconfig) -> Option<String> {
    let said =
        |text: &Option<String>, usual: &str| text.clone().filter(|text| !text.is_empty()).unwrap_or(usual.into());
    let (kind, version) = (said(&file.kind, "Config"), said(&file.api_version, "v1"));
    if (kind.as_str(), version.as_str()) != ("Config", "v1") {
        return Some(format!("no kind {kind:?} is registered for version {version:?}: a kubeconfig is a Config of v1"));
    }
    let twice = twice(file.contexts.iter().map(|named| &named.name))
        .or_else(|| twice(file.clusters.iter().map(|named| &named.name)))
        .or_else(|| twice(file.auth_infos.iter().map(|named| &named.name)))?;
    Some(format!("duplicate name {twice:?} in list"))
}

fn twice<'n>(names: impl Iterator<Item = &'n String>) -> Option<&'n String> {
    let mut known = HashSet::new();
    names.into_iter().find(|name| !known.insert(*name))
}
