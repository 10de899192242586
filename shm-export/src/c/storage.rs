//! C declarations with the layout of a type in memory.

use shm_schema::layout::ScalarKind;

use super::naming::{Naming, members};
use crate::error::Error;
use crate::noted::{Noted, NotedField};
use crate::shape::{self, Shape};

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
    naming: &Naming,
    noted: Noted<'_>,
    guarded: bool,
    indent: usize,
) -> Result<Declaration, Error> {
    let (size, align) = (noted.ty.size(), noted.ty.align());
    Ok(match shape::of(noted)? {
        Shape::Array { element, len } => {
            let mut declaration = declare(naming, element, guarded, indent)?;
            declaration.dimensions.insert(0, len);
            declaration
        }
        // Any byte but 0 is true, while a `bool` of C is only 0 or 1.
        Shape::Scalar(ScalarKind::Bool) => Declaration::plain("uint8_t"),
        Shape::Scalar(kind) if kind.size() <= 8 => Declaration::plain(scalar(kind)),
        Shape::NonZero { scalar: kind, .. } if kind.size() <= 8 => Declaration::plain(scalar(kind)),
        Shape::Enum { .. } => Declaration::plain(naming.ty(noted, false)),
        Shape::Ordered { scalar: kind, packed: false, .. } if kind.size() <= 8 => {
            Declaration::plain(word(kind.size()))
        }
        Shape::CText { capacity } => Declaration::bytes("char", capacity, 1),
        Shape::Struct => Declaration::plain(naming.ty(noted, guarded)),
        Shape::Latest(ring) => {
            let words = ring.stride / 8;
            let cells = noted.fields().map(|part| {
                if part.name != "slots" {
                    return cell(naming, &part, part.name.to_owned(), guarded, indent + 4);
                }
                let align = part.ty.ty.align();
                let base = format!("struct {{ uint64_t words[{words}]; }}");
                let declaration =
                    Declaration { align: Some(align), base, dimensions: vec![ring.count] };
                Ok(Cell::of(&part, part.name.to_owned(), declaration))
            });
            structure(&cells.collect::<Result<Vec<_>, Error>>()?, size, align, indent)
        }
        Shape::Mutex { .. }
        | Shape::Watched { .. }
        | Shape::Event
        | Shape::Once { .. }
        | Shape::Counted { .. } => {
            let guarded = guarded || matches!(shape::of(noted)?, Shape::Mutex { .. });
            let fields: Vec<_> = noted.fields().collect();
            structure(&cells(naming, &fields, guarded, indent + 4)?, size, align, indent)
        }
        // Numbers of 16 bytes, numbers at any address, and unknown types.
        _ => Declaration::bytes("unsigned char", size, align),
    })
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
    fn of(part: &NotedField<'_>, name: String, declaration: Declaration) -> Self {
        let ty = part.ty.ty;
        Self { name, offset: part.offset, size: ty.size(), align: ty.align(), declaration }
    }
}

/// The members of a struct, without fields of no bytes.
pub(super) fn cells(
    naming: &Naming,
    parts: &[NotedField<'_>],
    guarded: bool,
    indent: usize,
) -> Result<Vec<Cell>, Error> {
    let names = members(parts.iter().map(|part| part.name));
    let with_room = parts.iter().zip(names).filter(|(part, _)| part.ty.ty.size() > 0);
    with_room.map(|(part, name)| cell(naming, part, name, guarded, indent)).collect()
}

fn cell(
    naming: &Naming,
    part: &NotedField<'_>,
    name: String,
    guarded: bool,
    indent: usize,
) -> Result<Cell, Error> {
    Ok(Cell::of(part, name, declare(naming, part.ty, guarded, indent)?))
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
