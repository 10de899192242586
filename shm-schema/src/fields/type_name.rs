//! Types as their authors wrote them.

use super::notes::Notes;
use crate::layout::Role;
use crate::live::{self, Live};
use crate::schema::{Type, TypeKind};

/// How many slots a `Latest` has if nobody says how many.
const USUAL_SLOTS: usize = 4;

/// `Latest<Pose>`, `[Text<32>; 4]`: from the names in the annotations where there are any.
pub(super) fn of(ty: Type<'_>, notes: Notes<'_>) -> String {
    match ty.kind() {
        TypeKind::Array { element, len } => format!("[{}; {len}]", of(element, notes.element())),
        TypeKind::Slice { element } => format!("[{}]", of(element, notes.element())),
        TypeKind::Struct if ty.role().is_some() => of_live(ty, notes),
        TypeKind::Struct | TypeKind::Enum { .. } if !notes.type_name().is_empty() => {
            notes.type_name().to_owned()
        }
        _ => ty.to_string(),
    }
}

fn of_live(ty: Type<'_>, notes: Notes<'_>) -> String {
    let role = ty.role().map_or("struct", Role::name);
    let Some(live) = live::of(ty) else { return role.to_owned() };
    match &live {
        Live::Mutex { value, .. } | Live::Watched { value, .. } => {
            format!("{role}<{}>", of(value.ty(), notes.inside(&live)))
        }
        Live::Latest(ring, value) => {
            let value = of(*value, notes.inside(&live));
            if ring.count == USUAL_SLOTS {
                format!("{role}<{value}>")
            } else {
                format!("{role}<{value}, {}>", ring.count)
            }
        }
        Live::Counted { capacity, .. } => format!("{role}<{capacity}>"),
        _ => role.to_owned(),
    }
}
