//! What each container sees of a volume, put together from their listings.
//!
//! What a container does not see follows from the spec (a part of the volume, a mount over it), from modes and as whom it
//! runs, and from what its own tools could not list.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use super::part::{Part, below};
use super::{FileEntry, FileKind, FileRow, Listing, Look, Process, Sight, View, VolumeFiles};

/// What of it is wanted.
pub struct Wanted<'a> {
    /// By its path in the volume.
    pub is_wanted: &'a dyn Fn(&[u8]) -> bool,
    /// No more rows than that are held.
    pub most: usize,
}

/// What is seen of a volume through its mounts, put together as they are looked through, in any order. No listing is held.
pub struct Sights<'a> {
    wanted: &'a Wanted<'a>,
    views: Vec<View>,
    folders: Vec<Option<Folders>>,
    found: Found,
}

impl<'a> Sights<'a> {
    /// Nothing yet, through those mounts.
    pub fn new(parts: impl IntoIterator<Item = Part>, wanted: &'a Wanted<'a>) -> Self {
        let view = |part| View { part, by: None, blind: None, is_cut: false, unclear: 0, process: None };
        let views: Vec<View> = parts.into_iter().map(view).collect();
        let folders = views.iter().map(|_| None).collect();
        Self { wanted, views, folders, found: Found::default() }
    }

    /// The mount of that number was looked through.
    pub fn add(&mut self, at: usize, look: Look) {
        let Some(view) = self.views.get_mut(at) else { return };
        match look {
            Look::Blind(blind) => view.blind = Some(blind),
            Look::Listed { by, listing, process } => {
                (view.by, view.is_cut, view.unclear, view.process) =
                    (Some(by), listing.is_cut, listing.unclear, process);
                self.folders[at] = Some(Folders::of(view, &listing));
                self.found.add(at, view, listing, self.wanted);
            }
        }
    }

    /// What it comes to, of the volume of that name.
    pub fn finish(self, volume: String) -> VolumeFiles {
        let Self { wanted, views, folders, mut found } = self;
        found.add_mount_points(&views, wanted);
        let more = found.files.len().saturating_sub(wanted.most);
        let sights: Vec<Vec<Sight>> = found
            .files
            .iter()
            .take(wanted.most)
            .map(|(key, file)| {
                let path = in_order(key);
                let views = views.iter().zip(&folders).enumerate();
                views.map(|(at, (view, folders))| found.sight(at, view, folders.as_ref(), &path, file)).collect()
            })
            .collect();
        let rows = found.files.into_iter().zip(sights).map(|((key, file), sights)| {
            let entry = FileEntry { path: in_order(&key), ..file.entry };
            let name = |name: Option<(usize, String)>| name.map(|(_, name)| name);
            FileRow { sights, owner: name(file.owner), group: name(file.group), entry }
        });
        VolumeFiles { volume, rows: rows.collect(), views, more }
    }
}

/// The files that were seen, by a key in whose order a directory comes right before what is in it.
#[derive(Default)]
struct Found {
    files: BTreeMap<Vec<u8>, Seen>,
}

struct Seen {
    entry: FileEntry,
    /// The names of the first view that knows one, with its number.
    owner: Option<(usize, String)>,
    group: Option<(usize, String)>,
    /// The numbers of those that see it; the entry is that of the least one.
    views: Vec<usize>,
}

/// No name has a NUL or a slash in it, and a NUL is less than every byte a name has.
fn in_order(path: &[u8]) -> Vec<u8> {
    let swapped = |byte: &u8| match byte {
        b'/' => 0,
        0 => b'/',
        byte => *byte,
    };
    path.iter().map(swapped).collect()
}

impl Found {
    fn add(&mut self, at: usize, view: &View, listing: Listing, wanted: &Wanted<'_>) {
        let name_of = |names: fn(&Process) -> &BTreeMap<u32, String>, id: u32| {
            view.process.as_ref().and_then(|process| names(process).get(&id).map(|name| (at, name.clone())))
        };
        for mut entry in listing.entries {
            let path = view.part.to_volume(&entry.path);
            if path.is_empty() || view.part.hidden_by(&path).is_some() || !(wanted.is_wanted)(&path) {
                continue;
            }
            let owner = || name_of(|process| &process.users, entry.uid);
            let group = || name_of(|process| &process.groups, entry.gid);
            let seen = match self.files.entry(in_order(&path)) {
                Entry::Occupied(seen) => {
                    let seen = seen.into_mut();
                    if seen.owner.as_ref().is_none_or(|(other, _)| at < *other) {
                        seen.owner = owner().or_else(|| seen.owner.take());
                    }
                    if seen.group.as_ref().is_none_or(|(other, _)| at < *other) {
                        seen.group = group().or_else(|| seen.group.take());
                    }
                    if seen.views.iter().all(|other| at < *other) {
                        entry.path = Vec::new();
                        seen.entry = entry;
                    }
                    seen
                }
                Entry::Vacant(place) => {
                    let (owner, group) = (owner(), group());
                    // The key has the path.
                    entry.path = Vec::new();
                    place.insert(Seen { owner, group, entry, views: Vec::new() })
                }
            };
            seen.views.push(at);
        }
    }

    /// Where something is mounted inside the volume there is a directory, though nobody may see it.
    fn add_mount_points(&mut self, views: &[View], wanted: &Wanted<'_>) {
        let nested = views.iter().flat_map(|view| &view.part.nested);
        for path in nested.map(|nested| nested.in_volume.as_bytes()).filter(|path| (wanted.is_wanted)(path)) {
            self.files.entry(in_order(path)).or_insert_with(|| Seen {
                entry: FileEntry {
                    path: Vec::new(),
                    kind: FileKind::Directory,
                    size: 0,
                    modified: None,
                    uid: 0,
                    gid: 0,
                    mode: 0,
                    target: None,
                },
                owner: None,
                group: None,
                views: Vec::new(),
            });
        }
    }

    /// What is seen through a view of the file at that path.
    fn sight(&self, at: usize, view: &View, folders: Option<&Folders>, path: &[u8], file: &Seen) -> Sight {
        if view.part.is_unknown {
            return Sight::Unknown;
        }
        let Some(below) = below(path, view.part.sub_path.as_bytes()) else { return Sight::Outside };
        if let Some(at) = view.part.hidden_by(path) {
            let is_there = view.part.nested[at].in_volume.as_bytes() == path;
            return if is_there { Sight::MountPoint(at) } else { Sight::Masked(at) };
        }
        let Some(folders) = folders else { return Sight::Unknown };
        if file.views.contains(&at) {
            return file.seen_by(view);
        }
        match folders.way(below) {
            Way::Plain => match folders.locked(path).filter(|_| folders.is_partial) {
                Some(folder) => Sight::Locked(folder),
                None if folders.is_cut => Sight::Unknown,
                None => Sight::Missing,
            },
            Way::Leads(there) => {
                let there = self.files.get(&in_order(&view.part.to_volume(&there)));
                there.filter(|there| there.views.contains(&at)).map_or(Sight::Unknown, |there| there.seen_by(view))
            }
            Way::Lost => Sight::Unknown,
        }
    }
}

impl Seen {
    fn seen_by(&self, view: &View) -> Sight {
        let may_read = self.entry.kind == FileKind::Link
            || view.process.as_ref().is_none_or(|process| process.may_read(&self.entry));
        if may_read { Sight::Seen } else { Sight::Unreadable }
    }
}

/// Where the directories of a path lead.
enum Way {
    /// None of them is a link.
    Plain,
    /// Through links, to that path below the mount.
    Leads(Vec<u8>),
    /// Through links, out of the mount or in a circle.
    Lost,
}

/// So many links of a path are followed, as Linux does.
const MOST_LINKS: usize = 40;

/// The directories that were listed through a view, where not all could be, and its links.
struct Folders {
    /// Where they lead, by their paths below the mount.
    links: HashMap<Vec<u8>, Option<Vec<u8>>>,
    /// By their path in the volume, whether they kept nothing back: something in them was seen, or may be by their modes.
    open: HashMap<Vec<u8>, bool>,
    is_partial: bool,
    is_cut: bool,
}

impl Folders {
    fn of(view: &View, listing: &Listing) -> Self {
        let links = listing.entries.iter().filter(|entry| entry.kind == FileKind::Link);
        let links = links.map(|link| (link.path.clone(), link.target.clone())).collect();
        let mut folders = Self { links, open: HashMap::new(), is_partial: listing.is_partial, is_cut: listing.is_cut };
        if !listing.is_partial {
            return folders;
        }
        for entry in &listing.entries {
            let path = view.part.to_volume(&entry.path);
            let is_root = entry.path.is_empty();
            if let Some(is_open) = folders.open.get_mut(parent(&path)).filter(|_| !is_root) {
                *is_open = true;
            }
            // A mount as a whole may be kept back by more than modes.
            if is_root || entry.kind == FileKind::Directory {
                let may_list = !is_root && view.process.as_ref().is_some_and(|process| process.may_list(entry));
                folders.open.entry(path).or_insert(may_list);
            }
        }
        folders
    }

    /// Where the directories of a path below the mount lead.
    fn way(&self, below: &[u8]) -> Way {
        let mut rest: Vec<&[u8]> = below.rsplit(|byte| *byte == b'/').collect();
        let (mut folder, mut links) = (Vec::new(), 0);
        while let Some(name) = rest.pop() {
            match name {
                b"" | b"." => continue,
                b".." if folder.is_empty() => return Way::Lost,
                b".." => {
                    folder = parent(&folder).to_vec();
                    continue;
                }
                _ => {}
            }
            let path = if folder.is_empty() { name.to_vec() } else { [&folder[..], b"/", name].concat() };
            match self.links.get(&path).filter(|_| !rest.is_empty()) {
                None => folder = path,
                Some(Some(target)) if !target.starts_with(b"/") && links < MOST_LINKS => {
                    links += 1;
                    rest.extend(target.rsplit(|byte| *byte == b'/'));
                }
                Some(_) => return Way::Lost,
            }
        }
        if links == 0 { Way::Plain } else { Way::Leads(folder) }
    }

    /// The directory that kept its content from being listed.
    fn locked(&self, path: &[u8]) -> Option<usize> {
        let mut folder = path;
        while !folder.is_empty() {
            folder = parent(folder);
            if let Some(is_open) = self.open.get(folder) {
                return (!is_open).then_some(folder.len());
            }
        }
        None
    }
}

fn parent(path: &[u8]) -> &[u8] {
    path.iter().rposition(|byte| *byte == b'/').map_or(b"", |slash| &path[..slash])
}

#[cfg(test)]
mod tests;
