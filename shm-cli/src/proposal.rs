//! Names that were meant: of fields and variants.

use shm_core::errors::DynError;
use shm_core::path::Path;
use shm_core::schema::{Field, Type, TypeKind, Variant};
use shm_core::{Access, DynRegion};

use crate::failure::Failure;

/// The failure with the field that was probably meant, if its name is nearly that of one.
pub(crate) fn of_field<A: Access>(region: &DynRegion<A>, failure: impl Into<Failure>) -> Failure {
    let failure = failure.into();
    let Failure::Field(DynError::NoField { at, name, .. }) = &failure else { return failure };
    let meant = || {
        let at: Path = at.parse().ok()?;
        let field = region.field(&at).ok()?;
        let found = closest(name, inside(field.ty()).fields().map(Field::name))?;
        Some(found.to_owned())
    };
    proposing(meant(), failure)
}

/// The failure with the variant that was probably meant.
pub(crate) fn of_variant(ty: Type<'_>, given: &str, failure: impl Into<Failure>) -> Failure {
    let TypeKind::Enum { variants, .. } = ty.kind() else { return failure.into() };
    let meant = closest(given, variants.iter().map(Variant::name));
    proposing(meant.map(str::to_owned), failure.into())
}

fn proposing(meant: Option<String>, failure: Failure) -> Failure {
    let Some(meant) = meant else { return failure };
    let (code, cause) = (failure.code(), failure.to_string());
    Failure::Custom { code, cause, help: Some(format!("did you mean `{meant}`?")) }
}

/// The struct in a lock, or in arrays.
fn inside(ty: Type<'_>) -> Type<'_> {
    match ty.kind() {
        TypeKind::Array { element, .. } | TypeKind::Slice { element } => inside(element),
        TypeKind::Live { .. } => {
            let live = ty.live();
            let kept =
                live.and_then(|live| live.value().map(|value| value.ty).or_else(|| live.kept()));
            kept.map_or(ty, inside)
        }
        _ => ty,
    }
}

/// The closest name, if it differs in at most two characters and a third of its length, whatever their cases.
fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = name.to_lowercase().chars().take(65).collect();
    let limit = (name.len() / 3).clamp(1, 2);
    let near = known.map(|known| (distance(&name, &known.to_lowercase()), known));
    near.filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// The number of characters to change, insert, delete or swap with their neighbour.
fn distance(one: &[char], other: &str) -> usize {
    let other: Vec<char> = other.chars().take(65).collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let change = rows[i][j] + usize::from(a != b);
            let mut best = change.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

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
