//! What lies in a volume, and which of the containers that mount it see each file.
//!
//! Files are named by their paths in the volume, so that one file is one row, whatever it is called in each container.

use jiff::Timestamp;

use super::{FileEntry, Listing, Part, Process};

/// How a container was looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// Its own tools told.
    Listed {
        /// The tools: `find` or `ls`.
        by: &'static str,
        /// What they told.
        listing: Listing,
        /// As whom they ran, where that is known.
        process: Option<Process>,
    },
    /// Nothing was told.
    Blind(Blind),
}

/// Why a container could not be looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blind {
    /// It does not run: what its state is.
    NotRunning(String),
    /// Its image has neither `find` nor `ls`.
    NoTools,
    /// Commands may not be run there, or something failed: the words.
    Failed(String),
}

/// What lies in the volumes of a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodFiles {
    /// Those that were looked at, in the order of the spec.
    pub volumes: Vec<VolumeFiles>,
    /// Which files were wanted.
    pub pattern: String,
    /// The flags that kubectl would need to reach the pod.
    pub flags: String,
    /// When, by our clock.
    pub looked_at: Timestamp,
}

/// What lies in one volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeFiles {
    /// The volume's name.
    pub volume: String,
    /// How it was looked at, a mount each.
    pub views: Vec<View>,
    /// The files that are wanted, by path, each directory before what is in it.
    pub rows: Vec<FileRow>,
    /// So many more are wanted, and not held.
    pub more: usize,
}

/// How a volume was looked at through one mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The mount.
    pub part: Part,
    /// What told of it, such as `find`.
    pub by: Option<&'static str>,
    /// Why nothing did.
    pub blind: Option<Blind>,
    /// There was more than is read of an answer.
    pub is_cut: bool,
    /// So many names are not told plainly.
    pub unclear: usize,
    /// As whom the container runs.
    pub process: Option<Process>,
}

/// A file of a volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// The file; its path is that in the volume. Where nobody sees it, it is a directory that something is mounted at, and no
    /// more is known.
    pub entry: FileEntry,
    /// Its owner's name, where an image that sees it knows one.
    pub owner: Option<String>,
    /// Its group's name.
    pub group: Option<String>,
    /// What of it is seen through each of the views.
    pub sights: Vec<Sight>,
}

/// What a container sees of a file through one mount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// It sees it, and as far as is known can read it.
    Seen,
    /// It sees it, and cannot read it: by mode and user.
    Unreadable,
    /// Here begins the nested mount of that number.
    MountPoint(usize),
    /// The nested mount of that number lies over it.
    Masked(usize),
    /// It is not in the part of the volume that is mounted.
    Outside,
    /// It cannot list the directory: so many bytes of the file's path are that directory's.
    Locked(usize),
    /// It was not there when that container was looked into.
    Missing,
    /// Not known: the container was not looked into, or not to the end.
    Unknown,
}

impl FileRow {
    /// Whether any container told of it.
    pub fn is_seen(&self) -> bool {
        self.sights.iter().any(|sight| matches!(sight, Sight::Seen | Sight::Unreadable))
    }
}

impl VolumeFiles {
    /// Whether nothing could be seen of it, though something should have been.
    pub fn is_blind(&self) -> bool {
        self.views.iter().all(|view| view.by.is_none())
            && self.views.iter().any(|view| !matches!(view.blind, Some(Blind::NotRunning(_))))
    }

    /// Whether one of its mounts could not be looked through for a reason that is no matter of the pod itself.
    pub fn is_partial(&self) -> bool {
        self.is_blind() || self.views.iter().any(|view| matches!(view.blind, Some(Blind::Failed(_))))
    }
}
