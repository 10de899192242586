//! Encodes types as bytes, and computes their fingerprints: both from the same records, in which children
//! are represented by indexes or by fingerprints. `docs/format.md` specifies both.

use super::bytes::Put;
use super::model::{Member, Node, NodeKind, Schema, Unusable, Variant};
use crate::kind::{Head, Kind, STRUCT, fnv1a};

/// Bytes of a record's head: length, align, size, tag, detail, flags, count.
pub(super) const HEAD_LEN: usize = 24;

impl Schema {
    /// Returns the canonical bytes, from which [`Schema::decode`] makes this schema.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(&self.nodes)
    }

    /// Returns the fingerprint of the root, or `None` if one of its types is of a kind from a later version
    /// of the format.
    #[must_use]
    pub fn fingerprint(&self) -> Option<u64> {
        let mut known: Vec<u64> = Vec::with_capacity(self.nodes.len());
        let mut bytes = Vec::new();
        for node in &self.nodes {
            if matches!(node.kind, Kind::Unknown(Unusable::Later { .. })) {
                return None;
            }
            bytes.clear();
            put(node, &mut |index, record| record.put_u64(known[index as usize]), &mut bytes);
            known.push(fnv1a(&bytes));
        }
        known.last().copied()
    }
}

/// Returns the bytes of a schema section.
pub(super) fn encode(nodes: &[Node]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(encoded_len(nodes) as usize);
    bytes.put_u32(nodes.len() as u32);
    for node in nodes {
        bytes.put_u32(len(node) as u32);
        put(node, &mut |index, record| record.put_u32(index), &mut bytes);
    }
    bytes
}

/// Returns the length of a schema section in bytes.
pub(super) fn encoded_len(nodes: &[Node]) -> u64 {
    4 + nodes.iter().map(len).sum::<u64>()
}

/// Returns the length of a record in bytes.
fn len(node: &Node) -> u64 {
    let payload = match &node.kind {
        Kind::CText { .. } => 8,
        Kind::Array { .. } => 12,
        Kind::Slice { .. } => 4,
        Kind::Enum { variants, .. } => variants.iter().map(|one| 10 + one.name.len()).sum(),
        // The tag is in the head; the rest starts with the bytes after it in the head.
        Kind::Unknown(Unusable::Later { rest, .. }) => rest.len() + 17 - HEAD_LEN,
        kind => kind.fields().iter().map(|field| 14 + field.name.len()).sum(),
    };
    (HEAD_LEN + payload) as u64
}

/// Appends the representation of a child to its parent's record.
type PutChild<'a> = &'a mut dyn FnMut(u32, &mut Vec<u8>);

/// Appends a record from the alignment on.
fn put(node: &Node, child: PutChild<'_>, record: &mut Vec<u8>) {
    record.put_u32(node.align);
    record.put_u64(node.size);
    let head = match &node.kind {
        Kind::Unknown(Unusable::Later { tag, rest }) => {
            record.put(&[*tag]);
            return record.put(rest);
        }
        Kind::Unknown(Unusable::Malformed { role, .. }) => {
            Head { tag: STRUCT, detail: role.code(), flags: 0 }
        }
        kind => Head::of(kind).expect("only an unknown kind has no head"),
    };
    record.put(&[head.tag, head.detail]);
    record.put_u16(head.flags);
    record.put_u32(count(&node.kind));
    payload(&node.kind, child, record);
}

/// Returns the number of fields or variants.
fn count(kind: &NodeKind) -> u32 {
    match kind {
        Kind::Enum { variants, .. } => variants.len() as u32,
        kind => kind.fields().len() as u32,
    }
}

fn payload(kind: &NodeKind, child: PutChild<'_>, record: &mut Vec<u8>) {
    match kind {
        Kind::CText { capacity } => record.put_u64(*capacity),
        Kind::Array { element, len } => {
            child(*element, record);
            record.put_u64(*len);
        }
        Kind::Slice { element } => child(*element, record),
        Kind::Enum { variants, .. } => {
            for Variant { discriminant, name } in variants {
                // The low 64 bits: two's complement for a negative value.
                record.put_u64(*discriminant as u64);
                put_name(name, record);
            }
        }
        kind => {
            for Member { offset, ty, name } in kind.fields() {
                record.put_u64(*offset);
                child(*ty, record);
                put_name(name, record);
            }
        }
    }
}

fn put_name(name: &str, record: &mut Vec<u8>) {
    record.put_u16(name.len() as u16);
    record.put(name.as_bytes());
}
