//! Reading and writing of values without parts.

use shm_schema::layout::{Endian, Role, ScalarKind};
use shm_schema::schema::{Type, TypeKind};

use super::naming::Naming;
use super::storage::{scalar, word};
use crate::kinds;

/// The reading of a value in place.
pub(super) struct Reading {
    /// The first part of the function's name.
    pub(super) verb: &'static str,
    /// A parameter for a value that cannot be returned.
    pub(super) buffer: Option<String>,
    /// The type of the value, or of its length.
    pub(super) ty: String,
    pub(super) out: &'static str,
    /// The expression that reads the value at `$`.
    pub(super) value: String,
    /// The check that `raw`, the value read, is valid.
    pub(super) valid: Option<String>,
    /// Whether it needs a number of 16 bytes.
    pub(super) wide: bool,
}

/// The writing of a value in place.
pub(super) struct Writing {
    pub(super) parameter: String,
    /// The check that `value` can be written.
    pub(super) valid: Option<String>,
    /// Writes `value` to `$`.
    pub(super) statement: String,
    /// Whether the statement is an expression that is true on success.
    pub(super) fallible: bool,
    pub(super) wide: bool,
}

const LOAD: &str = "__atomic_load_n(&$, __ATOMIC_ACQUIRE)";

impl Reading {
    fn get(ty: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            verb: "get",
            buffer: None,
            ty: ty.into(),
            out: "value",
            value: value.into(),
            valid: None,
            wide: false,
        }
    }

    fn checked(ty: &str, valid: String) -> Self {
        Self { valid: Some(valid), ..Self::get(ty, LOAD) }
    }

    fn text(buffer: String, call: String) -> Self {
        Self { buffer: Some(buffer), out: "len", ..Self::get("size_t", call) }
    }

    /// Returns how to read a value of this type; `None` if it has parts or cannot be read atomically.
    /// `copied` says that it is in a private copy.
    pub(super) fn of(naming: &Naming<'_>, ty: Type<'_>, copied: bool) -> Option<Self> {
        Some(match kinds::of(ty)? {
            TypeKind::Scalar(ScalarKind::Bool) => Self::get("bool", format!("{LOAD} != 0")),
            TypeKind::Scalar(ScalarKind::Char) => {
                Self::checked("uint32_t", CHAR.replace('?', "raw"))
            }
            TypeKind::Scalar(kind @ (ScalarKind::F32 | ScalarKind::F64)) => {
                Self::get(scalar(kind), format!("@p@_load_{}_(&$)", kind.name()))
            }
            TypeKind::Scalar(kind) if kind.size() <= 8 => Self::get(scalar(kind), LOAD),
            // No processor reads 16 bytes atomically; in a private copy it need not.
            TypeKind::Scalar(kind) if copied => {
                let ty = wide(kind);
                Self { wide: true, ..Self::get(ty, format!("({ty})@p@_load_wide_($)")) }
            }
            TypeKind::NonZero { scalar: kind, optional } if kind.size() <= 8 => {
                let valid = (!optional).then(|| "raw != 0".to_owned());
                Self { valid, ..Self::get(scalar(kind), LOAD) }
            }
            TypeKind::Enum { .. } => {
                let valid = format!("{}(raw) != NULL", naming.name_of(ty));
                Self::checked(naming.ty(ty, false), valid)
            }
            TypeKind::Ordered { scalar: kind, order, packed: false } if kind.size() <= 8 => {
                let value = native(kind, &swapped(order, kind.size(), LOAD));
                Self::get(scalar(kind), value)
            }
            TypeKind::Ordered { scalar: kind, order, packed: true } => Self::packed(kind, order),
            TypeKind::CText { capacity } => Self::text(
                format!("char out[{}]", capacity.saturating_add(1)),
                format!("@p@_load_text_($, {capacity}, out)"),
            ),
            TypeKind::Live { role, .. } => return Self::live(ty, role),
            _ => return None,
        })
    }

    /// Returns how to read the state of a live type itself.
    fn live(ty: Type<'_>, role: Role) -> Option<Self> {
        let capacity = ty.live()?.counted().map_or(0, |bytes| bytes.capacity);
        Some(match role {
            Role::Text => Self::text(
                format!("char out[{}]", capacity.saturating_add(1)),
                format!("@p@_load_string_(&$.len, $.bytes, {capacity}, out)"),
            ),
            Role::Bytes if capacity > 0 => Self::text(
                format!("unsigned char out[{capacity}]"),
                format!("@p@_load_counted_(&$.len, $.bytes, {capacity}, out)"),
            ),
            // The lowest bit says that a process sleeps.
            Role::Event => Self {
                verb: "count",
                ..Self::get("uint32_t", "__atomic_load_n(&$.count, __ATOMIC_ACQUIRE) >> 1")
            },
            Role::Once => Self {
                verb: "is_done",
                ..Self::get("bool", "__atomic_load_n(&$.done, __ATOMIC_ACQUIRE) == 0x454e4f44")
            },
            Role::Queue => {
                let capacity = ty.live()?.queue()?.capacity;
                let call = format!("@p@_load_queue_len_(&$.tail, &$.head, UINT64_C({capacity}))");
                Self { verb: "len", ..Self::get("uint64_t", call) }
            }
            Role::Bytes
            | Role::Mutex
            | Role::Latest
            | Role::Ring
            | Role::Watched
            | Role::RwLock
            | Role::Semaphore
            | Role::Barrier
            | Role::PerProcess
            | Role::Owned
            | Role::OwnedSlice
            | Role::OwnedText
            | Role::Map
            | Role::TailText
            | Role::TailSlice => return None,
        })
    }

    fn packed(kind: ScalarKind, order: Endian) -> Self {
        let (size, name) = (kind.size(), packed_order(order));
        if size <= 8 {
            let load = format!("@p@_load_packed_{name}_($, {size})");
            return Self::get(scalar(kind), native(kind, &format!("({}){load}", word(size))));
        }
        let half = |at: usize| format!("@p@_load_packed_{name}_($ + {at}, 8)");
        let (high, low) = if order == Endian::Big { (0, 8) } else { (8, 0) };
        let ty = wide(kind);
        let value = format!("({ty})@p@_wide_({}, {})", half(high), half(low));
        Self { wide: true, ..Self::get(ty, value) }
    }
}

impl Writing {
    fn plain(ty: &str, statement: impl Into<String>) -> Self {
        Self {
            parameter: format!("{ty} value"),
            valid: None,
            statement: statement.into(),
            fallible: false,
            wide: false,
        }
    }

    /// Returns how to write a value of this type in place; `None` if it cannot be.
    pub(super) fn of(naming: &Naming<'_>, ty: Type<'_>) -> Option<Self> {
        let store = |value: &str| format!("__atomic_store_n(&$, {value}, __ATOMIC_RELEASE)");
        Some(match kinds::of(ty)? {
            TypeKind::Scalar(ScalarKind::Bool) => {
                Self::plain("bool", store("(uint8_t)(value ? 1 : 0)"))
            }
            TypeKind::Scalar(ScalarKind::Char) => Self {
                valid: Some(CHAR.replace('?', "value")),
                ..Self::plain("uint32_t", store("value"))
            },
            TypeKind::Scalar(kind @ (ScalarKind::F32 | ScalarKind::F64)) => {
                Self::plain(scalar(kind), format!("@p@_store_{}_(&$, value)", kind.name()))
            }
            TypeKind::Scalar(kind) if kind.size() <= 8 => Self::plain(scalar(kind), store("value")),
            TypeKind::NonZero { scalar: kind, optional } if kind.size() <= 8 => {
                let valid = (!optional).then(|| "value != 0".to_owned());
                Self { valid, ..Self::plain(scalar(kind), store("value")) }
            }
            TypeKind::Enum { .. } => {
                let valid = Some(format!("{}(value) != NULL", naming.name_of(ty)));
                Self { valid, ..Self::plain(naming.ty(ty, false), store("value")) }
            }
            TypeKind::Ordered { scalar: kind, order, packed: false } if kind.size() <= 8 => {
                let size = kind.size();
                let bits = swapped(order, size, &bits(kind, word(size)));
                Self::plain(scalar(kind), store(&bits))
            }
            TypeKind::Ordered { scalar: kind, order, packed: true } => Self::packed(kind, order),
            TypeKind::CText { capacity } => Self {
                parameter: "const char *text".to_owned(),
                fallible: true,
                ..Self::plain("", format!("@p@_store_text_($, {capacity}, text)"))
            },
            _ => return None,
        })
    }

    fn packed(kind: ScalarKind, order: Endian) -> Self {
        let (size, name) = (kind.size(), packed_order(order));
        if size <= 8 {
            let bits = bits(kind, "uint64_t");
            let statement = format!("@p@_store_packed_{name}_($, {bits}, {size})");
            return Self::plain(scalar(kind), statement);
        }
        let (high, low) = if order == Endian::Big { (0, 8) } else { (8, 0) };
        let half = |at: usize, shift: u32| {
            format!("@p@_store_packed_{name}_($ + {at}, (uint64_t)((@p@_u128)value >> {shift}), 8)")
        };
        let statement = format!("{};\n    {}", half(high, 64), half(low, 0));
        Self { wide: true, ..Self::plain(wide(kind), statement) }
    }
}

/// The condition for `?` to be a valid character.
const CHAR: &str = "? < 0xd800 || (? > 0xdfff && ? < 0x110000)";

pub(super) fn wide(kind: ScalarKind) -> &'static str {
    if kind.is_signed() { "@p@_i128" } else { "@p@_u128" }
}

fn packed_order(order: Endian) -> &'static str {
    if order == Endian::Big { "be" } else { "le" }
}

/// Converts a word from the machine's byte order to this one, or back.
fn swapped(order: Endian, size: usize, word: &str) -> String {
    let order = if order == Endian::Big { "BE" } else { "LE" };
    match size {
        1 => word.to_owned(),
        _ => format!("@P@_{order}_({}, {word})", size * 8),
    }
}

/// A number from its bits in the machine's byte order.
fn native(kind: ScalarKind, word: &str) -> String {
    match kind {
        ScalarKind::F32 | ScalarKind::F64 => format!("@p@_{}_of_({word})", kind.name()),
        _ => format!("({})({word})", scalar(kind)),
    }
}

/// The bits of `value` in the machine's byte order, as a word of this type.
fn bits(kind: ScalarKind, word: &str) -> String {
    match kind {
        ScalarKind::F32 | ScalarKind::F64 => format!("@p@_bits_of_{}_(value)", kind.name()),
        _ => format!("({word})value"),
    }
}
