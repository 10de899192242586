//! The kinds of types of which there is something to write in another language.

use shm_schema::schema::{Type, TypeKind};

/// The kind of a type; `None` if a value takes no room, or if this version cannot use it.
pub(crate) fn of(ty: Type<'_>) -> Option<TypeKind<'_>> {
    match ty.kind() {
        TypeKind::Marker | TypeKind::Unknown(_) => None,
        // What ends in a slice has a size of its own, which may be 0.
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
