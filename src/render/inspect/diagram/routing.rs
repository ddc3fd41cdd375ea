//! Which way lines go between two columns of boxes: each volume has a track of its own where its lines turn, or shares
//! one with those above and below. Lines of two volumes cross, but never run along each other.

/// What one volume connects: its mounts' lines on the left, and its own line on the right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Net {
    /// Never empty; ascending.
    pub(super) pins: Vec<usize>,
    pub(super) port: usize,
}

/// A way for every net.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Routes {
    /// The track of each net, from the left; `None`: it goes straight.
    pub(super) tracks: Vec<Option<usize>>,
    /// How often a line crosses another one.
    pub(super) crossings: usize,
}

impl Net {
    /// The first and the last line that it reaches.
    pub(super) fn span(&self) -> (usize, usize) {
        let (first, last) = (self.pins.first(), self.pins.last());
        (first.map_or(self.port, |line| self.port.min(*line)), last.map_or(self.port, |line| self.port.max(*line)))
    }

    fn is_straight(&self) -> bool {
        let (first, last) = self.span();
        first == last
    }

    /// Whether its own line could be that one: lines that meet are to look different from lines that cross, so no four of
    /// them meet.
    pub(super) fn can_end_at(&self, line: usize) -> bool {
        let is_between = self.pins.iter().any(|pin| *pin < line) && self.pins.iter().any(|pin| line < *pin);
        !(is_between && self.pins.contains(&line))
    }
}

/// How many tracks there must be.
pub(super) fn tracks_needed(nets: &[Net]) -> usize {
    assigned(nets).into_iter().flatten().max().map_or(0, |last| last + 1)
}

/// Finds tracks, as few as there can be, in an order with few crossings.
pub(super) fn route(nets: &[Net]) -> Routes {
    let mut tracks = assigned(nets);
    let mut crossings = crossings_of(nets, &tracks);
    let count = tracks_needed(nets);
    let mut is_better = true;
    while is_better {
        is_better = false;
        for (one, other) in (0..count).flat_map(|one| (one + 1..count).map(move |other| (one, other))) {
            let swapped = exchanged(&tracks, one, other);
            let fewer = crossings_of(nets, &swapped);
            if fewer < crossings {
                (tracks, crossings, is_better) = (swapped, fewer, true);
            }
        }
    }
    Routes { tracks, crossings }
}

/// Each net in turn, from above, goes to the first track that is free there.
fn assigned(nets: &[Net]) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..nets.len()).filter(|net| !nets[*net].is_straight()).collect();
    order.sort_by_key(|net| nets[*net].span());
    let mut tracks = vec![None; nets.len()];
    let mut ends: Vec<usize> = Vec::new();
    for net in order {
        let (first, last) = nets[net].span();
        let free = ends.iter().position(|end| *end < first);
        let track = free.unwrap_or_else(|| {
            ends.push(last);
            ends.len() - 1
        });
        ends[track] = last;
        tracks[net] = Some(track);
    }
    tracks
}

fn exchanged(tracks: &[Option<usize>], one: usize, other: usize) -> Vec<Option<usize>> {
    let exchange = |track: usize| match track {
        track if track == one => other,
        track if track == other => one,
        track => track,
    };
    tracks.iter().map(|track| track.map(exchange)).collect()
}

/// How often what goes across meets what goes down, of another net.
fn crossings_of(nets: &[Net], tracks: &[Option<usize>]) -> usize {
    let mut count = 0;
    for (at, net) in nets.iter().enumerate() {
        let others = nets.iter().zip(tracks).enumerate().filter(|(other, _)| *other != at);
        for (_, (other, track)) in others {
            let Some(track) = *track else { continue };
            let (first, last) = other.span();
            let is_met = |line: &&usize| (first..=last).contains(*line);
            // Mounts' lines go from the left up to the own track; from there to the right, the volume's.
            if tracks[at].is_none_or(|own| track < own) {
                count += net.pins.iter().filter(is_met).count();
            }
            if tracks[at].is_some_and(|own| own < track) {
                count += [net.port].iter().filter(is_met).count();
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn net(pins: &[usize], port: usize) -> Net {
        Net { pins: pins.to_vec(), port }
    }

    #[test]
    fn straight_lines_need_no_track() {
        let routes = route(&[net(&[2], 2), net(&[5], 5)]);
        assert_eq!(routes, Routes { tracks: vec![None, None], crossings: 0 });
    }

    #[test]
    fn who_is_above_the_other_shares_its_track() {
        assert_eq!(route(&[net(&[2, 4], 2), net(&[6, 8], 7)]).tracks, [Some(0), Some(0)]);
        assert_eq!(tracks_needed(&[net(&[2, 6], 2), net(&[4, 8], 7)]), 2);
    }

    #[test]
    fn tracks_are_in_the_order_with_fewer_crossings() {
        // The outer net embraces the inner one: on the left, its track would be crossed by all lines of the inner one.
        let routes = route(&[net(&[2, 9], 12), net(&[4, 6], 5)]);
        assert_eq!((routes.tracks, routes.crossings), (vec![Some(1), Some(0)], 1));
    }

    proptest! {
        #[test]
        fn no_two_nets_are_on_one_track_side_by_side(
            nets in prop::collection::vec((prop::collection::btree_set(0_usize..30, 1..5), 0_usize..30), 0..8),
        ) {
            let nets: Vec<Net> =
                nets.into_iter().map(|(pins, port)| Net { pins: pins.into_iter().collect(), port }).collect();
            let routes = route(&nets);
            for (at, (net, track)) in nets.iter().zip(&routes.tracks).enumerate() {
                prop_assert_eq!(track.is_none(), net.is_straight());
                for (other, others_track) in nets.iter().zip(&routes.tracks).skip(at + 1) {
                    let (one, two) = (net.span(), other.span());
                    prop_assert!(track.is_none() || track != others_track || one.1 < two.0 || two.1 < one.0);
                }
            }
        }
    }
}
