//! From a place in memory back to its path, for values that are reached through views.

use shm_core::layout::Role;
use shm_core::schema::{Type, TypeKind};

/// A name by which a type is found again: the role of a live type, the name of a struct and its size, or the
/// type as it is displayed.
pub(crate) fn tag(ty: Type<'_>) -> String {
    match ty.role() {
        Some(role) => role.name().to_owned(),
        None if ty.is_plain_struct() => format!("{STRUCT}{} {}", ty.size(), ty.name()),
        None => ty.to_string(),
    }
}

/// The start of the tag of a struct.
const STRUCT: &str = "struct ";

/// The path of the outermost value with this tag that starts at an offset of a value of this type.
///
/// A struct in a region whose layout has grown has the name of its class, and perhaps another size; one whose
/// class is called differently has its size.
pub(crate) fn path_at(root: Type<'_>, offset: u64, tag: &str) -> Option<String> {
    let Some((size, name)) = tag.strip_prefix(STRUCT).and_then(|rest| rest.split_once(' ')) else {
        return find(root, offset, |ty| self::tag(ty) == tag);
    };
    let size: u64 = size.parse().ok()?;
    find(root, offset, |ty| ty.is_plain_struct() && ty.name() == name)
        .or_else(|| find(root, offset, |ty| ty.is_plain_struct() && ty.size() == size))
}

fn find(root: Type<'_>, offset: u64, is_it: impl Fn(Type<'_>) -> bool) -> Option<String> {
    let (mut ty, mut rest, mut path) = (root, offset, String::new());
    loop {
        if rest == 0 && is_it(ty) {
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
