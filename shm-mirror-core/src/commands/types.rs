//! Types as paths go through them: nothing is named of a lock, or of a place in the heap, around a value.

use shm_core::layout::Role;
use shm_core::schema::{Live, Type, TypeKind};

/// The type of the value in a lock, a `Watched`, a `Latest` or an `Owned`.
pub(super) fn inside(ty: Type<'_>) -> Type<'_> {
    let value = ty.live().and_then(|live| match live.role() {
        Role::Owned => live.kept(),
        Role::Mutex | Role::RwLock | Role::Watched | Role::Latest => {
            live.value().map(|value| value.ty)
        }
        _ => None,
    });
    value.map_or(ty, inside)
}

/// The type of the elements of an array or a slice, or of the values of a map.
pub(super) fn element(ty: Type<'_>) -> Option<Type<'_>> {
    match ty.kind() {
        TypeKind::Array { element, .. } | TypeKind::Slice { element } => Some(element),
        TypeKind::Live { role: Role::OwnedSlice, .. } => ty.live().and_then(Live::kept),
        TypeKind::Live { role: Role::TailSlice, .. } => ty.live()?.contents()?.element,
        TypeKind::Live { role: Role::Map, .. } => ty.live()?.entry().map(|(_, value)| value),
        _ => None,
    }
}
