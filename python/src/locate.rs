//! From a place in memory back to its path, for values that are reached through views.

use shm_core::layout::Role;
use shm_core::schema::{Type, TypeKind};

/// A name by which a type is found again: the role of a live type, the name of a struct, or the type as
/// it is displayed. It is the same in a region whose layout has grown.
pub(crate) fn tag(ty: Type<'_>) -> String {
    match ty.role() {
        Some(role) => role.name().to_owned(),
        None if ty.is_plain_struct() => format!("struct {}", ty.name()),
        None => ty.to_string(),
    }
}

/// The path of the outermost value with this tag that starts at an offset of a value of this type.
pub(crate) fn path_at(root: Type<'_>, offset: u64, tag: &str) -> Option<String> {
    let (mut ty, mut rest, mut path) = (root, offset, String::new());
    loop {
        if rest == 0 && self::tag(ty) == tag {
            return Some(path);
        }
        (ty, rest) = match ty.kind() {
            TypeKind::Array { element, .. } | TypeKind::Slice { element } => {
                let index = rest.checked_div(element.size())?;
                path.push_str(&format!("[{index}]"));
                (element, rest - index * element.size())
            }
            TypeKind::Live { role: Role::PerProcess, .. } => {
                let rows = ty.live()?.rows()?;
                let (index, inside) = (rest.checked_sub(rows.rows)? / rows.stride, rows.rows);
                path.push_str(&format!("[{index}]"));
                (rows.row, rest - inside - index * rows.stride)
            }
            _ => {
                // Of several fields at one offset, all but the last are empty.
                let field = ty.fields().rev().find(|field| field.offset() <= rest)?;
                let dot = if path.is_empty() { "" } else { "." };
                path.push_str(&format!("{dot}{}", field.name()));
                (field.ty(), rest - field.offset())
            }
        };
    }
}
