//! From types to their bytes, and to their fingerprints: the same records, in which children stand as
//! indexes or as fingerprints. `docs/format.md` specifies both.

use super::bytes::Put;
use super::model::{Member, Node, NodeKind, Raw, Schema, Variant};
use crate::kind::{Head, Kind, fnv1a};

/// Bytes of a record's head: length, align, size, tag, detail, flags, count.
pub(super) const HEAD_LEN: usize = 24;

impl Schema {
    /// The canonical bytes: what [`Schema::decode`] made this from.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(&self.nodes)
    }

    /// The fingerprint of the root, or `None` if this version cannot use a type of it:
    /// [`TypeKind::Unknown`](super::TypeKind::Unknown).
    #[must_use]
    pub fn fingerprint(&self) -> Option<u64> {
        let mut known: Vec<u64> = Vec::with_capacity(self.nodes.len());
        let mut bytes = Vec::new();
        for node in &self.nodes {
            if matches!(node.kind, Kind::Unknown(_)) {
                return None;
            }
            bytes.clear();
            put(node, &mut |index, record| record.put_u64(known[index as usize]), &mut bytes);
            known.push(fnv1a(&bytes));
        }
        known.last().copied()
    }
}

/// The bytes of a schema section.
pub(super) fn encode(nodes: &[Node]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(encoded_len(nodes) as usize);
    bytes.put_u32(nodes.len() as u32);
    for node in nodes {
        bytes.put_u32(len(node) as u32);
        put(node, &mut |index, record| record.put_u32(index), &mut bytes);
    }
    bytes
}

/// How many bytes a schema section has.
pub(super) fn encoded_len(nodes: &[Node]) -> u64 {
    4 + nodes.iter().map(len).sum::<u64>()
}

/// How many bytes a record has.
fn len(node: &Node) -> u64 {
    let payload = match &node.kind {
        Kind::CText { .. } => 8,
        Kind::Array { .. } => 12,
        Kind::Slice { .. } => 4,
        Kind::Enum { variants, .. } => variants.iter().map(|one| 10 + one.name.len()).sum(),
        Kind::Struct { fields } | Kind::Live { fields, .. } => {
            fields.iter().map(|field| 14 + field.name.len()).sum()
        }
        // The tag is part of the head, and the rest is not.
        Kind::Unknown(Raw { rest, .. }) => rest.len() + 17 - HEAD_LEN,
        Kind::Scalar(_) | Kind::NonZero { .. } | Kind::Ordered { .. } | Kind::Marker => 0,
    };
    (HEAD_LEN + payload) as u64
}

/// The bytes of a record after its tag, in which children stand as indexes.
pub(super) fn rest(node: &Node) -> Vec<u8> {
    let mut bytes = Vec::new();
    put(node, &mut |index, record| record.put_u32(index), &mut bytes);
    bytes.split_off(4 + 8 + 1)
}

/// How a child stands in its parent's record.
type PutChild<'a> = &'a mut dyn FnMut(u32, &mut Vec<u8>);

/// Appends a record from the alignment on.
fn put(node: &Node, child: PutChild<'_>, record: &mut Vec<u8>) {
    record.put_u32(node.align);
    record.put_u64(node.size);
    match (&node.kind, Head::of(&node.kind)) {
        (Kind::Unknown(Raw { tag, rest }), _) => {
            record.put(&[*tag]);
            record.put(rest);
        }
        (kind, Some(Head { tag, detail, flags })) => {
            record.put(&[tag, detail]);
            record.put_u16(flags);
            record.put_u32(count(kind));
            payload(kind, child, record);
        }
        (_, None) => unreachable!("only an unknown kind has no head"),
    }
}

/// The number of fields or variants.
fn count(kind: &NodeKind) -> u32 {
    match kind {
        Kind::Enum { variants, .. } => variants.len() as u32,
        Kind::Struct { fields } | Kind::Live { fields, .. } => fields.len() as u32,
        _ => 0,
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
        Kind::Struct { fields } | Kind::Live { fields, .. } => {
            for Member { offset, ty, name } in fields {
                record.put_u64(*offset);
                child(*ty, record);
                put_name(name, record);
            }
        }
        Kind::Scalar(_)
        | Kind::NonZero { .. }
        | Kind::Ordered { .. }
        | Kind::Marker
        | Kind::Unknown(_) => {}
    }
}

fn put_name(name: &str, record: &mut Vec<u8>) {
    record.put_u16(name.len() as u16);
    record.put(name.as_bytes());
}
