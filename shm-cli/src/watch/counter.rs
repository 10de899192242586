//! Counters: the number of changes, for values whose writers count them. A `Latest` has the number of its
//! version, a `Watched` that of its changes.

use shm_core::path::{Path, Segment};
use shm_core::schema::{Held, Live, Schema, Type};
use shm_core::{
    DynRegion, ReadOnly,
    dynamic::{DynValue, FieldPath},
};

/// The largest `Latest` that is read whole for the sake of several rows, in bytes.
const WHOLE: u64 = 4096;

/// The counter of the changes of one or more rows.
pub(crate) struct Counter {
    /// The path of the `Latest` or `Watched`.
    pub(crate) path: Path,
    count: FieldPath<ReadOnly>,
    /// The whole `Latest`, unless that is large.
    whole: Option<FieldPath<ReadOnly>>,
    /// The most memory that it takes, in bytes.
    pub(crate) limit: u64,
}

impl Counter {
    /// The counter of the value at a path, which is in a `Latest` or a `Watched`, or is one.
    pub(crate) fn of(region: &DynRegion<ReadOnly>, path: &Path) -> Option<Self> {
        let starts: Vec<_> = path.prefixes().collect();
        starts.into_iter().rev().find_map(|start| Self::at(region, start))
    }

    /// Returns whether a layout has any counter.
    pub(crate) fn is_in(schema: &Schema) -> bool {
        schema.types().any(|ty| count(ty).is_some())
    }

    fn at(region: &DynRegion<ReadOnly>, path: Path) -> Option<Self> {
        let part = count(region.field(&path).ok()?.ty())?;
        let count = region.resolve(path.with(Segment::Name(part))).ok()?;
        let whole = region.resolve(&path).ok();
        let whole = whole.filter(|whole| whole.is_versioned() && whole.ty().size() <= WHOLE);
        Some(Self { path, count, whole, limit: 1 << 20 })
    }

    /// The count.
    pub(crate) fn read(&self) -> Option<u64> {
        self.count.get().ok()?.try_into().ok()
    }

    /// One version, whole.
    pub(crate) fn read_whole(&self) -> Option<DynValue> {
        Some(self.whole.as_ref()?.get_at_most(self.limit).ok()?.0)
    }

    /// The value at a path, in a version that was read whole.
    pub(crate) fn part(&self, whole: &DynValue, path: &Path) -> Option<DynValue> {
        let inside = path.strip_prefix(&self.path)?;
        let newest = [Segment::Name("slots"), Segment::ALL, Segment::Name("value")];
        let newest: Path = newest.into_iter().collect();
        part(whole, &inside.strip_prefix(&newest).unwrap_or(inside))
    }
}

/// The part of a live type that counts its changes.
fn count(ty: Type<'_>) -> Option<&'static str> {
    match ty.live().and_then(Live::value)?.held {
        Held::Copied(_) => Some("sequence"),
        Held::Watched { .. } => Some("changed"),
        Held::Guarded { .. } | Held::Shared(_) => None,
    }
}

/// The value at a path that was resolved before.
fn part(value: &DynValue, path: &Path) -> Option<DynValue> {
    path.segments().try_fold(value.clone(), |value, segment| match (segment, value) {
        (Segment::Name(name), value) => value.field(name).cloned(),
        (Segment::Index(index), DynValue::List(mut elements)) => {
            let index = usize::try_from(index).ok().filter(|index| *index < elements.len())?;
            Some(elements.swap_remove(index))
        }
        (Segment::Range { start, end }, DynValue::List(elements)) => {
            let start = start.unwrap_or(0).try_into().ok()?;
            let end = end.map_or(Some(elements.len()), |end| end.try_into().ok())?;
            elements.get(start..end).map(|part| DynValue::List(part.to_vec()))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_value_are_found_by_their_paths() {
        let pose = DynValue::Struct(vec![
            ("x".into(), 1.5.into()),
            ("turns".into(), [[1, 2], [3, 4]].into()),
        ]);
        let shown = |path: &str| part(&pose, &path.parse().unwrap()).map(|value| value.to_string());
        assert_eq!(shown("x").as_deref(), Some("1.5"));
        assert_eq!(shown("turns[1][0]").as_deref(), Some("3"));
        assert_eq!(shown("turns[0..1]").as_deref(), Some("[[1, 2]]"));
        assert_eq!(shown(""), Some(pose.to_string()));
        for wrong in ["y", "x[0]", "turns[2]", "turns[1..3]", "x.y"] {
            assert_eq!(shown(wrong), None, "{wrong}");
        }
    }
}
