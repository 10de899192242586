//! C declarations with the layout of a type in memory.

use shm_schema::layout::ScalarKind;
use shm_schema::schema::{Held, Live, Type, TypeKind};

use super::naming::{Naming, members};
use crate::kinds;
use crate::part::Part;

/// A declaration, except for the name that it declares.
pub(super) struct Declaration {
    /// An explicit alignment, if C would not choose it.
    align: Option<u32>,
    base: String,
    dimensions: Vec<u64>,
}

impl Declaration {
    fn plain(base: impl Into<String>) -> Self {
        Self { align: None, base: base.into(), dimensions: Vec::new() }
    }

    fn bytes(base: &str, count: u64, align: u32) -> Self {
        let align = (align > 1).then_some(align);
        Self { align, base: base.to_owned(), dimensions: vec![count] }
    }

    /// The declaration of `name`, without a semicolon.
    pub(super) fn of(&self, name: &str) -> String {
        let align = self.align.map_or_else(String::new, |align| format!("alignas({align}) "));
        let dimensions: String = self.dimensions.iter().map(|len| format!("[{len}]")).collect();
        format!("{align}{} {name}{dimensions}", self.base)
    }

    /// The type of an element, if its name is the whole declaration.
    pub(super) fn name(&self) -> Option<&str> {
        let named = self.align.is_none() && self.dimensions.is_empty() && !self.base.contains('{');
        named.then_some(&self.base)
    }
}

/// The C type of the value of a scalar of at most 8 bytes.
pub(super) fn scalar(scalar: ScalarKind) -> &'static str {
    match scalar {
        ScalarKind::U8 => "uint8_t",
        ScalarKind::U16 => "uint16_t",
        ScalarKind::U32 | ScalarKind::Char => "uint32_t",
        ScalarKind::I8 => "int8_t",
        ScalarKind::I16 => "int16_t",
        ScalarKind::I32 => "int32_t",
        ScalarKind::I64 => "int64_t",
        ScalarKind::F32 => "float",
        ScalarKind::F64 => "double",
        ScalarKind::Bool => "bool",
        _ => "uint64_t",
    }
}

/// An unsigned integer of that many bytes.
pub(super) fn word(size: usize) -> &'static str {
    match size {
        1 => "uint8_t",
        2 => "uint16_t",
        4 => "uint32_t",
        _ => "uint64_t",
    }
}

/// Returns the declaration of a type in memory. `indent` is that of the line that it is written in.
pub(super) fn declare(
    naming: &Naming<'_>,
    ty: Type<'_>,
    guarded: bool,
    indent: usize,
) -> Declaration {
    match kinds::of(ty) {
        Some(TypeKind::Array { element, len }) => {
            let mut declaration = declare(naming, element, guarded, indent);
            declaration.dimensions.insert(0, len);
            declaration
        }
        // Any byte but 0 is true, while a `bool` of C is only 0 or 1.
        Some(TypeKind::Scalar(ScalarKind::Bool)) => Declaration::plain("uint8_t"),
        Some(TypeKind::Scalar(kind) | TypeKind::NonZero { scalar: kind, .. })
            if kind.size() <= 8 =>
        {
            Declaration::plain(scalar(kind))
        }
        Some(TypeKind::Enum { .. }) => Declaration::plain(naming.ty(ty, false)),
        Some(TypeKind::Ordered { scalar: kind, packed: false, .. }) if kind.size() <= 8 => {
            Declaration::plain(word(kind.size()))
        }
        Some(TypeKind::CText { capacity }) => Declaration::bytes("char", capacity, 1),
        Some(TypeKind::Struct { .. }) => Declaration::plain(naming.ty(ty, guarded)),
        Some(TypeKind::Live { .. }) => live(naming, ty, guarded, indent),
        // Numbers of 16 bytes, numbers at any address, and unknown types.
        _ => Declaration::bytes("unsigned char", ty.size(), ty.align()),
    }
}

/// A live type, as a struct without a name of its parts.
fn live(naming: &Naming<'_>, ty: Type<'_>, guarded: bool, indent: usize) -> Declaration {
    let held = ty.live().and_then(Live::value).map(|value| value.held);
    let guarded = guarded || matches!(held, Some(Held::Guarded { .. } | Held::Shared(_)));
    // These names are valid in C as well.
    let cells = Part::all(ty).filter(|part| part.ty.size() > 0).map(|part| {
        let declaration = match (slots_in_words(ty, part.name), row_in_slots(ty, &part)) {
            (Some((stride, count)), _) => slots_of(stride, count, part.ty.align()),
            (None, Some((row, count))) => rows_of(naming, row, count, part.ty.align(), indent + 4),
            (None, None) => declare(naming, part.ty, guarded, indent + 4),
        };
        Cell::of(&part, part.name.to_owned(), declaration)
    });
    structure(&cells.collect::<Vec<_>>(), ty.size(), ty.align(), indent)
}

/// The size of a slot and the number of slots, if a part of a live type is those of a `Latest`, a
/// `Ring` or a `Queue`.
pub(super) fn slots_in_words(ty: Type<'_>, part: &str) -> Option<(u64, u64)> {
    let live = ty.live().filter(|_| part == "slots")?;
    match (live.value().map(|value| value.held), live.queue()) {
        (Some(Held::Copied(ring)), _) => Some((ring.stride, ring.count)),
        (_, queue) => queue.map(|queue| (queue.stride, queue.capacity)),
    }
}

/// The type of a row and the number of rows, if a part of a live type is rows of a `PerProcess`, or its
/// retired values.
fn row_in_slots<'a>(ty: Type<'a>, part: &Part<'_>) -> Option<(Type<'a>, u64)> {
    let rows = ty.live().and_then(Live::rows)?;
    match part.name {
        "retired" => Some((rows.row, 2)),
        "rows" => Some((rows.row, rows.count)),
        _ => None,
    }
}

/// Rows: structs without a name of one value, each on cache lines of its own.
fn rows_of(
    naming: &Naming<'_>,
    row: Type<'_>,
    count: u64,
    align: u32,
    indent: usize,
) -> Declaration {
    let declaration = declare(naming, row, false, indent + 4);
    let (name, offset, size) = ("value".to_owned(), 0, row.size());
    let value = Cell { name, offset, size, align: row.align(), declaration };
    let size = size.next_multiple_of(align.into());
    let slot = structure(&[value], size, align, indent);
    Declaration { dimensions: vec![count], ..slot }
}

/// Slots: words, whatever is in them.
fn slots_of(stride: u64, count: u64, align: u32) -> Declaration {
    let base = format!("struct {{ uint64_t words[{}]; }}", stride / 8);
    Declaration { align: Some(align), base, dimensions: vec![count] }
}

/// A member of a struct.
pub(super) struct Cell {
    pub(super) name: String,
    pub(super) offset: u64,
    size: u64,
    align: u32,
    declaration: Declaration,
}

impl Cell {
    fn of(part: &Part<'_>, name: String, declaration: Declaration) -> Self {
        let ty = part.ty;
        Self { name, offset: part.offset, size: ty.size(), align: ty.align(), declaration }
    }
}

/// The members of a struct, without fields of no bytes.
pub(super) fn cells(
    naming: &Naming<'_>,
    parts: &[Part<'_>],
    guarded: bool,
    indent: usize,
) -> Vec<Cell> {
    let names = members(parts.iter().map(|part| part.name));
    let with_room = parts.iter().zip(names).filter(|(part, _)| part.ty.size() > 0);
    let cell = |(part, name): (&Part<'_>, String)| {
        let guarded = guarded || part.is_guarded();
        Cell::of(part, name, declare(naming, part.ty, guarded, indent))
    };
    with_room.map(cell).collect()
}

/// An unnamed struct of these members.
fn structure(cells: &[Cell], size: u64, align: u32, indent: usize) -> Declaration {
    let lines = lines(cells, &[], size, align, indent + 4);
    Declaration::plain(format!("struct {{\n{lines}{}}}", " ".repeat(indent)))
}

/// The lines that declare members, each after its comment, if any, such that C puts each at its offset:
/// with explicit alignment and padding where C would not choose them.
pub(super) fn lines(
    cells: &[Cell],
    comments: &[String],
    size: u64,
    align: u32,
    indent: usize,
) -> String {
    let space = " ".repeat(indent);
    let natural = cells.iter().map(|cell| cell.align).max().unwrap_or(1);
    let mut first_align =
        if natural < align { format!("alignas({align}) ") } else { String::new() };
    let (mut text, mut end, mut paddings) = (String::new(), 0_u64, 0);
    let mut padding = |gap: u64| {
        paddings += 1;
        let name =
            if paddings == 1 { "padding_".to_owned() } else { format!("padding_{paddings}_") };
        format!("unsigned char {name}[{gap}];\n")
    };
    for (index, cell) in cells.iter().enumerate() {
        if end.next_multiple_of(cell.align.into()) != cell.offset {
            let gap = padding(cell.offset - end);
            text.push_str(&format!("{space}{}{gap}", std::mem::take(&mut first_align)));
        }
        text.push_str(comments.get(index).map_or("", String::as_str));
        let mut declaration = cell.declaration.of(&cell.name);
        if !first_align.is_empty() {
            // Of two alignments, C takes the stricter.
            declaration = format!("{}{declaration}", std::mem::take(&mut first_align));
        }
        text.push_str(&format!("{space}{declaration};\n"));
        end = cell.offset + cell.size;
    }
    if end.next_multiple_of(align.into()) != size || cells.is_empty() {
        text.push_str(&format!("{space}{first_align}{}", padding(size - end)));
    }
    text
}
