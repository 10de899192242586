//! The kind of a field, as an expression over the classes of `runtime/`.

use shm_schema::layout::{Endian, Role, ScalarKind};
use shm_schema::schema::{Held, Live, Type, TypeKind};

use super::naming::Naming;
use crate::kinds;

/// Returns the expression; `None` for a type of no bytes.
pub(super) fn expression(naming: &Naming<'_>, ty: Type<'_>) -> Option<String> {
    let inner = |ty| expression(naming, ty);
    Some(match kinds::of(ty)? {
        TypeKind::Scalar(scalar) => number(scalar),
        TypeKind::NonZero { scalar, optional } => {
            format!("_NonZero({}, {})", number(scalar), if optional { "True" } else { "False" })
        }
        TypeKind::Enum { repr, .. } => format!("_Enum({}, {})", naming.ty(ty), number(repr)),
        TypeKind::Ordered { scalar, order, packed } => {
            let class = if packed { "_Packed" } else { "_Ordered" };
            let order = if order == Endian::Big { '>' } else { '<' };
            format!("{class}({}, \"{order}\")", number(scalar))
        }
        TypeKind::CText { capacity } => format!("_CText({capacity})"),
        TypeKind::Array { element, len } => {
            format!("_ArrayOf({}, {len}, {})", inner(element)?, element.size())
        }
        TypeKind::Slice { element } => format!("_Tail({}, {})", inner(element)?, element.size()),
        TypeKind::Struct { .. } => format!("_Struct({})", naming.ty(ty)),
        TypeKind::Live { .. } => of_live(naming, ty.live()?)?,
        TypeKind::Marker | TypeKind::Unknown(_) => return None,
    })
}

fn number(scalar: ScalarKind) -> String {
    format!("_{}", scalar.name().to_ascii_uppercase())
}

/// A place in whose block there is text, any number of elements, or one value.
fn owned(naming: &Naming<'_>, live: Live<'_>) -> Option<String> {
    let (handle, name) = (live.handle()?, live.role().name());
    Some(match live.kept() {
        None => format!("_{name}({handle}, None, None)"),
        Some(kept) => {
            format!("_{name}({handle}, {}, {})", kept.size(), expression(naming, kept)?)
        }
    })
}

/// A text or a slice in a value with contents.
fn contents(naming: &Naming<'_>, live: Live<'_>) -> Option<String> {
    let (found, name) = (live.contents()?, live.role().name());
    let (start, len) = (found.offset, found.len);
    Some(match found.element {
        None => format!("_{name}({start}, {len}, 1, 1, None)"),
        Some(element) => {
            let (size, align) = (element.size(), element.align());
            format!("_{name}({start}, {len}, {size}, {align}, {})", expression(naming, element)?)
        }
    })
}

/// A key or a value of a map: text and elements are given as what owns them elsewhere.
fn content(naming: &Naming<'_>, ty: Type<'_>) -> Option<String> {
    let (ty, is_many) = match ty.live().map(|live| (live.role(), live.kept())) {
        Some((Role::OwnedText, _)) => return Some("_Content(1, None, True)".to_owned()),
        Some((Role::OwnedSlice, Some(element))) => (element, "True"),
        _ => (ty, "False"),
    };
    Some(format!("_Content({}, {}, {is_many})", ty.size(), expression(naming, ty)?))
}

fn of_live(naming: &Naming<'_>, live: Live<'_>) -> Option<String> {
    if let Some(bytes) = live.counted() {
        let text = if live.role() == Role::Text { "True" } else { "False" };
        return Some(format!("_Counted({text}, {}, {})", bytes.bytes, bytes.capacity));
    }
    if let Some(value) = live.value() {
        let (kind, offset) = (expression(naming, value.ty)?, value.offset);
        return Some(match value.held {
            Held::Guarded { .. } => format!("_Mutex({offset}, {kind})"),
            Held::Shared(_) => format!("_RwLock({offset}, {kind})"),
            Held::Watched { .. } => format!("_Watched({offset}, {kind})"),
            Held::Copied(ring) => {
                let (sequence, slots, size) = (ring.sequence, ring.slots, ring.size);
                let (stride, count) = (ring.stride, ring.count);
                let name = live.role().name();
                format!("_{name}({sequence}, {slots}, {stride}, {count}, {size}, {kind})")
            }
        });
    }
    match live.role() {
        Role::Event => Some("_EVENT".to_owned()),
        Role::Once => Some(format!("_Once({})", live.part("done").offset())),
        Role::Owned | Role::OwnedSlice | Role::OwnedText => owned(naming, live),
        Role::Map => {
            let (key, value) = live.entry()?;
            let [table, next] = ["table", "next"].map(|part| live.part(part).offset());
            let (key, value) = (content(naming, key)?, content(naming, value)?);
            Some(format!("_Map({table}, {next}, {key}, {value})"))
        }
        Role::TailText | Role::TailSlice => contents(naming, live),
        Role::Queue => {
            let queue = live.queue()?;
            Some(format!("_Queue({}, {}, {})", queue.tail, queue.head, queue.capacity))
        }
        Role::Semaphore => live.seats().map(|(at, count)| format!("_Semaphore({at}, {count})")),
        Role::Barrier => {
            let (seats, count) = live.seats()?;
            let [state, arrived] = ["state", "arrived"].map(|part| live.part(part).offset());
            Some(format!("_Barrier({state}, {seats}, {arrived}, {count})"))
        }
        Role::PerProcess => {
            let rows = live.rows()?;
            let (row, count, stride) = (expression(naming, rows.row)?, rows.count, rows.stride);
            let offsets =
                [rows.state, rows.seats, rows.retired, rows.rows].map(|at| at.to_string());
            Some(format!("_PerProcess({}, {count}, {stride}, {row})", offsets.join(", ")))
        }
        Role::Mutex
        | Role::RwLock
        | Role::Latest
        | Role::Ring
        | Role::Watched
        | Role::Text
        | Role::Bytes => {
            unreachable!("it holds a value")
        }
    }
}
