//! The picture as a Mermaid flowchart, which code hosts draw.
//!
//! Names are labels only, never ids, and of a label nothing but plain letters and what stands in paths and images is
//! written as it is: Mermaid knows quotes, HTML, entities, Markdown, icons and directives in the midst of text.

use std::fmt::Write;

use super::graph::{Access, ContainerNode, Graph, MountEdge, Standing, VolumeNode};
use crate::pod::ContainerKind;
use crate::render::inspect::Inspection;

/// The pods as one flowchart, a subgraph each. No pods, no flowchart.
pub fn mermaid(inspections: &[Inspection]) -> String {
    if inspections.is_empty() {
        return String::new();
    }
    let mut out = String::from("flowchart LR\n");
    let mut ids = Ids::default();
    for (pod, inspection) in inspections.iter().enumerate() {
        let graph = Graph::from(inspection);
        subgraph(&mut out, pod, &graph, ids);
        ids.containers += graph.containers.len();
        ids.volumes += graph.volumes.len();
    }
    out.push_str("  classDef passing stroke-dasharray: 5 3\n");
    out.push_str("  classDef wrong stroke:red,stroke-dasharray: 5 3\n");
    out
}

/// How many containers and volumes there were before.
#[derive(Debug, Clone, Copy, Default)]
struct Ids {
    containers: usize,
    volumes: usize,
}

fn subgraph(out: &mut String, pod: usize, graph: &Graph, ids: Ids) {
    let _ = writeln!(out, "  subgraph p{pod}[\"{}\"]", label(&[&graph.title]));
    out.push_str("    direction LR\n");
    let container = |at: usize| format!("c{}", ids.containers + at);
    let volume = |at: usize| format!("v{}", ids.volumes + at);
    for (at, node) in graph.containers.iter().enumerate() {
        let _ = writeln!(out, "    {}[\"{}\"]{}", container(at), container_label(node), container_class(node.kind));
    }
    for (at, node) in graph.volumes.iter().enumerate() {
        let class = if node.standing == Standing::Undeclared { ":::wrong" } else { "" };
        let _ = writeln!(out, "    {}[(\"{}\")]{class}", volume(at), volume_label(node));
    }
    for mount in &graph.mounts {
        let arrow = if graph.volumes[mount.volume].standing == Standing::Shared { "==>" } else { "-->" };
        let (container, volume) = (container(mount.container), volume(mount.volume));
        let (from, to) = match mount.access {
            Access::Write => (container, volume),
            Access::ReadOnly => (volume, container),
        };
        let _ = writeln!(out, "    {from} {arrow}|\"{}\"| {to}", mount_label(mount));
    }
    out.push_str("  end\n");
}

/// Init and ephemeral containers do not stay.
fn container_class(kind: ContainerKind) -> &'static str {
    match kind {
        ContainerKind::Init | ContainerKind::Ephemeral => ":::passing",
        ContainerKind::Native | ContainerKind::Container => "",
    }
}

fn container_label(node: &ContainerNode) -> String {
    label(&[&node.name, &node.role, &node.image])
}

fn volume_label(node: &VolumeNode) -> String {
    label(&[&node.name, &node.source, node.standing.note().unwrap_or_default()])
}

fn mount_label(mount: &MountEdge) -> String {
    let path = format!("{} {}", mount.path, mount.access.as_str());
    let part = mount.part.as_ref().map(|part| format!("subPath {part}"));
    label(&std::iter::once(path.as_str()).chain(part.as_deref()).collect::<Vec<_>>())
}

/// The lines as text between quotes. Empty ones are left out.
fn label(lines: &[&str]) -> String {
    let lines: Vec<String> = lines.iter().filter(|line| !line.is_empty()).map(|line| escaped(line)).collect();
    lines.join("<br>")
}

fn escaped(text: &str) -> String {
    let is_colon_read = READ_WITH_COLON.iter().any(|word| text.contains(word));
    let mut out = String::with_capacity(text.len());
    for character in text.replace(":fa-", BROKEN_ICON).chars() {
        if is_plain(character) && !(character == ':' && is_colon_read) {
            out.push(character);
        } else {
            let _ = write!(out, "#{};", u32::from(character));
        }
    }
    out
}

/// Where these stand before a colon, Mermaid takes the end of the last entity for the end of a statement.
const READ_WITH_COLON: [&str; 2] = ["style", "classDef"];

/// `fa:fa-ban` is an icon to Mermaid, however it is written. With a space of no width in it, it is not, and looks the same.
const BROKEN_ICON: &str = ":\u{200b}fa-";

/// Letters, and what stands in paths and images. The letters that Mermaid writes entities with are none.
fn is_plain(character: char) -> bool {
    (character.is_alphanumeric() && !"\u{fb02}\u{df}".contains(character)) || " /-.,:()".contains(character)
}
