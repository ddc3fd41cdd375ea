//! Containers first, then each volume with the containers that mount it hanging below: the layout of narrow terminals, and
//! of pods with so many mounts that lines between boxes could not be followed. As many blocks side by side as fit.

use super::card::{Card, Folded, Row, SIDES};
use super::fold::{fold, width};
use super::graph::{Access, Graph, MountEdge, Standing};
use super::layout::{Head, Layout, Point, Shape, Side, Stroke, Text, Wire};
use crate::render::Paint;

/// Columns between two blocks.
const GAP: usize = 2;

/// Blocks are folded to that where this lets two of them stand side by side.
const GOOD: usize = 36;

/// No box is narrower than that, even where a terminal is.
const NARROWEST: usize = 16;

/// Columns before a container's name below a volume's box: a space and the arrow.
const BRANCH: usize = 6;

/// The layout, in that many columns.
pub(super) fn layout(graph: &Graph, columns: usize) -> Layout {
    let columns = columns.max(NARROWEST + SIDES);
    let (mut layout, origin) = Layout::of_pod(&graph.title, columns);
    let inner = columns - SIDES;
    let containers = graph.containers.iter().map(|node| Card::container(node).width() + SIDES);
    let volumes = (0..graph.volumes.len()).map(|volume| natural_width(graph, volume));
    let mut place = Shelves::new(origin, inner, &containers.chain(volumes).collect::<Vec<_>>());
    for node in &graph.containers {
        let card = Card::container(node).fold(place.width - SIDES);
        let at = place.next(card.rows.len() + 2);
        layout.card(at, place.width, Shape::from(node), &card);
    }
    place.level();
    if graph.volumes.is_empty() {
        let Point { column, line } = place.next(1);
        let words = fold(without_volumes(graph), inner).into_iter();
        let texts = (line..).zip(words).map(|(line, words)| Text {
            at: Point { column, line },
            words,
            paint: Some(Paint::Faint),
        });
        layout.texts.extend(texts);
        return layout.close();
    }
    for volume in 0..graph.volumes.len() {
        let block = Block::new(graph, volume, place.width);
        let at = place.next(block.lines());
        block.put(&mut layout, at, place.width);
    }
    layout.close()
}

fn without_volumes(graph: &Graph) -> &'static str {
    match graph.containers.len() {
        0 | 1 => "no volumes",
        _ => "no volumes: the containers share no files",
    }
}

/// Columns in which nothing of a volume's block is folded.
fn natural_width(graph: &Graph, volume: usize) -> usize {
    let card = Card::volume(&graph.volumes[volume]).width() + SIDES;
    let branches = mounts_of(graph, volume).map(|mount| {
        let name = width(&graph.containers[mount.container].name);
        let part = mount.part.as_ref().map_or(0, |part| width(part) + "subPath ".len());
        BRANCH + name.max(width(&mount.path) + " rw".len()).max(part)
    });
    branches.max().unwrap_or_default().max(card)
}

fn mounts_of(graph: &Graph, volume: usize) -> impl Iterator<Item = &MountEdge> {
    graph.mounts.iter().filter(move |mount| mount.volume == volume)
}

/// A volume, and who mounts it.
struct Block {
    shape: Shape,
    card: Folded,
    is_shared: bool,
    branches: Vec<(Access, Vec<Row>)>,
}

impl Block {
    fn new(graph: &Graph, volume: usize, columns: usize) -> Self {
        let node = &graph.volumes[volume];
        let text = columns - BRANCH;
        let branches = mounts_of(graph, volume).map(|mount| {
            let name = plain(&graph.containers[mount.container].name, text, Some(Paint::Strong));
            let path = plain(&format!("{} {}", mount.path, mount.access.as_str()), text, None);
            let part = mount.part.as_ref().map(|part| plain(&format!("subPath {part}"), text, Some(Paint::Faint)));
            (mount.access, name.chain(path).chain(part.into_iter().flatten()).collect())
        });
        Self {
            shape: Shape::from(node),
            card: Card::volume(node).fold(columns - SIDES),
            is_shared: node.standing == Standing::Shared,
            branches: branches.collect(),
        }
    }

    /// With an empty one after it.
    fn lines(&self) -> usize {
        self.card.rows.len() + 3 + self.branches.iter().map(|(_, rows)| rows.len()).sum::<usize>()
    }

    fn put(&self, layout: &mut Layout, at: Point, columns: usize) {
        let (frame, _) = layout.card(at, columns, self.shape, &self.card);
        let bottom = layout.frames[frame].bottom();
        let trunk = at.column + 2;
        let mut wire = Wire { is_shared: self.is_shared, strokes: Vec::new(), joints: Vec::new(), heads: Vec::new() };
        let mut line = bottom + 1;
        let mut last = None;
        for (access, rows) in &self.branches {
            last = Some(line);
            wire.strokes.push(Stroke::Across { line, from: trunk, to: trunk + 2 });
            let (column, side) = match access {
                Access::Write => (trunk + 1, Side::Left),
                Access::ReadOnly => (trunk + 2, Side::Right),
            };
            wire.heads.push(Head { at: Point { column, line }, side });
            for row in rows {
                let at = Point { column: at.column + BRANCH, line };
                layout.texts.push(Text { at, words: row.text.clone(), paint: row.paint });
                line += 1;
            }
        }
        if let Some(last) = last {
            wire.strokes.push(Stroke::Down { column: trunk, from: bottom, to: last });
            layout.wires.push(wire);
        }
    }
}

fn plain(text: &str, columns: usize, paint: Option<Paint>) -> impl Iterator<Item = Row> + use<> {
    fold(text, columns).into_iter().map(move |text| Row { text, paint, ..Row::default() })
}

/// Places for blocks of one width, side by side: each comes where there is room highest up.
struct Shelves {
    origin: Point,
    width: usize,
    /// Of each column, the first line that is free.
    free: Vec<usize>,
}

impl Shelves {
    fn new(origin: Point, inner: usize, widths: &[usize]) -> Self {
        let widest = widths.iter().copied().max().unwrap_or_default();
        let side_by_side = |width: usize| ((inner + GAP) / (width + GAP)).clamp(1, widths.len().max(1));
        let share = (inner + GAP) / side_by_side(GOOD) - GAP;
        let width = widest.min(share);
        Self { origin, width, free: vec![origin.line; side_by_side(width)] }
    }

    /// The place of a block of that many lines.
    fn next(&mut self, lines: usize) -> Point {
        let highest = (0..self.free.len()).min_by_key(|column| self.free[*column]).unwrap_or_default();
        let line = self.free[highest];
        self.free[highest] += lines;
        Point { column: self.origin.column + highest * (self.width + GAP), line }
    }

    /// What comes next comes below all that there is.
    fn level(&mut self) {
        let end = self.free.iter().copied().max().unwrap_or(self.origin.line);
        self.free.fill(end);
    }
}
