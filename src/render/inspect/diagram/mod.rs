//! A pod as a picture: its containers, its volumes, and the mounts between them.
//!
//! An inspection becomes a [`graph`]; that becomes a [`layout`] of boxes and lines on a grid of character cells: `wired`,
//! containers left and volumes right with lines between, or `stacked`, where that would be too wide or too tangled. The
//! same layout is drawn with characters ([`text`]) and as SVG ([`svg`]). Mermaid lays the graph out itself
//! ([`mermaid`]). What is true, and what is wrong with the pod, is decided elsewhere.

mod canvas;
mod card;
mod fold;
mod graph;
mod layout;
mod mermaid;
mod routing;
mod signs;
mod stacked;
mod svg;
mod text;
mod wired;

#[cfg(test)]
mod tests;

pub use mermaid::mermaid;
pub use svg::svg;
pub use text::text;

use graph::Graph;
use layout::Layout;

/// How wide a picture may become where no terminal says it.
const WIDEST: usize = 110;

/// The layout that shows the pod best within that many columns.
fn layout(graph: &Graph, columns: Option<usize>) -> Layout {
    let columns = columns.unwrap_or(WIDEST);
    wired::layout(graph, columns).unwrap_or_else(|| stacked::layout(graph, columns))
}
