//! The name that was meant.

/// Returns the closest name, if it differs in at most two characters and a third of its length: the one that was
/// probably meant.
///
/// ```
/// use shm_schema::schema::closest;
///
/// assert_eq!(closest("feild_7", ["field_7", "field_8"].into_iter()), Some("field_7"));
/// assert_eq!(closest("Stop", ["Run", "Idle"].into_iter()), None);
/// ```
#[must_use]
pub fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = name.chars().take(65).collect();
    let limit = (name.len() / 3).clamp(1, 2);
    let near = known.map(|known| (distance(&name, known), known));
    near.filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// The number of characters that must be changed, inserted, deleted or swapped with their neighbour
/// (Damerau, Levenshtein); letter case does not count.
fn distance(from: &[char], to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let same = |x: usize, y: usize| from[x].eq_ignore_ascii_case(&to[y]);
    // For the last two prefixes of `to`, the distances to each prefix of `from`.
    let (mut before, mut row) = (Vec::new(), (0..=from.len()).collect::<Vec<_>>());
    for y in 0..to.len() {
        let mut next = vec![y + 1];
        for x in 0..from.len() {
            let changed = row[x] + usize::from(!same(x, y));
            let mut best = changed.min(row[x + 1] + 1).min(next[x] + 1);
            if x > 0 && y > 0 && same(x, y - 1) && same(x - 1, y) {
                best = best.min(before[x - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[from.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_counts_changes() {
        let distance = |from: &str, to| distance(&from.chars().collect::<Vec<_>>(), to);
        assert_eq!((distance("kitten", "sitting"), distance("f46", "f64")), (3, 1));
        assert_eq!((distance("", "ab"), distance("ab", ""), distance("größe", "Größe")), (2, 2, 0));
    }

    #[test]
    fn a_name_that_is_nearly_one_is_found() {
        let names = || ["Run", "Idle", "field_7", "field_8"].into_iter();
        assert_eq!(closest("run", names()), Some("Run"));
        assert_eq!(closest("feild_7", names()), Some("field_7"));
        assert_eq!(closest("Idel", names()), Some("Idle"));
        assert_eq!(closest("Stop", names()), None);
        assert_eq!(closest("", names()), None);
    }
}
