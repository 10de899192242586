//! The kinds of types that are exported to another language.

use shm_schema::schema::{Type, TypeKind};

/// Returns the kind of a type; `None` if a value has no bytes, or if this version cannot use it.
pub(crate) fn of(ty: Type<'_>) -> Option<TypeKind<'_>> {
    match ty.kind() {
        TypeKind::Marker | TypeKind::Unknown(_) => None,
        // A type that ends in a slice has a fixed size, which may be 0.
        _ if ty.size() == 0 && !ty.has_tail() => None,
        kind => Some(kind),
    }
}

/// The element of an array or a slice.
pub(crate) fn element(ty: Type<'_>) -> Option<Type<'_>> {
    match ty.kind() {
        TypeKind::Array { element, .. } | TypeKind::Slice { element } => Some(element),
        _ => None,
    }
}

/// The name that its author gave a type, if that is known.
pub(crate) fn name(ty: Type<'_>) -> Option<&str> {
    Some(ty.name()).filter(|name| !name.is_empty())
}
