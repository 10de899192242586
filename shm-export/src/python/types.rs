//! The types of fields as annotations, for type checkers: what reading a field gives, and what it is assigned.

use shm_schema::layout::{Role, ScalarKind};
use shm_schema::schema::{Live, Type, TypeKind};

use super::naming::Naming;
use crate::kinds;

/// What no value has: such a field is not assigned to.
const NOTHING: &str = "typing.NoReturn";

/// The types of a field: `_Field[float, float]`, quoted.
pub(super) fn annotation(naming: &Naming<'_>, ty: Type<'_>, guarded: bool) -> String {
    let (read, written) = of(naming, ty);
    match guarded {
        true => format!("\"_Field[Guarded[{read}], {NOTHING}]\""),
        false => format!("\"_Field[{read}, {written}]\""),
    }
}

/// The type that is read, and the one that is written.
fn of(naming: &Naming<'_>, ty: Type<'_>) -> (String, String) {
    let both = |text: &str| (text.to_owned(), text.to_owned());
    match kinds::of(ty) {
        Some(TypeKind::Scalar(scalar)) => match scalar {
            ScalarKind::U128 | ScalarKind::I128 => read_only("int"),
            scalar => both(number(scalar)),
        },
        Some(TypeKind::NonZero { optional: true, .. }) => both("typing.Optional[int]"),
        Some(TypeKind::NonZero { .. }) => both("int"),
        Some(TypeKind::Enum { .. }) => (naming.ty(ty).to_owned(), "int".to_owned()),
        Some(TypeKind::Ordered { scalar, .. }) => both(number(scalar)),
        Some(TypeKind::CText { .. }) => both("str"),
        Some(TypeKind::Array { element, .. } | TypeKind::Slice { element }) => {
            let (read, written) = of(naming, element);
            let written = match written.as_str() {
                NOTHING => written,
                _ => format!("typing.Iterable[{written}]"),
            };
            (format!("_Array[{read}]"), written)
        }
        Some(TypeKind::Struct { .. }) => read_only(naming.ty(ty)),
        Some(TypeKind::Live { .. }) => read_only(
            &ty.live().map_or_else(|| "typing.Any".to_owned(), |live| of_live(naming, live)),
        ),
        Some(TypeKind::Marker | TypeKind::Unknown(_)) | None => read_only("typing.Any"),
    }
}

fn read_only(read: &str) -> (String, String) {
    (read.to_owned(), NOTHING.to_owned())
}

fn number(scalar: ScalarKind) -> &'static str {
    match scalar {
        ScalarKind::F32 | ScalarKind::F64 => "float",
        ScalarKind::Bool => "bool",
        ScalarKind::Char => "str",
        _ => "int",
    }
}

fn of_live(naming: &Naming<'_>, live: Live<'_>) -> String {
    let read = |ty| of(naming, ty).0;
    let value = || live.value().map_or_else(|| "typing.Any".to_owned(), |value| read(value.ty));
    let kept = || live.kept().map_or_else(|| "typing.Any".to_owned(), read);
    match live.role() {
        Role::Text | Role::OwnedText => "str".to_owned(),
        Role::Bytes => "bytes".to_owned(),
        Role::TailText => "typing.Optional[str]".to_owned(),
        Role::TailSlice => {
            let element = live.contents().and_then(|contents| contents.element);
            format!(
                "typing.Optional[_Array[{}]]",
                element.map_or_else(|| "typing.Any".to_owned(), read)
            )
        }
        Role::Latest | Role::Ring | Role::Watched => value(),
        Role::Mutex | Role::RwLock => format!("Guarded[{}]", value()),
        Role::Event | Role::Semaphore => "int".to_owned(),
        Role::Once => "bool".to_owned(),
        Role::Owned => format!("typing.Optional[{}]", kept()),
        Role::OwnedSlice => format!("_Array[{}]", kept()),
        Role::Map => match live.entry() {
            Some((key, value)) => {
                format!("_Entries[{}, {}]", content(naming, key), content(naming, value))
            }
            None => "typing.Any".to_owned(),
        },
        Role::Queue => "_Queue.State".to_owned(),
        Role::Barrier => "_Barrier.State".to_owned(),
        Role::PerProcess => "_PerProcess.State".to_owned(),
    }
}

/// A key or a value of a map: text and elements are given as what owns them elsewhere.
fn content(naming: &Naming<'_>, ty: Type<'_>) -> String {
    match ty.live().map(|live| (live.role(), live.kept())) {
        Some((Role::OwnedSlice, Some(element))) => format!("_Array[{}]", of(naming, element).0),
        _ => of(naming, ty).0,
    }
}
