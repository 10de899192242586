//! The fingerprint of a schema, computed from its types as the constant evaluator computes it from
//! a layout; `docs/format.md` specifies it.

use super::bytes::Put;
use super::model::{Node, NodeKind, Schema, Variant};
use super::tag;
use crate::layout::{Endian, fnv1a};

impl Schema {
    /// The fingerprint of the root, or `None` if a type of it is of a kind that only a later
    /// version of the format knows.
    #[must_use]
    pub fn fingerprint(&self) -> Option<u64> {
        let mut known = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            known.push(fnv1a(&record(node, &known)?));
        }
        known.last().copied()
    }
}

/// What is hashed for a type: its record from the alignment on, children as fingerprints.
fn record(node: &Node, children: &[u64]) -> Option<Vec<u8>> {
    let (tag, detail, flags, count) = head(&node.kind)?;
    let mut record = Vec::new();
    record.put_u32(node.align);
    record.put_u64(node.size);
    record.put(&[tag, detail]);
    record.put_u16(flags);
    record.put_u32(count);
    payload(&node.kind, children, &mut record);
    Some(record)
}

fn head(kind: &NodeKind) -> Option<(u8, u8, u16, u32)> {
    Some(match *kind {
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
        NodeKind::Struct { ref fields } => (tag::STRUCT, 0, 0, fields.len() as u32),
        NodeKind::Marker => (tag::MARKER, 0, 0, 0),
        NodeKind::Unknown { .. } => return None,
    })
}

fn payload(kind: &NodeKind, children: &[u64], record: &mut Vec<u8>) {
    let child = |index: u32| children[index as usize];
    match kind {
        NodeKind::CText { capacity } => record.put_u64(*capacity),
        NodeKind::Array { element, len } => {
            record.put_u64(child(*element));
            record.put_u64(*len);
        }
        NodeKind::Slice { element } => record.put_u64(child(*element)),
        NodeKind::Enum { variants, .. } => {
            for Variant { bits, name, .. } in variants {
                record.put_u64(*bits);
                put_name(name, record);
            }
        }
        NodeKind::Struct { fields } => {
            for field in fields {
                record.put_u64(field.offset);
                record.put_u64(child(field.ty));
                put_name(&field.name, record);
            }
        }
        _ => {}
    }
}

fn put_name(name: &str, record: &mut Vec<u8>) {
    record.put_u16(name.len() as u16);
    record.put(name.as_bytes());
}
