//! From a schema back to its bytes, and to its fingerprint: the same records, in which children
//! stand as indexes or as fingerprints. `docs/format.md` specifies both.

use super::bytes::Put;
use super::encode::HEAD_LEN;
use super::model::{Node, NodeKind, Schema, Variant};
use super::tag;
use crate::layout::{Endian, Role, fnv1a};

impl Schema {
    /// The canonical bytes: what [`Schema::decode`] made this from.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.put_u32(self.nodes.len() as u32);
        for node in &self.nodes {
            let record = record(node, &mut |index, record| record.put_u32(index));
            bytes.put_u32(4 + record.len() as u32);
            bytes.put(&record);
        }
        bytes
    }

    /// The fingerprint of the root, or `None` if a type of it is of a kind that only a later
    /// version of the format knows.
    #[must_use]
    pub fn fingerprint(&self) -> Option<u64> {
        let mut known: Vec<u64> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            if matches!(node.kind, NodeKind::Unknown { .. }) {
                return None;
            }
            let record = record(node, &mut |index, record| record.put_u64(known[index as usize]));
            known.push(fnv1a(&record));
        }
        known.last().copied()
    }
}

/// How a child stands in its parent's record.
type PutChild<'a> = &'a mut dyn FnMut(u32, &mut Vec<u8>);

/// A record from the alignment on.
fn record(node: &Node, child: PutChild<'_>) -> Vec<u8> {
    let (tag, detail, flags, count) = head(&node.kind);
    let mut record = Vec::with_capacity(HEAD_LEN);
    record.put_u32(node.align);
    record.put_u64(node.size);
    record.put(&[tag]);
    if let NodeKind::Unknown { rest, .. } = &node.kind {
        record.put(rest);
        return record;
    }
    record.put(&[detail]);
    record.put_u16(flags);
    record.put_u32(count);
    payload(&node.kind, child, &mut record);
    record
}

/// Tag, detail, flags and count. Of a kind that is not known, all but the tag are not, either.
fn head(kind: &NodeKind) -> (u8, u8, u16, u32) {
    match *kind {
        NodeKind::Scalar(scalar) => (tag::SCALAR, scalar.code(), 0, 0),
        NodeKind::NonZero { scalar, optional } => {
            (tag::NON_ZERO, scalar.code(), if optional { tag::FLAG_OPTIONAL } else { 0 }, 0)
        }
        NodeKind::Enum { repr, ref variants } => (tag::ENUM, repr.code(), 0, variants.len() as u32),
        NodeKind::Ordered { scalar, order, packed } => {
            let big = if order == Endian::Big { tag::FLAG_BIG } else { 0 };
            let packed = if packed { tag::FLAG_PACKED } else { 0 };
            (tag::ORDERED, scalar.code(), big | packed, 0)
        }
        NodeKind::CText { .. } => (tag::C_TEXT, tag::C_TEXT_DETAIL, 0, 0),
        NodeKind::Array { .. } => (tag::ARRAY, 0, 0, 0),
        NodeKind::Slice { .. } => (tag::SLICE, 0, 0, 0),
        NodeKind::Struct { role, ref fields } => {
            (tag::STRUCT, role.map_or(0, Role::code), 0, fields.len() as u32)
        }
        NodeKind::Marker => (tag::MARKER, 0, 0, 0),
        NodeKind::Unknown { tag, .. } => (tag, 0, 0, 0),
    }
}

fn payload(kind: &NodeKind, child: PutChild<'_>, record: &mut Vec<u8>) {
    match kind {
        NodeKind::CText { capacity } => record.put_u64(*capacity),
        NodeKind::Array { element, len } => {
            child(*element, record);
            record.put_u64(*len);
        }
        NodeKind::Slice { element } => child(*element, record),
        NodeKind::Enum { variants, .. } => {
            for Variant { bits, name, .. } in variants {
                record.put_u64(*bits);
                put_name(name, record);
            }
        }
        NodeKind::Struct { fields, .. } => {
            for field in fields {
                record.put_u64(field.offset);
                child(field.ty, record);
                put_name(&field.name, record);
            }
        }
        NodeKind::Scalar(_)
        | NodeKind::NonZero { .. }
        | NodeKind::Ordered { .. }
        | NodeKind::Marker
        | NodeKind::Unknown { .. } => {}
    }
}

fn put_name(name: &str, record: &mut Vec<u8>) {
    record.put_u16(name.len() as u16);
    record.put(name.as_bytes());
}
