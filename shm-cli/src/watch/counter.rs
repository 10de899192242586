//! Counters: how often something was changed, where its writers count that. A `Latest` has the number
//! of its version, a `Watched` that of its changes.

use shm_core::layout::Role;
use shm_core::schema::Schema;
use shm_core::{DynRegion, DynValue, FieldPath, ReadOnly};

/// The largest `Latest` that is read whole for the sake of several rows, in bytes.
const WHOLE: u64 = 4096;

/// What counts the changes of one or more rows.
pub(crate) struct Counter {
    /// The path of the `Latest` or `Watched`.
    pub(crate) path: String,
    count: FieldPath<ReadOnly>,
    /// All of a `Latest`, unless that is large.
    whole: Option<FieldPath<ReadOnly>>,
    /// How much memory that takes at most, in bytes.
    pub(crate) limit: u64,
}

impl Counter {
    /// The counter of what a path names, which lies in a `Latest` or a `Watched`, or is one.
    pub(crate) fn of(region: &DynRegion<ReadOnly>, path: &str) -> Option<Self> {
        starts(path).find_map(|start| Self::at(region, start))
    }

    /// Whether there is anything in a layout that counts.
    pub(crate) fn is_in(schema: &Schema) -> bool {
        schema.types().any(|ty| matches!(ty.role(), Some(Role::Latest | Role::Watched)))
    }

    fn at(region: &DynRegion<ReadOnly>, path: &str) -> Option<Self> {
        let part = match region.field(path).ok()?.ty().role()? {
            Role::Latest => "sequence",
            Role::Watched => "changed",
            _ => return None,
        };
        let count = region.resolve(&part_of(path, part)).ok()?;
        let whole = region.resolve(path).ok();
        let whole = whole.filter(|whole| whole.is_versioned() && whole.ty().size() <= WHOLE);
        Some(Self { path: path.to_owned(), count, whole, limit: 1 << 20 })
    }

    /// The count.
    pub(crate) fn read(&self) -> Option<u64> {
        self.count.get().ok()?.try_into().ok()
    }

    /// One version, whole.
    pub(crate) fn read_whole(&self) -> Option<DynValue> {
        Some(self.whole.as_ref()?.get_at_most(self.limit).ok()?.0)
    }

    /// What a path names, in a version that was read whole.
    pub(crate) fn part(&self, whole: &DynValue, path: &str) -> Option<DynValue> {
        let inside = path.strip_prefix(&self.path)?;
        let inside = inside.trim_start_matches('.');
        let inside = inside.strip_prefix("slots[..].value").unwrap_or(inside);
        part(whole, inside)
    }
}

/// Every place on the way to a path, from the whole value to the path itself.
fn starts(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices(['.', '[']).map(|(at, _)| at);
    let inner = ends.filter(|at| *at > 0).chain([path.len()]);
    std::iter::once("").chain(inner.map(|end| &path[..end]))
}

/// What a path names that was resolved before.
fn part(value: &DynValue, path: &str) -> Option<DynValue> {
    let path = path.strip_prefix('.').unwrap_or(path);
    if path.is_empty() {
        return Some(value.clone());
    }
    let Some(inside) = path.strip_prefix('[') else {
        let end = path.find(['.', '[']).unwrap_or(path.len());
        return part(value.field(&path[..end])?, &path[end..]);
    };
    let (index, rest) = inside.split_once(']')?;
    let DynValue::List(elements) = value else { return None };
    match index.split_once("..") {
        None => part(elements.get(index.parse::<usize>().ok()?)?, rest),
        Some((first, end)) => {
            let elements = elements.get(first.parse().ok()?..end.parse().ok()?)?;
            Some(DynValue::List(elements.to_vec()))
        }
    }
}

/// The path of a part of what has a path, which is empty if that is the whole.
fn part_of(path: &str, part: &str) -> String {
    if path.is_empty() { part.to_owned() } else { format!("{path}.{part}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_a_path_starts_at_the_whole_value() {
        let shown = |path| starts(path).collect::<Vec<_>>();
        assert_eq!(shown("a.b[3].c"), ["", "a", "a.b", "a.b[3]", "a.b[3].c"]);
        assert_eq!(shown("[3].x"), ["", "[3]", "[3].x"]);
        assert_eq!(shown("hits"), ["", "hits"]);
    }

    #[test]
    fn parts_of_a_value_are_found_by_their_paths() {
        let pose = DynValue::Struct(vec![
            ("x".into(), 1.5.into()),
            ("turns".into(), [[1, 2], [3, 4]].into()),
        ]);
        let shown = |path| part(&pose, path).map(|value| value.to_string());
        assert_eq!(shown(".x").as_deref(), Some("1.5"));
        assert_eq!(shown("turns[1][0]").as_deref(), Some("3"));
        assert_eq!(shown("turns[0..1]").as_deref(), Some("[[1, 2]]"));
        assert_eq!(shown(""), Some(pose.to_string()));
        for wrong in ["y", "x[0]", "turns[2]", "turns[1..3]", "x.y"] {
            assert_eq!(shown(wrong), None, "{wrong}");
        }
    }
}
