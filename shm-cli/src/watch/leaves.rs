//! Finds the values that differ between two copies of the same bytes. Bytes that are not values are
//! ignored: padding, locks, the sleepers of an event.

use shm_core::layout::Role;
use shm_core::path::{Path, Segment};
use shm_core::schema::{Held, Live, Type, TypeKind};

/// The number of differing values that are named.
pub(crate) const NAMED: usize = 8;

/// The differences: the paths of the first values, and the number of the others.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Differences {
    pub(crate) paths: Vec<Path>,
    pub(crate) more: u64,
}

/// The values that differ between two copies of the value at `path`: one value of a type, or a number of
/// elements of it, from the one with the index `start` on.
pub(crate) fn differences(
    (path, start): (&Path, u64),
    ty: Type<'_>,
    count: Option<u64>,
    [old, new]: [&[u8]; 2],
) -> Differences {
    let (steps, found) = (Vec::new(), Differences::default());
    let mut search = Search { path, start, steps, old, new, found };
    match count {
        Some(count) => search.elements(ty, 0, 0, count),
        None => search.value(ty, 0),
    }
    search.found
}

struct Search<'t, 'b> {
    path: &'b Path,
    /// The index of the first of the outermost elements.
    start: u64,
    steps: Vec<Segment<'t>>,
    old: &'b [u8],
    new: &'b [u8],
    found: Differences,
}

impl<'t> Search<'t, '_> {
    /// Whether bytes differ. A truncated file has none any more.
    fn differ(&self, from: usize, len: usize) -> bool {
        let part = |bytes: &'_ [u8]| bytes.len().min(from)..bytes.len().min(from + len);
        self.old[part(self.old)] != self.new[part(self.new)]
    }

    fn value(&mut self, ty: Type<'t>, from: usize) {
        if !self.differ(from, ty.size() as usize) {
            return;
        }
        match ty.kind() {
            TypeKind::Array { element, len } => self.elements(element, from, 0, len),
            TypeKind::Struct { .. } => self.structure(ty, from),
            TypeKind::Live { .. } => {
                ty.live().into_iter().for_each(|live| self.live(live, from));
            }
            TypeKind::Marker => {}
            _ => self.leaf(),
        }
    }

    /// The elements from one index to another, halved until only one is left that differs.
    fn elements(&mut self, element: Type<'t>, start: usize, first: u64, end: u64) {
        let size = element.size() as usize;
        let (from, len) = (start + first as usize * size, (end - first) as usize * size);
        if size == 0 || first == end || !self.differ(from, len) {
            return;
        }
        if end - first > 1 {
            let middle = first + (end - first) / 2;
            self.elements(element, start, first, middle);
            self.elements(element, start, middle, end);
            return;
        }
        let before = if self.steps.is_empty() { self.start } else { 0 };
        self.steps.push(Segment::Index(before + first));
        self.value(element, from);
        self.steps.pop();
    }

    fn structure(&mut self, ty: Type<'t>, from: usize) {
        for field in ty.fields() {
            self.steps.push(Segment::Name(field.name()));
            self.value(field.ty(), from + field.offset() as usize);
            self.steps.pop();
        }
    }

    fn live(&mut self, live: Live<'t>, from: usize) {
        if let Some(value) = live.value() {
            return match value.held {
                Held::Copied(ring) => self.leaf_if(from + ring.sequence as usize, 8),
                // The value in them has the path of the live type.
                Held::Guarded { .. } | Held::Shared(_) | Held::Watched { .. } => {
                    self.value(value.ty, from + value.offset as usize);
                }
            };
        }
        match live.role() {
            // The lowest bit says that a process sleeps.
            Role::Event if self.differs_above_the_lowest_bit(from) => self.leaf(),
            Role::Event => {}
            Role::Once => self.leaf_if(from + live.part("done").offset() as usize, 4),
            Role::Owned | Role::OwnedSlice | Role::OwnedText => {
                self.leaf_if(from + live.part("handle").offset() as usize, 8);
            }
            // Its entries lie elsewhere, and may change while neither word does.
            Role::Map => self.leaf_if(from + live.part("table").offset() as usize, 16),
            Role::Queue => {
                let counters = ["tail", "head"].map(|part| live.part(part).offset() as usize);
                if counters.iter().any(|at| self.differ(from + at, 8)) {
                    self.leaf();
                }
            }
            Role::Semaphore => {
                let (at, count) = live.seats().unwrap_or_default();
                self.leaf_if(from + at as usize, 4 * count as usize);
            }
            // Joins, arrivals and the ends of phases: everything but the word that members sleep on.
            Role::Barrier => {
                let (seats, count) = live.seats().unwrap_or_default();
                let state = live.part("state").offset();
                let all = [(state, 4), (seats, 8 * count)];
                if all.iter().any(|&(at, len)| self.differ(from + at as usize, len as usize)) {
                    self.leaf();
                }
            }
            // Counts, and rows that change hands: everything but the lock.
            Role::PerProcess => {
                let Some(rows) = live.rows() else { return };
                let (start, end) = (rows.state, rows.rows + rows.stride * rows.count);
                self.leaf_if(from + start as usize, (end - start) as usize);
            }
            Role::Mutex
            | Role::RwLock
            | Role::Latest
            | Role::Ring
            | Role::Watched
            | Role::Text
            | Role::Bytes
            | Role::TailText
            | Role::TailSlice => self.leaf(),
        }
    }

    fn differs_above_the_lowest_bit(&self, from: usize) -> bool {
        let word = |bytes: &[u8]| {
            let word = bytes.get(from..from + 4)?;
            Some(u32::from_ne_bytes(word.try_into().ok()?) >> 1)
        };
        word(self.old) != word(self.new)
    }

    fn leaf_if(&mut self, at: usize, len: usize) {
        if self.differ(at, len) {
            self.leaf();
        }
    }

    fn leaf(&mut self) {
        if self.found.paths.len() == NAMED {
            self.found.more += 1;
            return;
        }
        let mut path = self.path.clone();
        path.extend(self.steps.iter().copied());
        self.found.paths.push(path);
    }
}

#[cfg(test)]
mod tests {
    use shm_core::layout::ScalarKind;
    use shm_core::schema::{Schema, SchemaBuilder, StructField, StructType};

    use super::*;

    /// `[{ a: u8, b: u32 }; 1000]`.
    fn pairs() -> Schema {
        let mut types = SchemaBuilder::new();
        let (small, large) = (types.scalar(ScalarKind::U8), types.scalar(ScalarKind::U32));
        let pair = StructType::new("Pair")
            .field(StructField::new("a", small))
            .field(StructField::new("b", large));
        let pair = types.structure(pair);
        let pairs = types.array(pair, 1000);
        types.finish(pairs).unwrap()
    }

    fn pairs_path() -> Path {
        "pairs".parse().unwrap()
    }

    fn found(changed: &[usize]) -> (Vec<Path>, u64) {
        let (schema, old) = (pairs(), vec![0; 8000]);
        let mut new = old.clone();
        changed.iter().for_each(|at| new[*at] = 1);
        let found = differences((&pairs_path(), 0), schema.root(), None, [&old, &new]);
        (found.paths, found.more)
    }

    #[test]
    fn a_value_anywhere_that_differs_is_named() {
        assert_eq!(found(&[]), (vec![], 0));
        assert_eq!(found(&[999 * 8 + 7]), (vec!["pairs[999].b".parse().unwrap()], 0));
        assert_eq!(
            found(&[0, 4]),
            (vec!["pairs[0].a".parse().unwrap(), "pairs[0].b".parse().unwrap()], 0)
        );
    }

    #[test]
    fn padding_is_not_a_value() {
        assert_eq!(found(&[1, 2, 3, 500 * 8 + 1]), (vec![], 0));
    }

    #[test]
    fn the_first_of_many_differences_are_named_and_the_others_counted() {
        let all: Vec<_> = (0..8000).collect();
        let (paths, more) = found(&all);
        assert_eq!((paths.len(), more), (NAMED, 2000 - NAMED as u64));
        assert_eq!(paths[7], "pairs[3].b");
    }
}
