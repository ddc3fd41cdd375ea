//! What lies in volumes, for people: a table a volume, a row a file, and who sees it.

use super::Detail;
use super::sentences::listed;
use crate::pod::Pod;
use crate::probe::{Blind, FileEntry, FileKind, FileRow, PodFiles, Sight, View, VolumeFiles, quantity};
use crate::render::Style;
use crate::render::age::age;
use crate::render::shell;
use crate::render::table::{Cell, Column, Table, one_line};
use crate::render::terminal_text::push_safe;

/// More files of a volume are counted, and not shown.
pub const FILES_SHOWN: usize = 200;

/// The volumes that were looked at, each line ended.
pub(super) fn text(pod: &Pod, looked: &PodFiles, detail: Detail, style: Style) -> String {
    if looked.volumes.is_empty() {
        return "No volume is mounted by several containers: --all-volumes lists the files of the others.\n".to_owned();
    }
    let text = |files: &VolumeFiles| Volume { pod, looked, files }.text(detail, style);
    looked.volumes.iter().map(text).collect::<Vec<_>>().join("\n")
}

struct Volume<'a> {
    pod: &'a Pod,
    looked: &'a PodFiles,
    files: &'a VolumeFiles,
}

impl Volume<'_> {
    fn text(&self, detail: Detail, style: Style) -> String {
        let mut lines = vec![format!("Files in the volume {}:", self.files.volume)];
        lines.extend(self.notes().into_iter().map(|note| format!("  {note}")));
        let mut text: String = lines.iter().flat_map(|line| [one_line(line), "\n".to_owned()]).collect();
        if !self.files.rows.is_empty() {
            text.push_str(&self.table(detail).render(style));
        } else if self.files.views.iter().any(|view| view.by.is_some()) {
            text.push_str(&self.nothing());
        }
        let more = self.files.more + self.files.rows.len().saturating_sub(FILES_SHOWN);
        if more > 0 {
            text.extend(["... and ", &with_commas(more), " more: --files='GLOB' narrows it\n"]);
        }
        text
    }

    fn nothing(&self) -> String {
        match self.looked.pattern.as_str() {
            "**" => "  It is empty.\n".to_owned(),
            pattern => format!("  Nothing in it matches {}.\n", one_line(pattern)),
        }
    }

    /// What holds for all of its rows: who could not be looked into, and whose answers are not whole.
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for view in &self.files.views {
            let name = &view.part.container;
            notes.extend(view.blind.as_ref().map(|blind| self.blind(view, blind)));
            if view.is_cut {
                notes.push(format!("{name} tells of more than was read: some files are missing here."));
            }
            if view.unclear > 0 {
                notes.push(format!(
                    "ls of {name} does not tell {} names plainly: ? may be any character.",
                    view.unclear
                ));
            }
        }
        let mut seen: Vec<String> = Vec::new();
        notes.retain(|note| {
            let is_new = !seen.contains(note);
            seen.push(note.clone());
            is_new
        });
        notes
    }

    fn blind(&self, view: &View, blind: &Blind) -> String {
        let name = &view.part.container;
        match blind {
            Blind::NotRunning(state) => format!("{name} does not run ({state}): it was not looked into."),
            Blind::Failed(reason) => format!("{name} could not be looked into: {reason}."),
            Blind::NoTools => match self.files.views.iter().find(|view| view.by.is_some()) {
                Some(other) => format!("{name} has neither find nor ls: seen through {}.", other.part.container),
                None => format!("{name} has neither find nor ls. Look with: {}", self.debug(view)),
            },
        }
    }

    /// What lends the container tools.
    fn debug(&self, view: &View) -> String {
        let pod = shell::quote(&self.pod.name);
        let flags = &self.looked.flags;
        let flags = if flags.is_empty() { flags.clone() } else { format!(" {flags}") };
        let target = shell::quote(&view.part.container);
        let path = format!("/proc/1/root{}", view.part.path);
        let path = shell::quote(&path);
        format!(
            "kubectl debug -it {pod}{flags} --image=busybox:latest --profile=general --target={target} -- ls -lAR {path}"
        )
    }

    fn table(&self, detail: Detail) -> Table {
        let is_wide = detail == Detail::Wide;
        let mut containers = self.containers();
        if is_wide {
            // The notes say it once for all files.
            containers.retain(|name| self.runs(name));
        }
        let mut heads = vec![Column::folding("PATH"), "SIZE".into(), "AGE".into(), "OWNER".into()];
        heads.extend(is_wide.then(|| Column::from("GROUP")));
        heads.push("MODE".into());
        if is_wide {
            heads.extend(containers.iter().map(|name| Column::folding(name)));
        } else {
            heads.push(Column::folding("SEEN BY"));
        }
        let mut table = Table::new(heads);
        for row in self.files.rows.iter().take(FILES_SHOWN) {
            let mut cells = vec![Cell::from(path(&row.entry))];
            cells.extend(self.facts(row, is_wide));
            if is_wide {
                cells.extend(containers.iter().map(|name| Cell::from(self.own(row, name))));
            } else {
                cells.push(Cell::lines(self.seen_by(row, &containers)));
            }
            table.row(cells);
        }
        table
    }

    /// Those that mount the volume, each once.
    fn containers(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for view in &self.files.views {
            if !names.contains(&view.part.container.as_str()) {
                names.push(&view.part.container);
            }
        }
        names
    }

    fn runs(&self, container: &str) -> bool {
        let mut of_it = self.files.views.iter().filter(|view| view.part.container == container);
        of_it.any(|view| !matches!(view.blind, Some(Blind::NotRunning(_))))
    }

    fn facts(&self, row: &FileRow, is_wide: bool) -> Vec<Cell> {
        if !row.is_seen() {
            return vec![Cell::from("-"); if is_wide { 5 } else { 4 }];
        }
        let entry = &row.entry;
        let now = self.looked.looked_at.as_second();
        let mut cells = vec![
            Cell::from(quantity::shown(entry.size)),
            Cell::or_dash(entry.modified.map(|then| age(now.saturating_sub(then))).unwrap_or_default()),
            Cell::from(owner(entry.uid, row.owner.as_deref())),
        ];
        cells.extend(is_wide.then(|| Cell::from(owner(entry.gid, row.group.as_deref()))));
        cells.push(Cell::from(entry.permissions()));
        cells
    }

    /// What the container sees best, and through which mount.
    fn best(&self, row: &FileRow, container: &str) -> Option<(Sight, &View)> {
        let sights = row.sights.iter().copied().zip(&self.files.views);
        sights.filter(|(_, view)| view.part.container == container).min_by_key(|(sight, _)| match sight {
            Sight::Seen => 0,
            Sight::Unreadable => 1,
            Sight::MountPoint(_) => 2,
            Sight::Masked(_) => 3,
            Sight::Locked(_) => 4,
            Sight::Missing => 5,
            Sight::Unknown => 6,
            Sight::Outside => 7,
        })
    }

    /// `all`, or what is not so, a line for each reason.
    fn seen_by(&self, row: &FileRow, containers: &[&str]) -> Vec<String> {
        let mut exceptions: Vec<(Exception, Vec<&str>)> = Vec::new();
        for container in containers {
            let Some((sight, view)) = self.best(row, container) else { continue };
            let Some(exception) = exception(row, sight, view) else { continue };
            match exceptions.iter_mut().find(|(other, _)| *other == exception) {
                Some((_, names)) => names.push(container),
                None => exceptions.push((exception, vec![container])),
            }
        }
        if exceptions.is_empty() {
            return vec!["all".to_owned()];
        }
        let line = |(exception, names): (Exception, Vec<&str>)| {
            let names = listed(&names);
            match exception {
                Exception::Sees(but) => format!("{names} {but}"),
                Exception::Not(reason) => format!("not {names}: {reason}"),
                Exception::Unknown => format!("not known of {names}"),
            }
        };
        exceptions.into_iter().map(line).collect()
    }

    /// The path the container has it at, or why it has none.
    fn own(&self, row: &FileRow, container: &str) -> String {
        let Some((sight, view)) = self.best(row, container) else { return "-".to_owned() };
        let own = || view.part.to_container(&row.entry.path).map(|path| safe(&path)).unwrap_or_default();
        match exception(row, sight, view) {
            _ if sight == Sight::Unknown => "?".to_owned(),
            Some(Exception::Sees(but)) => format!("{}: {but}", own()),
            Some(Exception::Not(reason)) => format!("- ({reason})"),
            Some(Exception::Unknown) | None => own(),
        }
    }
}

/// What keeps a container from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Exception {
    /// It sees that it is there, and more it cannot.
    Sees(String),
    /// It does not see it.
    Not(String),
    /// It was looked into, and did not tell.
    Unknown,
}

fn exception(row: &FileRow, sight: Sight, view: &View) -> Option<Exception> {
    let user = || view.process.as_ref().map(|process| format!(" (uid {})", process.uid)).unwrap_or_default();
    Some(match sight {
        Sight::Unknown if view.blind.is_none() => Exception::Unknown,
        // What is said of the view tells it of all files.
        Sight::Seen | Sight::Unknown => return None,
        Sight::Unreadable if row.entry.kind == FileKind::Directory => {
            Exception::Sees(format!("cannot list it{}", user()))
        }
        Sight::Unreadable => Exception::Sees(format!("cannot read it{}", user())),
        Sight::MountPoint(at) => Exception::Not(format!("here begins the volume {}", view.part.nested[at].volume)),
        Sight::Masked(at) => {
            let nested = &view.part.nested[at];
            Exception::Not(format!("hidden by the volume {} at {}", nested.volume, nested.path))
        }
        Sight::Outside => Exception::Not("outside its subPath".to_owned()),
        Sight::Locked(0) => Exception::Not(format!("cannot list {}{}", view.part.path, user())),
        Sight::Locked(length) => Exception::Not(format!("cannot list {}/{}", safe(&row.entry.path[..length]), user())),
        Sight::Missing => Exception::Not("not there when it was looked for".to_owned()),
    })
}

/// With a slash behind a directory, and an arrow to where a link leads.
fn path(entry: &FileEntry) -> String {
    let path = safe(&entry.path);
    match (entry.kind, &entry.target) {
        (FileKind::Directory, _) => format!("{path}/"),
        (FileKind::Link, Some(target)) => format!("{path} -> {}", safe(target)),
        (FileKind::Link, None) => format!("{path} -> ?"),
        _ => path,
    }
}

/// A name on one line that cannot drive a terminal. What exactly it is, JSON tells.
fn safe(name: &[u8]) -> String {
    let mut out = Vec::new();
    for piece in name.split_inclusive(|byte| matches!(byte, b'\n' | b'\t' | b'\x1b')) {
        let (text, last) = match piece {
            [text @ .., b'\n'] => (text, "\\n"),
            [text @ .., b'\t'] => (text, "\\t"),
            [text @ .., b'\x1b'] => (text, "\\x1b"),
            text => (text, ""),
        };
        push_safe(&mut out, text);
        out.extend_from_slice(last.as_bytes());
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn owner(id: u32, name: Option<&str>) -> String {
    name.map_or_else(|| id.to_string(), |name| format!("{id} ({name})"))
}

/// `99,800`
fn with_commas(number: usize) -> String {
    let digits = number.to_string();
    let head = digits.len() % 3;
    let (first, rest) = digits.split_at(head);
    let threes = rest.as_bytes().chunks(3).map(|three| String::from_utf8_lossy(three).into_owned());
    (!first.is_empty()).then(|| first.to_owned()).into_iter().chain(threes).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests;
