//! Types as their authors wrote them.

use crate::kind::Role;
use crate::schema::{Held, Live, Type, TypeKind};

/// The slots of a `Latest` whose type does not give their number.
const USUAL_SLOTS: u64 = 4;
/// How many seats an `RwLock` has if its type does not say how many.
const USUAL_SEATS: u64 = 8;

/// Returns `Latest<Pose>`, `[Text<32>; 4]`: with the names of types where they are known.
pub(super) fn of(ty: Type<'_>) -> String {
    match ty.kind() {
        TypeKind::Array { element, len } => format!("[{}; {len}]", of(element)),
        TypeKind::Slice { element } => format!("[{}]", of(element)),
        TypeKind::Struct { .. } | TypeKind::Enum { .. } if !ty.name().is_empty() => {
            ty.name().to_owned()
        }
        _ => ty.live().map_or_else(|| ty.to_string(), of_live),
    }
}

fn of_live(live: Live<'_>) -> String {
    let role = live.role().name();
    if let Some(bytes) = live.counted() {
        return format!("{role}<{}>", bytes.capacity);
    }
    if let Some((key, value)) = live.entry() {
        return format!("{role}<{}, {}>", content_name(key), content_name(value));
    }
    if let Some(contents) = live.contents() {
        return contents.element.map_or("String".to_owned(), |ty| format!("Vec<{}>", of(ty)));
    }
    match (live.role(), live.kept()) {
        (Role::OwnedText, _) => return "Owned<str>".to_owned(),
        (Role::OwnedSlice, Some(element)) => return format!("Owned<[{}]>", of(element)),
        (_, Some(value)) => return format!("{role}<{}>", of(value)),
        (_, None) => {}
    }
    if let Some(queue) = live.queue() {
        return format!("{role}<{}, {}>", of(queue.value), queue.capacity);
    }
    if let Some(rows) = live.rows() {
        return format!("{role}<{}, {}>", of(rows.row), rows.count);
    }
    let Some(value) = live.value() else {
        let permits = live.seats().map(|(_, permits)| format!("{role}<{permits}>"));
        return permits.unwrap_or_else(|| role.to_owned());
    };
    match value.held {
        Held::Shared(seats) if seats.count != USUAL_SEATS => {
            format!("{role}<{}, {}>", of(value.ty), seats.count)
        }
        Held::Copied(ring) if ring.count != USUAL_SLOTS || live.role() == Role::Ring => {
            format!("{role}<{}, {}>", of(value.ty), ring.count)
        }
        _ => format!("{role}<{}>", of(value.ty)),
    }
}

/// Returns the type of a key or a value of a map: text and slices, which a schema gives as what owns them, as
/// `str` and `[T]`.
#[must_use]
pub fn content_name(ty: Type<'_>) -> String {
    match ty.live().map(|live| (live.role(), live.kept())) {
        Some((Role::OwnedText, _)) => "str".to_owned(),
        Some((Role::OwnedSlice, Some(element))) => format!("[{}]", of(element)),
        _ => of(ty),
    }
}
