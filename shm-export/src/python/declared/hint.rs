//! The annotation of a field: its type, with the names of the package.

use shm_schema::layout::{Endian, Role, ScalarKind};
use shm_schema::schema::{Held, Live, Type, TypeKind, Variant};

use super::naming::Naming;
use crate::error::Error;

/// The number of slots of a `Latest`, and of seats of an `RwLock`, whose types do not give it.
const USUAL: [(Role, u64); 2] = [(Role::Latest, 4), (Role::RwLock, 8)];

/// Returns the annotation.
///
/// # Errors
/// If the type is of a kind that only a later version of the format knows.
pub(super) fn of<'a>(naming: &Naming<'a>, ty: Type<'a>) -> Result<String, Error> {
    Ok(match ty.kind() {
        TypeKind::Scalar(scalar) => number(scalar),
        TypeKind::NonZero { scalar, optional } => {
            let class = if optional { "Option" } else { "NonZero" };
            format!("shm.{class}[{}]", number(scalar))
        }
        TypeKind::Enum { repr, variants } => {
            let name = naming.ty(ty);
            match smallest(variants) {
                Some(smallest) if smallest == repr => name.to_owned(),
                _ => format!("Annotated[{name}, shm.Repr(\"{}\")]", repr.name()),
            }
        }
        TypeKind::Ordered { scalar, order, packed } => ordered(scalar, order, packed),
        TypeKind::CText { capacity } => format!("shm.CText[Literal[{capacity}]]"),
        TypeKind::Array { element, len } => {
            format!("shm.Array[{}, Literal[{len}]]", of(naming, element)?)
        }
        TypeKind::Slice { element } => format!("shm.Slice[{}]", of(naming, element)?),
        TypeKind::Struct { .. } => naming.ty(ty).to_owned(),
        TypeKind::Live { .. } => of_live(naming, ty.live().ok_or(Error::UnknownKind)?)?,
        TypeKind::Marker => "None".to_owned(),
        TypeKind::Unknown(_) => return Err(Error::UnknownKind),
    })
}

fn number(scalar: ScalarKind) -> String {
    match scalar {
        ScalarKind::Bool => "shm.bool_".to_owned(),
        ScalarKind::Char => "shm.Char".to_owned(),
        scalar => format!("shm.{}", scalar.name()),
    }
}

/// The integer that the package gives an enum if its declaration does not name one.
fn smallest(variants: &[Variant]) -> Option<ScalarKind> {
    use ScalarKind::{I8, I16, I32, I64, U8, U16, U32, U64};
    let values = || variants.iter().map(Variant::discriminant);
    let (low, high) = (values().min()?, values().max()?);
    let fits = |(_, bits, signed): &(ScalarKind, u32, bool)| {
        let least = if *signed { -(1_i128 << (bits - 1)) } else { 0 };
        least <= low && high < least + (1_i128 << bits)
    };
    let candidates = [
        (U8, 8, false),
        (I8, 8, true),
        (U16, 16, false),
        (I16, 16, true),
        (U32, 32, false),
        (I32, 32, true),
        (U64, 64, false),
        (I64, 64, true),
    ];
    candidates.into_iter().find(fits).map(|(scalar, ..)| scalar)
}

/// A type without a name of its own in Python, by its text.
fn ordered(scalar: ScalarKind, order: Endian, packed: bool) -> String {
    let base = if matches!(scalar, ScalarKind::F32 | ScalarKind::F64) { "float" } else { "int" };
    let (plain, suffix) = if order == Endian::Big { ("Be", "BE") } else { ("Le", "LE") };
    let text = if packed {
        format!("{}<{suffix}>", scalar.name().to_uppercase())
    } else {
        format!("{plain}<{}>", scalar.name())
    };
    format!("Annotated[{base}, shm.Type(\"{text}\")]")
}

fn of_live<'a>(naming: &Naming<'a>, live: Live<'a>) -> Result<String, Error> {
    let role = live.role();
    let inner = |ty| of(naming, ty);
    let made = match role {
        Role::Text | Role::Bytes => live.counted().map(|counted| literal(role, counted.capacity)),
        Role::Mutex | Role::Watched | Role::RwLock | Role::Latest | Role::Ring => live
            .value()
            .map(|value| inner(value.ty).map(|ty| around(role, &ty, value.held)))
            .transpose()?,
        Role::Event | Role::Once => Some(format!("shm.{}", role.name())),
        Role::Owned | Role::OwnedSlice | Role::OwnedText => {
            Some(format!("shm.Owned[{}]", kept(naming, live)?))
        }
        Role::Map => match live.entry() {
            Some((key, value)) => {
                Some(format!("shm.Map[{}, {}]", content(naming, key)?, content(naming, value)?))
            }
            None => None,
        },
        Role::TailText => Some("str".to_owned()),
        Role::TailSlice => match live.contents().and_then(|contents| contents.element) {
            Some(element) => Some(format!("list[{}]", inner(element)?)),
            None => None,
        },
        Role::Queue => match live.queue() {
            Some(queue) => Some(counted(role, &inner(queue.value)?, queue.capacity)),
            None => None,
        },
        Role::PerProcess => match live.rows() {
            Some(rows) => Some(counted(role, &inner(rows.row)?, rows.count)),
            None => None,
        },
        Role::Semaphore | Role::Barrier => live.seats().map(|(_, count)| literal(role, count)),
    };
    made.ok_or(Error::UnknownKind)
}

/// `shm.Text[Literal[32]]`
fn literal(role: Role, number: u64) -> String {
    format!("shm.{}[Literal[{number}]]", role.name())
}

/// `shm.Queue[Job, Literal[256]]`
fn counted(role: Role, value: &str, number: u64) -> String {
    format!("shm.{}[{value}, Literal[{number}]]", role.name())
}

/// `shm.Latest[Pose]`, or `shm.Latest[Pose, Literal[8]]` if the number is not the usual one.
fn around(role: Role, value: &str, held: Held) -> String {
    let number = match held {
        Held::Shared(seats) => Some(seats.count),
        Held::Copied(ring) => Some(ring.count),
        Held::Guarded { .. } | Held::Watched { .. } => None,
    };
    match number.filter(|number| !USUAL.contains(&(role, *number))) {
        Some(number) => counted(role, value, number),
        None => format!("shm.{}[{value}]", role.name()),
    }
}

/// The value that an `Owned` owns.
fn kept<'a>(naming: &Naming<'a>, live: Live<'a>) -> Result<String, Error> {
    match (live.role(), live.kept()) {
        (Role::OwnedText, _) => Ok("str".to_owned()),
        (Role::OwnedSlice, Some(element)) => Ok(format!("list[{}]", of(naming, element)?)),
        (_, Some(value)) => of(naming, value),
        (_, None) => Err(Error::UnknownKind),
    }
}

/// A key or a value of a map: text and elements are given as what owns them elsewhere.
fn content<'a>(naming: &Naming<'a>, ty: Type<'a>) -> Result<String, Error> {
    match ty.live() {
        Some(live) if matches!(live.role(), Role::OwnedText | Role::OwnedSlice) => {
            kept(naming, live)
        }
        _ => of(naming, ty),
    }
}
