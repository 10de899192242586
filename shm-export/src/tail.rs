//! The part of a value whose length is known only at run time.

use shm_schema::schema::{Type, TypeKind};

/// Returns its start and its element type; `None` if the value has a fixed size.
pub(crate) fn of(root: Type<'_>) -> Option<(u64, Type<'_>)> {
    let last = root.fields().next_back();
    let (offset, slice) = last.map_or((0, root), |field| (field.offset(), field.ty()));
    match slice.kind() {
        TypeKind::Slice { element } => Some((offset, element)),
        _ => None,
    }
}
