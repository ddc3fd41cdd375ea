//! What stands in a box, folded to its width.

use super::fold::{fold, width};
use super::graph::{Access, ContainerNode, Graph, MountEdge, Standing, VolumeNode};
use crate::render::Paint;

/// Columns that a box takes beside what stands in it: a line and a space on both sides.
pub(super) const SIDES: usize = 4;

/// What stands in a box, not yet folded.
#[derive(Debug, Clone, Default)]
pub(super) struct Card {
    title: String,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
enum Entry {
    Plain {
        text: String,
        paint: Option<Paint>,
    },
    /// A mount, by its place in the graph: a line leaves the box there.
    Mount {
        path: String,
        access: Access,
        part: Option<String>,
        mount: usize,
    },
}

/// A line in a box.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Row {
    pub(super) text: String,
    pub(super) paint: Option<Paint>,
    /// The mount whose line leaves the box here.
    pub(super) mount: Option<usize>,
    /// What stands at the end of the line.
    pub(super) access: Option<Access>,
}

/// A card that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folded {
    /// `None`: it has no room in the frame, and is among the rows.
    pub(super) title: Option<String>,
    pub(super) rows: Vec<Row>,
}

impl Card {
    /// A container without its mounts.
    pub(super) fn container(node: &ContainerNode) -> Self {
        let image = Some(&node.image).filter(|image| !image.is_empty());
        let texts = std::iter::once(&node.role).chain(image);
        let entries = texts.map(|text| Entry::Plain { text: text.clone(), paint: None }).collect();
        Self { title: node.name.clone(), entries }
    }

    /// A container with its mounts.
    pub(super) fn with_mounts(graph: &Graph, container: usize) -> Self {
        let mut card = Self::container(&graph.containers[container]);
        let mounts = graph.mounts.iter().enumerate().filter(|(_, mount)| mount.container == container);
        card.entries.extend(mounts.map(|(at, MountEdge { path, access, part, .. })| Entry::Mount {
            path: path.clone(),
            access: *access,
            part: part.as_ref().map(|part| format!("subPath {part}")),
            mount: at,
        }));
        card
    }

    /// A volume.
    pub(super) fn volume(node: &VolumeNode) -> Self {
        let source = Some(&node.source).filter(|source| !source.is_empty());
        let source = source.map(|text| Entry::Plain { text: text.clone(), paint: None });
        let paint = match node.standing {
            Standing::Undeclared => Some(Paint::Bad),
            Standing::Unused => Some(Paint::Warning),
            Standing::Shared | Standing::Apart | Standing::Alone => None,
        };
        let said = node.standing.note().map(|text| Entry::Plain { text: text.to_owned(), paint });
        Self { title: node.name.clone(), entries: source.into_iter().chain(said).collect() }
    }

    /// The columns in which nothing is folded.
    pub(super) fn width(&self) -> usize {
        let widths = self.entries.iter().map(|entry| match entry {
            Entry::Plain { text, .. } => width(text),
            Entry::Mount { path, part, .. } => {
                let part = part.as_deref().map_or(0, |part| width(part) + INDENT.len());
                part.max(width(path) + ACCESS)
            }
        });
        widths.max().unwrap_or_default().max(width(&self.title))
    }

    /// The card in that many columns.
    pub(super) fn fold(&self, columns: usize) -> Folded {
        let fits = width(&self.title) <= columns && !self.title.is_empty();
        let mut rows = Vec::new();
        if !fits {
            rows.extend(plain(&self.title, Some(Paint::Strong), columns));
        }
        for entry in &self.entries {
            match entry {
                Entry::Plain { text, paint } => rows.extend(plain(text, *paint, columns)),
                Entry::Mount { path, access, part, mount } => {
                    rows.extend(mounted(path, part.as_deref(), *access, *mount, columns));
                }
            }
        }
        Folded { title: fits.then(|| self.title.clone()), rows }
    }
}

/// What is put before the lines that belong to the one above.
const INDENT: &str = "  ";

/// Two spaces, and `rw` or `ro`.
const ACCESS: usize = 4;

fn plain(text: &str, paint: Option<Paint>, columns: usize) -> impl Iterator<Item = Row> {
    fold(text, columns).into_iter().map(move |text| Row { text, paint, ..Row::default() })
}

/// The first line has the access at its end, and is where the line to the volume begins.
fn mounted(path: &str, part: Option<&str>, access: Access, mount: usize, columns: usize) -> Vec<Row> {
    let mut lines = fold(path, columns - ACCESS).into_iter();
    let first = Row { text: lines.next().unwrap_or_default(), paint: None, mount: Some(mount), access: Some(access) };
    let indented = |text: String, paint| Row { text: format!("{INDENT}{text}"), paint, ..Row::default() };
    let more = lines.map(|text| indented(text, None));
    let parts = part.map(|part| fold(part, columns - INDENT.len())).unwrap_or_default();
    std::iter::once(first).chain(more).chain(parts.into_iter().map(|text| indented(text, Some(Paint::Faint)))).collect()
}
