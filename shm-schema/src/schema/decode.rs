//! Decodes a [`Schema`] from bytes that any process may have written.

use super::bytes::{CutShort, Reader};
use super::error::{SchemaError, TypeFault};
use super::model::{Member, Node, NodeKind, Schema, Unusable, Variant};
use super::name;
use super::notes::Notes;
use super::record::HEAD_LEN;
use crate::kind::{self as tag, Endian, Role, ScalarKind};
use crate::limits::{MAX_SCHEMA_LEN, MAX_TYPES};

impl Schema {
    /// Decodes and checks the bytes of a schema section.
    ///
    /// A type of a kind from a later version of the format is kept as
    /// [`TypeKind::Unknown`](super::TypeKind::Unknown), and so is a live type without the parts of its
    /// role; everything else that this version can check about it is checked.
    ///
    /// # Errors
    /// The first fault. No input causes a panic or takes more memory than a small multiple of its own
    /// length.
    pub fn decode(bytes: &[u8]) -> Result<Self, SchemaError> {
        let found = bytes.len() as u64;
        if found > MAX_SCHEMA_LEN {
            return Err(SchemaError::TooLong { found, limit: MAX_SCHEMA_LEN });
        }
        let mut reader = Reader::new(bytes);
        let Ok(count) = reader.u32() else {
            return Err(SchemaError::Length { found, expected: 4 });
        };
        if count == 0 || count > MAX_TYPES {
            let (found, limit) = (u64::from(count), u64::from(MAX_TYPES));
            return Err(SchemaError::TypeCount { found, limit });
        }
        let mut nodes = Vec::new();
        for index in 0..count {
            nodes.push(record(&mut reader, index)?);
        }
        if reader.remaining() > 0 {
            let expected = found - reader.remaining() as u64;
            return Err(SchemaError::Length { found, expected });
        }
        Self::checked(nodes, Notes::default())
    }
}

/// The numbers before the parts in every record.
struct Head {
    align: u32,
    size: u64,
    tag: u8,
    detail: u8,
    flags: u16,
    count: u32,
}

/// Reads one record, which must have exactly the length that it gives.
fn record(reader: &mut Reader<'_>, index: u32) -> Result<Node, SchemaError> {
    let cut = |short: CutShort| short.in_type(index);
    let found = reader.u32().map_err(cut)?;
    let fault = |fault| SchemaError::in_type(index, fault);
    let Some(body) = (found as usize).checked_sub(4).filter(|len| len + 4 >= HEAD_LEN) else {
        let expected = HEAD_LEN as u32;
        return Err(fault(TypeFault::RecordLength { found, expected }));
    };
    let mut body = Reader::new(reader.take(body).map_err(cut)?);
    let head = head(&mut body).map_err(cut)?;
    let kind = kind(&head, &mut body).map_err(fault)?;
    if body.remaining() > 0 {
        let expected = found - body.remaining() as u32;
        return Err(fault(TypeFault::RecordLength { found, expected }));
    }
    Ok(Node { align: head.align, size: head.size, kind })
}

fn head(body: &mut Reader<'_>) -> Result<Head, CutShort> {
    Ok(Head {
        align: body.u32()?,
        size: body.u64()?,
        tag: body.u8()?,
        detail: body.u8()?,
        flags: body.u16()?,
        count: body.u32()?,
    })
}

impl From<CutShort> for TypeFault {
    fn from(_: CutShort) -> Self {
        Self::CutShort
    }
}

impl Head {
    fn scalar(&self) -> Result<ScalarKind, TypeFault> {
        let found = u32::from(self.detail);
        ScalarKind::from_code(self.detail).ok_or(TypeFault::Head { what: "detail", found })
    }

    /// Refuses flags that the kind does not define.
    fn flags(&self, allowed: u16) -> Result<(), TypeFault> {
        if self.flags & !allowed == 0 {
            return Ok(());
        }
        Err(TypeFault::Head { what: "flags", found: u32::from(self.flags) })
    }

    fn no_detail(&self) -> Result<(), TypeFault> {
        if self.detail == 0 {
            return Ok(());
        }
        Err(TypeFault::Head { what: "detail", found: u32::from(self.detail) })
    }

    fn no_count(&self) -> Result<(), TypeFault> {
        if self.count == 0 {
            return Ok(());
        }
        Err(TypeFault::Head { what: "count", found: self.count })
    }
}

fn kind(head: &Head, body: &mut Reader<'_>) -> Result<NodeKind, TypeFault> {
    match head.tag {
        tag::SCALAR | tag::NON_ZERO | tag::ENUM | tag::ORDERED => of_scalar(head, body),
        tag::C_TEXT => {
            head.flags(0)?;
            head.no_count()?;
            if head.detail != tag::C_TEXT_DETAIL {
                return Err(TypeFault::Head { what: "detail", found: u32::from(head.detail) });
            }
            Ok(NodeKind::CText { capacity: body.u64()? })
        }
        tag::STRUCT if head.detail == 0 => {
            head.flags(0)?;
            Ok(NodeKind::Struct { fields: members(head, body)? })
        }
        tag::ARRAY | tag::SLICE | tag::MARKER => of_parts(head, body),
        tag => {
            if let Some(role) = Role::from_code(head.detail).filter(|_| tag == tag::STRUCT) {
                head.flags(0)?;
                return Ok(NodeKind::Live { role, fields: members(head, body)? });
            }
            let mut rest = vec![head.detail];
            rest.extend_from_slice(&head.flags.to_le_bytes());
            rest.extend_from_slice(&head.count.to_le_bytes());
            rest.extend_from_slice(body.take(body.remaining())?);
            Ok(NodeKind::Unknown(Unusable::Later { tag, rest }))
        }
    }
}

/// The kinds whose `detail` is a scalar.
fn of_scalar(head: &Head, body: &mut Reader<'_>) -> Result<NodeKind, TypeFault> {
    let scalar = head.scalar()?;
    match head.tag {
        tag::ENUM => {
            head.flags(0)?;
            return Ok(NodeKind::Enum { repr: scalar, variants: variants(head, scalar, body)? });
        }
        _ => head.no_count()?,
    }
    match head.tag {
        tag::SCALAR => {
            head.flags(0)?;
            Ok(NodeKind::Scalar(scalar))
        }
        tag::NON_ZERO => {
            head.flags(tag::FLAG_OPTIONAL)?;
            Ok(NodeKind::NonZero { scalar, optional: head.flags & tag::FLAG_OPTIONAL != 0 })
        }
        _ => {
            head.flags(tag::FLAG_BIG | tag::FLAG_PACKED)?;
            let big = head.flags & tag::FLAG_BIG != 0;
            let order = if big { Endian::Big } else { Endian::Little };
            Ok(NodeKind::Ordered { scalar, order, packed: head.flags & tag::FLAG_PACKED != 0 })
        }
    }
}

/// The kinds that contain other types.
fn of_parts(head: &Head, body: &mut Reader<'_>) -> Result<NodeKind, TypeFault> {
    head.flags(0)?;
    head.no_detail()?;
    head.no_count()?;
    Ok(match head.tag {
        tag::ARRAY => NodeKind::Array { element: body.u32()?, len: body.u64()? },
        tag::SLICE => NodeKind::Slice { element: body.u32()? },
        _ => NodeKind::Marker,
    })
}

/// Reads the fields of a struct. Nothing is allocated by the count alone: each field must exist.
fn members(head: &Head, body: &mut Reader<'_>) -> Result<Vec<Member>, TypeFault> {
    let mut members = Vec::new();
    for _ in 0..head.count {
        let (offset, ty) = (body.u64()?, body.u32()?);
        let name = name::checked(body.short()?)?.to_owned().into();
        members.push(Member { offset, ty, name });
    }
    Ok(members)
}

fn variants(
    head: &Head,
    repr: ScalarKind,
    body: &mut Reader<'_>,
) -> Result<Vec<Variant>, TypeFault> {
    let mut variants = Vec::new();
    for _ in 0..head.count {
        let bits = body.u64()?;
        let name = name::checked(body.short()?)?.to_owned().into();
        let discriminant =
            if repr.is_signed() { i128::from(bits as i64) } else { i128::from(bits) };
        variants.push(Variant { discriminant, name });
    }
    Ok(variants)
}
