//! Containers in a column on the left, volumes on the right, and lines between: the layout of pods that are small enough
//! for it. A mount is a line of its container's box, and what connects it to the volume leaves the box there.

use super::card::{Card, Folded, SIDES};
use super::graph::{Access, Graph, MountEdge, Standing};
use super::layout::{Head, Layout, Point, Shape, Side, Stroke, Wire};
use super::routing::{Net, Routes, route, tracks_needed};

/// Lines that cross more often than that are hard to follow.
const MOST_CROSSINGS: usize = 10;

/// So are more of them side by side.
const MOST_TRACKS: usize = 8;

/// Pods with more mounts than that are not even tried: they would be several screens high.
const MOST_MOUNTS: usize = 60;

/// A box whose words would have to be folded is not narrower than that.
const NARROWEST: usize = 24;

/// The layout; `None` where it would be too wide or too tangled.
pub(super) fn layout(graph: &Graph, columns: usize) -> Option<Layout> {
    if graph.mounts.is_empty() || graph.mounts.len() > MOST_MOUNTS {
        return None;
    }
    // How many tracks are needed is known once all boxes have their place, which depends on how wide the tracks are.
    let mut tracks = 0;
    while tracks <= MOST_TRACKS {
        let widths = Widths::new(graph, columns.checked_sub(SIDES)?, tracks)?;
        let placed = Placed::new(graph, &widths, columns);
        let nets = placed.nets();
        let needed = tracks_needed(&nets);
        if needed <= tracks {
            let routes = route(&nets);
            return (routes.crossings <= MOST_CROSSINGS).then(|| placed.finished(graph, &routes));
        }
        tracks = needed;
    }
    None
}

/// How wide boxes are, and how far apart.
#[derive(Debug, Clone, Copy)]
struct Widths {
    containers: usize,
    volumes: usize,
    between: usize,
}

impl Widths {
    fn new(graph: &Graph, inner: usize, tracks: usize) -> Option<Self> {
        let widest =
            |cards: &mut dyn Iterator<Item = Card>| cards.map(|card| card.width() + SIDES).max().unwrap_or_default();
        let containers = widest(&mut (0..graph.containers.len()).map(|at| Card::with_mounts(graph, at)));
        let volumes = widest(&mut graph.volumes.iter().map(Card::volume));
        let between = 2 * tracks + 4;
        let room = inner.checked_sub(between)?;
        // The wider one gives way; the volumes, which have less to say, keep two fifths.
        let right = volumes.min(room.saturating_sub(containers).max(room * 2 / 5));
        let left = containers.min(room - right);
        let right = volumes.min(room - left);
        let is_too_narrow = |given: usize, wanted: usize| given < wanted.min(NARROWEST);
        let fits = !is_too_narrow(left, containers) && !is_too_narrow(right, volumes);
        fits.then_some(Self { containers: left, volumes: right, between })
    }
}

/// All boxes in their places, and what is to be connected.
struct Placed {
    layout: Layout,
    /// The right line of the containers' boxes, and the left one of the volumes'.
    sides: (usize, usize),
    /// Of each mount, its line.
    pins: Vec<usize>,
    /// Of each volume, its line.
    ports: Vec<usize>,
    /// Of each volume, its mounts, from above.
    mounts: Vec<Vec<usize>>,
}

impl Placed {
    fn new(graph: &Graph, widths: &Widths, columns: usize) -> Self {
        let (mut layout, origin) = Layout::of_pod(&graph.title, columns);
        let mut pins = vec![0; graph.mounts.len()];
        let mut line = origin.line;
        for (at, node) in graph.containers.iter().enumerate() {
            let card = Card::with_mounts(graph, at).fold(widths.containers - SIDES);
            let (frame, mounts) = layout.card(Point { line, ..origin }, widths.containers, Shape::from(node), &card);
            line = layout.frames[frame].bottom() + 1;
            for (mount, line) in mounts {
                pins[mount] = line;
            }
        }
        let left = origin.column + widths.containers - 1;
        let right = left + widths.between + 1;
        let mut mounts = vec![Vec::new(); graph.volumes.len()];
        for (at, mount) in graph.mounts.iter().enumerate() {
            mounts[mount.volume].push(at);
        }
        let mut placed = Self { layout, sides: (left, right), pins, ports: vec![0; graph.volumes.len()], mounts };
        placed.volumes(graph, widths, origin.line);
        placed
    }

    /// Puts each volume beside its first mount, or as soon below as there is room.
    fn volumes(&mut self, graph: &Graph, widths: &Widths, mut line: usize) {
        for volume in self.order() {
            let node = &graph.volumes[volume];
            let card = Card::volume(node).fold(widths.volumes - SIDES);
            let (top, port) = self.place(graph, volume, &card, line);
            let at = Point { column: self.sides.1, line: top };
            let (frame, _) = self.layout.card(at, widths.volumes, Shape::from(node), &card);
            self.ports[volume] = port;
            line = self.layout.frames[frame].bottom() + 1;
        }
    }

    /// The volumes, each about as high as its mounts are; those that nobody mounts come last.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.mounts.len()).collect();
        order.sort_by_key(|volume| {
            let lines = self.lines(*volume);
            // In hundredths of a line.
            (lines.is_empty(), (lines.iter().sum::<usize>() * 100).checked_div(lines.len()))
        });
        order
    }

    /// The lines of a volume's mounts.
    fn lines(&self, volume: usize) -> Vec<usize> {
        self.mounts[volume].iter().map(|mount| self.pins[*mount]).collect()
    }

    /// The upper line of a volume's box, and where in it the volume's line ends.
    fn place(&self, graph: &Graph, volume: usize, card: &Folded, from: usize) -> (usize, usize) {
        let net = Net { pins: self.lines(volume), port: 0 };
        let Some(first) = net.pins.first() else { return (from, from + 1) };
        let taken = self.lines_not_for(graph, volume);
        let rows = 1..=card.rows.len();
        // Below all mounts every line is free.
        let mut places = (from.max(first - 1)..).flat_map(|top| rows.clone().map(move |row| (top, top + row)));
        places.find(|(_, port)| net.can_end_at(*port) && !taken.contains(port)).unwrap_or((from, from + 1))
    }

    /// Where a volume's line cannot end: other volumes' mounts are there, or a mount that only reads what others write, for
    /// an arrow that comes from it would seem to write, too.
    fn lines_not_for(&self, graph: &Graph, volume: usize) -> Vec<usize> {
        let is_written = is_written(graph, volume);
        let is_taken = |mount: &MountEdge| mount.volume != volume || (is_written && mount.access == Access::ReadOnly);
        let taken = graph.mounts.iter().zip(&self.pins).filter(|(mount, _)| is_taken(mount));
        taken.map(|(_, line)| *line).collect()
    }

    /// The volumes that somebody mounts.
    fn mounted(&self) -> impl Iterator<Item = usize> {
        (0..self.mounts.len()).filter(|volume| !self.mounts[*volume].is_empty())
    }

    fn nets(&self) -> Vec<Net> {
        self.mounted().map(|volume| Net { pins: self.lines(volume), port: self.ports[volume] }).collect()
    }

    fn finished(mut self, graph: &Graph, routes: &Routes) -> Layout {
        let wires: Vec<Wire> = self
            .mounted()
            .zip(self.nets())
            .zip(&routes.tracks)
            .map(|((volume, net), track)| self.wire(graph, volume, &net, *track))
            .collect();
        self.layout.wires = wires;
        self.layout.close()
    }

    /// The lines of one volume. Where there is the head of an arrow, the line ends short of the box.
    fn wire(&self, graph: &Graph, volume: usize, net: &Net, track: Option<usize>) -> Wire {
        let (left, right) = self.sides;
        let column = track.map_or(left + 3, |track| left + 3 + 2 * track);
        let mut strokes = Vec::new();
        let mut heads = Vec::new();
        for mount in &self.mounts[volume] {
            let line = self.pins[*mount];
            let is_reader = graph.mounts[*mount].access == Access::ReadOnly;
            strokes.push(Stroke::Across { line, from: left + usize::from(is_reader), to: column });
            if is_reader {
                heads.push(Head { at: Point { column: left + 1, line }, side: Side::Left });
            }
        }
        let is_written = is_written(graph, volume);
        strokes.push(Stroke::Across { line: net.port, from: column, to: right - usize::from(is_written) });
        if is_written {
            heads.push(Head { at: Point { column: right - 1, line: net.port }, side: Side::Right });
        }
        if track.is_some() {
            let (from, to) = net.span();
            strokes.push(Stroke::Down { column, from, to });
        }
        let joints = joints(net, column);
        Wire { is_shared: graph.volumes[volume].standing == Standing::Shared, strokes, joints, heads }
    }
}

fn is_written(graph: &Graph, volume: usize) -> bool {
    graph.mounts.iter().any(|mount| mount.volume == volume && mount.access == Access::Write)
}

/// Where three lines of one volume meet.
fn joints(net: &Net, column: usize) -> Vec<Point> {
    let (first, last) = net.span();
    let ends = net.pins.iter().copied().chain((!net.pins.contains(&net.port)).then_some(net.port));
    let meets = |line: &usize| {
        let ways = [*line > first, *line < last, net.pins.contains(line), net.port == *line];
        ways.into_iter().filter(|way| *way).count() > 2
    };
    ends.filter(meets).map(|line| Point { column, line }).collect()
}
