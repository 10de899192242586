//! Circles in a graph of rooms.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

/// A use of one room in another.
#[derive(Clone, Debug)]
pub struct Edge {
    pub from: String,
    pub to: String,
    /// The file and the line.
    pub place: String,
}

/// Rooms beside each other, and the first place of each edge.
#[derive(Debug, Default)]
pub struct Level(BTreeMap<(String, String), String>);

impl Level {
    pub fn add(&mut self, edge: Edge) {
        self.0.entry((edge.from, edge.to)).or_insert(edge.place);
    }
}

/// Edges, each starting where the previous one ends, and the first where the last one ends.
pub struct Circle(Vec<Edge>);

impl Circle {
    pub fn has(&self, from: &str, to: &str) -> bool {
        self.0.iter().any(|edge| edge.from == from && edge.to == to)
    }
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Edge { from, to, place }) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{from} -> {to} ({place})")?;
        }
        Ok(())
    }
}

/// Returns a shortest circle for each edge that is in one, each circle once. Edges of `without` do not count.
pub fn circles(level: &Level, without: &[(&str, &str)]) -> Vec<Circle> {
    let left = |from: &str, to: &str| !without.contains(&(from, to));
    let mut edges: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for ((from, to), place) in &level.0 {
        if left(from, to) {
            edges.entry(from).or_default().push((to, place));
        }
    }
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    for (from, to) in level.0.keys().filter(|(from, to)| left(from, to)) {
        let Some(rooms) = way(to, from, &edges) else { continue };
        // From `from` over `to` and back.
        let rooms: Vec<&str> = std::iter::once(from.as_str()).chain(rooms).collect();
        let mut which: Vec<_> = rooms.windows(2).map(|pair| (pair[0], pair[1])).collect();
        which.sort_unstable();
        if seen.insert(which) {
            let edge = |pair: &[&str]| {
                let (from, to) = (pair[0].to_owned(), pair[1].to_owned());
                let place = level.0[&(from.clone(), to.clone())].clone();
                Edge { from, to, place }
            };
            found.push(Circle(rooms.windows(2).map(edge).collect()));
        }
    }
    found
}

/// The rooms on a shortest way, both ends included.
fn way<'e>(
    start: &'e str,
    end: &'e str,
    edges: &BTreeMap<&'e str, Vec<(&'e str, &'e str)>>,
) -> Option<Vec<&'e str>> {
    let (mut before, mut next) = (BTreeMap::from([(start, start)]), VecDeque::from([start]));
    while let Some(room) = next.pop_front() {
        if room == end {
            let mut rooms = vec![room];
            while let Some(&one) = rooms.last().filter(|one| **one != start) {
                rooms.push(before[one]);
            }
            rooms.reverse();
            return Some(rooms);
        }
        for (to, _) in edges.get(room).into_iter().flatten() {
            if !before.contains_key(to) {
                before.insert(to, room);
                next.push_back(to);
            }
        }
    }
    None
}
