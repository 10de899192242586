//! Names that were meant: of fields and variants.

use shm_core::errors::DynError;
use shm_core::path::Path;
use shm_core::schema::{Field, Type, TypeKind, Variant, closest};
use shm_core::{DynRegion, traits::Access};

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
