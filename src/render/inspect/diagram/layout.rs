//! Boxes, texts and lines on a grid of character cells: what is drawn with characters, and as SVG.

use super::card::{Folded, Row, SIDES};
use super::fold::width;
use super::graph::{ContainerNode, Standing, VolumeNode};
use crate::pod::ContainerKind;
use crate::render::Paint;

/// A picture of one pod. Columns and lines count from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) columns: usize,
    pub(super) lines: usize,
    /// The pod first: others lie in it.
    pub(super) frames: Vec<Frame>,
    pub(super) texts: Vec<Text>,
    pub(super) wires: Vec<Wire>,
}

/// A place on the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) column: usize,
    pub(super) line: usize,
}

/// A box, its lines included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) at: Point,
    pub(super) columns: usize,
    pub(super) lines: usize,
    pub(super) shape: Shape,
    /// Stands in the upper line.
    pub(super) title: Option<String>,
}

/// What a box is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Pod,
    Container(ContainerKind),
    Volume(Standing),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) at: Point,
    pub(super) words: String,
    pub(super) paint: Option<Paint>,
}

/// All lines of one volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wire {
    /// Several containers see the same files through it.
    pub(super) is_shared: bool,
    pub(super) strokes: Vec<Stroke>,
    /// Where three of them meet.
    pub(super) joints: Vec<Point>,
    pub(super) heads: Vec<Head>,
}

/// A straight line, ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stroke {
    Across { line: usize, from: usize, to: usize },
    Down { column: usize, from: usize, to: usize },
}

/// The head of an arrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) at: Point,
    pub(super) side: Side,
}

/// Where an arrow points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

impl Frame {
    /// The column of its right line.
    pub(super) fn right(&self) -> usize {
        self.at.column + self.columns - 1
    }

    /// The line of its lower line.
    pub(super) fn bottom(&self) -> usize {
        self.at.line + self.lines - 1
    }
}

impl Layout {
    /// A layout that has the pod's box, of no size yet. What is put into it begins at the returned place.
    pub(super) fn of_pod(title: &str, columns: usize) -> (Self, Point) {
        let inner = columns.saturating_sub(SIDES);
        let fits = width(title) <= inner;
        let mut layout = Self::default();
        let at = Point { column: 0, line: 0 };
        let title_in_frame = fits.then(|| title.to_owned());
        layout.frames.push(Frame { at, columns: 0, lines: 0, shape: Shape::Pod, title: title_in_frame });
        let rows = if fits { Vec::new() } else { super::fold::fold(title, inner) };
        for (line, text) in (1..).zip(&rows) {
            layout.texts.push(Text { at: Point { column: 2, line }, words: text.clone(), paint: Some(Paint::Strong) });
        }
        (layout, Point { column: 2, line: 1 + rows.len() })
    }

    /// Adds a box with what stands in it, `columns` wide on the whole. Gives its place in the list, and the line of each
    /// mount in it.
    pub(super) fn card(
        &mut self,
        at: Point,
        columns: usize,
        shape: Shape,
        card: &Folded,
    ) -> (usize, Vec<(usize, usize)>) {
        let mut mounts = Vec::new();
        for (line, row) in (at.line + 1..).zip(&card.rows) {
            mounts.extend(row.mount.map(|mount| (mount, line)));
            self.row(Point { column: at.column + 2, line }, at.column + columns - 2, row);
        }
        let lines = card.rows.len() + 2;
        self.frames.push(Frame { at, columns, lines, shape, title: card.title.clone() });
        (self.frames.len() - 1, mounts)
    }

    /// Adds a line of text; the access ends before the column `end`.
    fn row(&mut self, at: Point, end: usize, row: &Row) {
        self.texts.push(Text { at, words: row.text.clone(), paint: row.paint });
        if let Some(access) = row.access {
            let access = access.as_str();
            let at = Point { column: end - access.len(), ..at };
            self.texts.push(Text { at, words: access.to_owned(), paint: None });
        }
    }

    /// Closes the pod's box around all there is.
    pub(super) fn close(mut self) -> Self {
        let ends = self.texts.iter().map(|text| (text.at.column + width(&text.words), text.at.line + 1));
        let inner = self.frames[1..].iter().map(|frame| (frame.right() + 1, frame.bottom() + 1));
        let (right, bottom) =
            ends.chain(inner).fold((0, 1), |(right, bottom), (column, line)| (right.max(column), bottom.max(line)));
        let pod = &mut self.frames[0];
        let title = pod.title.as_deref().map_or(0, |title| width(title) + SIDES);
        (pod.columns, pod.lines) = ((right + 2).max(title), bottom + 1);
        (self.columns, self.lines) = (pod.columns, pod.lines);
        self
    }
}

impl From<&ContainerNode> for Shape {
    fn from(node: &ContainerNode) -> Self {
        Self::Container(node.kind)
    }
}

impl From<&VolumeNode> for Shape {
    fn from(node: &VolumeNode) -> Self {
        Self::Volume(node.standing)
    }
}
