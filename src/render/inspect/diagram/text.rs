//! The picture in characters, with what its arrows mean below.

use super::canvas::{Canvas, Pen, Weight};
use super::fold::{fold, width};
use super::graph::{Graph, Standing};
use super::layout::{Frame, Layout, Point, Shape, Stroke};
use super::signs::Signs;
use crate::render::inspect::{Inspection, text::findings};
use crate::render::{Charset, Paint, Style};

/// The pod as a picture, and what is wrong with it, each line ended.
pub fn text(inspection: &Inspection, style: Style) -> String {
    let graph = Graph::from(inspection);
    let columns = style.width.map(usize::from);
    let mut parts = vec![drawn(&super::layout(&graph, columns), style) + &legend(&graph, style)];
    parts.extend(findings(inspection, style));
    parts.join("\n")
}

fn drawn(layout: &Layout, style: Style) -> String {
    let mut canvas = Canvas::new(layout.columns, layout.lines, style.charset);
    for frame in &layout.frames {
        draw_frame(&mut canvas, frame);
    }
    let wires = || layout.wires.iter().enumerate();
    let is_across = |stroke: &&Stroke| matches!(stroke, Stroke::Across { .. });
    // What goes down is drawn over what goes across: lines that cross do not look like lines that meet.
    for across in [true, false] {
        for (at, wire) in wires() {
            for stroke in wire.strokes.iter().filter(|stroke| is_across(stroke) == across) {
                let weight = if wire.is_shared { Weight::Double } else { Weight::Single };
                canvas.stroke(*stroke, weight, Pen::Wire(at), Some(wire_paint(wire.is_shared)));
            }
        }
    }
    for (_, wire) in wires() {
        for head in &wire.heads {
            canvas.head(head.at, head.side, Some(wire_paint(wire.is_shared)));
        }
    }
    for text in &layout.texts {
        canvas.put(text.at, &text.words, text.paint);
    }
    canvas.render(style)
}

/// What containers share is what one looks for.
fn wire_paint(is_shared: bool) -> Paint {
    if is_shared { Paint::Good } else { Paint::Faint }
}

fn draw_frame(canvas: &mut Canvas, frame: &Frame) {
    let (top, left, bottom, right) = (frame.at.line, frame.at.column, frame.bottom(), frame.right());
    let paint = match frame.shape {
        Shape::Pod => Some(Paint::Faint),
        Shape::Volume(Standing::Undeclared) => Some(Paint::Bad),
        Shape::Container(_) | Shape::Volume(_) => None,
    };
    let across = [top, bottom].map(|line| Stroke::Across { line, from: left, to: right });
    let down = [left, right].map(|column| Stroke::Down { column, from: top, to: bottom });
    for stroke in across.into_iter().chain(down) {
        canvas.stroke(stroke, Weight::Single, Pen::Frame, paint);
    }
    if let Some(title) = &frame.title {
        canvas.put(Point { column: left + 1, line: top }, " ", None);
        canvas.put(Point { column: left + 2, line: top }, title, Some(Paint::Strong));
        canvas.put(Point { column: left + 2 + width(title), line: top }, " ", None);
    }
}

fn legend(graph: &Graph, style: Style) -> String {
    let signs = match style.charset {
        Charset::Unicode => Signs { writes: "──► volume", reads: "volume ──►", shares: "═══" },
        Charset::Ascii => Signs { writes: "--> volume", reads: "volume -->", shares: "===" },
    };
    let parts = signs.explained(graph);
    let legend = parts.join("   ");
    let columns = style.width.map(usize::from);
    let lines = match columns.filter(|columns| width(&legend) > *columns) {
        Some(columns) => parts.iter().flat_map(|part| fold(part, columns)).collect(),
        None => vec![legend],
    };
    let shown = lines.iter().filter(|line| !line.is_empty());
    shown.flat_map(|line| [style.paint(Paint::Faint, line), "\n".to_owned()]).collect()
}
