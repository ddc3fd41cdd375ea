//! The picture as SVG, complete in itself: no script, no font or style sheet from elsewhere, and no CSS that only browsers know. Its colours follow the
//! reader's choice of light or dark, on a ground of its own, so that it can be read wherever it is put.

use std::fmt::Write;

use super::fold::width;
use super::graph::{Graph, Standing};
use super::layout::{Frame, Head, Layout, Shape, Side, Stroke, Text, Wire};
use super::signs::Signs;
use crate::pod::{ContainerKind, nested, sharing};
use crate::render::Paint;
use crate::render::inspect::{Inspection, sentences::sentences};
use crate::render::table::one_line;

/// A cell of the layout, in pixels.
const CELL: (usize, usize) = (8, 18);

/// Around all, and between two pods.
const MARGIN: usize = 12;

/// More room for the pod's title than its line in the layout gives.
const HEAD: usize = 8;

const STYLE: &str = include_str!("style.css");

const SIGNS: Signs = Signs { writes: "arrow to a volume", reads: "arrow from a volume", shares: "thick line" };

/// The pods as one picture, below each other. No pods, no picture.
pub fn svg(inspections: &[Inspection]) -> String {
    if inspections.is_empty() {
        return String::new();
    }
    let mut body = String::new();
    let (mut right, mut bottom) = (0, MARGIN);
    for inspection in inspections {
        let graph = Graph::from(inspection);
        let layout = super::layout(&graph, None);
        let legend = SIGNS.explained(&graph).join(", ");
        let _ = writeln!(body, r#"<g transform="translate({MARGIN} {bottom})">"#);
        let _ = writeln!(body, "<title>{}</title>", escaped(&graph.title));
        pod(&mut body, &layout);
        text(&mut body, 4, layout.lines * CELL.1 + HEAD + 12, &legend, Some(Paint::Faint));
        body.push_str("</g>\n");
        right = right.max(layout.columns.max(width(&legend) + 1) * CELL.0);
        bottom += (layout.lines + usize::from(!legend.is_empty())) * CELL.1 + HEAD + MARGIN;
    }
    let (columns, lines) = (right + 2 * MARGIN, bottom);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {columns} {lines}\" width=\"{columns}\" height=\"{lines}\" \
         role=\"img\" class=\"kubectl-sidecar\">\n{}<style>\n{STYLE}</style>\n\
         <rect class=\"page\" width=\"{columns}\" height=\"{lines}\" rx=\"6\"/>\n{body}</svg>\n",
        described(inspections)
    )
}

/// What the picture shows, for who cannot see it.
fn described(inspections: &[Inspection]) -> String {
    let titles: Vec<String> = inspections.iter().map(|inspection| Graph::from(inspection).title).collect();
    let told = inspections.iter().flat_map(|inspection| {
        let pod = &inspection.pod;
        sentences(&sharing(pod), &nested(pod))
    });
    let told: Vec<String> = told.map(|sentence| one_line(&sentence)).collect();
    format!("<title>{}</title>\n<desc>{}</desc>\n", escaped(&titles.join("; ")), escaped(&told.join(" ")))
}

fn pod(out: &mut String, layout: &Layout) {
    let (pod, others) = layout.frames.split_at(1);
    for frame in pod {
        draw_frame(out, frame, HEAD);
    }
    let _ = writeln!(out, r#"<g transform="translate(0 {HEAD})">"#);
    for frame in others {
        draw_frame(out, frame, 0);
    }
    for wire in &layout.wires {
        draw_wire(out, wire);
    }
    for Text { at, words, paint } in &layout.texts {
        text(out, at.column * CELL.0, at.line * CELL.1 + 13, words, *paint);
    }
    out.push_str("</g>\n");
}

/// Its lines go through the middle of their cells, but for the upper one: the title stands below it.
fn draw_frame(out: &mut String, frame: &Frame, more: usize) {
    let class = match frame.shape {
        Shape::Pod => "pod",
        Shape::Container(ContainerKind::Native | ContainerKind::Container) => "container",
        Shape::Container(ContainerKind::Init | ContainerKind::Ephemeral) => "container passing",
        Shape::Volume(Standing::Undeclared) => "volume bad",
        Shape::Volume(Standing::Shared) => "volume shared",
        Shape::Volume(_) => "volume",
    };
    let round = if matches!(frame.shape, Shape::Volume(_)) { 9 } else { 3 };
    let (x, y) = (middle(frame.at.column, CELL.0), frame.at.line * CELL.1 + 1);
    let (columns, lines) = ((frame.columns - 1) * CELL.0, middle(frame.bottom(), CELL.1) - y + more);
    let _ = writeln!(out, r#"<rect class="{class}" x="{x}" y="{y}" width="{columns}" height="{lines}" rx="{round}"/>"#);
    if let Some(title) = &frame.title {
        text(out, (frame.at.column + 2) * CELL.0, y + 14, title, Some(Paint::Strong));
    }
}

fn draw_wire(out: &mut String, wire: &Wire) {
    let (line, tip) = if wire.is_shared { ("wire shared", "tip shared") } else { ("wire", "tip") };
    let strokes = wire.strokes.iter().map(|stroke| match *stroke {
        Stroke::Across { line, from, to } => {
            format!("M{} {}H{}", middle(from, CELL.0), middle(line, CELL.1), middle(to, CELL.0))
        }
        Stroke::Down { column, from, to } => {
            format!("M{} {}V{}", middle(column, CELL.0), middle(from, CELL.1), middle(to, CELL.1))
        }
    });
    let _ = writeln!(out, r#"<path class="{line}" d="{}"/>"#, strokes.collect::<String>());
    for joint in &wire.joints {
        let (x, y) = (middle(joint.column, CELL.0), middle(joint.line, CELL.1));
        let _ = writeln!(out, r#"<circle class="{tip}" cx="{x}" cy="{y}" r="4"/>"#);
    }
    for Head { at, side } in &wire.heads {
        let y = middle(at.line, CELL.1);
        // From the cell's middle to that of the next one.
        let (base, along) = match side {
            Side::Left => (middle(at.column, CELL.0), "-8"),
            Side::Right => (middle(at.column, CELL.0), "8"),
        };
        let _ = writeln!(out, r#"<path class="{tip}" d="M{base} {y}v-5l{along} 5l{} 5z"/>"#, opposite(along));
    }
}

fn opposite(along: &str) -> &str {
    if along == "8" { "-8" } else { "8" }
}

fn middle(cell: usize, size: usize) -> usize {
    cell * size + size / 2
}

/// Text from there on, as wide as its cells in every font.
fn text(out: &mut String, x: usize, y: usize, words: &str, paint: Option<Paint>) {
    let indent = words.len() - words.trim_start_matches(' ').len();
    let (x, words) = (x + indent * CELL.0, &words[indent..]);
    if words.is_empty() {
        return;
    }
    let class = match paint {
        Some(Paint::Strong) => " class=\"strong\"",
        Some(Paint::Faint) => " class=\"faint\"",
        Some(Paint::Warning) => " class=\"warning\"",
        Some(Paint::Bad) => " class=\"bad\"",
        Some(Paint::Good) | None => "",
    };
    let columns = width(words) * CELL.0;
    let _ = writeln!(
        out,
        r#"<text{class} x="{x}" y="{y}" textLength="{columns}" lengthAdjust="spacingAndGlyphs">{}</text>"#,
        escaped(words)
    );
}

/// Text as XML 1.0 can hold it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                out.push('\u{fffd}');
            }
            _ => out.push(character),
        }
    }
    out
}
