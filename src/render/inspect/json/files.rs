//! What lies in volumes, as a part of the document of `json`.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Serialize;

use crate::probe::{self, Blind, FileRow, PodFiles, Sight, View};

/// Of one volume.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VolumeFiles {
    volume: String,
    views: Vec<VolumeView>,
    files: Vec<File>,
    /// There are more than are listed.
    truncated: bool,
    /// All that match, listed or not.
    total: usize,
}

/// How it was looked at through one mount.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VolumeView {
    container: String,
    path: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    sub_path: String,
    /// `find` or `ls`
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'static str>,
    /// `notRunning`, `noTools` or `failed`
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gids: Option<Vec<u32>>,
    /// There was more than is read of an answer.
    truncated: bool,
    /// Names that the container's `ls` does not tell plainly.
    unclear_names: usize,
}

/// One file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct File {
    /// In the volume.
    path: String,
    /// The same as base64, where it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    /// `file`, `directory`, `link`, …
    #[serde(rename = "type")]
    kind: &'static str,
    /// What is known of the file itself; left out where no container sees it.
    #[serde(flatten)]
    #[serde(skip_serializing_if = "Option::is_none")]
    facts: Option<Facts>,
    /// The path it has in each container that sees it.
    paths: BTreeMap<String, String>,
    /// Who does not see it, or cannot read it, and why.
    exceptions: Vec<Exception>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<Timestamp>,
    uid: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    gid: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// In octal.
    mode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Exception {
    container: String,
    /// `unreadable`, `mountPoint`, `masked`, `outsideSubPath`, `locked`, `missing` or `unknown`
    reason: &'static str,
    /// The volume that begins here, or lies over it.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_volume: Option<String>,
    /// The directory, in the volume, that it cannot list.
    #[serde(skip_serializing_if = "Option::is_none")]
    directory: Option<String>,
}

pub(super) fn of(looked: &PodFiles) -> Vec<VolumeFiles> {
    looked.volumes.iter().map(VolumeFiles::from).collect()
}

impl From<&probe::VolumeFiles> for VolumeFiles {
    fn from(files: &probe::VolumeFiles) -> Self {
        Self {
            volume: files.volume.clone(),
            views: files.views.iter().map(VolumeView::from).collect(),
            files: files.rows.iter().map(|row| file(row, &files.views)).collect(),
            truncated: files.more > 0 || files.views.iter().any(|view| view.is_cut),
            total: files.rows.len() + files.more,
        }
    }
}

impl From<&View> for VolumeView {
    fn from(view: &View) -> Self {
        let (problem, message) = match &view.blind {
            None => (None, None),
            Some(Blind::NotRunning(state)) => (Some("notRunning"), Some(state.clone())),
            Some(Blind::NoTools) => (Some("noTools"), None),
            Some(Blind::Failed(reason)) => (Some("failed"), Some(reason.clone())),
        };
        Self {
            container: view.part.container.clone(),
            path: view.part.path.clone(),
            sub_path: view.part.sub_path.clone(),
            by: view.by,
            problem,
            message,
            uid: view.process.as_ref().map(|process| process.uid),
            gids: view.process.as_ref().map(|process| process.gids.clone()),
            truncated: view.is_cut,
            unclear_names: view.unclear,
        }
    }
}

fn file(row: &FileRow, views: &[View]) -> File {
    let (mut paths, mut exceptions) = (BTreeMap::new(), Vec::new());
    for (sight, view) in row.sights.iter().zip(views) {
        let container = &view.part.container;
        if matches!(sight, Sight::Seen | Sight::Unreadable)
            && let Some(path) = view.part.to_container(&row.entry.path)
        {
            paths.entry(container.clone()).or_insert_with(|| text(&path));
        }
        exceptions.extend(exception(*sight, view, row));
    }
    // Who sees it through one mount does not miss it in another.
    exceptions
        .retain(|exception: &Exception| exception.reason == "unreadable" || !paths.contains_key(&exception.container));
    let entry = &row.entry;
    let facts = Facts {
        size: entry.size,
        modified: entry.modified.and_then(|seconds| Timestamp::from_second(seconds).ok()),
        uid: entry.uid,
        owner: row.owner.clone(),
        gid: entry.gid,
        group: row.group.clone(),
        mode: format!("{:04o}", entry.mode),
        target: entry.target.as_deref().map(text),
    };
    File {
        path: text(&entry.path),
        path_bytes: std::str::from_utf8(&entry.path).is_err().then(|| STANDARD.encode(&entry.path)),
        kind: entry.kind.as_str(),
        facts: row.is_seen().then_some(facts),
        paths,
        exceptions,
    }
}

fn exception(sight: Sight, view: &View, row: &FileRow) -> Option<Exception> {
    let nested = |at: usize| Some(view.part.nested[at].volume.clone());
    let (reason, by_volume, directory) = match sight {
        Sight::Seen => return None,
        // The view says why, once for all.
        Sight::Unknown if view.blind.is_some() => return None,
        Sight::Unreadable => ("unreadable", None, None),
        Sight::MountPoint(at) => ("mountPoint", nested(at), None),
        Sight::Masked(at) => ("masked", nested(at), None),
        Sight::Outside => ("outsideSubPath", None, None),
        Sight::Locked(length) => ("locked", None, Some(text(&row.entry.path[..length]))),
        Sight::Missing => ("missing", None, None),
        Sight::Unknown => ("unknown", None, None),
    };
    Some(Exception { container: view.part.container.clone(), reason, by_volume, directory })
}

fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}
