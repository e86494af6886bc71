//! Lines that belong together: ways of one road joined end to end, and borders that two areas share drawn once.

use std::collections::HashMap;
use std::hash::Hash;

use super::simplify::Point;

/// A point to the centimetre: what two features share, they share to the last digit or to rounding.
type Node = (i64, i64);

fn node(at: Point) -> Node {
    ((at[0] * 100.0).round() as i64, (at[1] * 100.0).round() as i64)
}

/// Joins lines of the same group where exactly two ends of the group meet. The order of the input decides the order and
/// the direction of what comes out, so the same input gives the same chains.
pub fn join<G: Eq + Hash + Clone>(lines: Vec<(G, Vec<Point>)>) -> Vec<(G, Vec<Point>)> {
    let mut ends: HashMap<(&G, Node), Vec<usize>> = HashMap::new();
    for (index, (group, line)) in lines.iter().enumerate() {
        if let (Some(first), Some(last)) = (line.first(), line.last()) {
            ends.entry((group, node(*first))).or_default().push(index);
            ends.entry((group, node(*last))).or_default().push(index);
        }
    }
    let mut used = vec![false; lines.len()];
    let next = |group: &G, at: Point, from: usize, used: &[bool]| -> Option<usize> {
        match ends.get(&(group, node(at))).map(Vec::as_slice) {
            Some([a, b]) if a != b => {
                let other = if *a == from { *b } else { *a };
                (!used[other]).then_some(other)
            }
            _ => None,
        }
    };
    let mut joined = Vec::new();
    for (start, (group, line)) in lines.iter().enumerate() {
        if used[start] || line.len() < 2 {
            continue;
        }
        used[start] = true;
        let mut forward = line.clone();
        let mut at = start;
        while let Some(other) = forward.last().and_then(|end| next(group, *end, at, &used)) {
            used[other] = true;
            append(&mut forward, &lines[other].1);
            at = other;
        }
        let mut backward: Vec<Point> = line.iter().rev().copied().collect();
        at = start;
        while let Some(other) = backward.last().and_then(|end| next(group, *end, at, &used)) {
            used[other] = true;
            append(&mut backward, &lines[other].1);
            at = other;
        }
        let before = backward.len() - line.len();
        let chain = if before > 0 {
            let mut chain: Vec<Point> = backward[line.len()..].iter().rev().copied().collect();
            chain.extend(forward);
            chain
        } else {
            forward
        };
        joined.push((group.clone(), chain));
    }
    joined
}

/// Adds a line to a chain that ends where the line begins or ends.
fn append(chain: &mut Vec<Point>, line: &[Point]) {
    let Some(end) = chain.last().copied() else { return };
    if line.first().is_some_and(|first| node(*first) == node(end)) {
        chain.extend(line.iter().skip(1));
    } else {
        chain.extend(line.iter().rev().skip(1));
    }
}

/// Edges of areas, each kept once with the highest rank that claims it.
#[derive(Debug)]
pub struct Borders<R> {
    edges: HashMap<(Node, Node), usize>,
    kept: Vec<(R, [Point; 2])>,
}

impl<R> Default for Borders<R> {
    fn default() -> Self {
        Self { edges: HashMap::new(), kept: Vec::new() }
    }
}

impl<R: Ord + Eq + Hash + Copy> Borders<R> {
    /// Adds a line or the ring of an area.
    pub fn add(&mut self, rank: R, line: &[Point]) {
        for pair in line.windows(2) {
            let (a, b) = (node(pair[0]), node(pair[1]));
            if a == b {
                continue;
            }
            match self.edges.entry(if a < b { (a, b) } else { (b, a) }) {
                std::collections::hash_map::Entry::Occupied(known) => {
                    let kept = &mut self.kept[*known.get()];
                    kept.0 = kept.0.max(rank);
                }
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(self.kept.len());
                    self.kept.push((rank, [pair[0], pair[1]]));
                }
            }
        }
    }

    /// The edges, joined to chains.
    pub fn chains(self) -> Vec<(R, Vec<Point>)> {
        join(self.kept.into_iter().map(|(rank, edge)| (rank, edge.to_vec())).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn length(line: &[Point]) -> f64 {
        line.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).sum()
    }

    #[test]
    fn ways_of_one_road_become_one_line() {
        let lines = vec![
            ('a', vec![[1.0, 0.0], [2.0, 0.0]]),
            ('a', vec![[1.0, 0.0], [0.0, 0.0]]),
            ('b', vec![[2.0, 0.0], [3.0, 0.0]]),
            ('a', vec![[3.0, 1.0], [2.0, 0.0]]),
        ];
        let joined = join(lines);
        assert_eq!(joined.len(), 2);
        assert_eq!(joined[0], ('a', vec![[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 1.0]]));
    }

    #[test]
    fn three_ends_at_a_point_stay_apart_and_rings_close() {
        let star = vec![
            ((), vec![[0.0, 0.0], [1.0, 0.0]]),
            ((), vec![[0.0, 0.0], [0.0, 1.0]]),
            ((), vec![[0.0, 0.0], [-1.0, 0.0]]),
        ];
        assert_eq!(join(star).len(), 3);
        let ring = vec![((), vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]), ((), vec![[1.0, 1.0], [0.0, 0.0]])];
        let joined = join(ring);
        assert_eq!((joined.len(), joined[0].1.len()), (1, 4));
    }

    #[test]
    fn a_shared_border_is_drawn_once_with_the_higher_rank() {
        let mut borders = Borders::default();
        borders.add(1, &[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0], [0.0, 0.0]]);
        borders.add(2, &[[10.0, 0.0], [20.0, 0.0], [20.0, 10.0], [10.0, 10.0], [10.0, 0.0]]);
        let chains = borders.chains();
        let sum = |rank| chains.iter().filter(|(own, _)| *own == rank).map(|(_, line)| length(line)).sum::<f64>();
        assert_eq!((sum(1), sum(2)), (30.0, 40.0));
    }

    proptest! {
        #[test]
        fn joining_neither_loses_nor_adds(
            lines in prop::collection::vec((0..3_u8, prop::collection::vec((0..4_i32, 0..4_i32), 2..5)), 0..20),
        ) {
            let lines: Vec<(u8, Vec<Point>)> = lines
                .into_iter()
                .map(|(group, line)| (group, line.into_iter().map(|(x, y)| [f64::from(x), f64::from(y)]).collect()))
                .collect();
            let before: f64 = lines.iter().map(|(_, line)| length(line)).sum();
            let after: f64 = join(lines).iter().map(|(_, line)| length(line)).sum();
            prop_assert!((before - after).abs() < 1e-6);
        }
    }
}
