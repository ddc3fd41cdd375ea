//! A grid of character cells: lines that are drawn upon it join where they meet.

use super::fold::clusters;
use super::layout::{Point, Side, Stroke};
use crate::render::{Charset, Paint, Style};

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Weight {
    #[default]
    None,
    Single,
    Double,
}

/// The lines that leave a cell, each way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Arms {
    up: Weight,
    down: Weight,
    left: Weight,
    right: Weight,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Cell {
    #[default]
    Blank,
    Glyph(String),
    /// The right half of a wide character.
    Covered,
    /// Part of a line, and whose.
    Line(Arms, Pen),
}

/// Whose lines they are: those of one pen join, those of two cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pen {
    /// Boxes. What touches them joins.
    Frame,
    /// A volume's lines.
    Wire(usize),
}

/// The grid.
#[derive(Debug)]
pub(super) struct Canvas {
    cells: Vec<Vec<(Cell, Option<Paint>)>>,
    charset: Charset,
}

impl Canvas {
    pub(super) fn new(columns: usize, lines: usize, charset: Charset) -> Self {
        Self { cells: vec![vec![(Cell::Blank, None); columns]; lines], charset }
    }

    /// A straight line.
    pub(super) fn stroke(&mut self, stroke: Stroke, weight: Weight, pen: Pen, paint: Option<Paint>) {
        match stroke {
            Stroke::Across { line, from, to } => {
                for column in from..=to {
                    let way = |is_there| if is_there { weight } else { Weight::None };
                    let arms = Arms { left: way(column > from), right: way(column < to), ..Arms::default() };
                    self.arms(Point { column, line }, arms, pen, paint);
                }
            }
            Stroke::Down { column, from, to } => {
                for line in from..=to {
                    let way = |is_there| if is_there { weight } else { Weight::None };
                    let arms = Arms { up: way(line > from), down: way(line < to), ..Arms::default() };
                    self.arms(Point { column, line }, arms, pen, paint);
                }
            }
        }
    }

    /// Of lines that cross, the one that is drawn later lies above.
    fn arms(&mut self, at: Point, arms: Arms, pen: Pen, paint: Option<Paint>) {
        let Some((cell, painted)) = self.cell(at) else { return };
        *cell = match cell {
            Cell::Line(others, Pen::Frame) => Cell::Line(others.and(arms), Pen::Frame),
            Cell::Line(others, other) if *other == pen => Cell::Line(others.and(arms), pen),
            _ => Cell::Line(arms, pen),
        };
        if !matches!(cell, Cell::Line(_, Pen::Frame)) || pen == Pen::Frame {
            *painted = paint;
        }
    }

    /// The head of an arrow.
    pub(super) fn head(&mut self, at: Point, side: Side, paint: Option<Paint>) {
        let glyph = match (self.charset, side) {
            (Charset::Unicode, Side::Left) => "◄",
            (Charset::Unicode, Side::Right) => "►",
            (Charset::Ascii, Side::Left) => "<",
            (Charset::Ascii, Side::Right) => ">",
        };
        self.put(at, glyph, paint);
    }

    /// Text, over what was there. It must have room.
    pub(super) fn put(&mut self, at: Point, text: &str, paint: Option<Paint>) {
        let mut at = at;
        for cluster in clusters(text) {
            let before = Point { column: at.column.saturating_sub(1), ..at };
            if cluster.width == 0 {
                if let Some((Cell::Glyph(glyph), _)) = self.cell(before) {
                    glyph.push_str(&cluster.text);
                }
                continue;
            }
            self.set(at, Cell::Glyph(cluster.text), paint);
            for covered in 1..cluster.width {
                self.set(Point { column: at.column + covered, ..at }, Cell::Covered, paint);
            }
            at.column += cluster.width;
        }
    }

    fn set(&mut self, at: Point, content: Cell, paint: Option<Paint>) {
        if let Some(cell) = self.cell(at) {
            *cell = (content, paint);
        }
    }

    fn cell(&mut self, at: Point) -> Option<&mut (Cell, Option<Paint>)> {
        self.cells.get_mut(at.line)?.get_mut(at.column)
    }

    /// What is on it, each line ended. Nothing trails.
    pub(super) fn render(&self, style: Style) -> String {
        let mut out = String::new();
        for line in &self.cells {
            let end = line.iter().rposition(|(cell, _)| *cell != Cell::Blank).map_or(0, |last| last + 1);
            for run in line[..end].chunk_by(|(_, one), (_, other)| one == other) {
                let text: String = run.iter().map(|(cell, _)| self.shown(cell)).collect();
                let paint = run.first().and_then(|(_, paint)| *paint);
                out.push_str(&paint.map_or(text.clone(), |paint| style.paint(paint, &text)));
            }
            out.push('\n');
        }
        out
    }

    fn shown<'a>(&self, cell: &'a Cell) -> &'a str {
        match cell {
            Cell::Blank => " ",
            Cell::Glyph(glyph) => glyph,
            Cell::Covered => "",
            Cell::Line(arms, _) => match self.charset {
                Charset::Unicode => arms.unicode(),
                Charset::Ascii => arms.ascii(),
            },
        }
    }
}

impl Arms {
    /// Both, each way the heavier one.
    fn and(self, other: Self) -> Self {
        Self {
            up: self.up.max(other.up),
            down: self.down.max(other.down),
            left: self.left.max(other.left),
            right: self.right.max(other.right),
        }
    }

    fn ascii(self) -> &'static str {
        let is_none = |weight| weight == Weight::None;
        match self {
            Self { up, down, .. } if is_none(up) && is_none(down) => {
                if self.left.max(self.right) == Weight::Double {
                    "="
                } else {
                    "-"
                }
            }
            Self { left, right, .. } if is_none(left) && is_none(right) => "|",
            _ => "+",
        }
    }

    fn unicode(self) -> &'static str {
        use Weight::{Double as D, None as N, Single as S};
        match (self.up, self.down, self.left, self.right) {
            (N, N, D, _) | (N, N, _, D) => "═",
            (N, N, _, _) => "─",
            (D, _, N, N) | (_, D, N, N) => "║",
            (_, _, N, N) => "│",
            (N, S, N, S) => "┌",
            (N, S, S, N) => "┐",
            (S, N, N, S) => "└",
            (S, N, S, N) => "┘",
            (S, S, N, S) => "├",
            (S, S, S, N) => "┤",
            (N, S, S, S) => "┬",
            (S, N, S, S) => "┴",
            (N, D, N, D) => "╔",
            (N, D, D, N) => "╗",
            (D, N, N, D) => "╚",
            (D, N, D, N) => "╝",
            (D, D, N, D) => "╠",
            (D, D, D, N) => "╣",
            (N, D, D, D) => "╦",
            (D, N, D, D) => "╩",
            // Where a double line leaves a box.
            (S, S, N, D) => "╞",
            (S, S, D, N) => "╡",
            (N, D, S, S) => "╥",
            _ => "┼",
        }
    }
}
