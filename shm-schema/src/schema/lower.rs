//! Turns the layout of a Rust type into the types of a schema, with their notes, in one walk.

use std::collections::HashMap;

use super::error::{SchemaError, TypeFault};
use super::model::{Member, Node, NodeKind, Text, Variant};
use super::name;
use super::notes::{Entry, Notes, NotesBuilder, Part, PartNotes};
use super::record;
use super::text::{long, short};
use crate::layout::{self, FieldLayout, Kind, Layout};
use crate::limits::{MAX_NAME_LEN, MAX_SCHEMA_LEN, MAX_TYPES};

/// Returns the types of a layout, each structure once, in canonical order, and the notes about them.
///
/// # Errors
/// If the layout exceeds a limit of the format.
pub(super) fn lower(layout: &'static Layout) -> Result<(Vec<Node>, Notes), SchemaError> {
    let mut lowering = Lowering { notes: Some(NotesBuilder::default()), ..Lowering::default() };
    lowering.add(layout)?;
    check_len(&lowering.nodes)?;
    Ok((lowering.nodes, lowering.notes.unwrap_or_default().finish()))
}

/// Returns the canonical bytes of a layout: those of its [`Schema`](super::Schema), for callers that only
/// compare them.
///
/// # Errors
/// If the layout exceeds a limit of the format.
pub(crate) fn canonical_bytes(layout: &'static Layout) -> Result<Vec<u8>, SchemaError> {
    let mut lowering = Lowering::default();
    lowering.add(layout)?;
    check_len(&lowering.nodes)?;
    Ok(record::encode(&lowering.nodes))
}

/// Checks the number of types against the limit of a schema.
pub(super) fn check_count(nodes: &[Node]) -> Result<(), SchemaError> {
    let (found, limit) = (nodes.len() as u64, u64::from(MAX_TYPES));
    if found > limit { Err(SchemaError::TypeCount { found, limit }) } else { Ok(()) }
}

/// Checks that the types fit into a schema section.
pub(super) fn check_len(nodes: &[Node]) -> Result<(), SchemaError> {
    let found = record::encoded_len(nodes);
    if found > MAX_SCHEMA_LEN {
        return Err(SchemaError::TooLong { found, limit: MAX_SCHEMA_LEN });
    }
    Ok(())
}

#[derive(Default)]
struct Lowering {
    nodes: Vec<Node>,
    /// `None` if only the structures are needed.
    notes: Option<NotesBuilder>,
    /// Layouts met before: without it a type used twice on each of many levels would be walked
    /// exponentially often.
    by_address: HashMap<usize, Placed>,
    /// The first structure with each fingerprint.
    by_fingerprint: HashMap<u64, u32>,
}

/// The indexes of a type: in the schema, and in the notes.
#[derive(Clone, Copy)]
struct Placed {
    ty: u32,
    entry: u32,
}

impl Lowering {
    /// Adds a layout after its parts, unless it was added before.
    fn add(&mut self, layout: &'static Layout) -> Result<Placed, SchemaError> {
        let address = std::ptr::from_ref(layout).addr();
        if let Some(&placed) = self.by_address.get(&address) {
            return Ok(placed);
        }
        let (kind, parts) = self.kind(layout)?;
        let (align, size) = (layout.align() as u32, layout.size() as u64);
        let ty = self.intern(Node { align, size, kind }, layout.fingerprint())?;
        let entry = self.notes.as_mut().map_or(0, |notes| notes.add(entry(ty, layout, &parts)));
        let placed = Placed { ty, entry };
        self.by_address.insert(address, placed);
        Ok(placed)
    }

    /// Returns the index of a structure. Equal structures have equal fingerprints, but a hash cannot prove
    /// them equal.
    fn intern(&mut self, node: Node, fingerprint: u64) -> Result<u32, SchemaError> {
        let index = self.nodes.len() as u32;
        let first = *self.by_fingerprint.entry(fingerprint).or_insert(index);
        if first != index {
            let known = self.nodes[first as usize..].iter().position(|known| *known == node);
            if let Some(position) = known {
                return Ok(first + position as u32);
            }
        }
        self.nodes.push(node);
        check_count(&self.nodes)?;
        Ok(index)
    }

    /// Returns the kind of a layout, and the indexes of its parts.
    fn kind(&mut self, layout: &'static Layout) -> Result<(NodeKind, Vec<Placed>), SchemaError> {
        let kind = match *layout.kind() {
            Kind::Scalar(scalar) => NodeKind::Scalar(scalar),
            Kind::NonZero { scalar, optional } => NodeKind::NonZero { scalar, optional },
            Kind::Ordered { scalar, order, packed } => NodeKind::Ordered { scalar, order, packed },
            Kind::CText { capacity } => NodeKind::CText { capacity: capacity as u64 },
            Kind::Marker => NodeKind::Marker,
            Kind::Enum { repr, variants } => {
                NodeKind::Enum { repr, variants: self.variants(variants)? }
            }
            Kind::Array { element, len } => {
                let part = self.add(element)?;
                let kind = NodeKind::Array { element: part.ty, len: len as u64 };
                return Ok((kind, vec![part]));
            }
            Kind::Slice { element } => {
                let part = self.add(element)?;
                return Ok((NodeKind::Slice { element: part.ty }, vec![part]));
            }
            Kind::Struct { fields } => {
                let (fields, parts) = self.fields(fields)?;
                return Ok((NodeKind::Struct { fields }, parts));
            }
            Kind::Live { role, fields } => {
                let (fields, parts) = self.fields(fields)?;
                return Ok((NodeKind::Live { role, fields }, parts));
            }
            Kind::Unknown(unknown) => match unknown {},
        };
        Ok((kind, Vec::new()))
    }

    fn variants(&self, variants: &'static [layout::Variant]) -> Result<Vec<Variant>, SchemaError> {
        let variant = |one: &layout::Variant| {
            Ok(Variant { discriminant: one.discriminant, name: self.name(one.name)? })
        };
        variants.iter().map(variant).collect()
    }

    fn fields(
        &mut self,
        fields: &'static [FieldLayout],
    ) -> Result<(Vec<Member>, Vec<Placed>), SchemaError> {
        let mut members = Vec::with_capacity(fields.len());
        let mut parts = Vec::with_capacity(fields.len());
        for field in fields {
            let part = self.add(field.layout())?;
            let (offset, name) = (field.offset() as u64, self.name(field.name())?);
            members.push(Member { offset, ty: part.ty, name });
            parts.push(part);
        }
        Ok((members, parts))
    }

    fn name(&self, name: &'static str) -> Result<Text, SchemaError> {
        let (found, limit) = (name.len(), MAX_NAME_LEN);
        if found > limit {
            let fault = TypeFault::NameLength { found, limit };
            return Err(SchemaError::in_type(self.nodes.len() as u32, fault));
        }
        Ok(name.into())
    }
}

/// Returns the notes about a type whose parts have these indexes.
fn entry(ty: u32, layout: &'static Layout, parts: &[Placed]) -> Entry {
    let mut fields = layout.fields().iter();
    // The element of an array has no field.
    let notes = |field: Option<&'static FieldLayout>| field.map_or_else(PartNotes::default, of);
    let parts = parts.iter().map(|part| Part { entry: part.entry, notes: notes(fields.next()) });
    let parts = parts.collect();
    Entry { ty, name: short(layout.name()), doc: long(layout.doc()), parts }
}

fn of(field: &'static FieldLayout) -> PartNotes {
    let (doc, unit) = (long(field.doc()), short(field.unit()));
    // An invalid name cannot have been a field's.
    let aliases = field.aliases().iter().filter(|alias| name::is_name(alias));
    let guard = field.guarded_by().into();
    let aliases = aliases.map(|alias| (*alias).into()).collect();
    let (counter, own_fold) = (field.is_counter(), field.has_own_fold());
    PartNotes { doc, unit, aliases, guard, counter, own_fold }
}
