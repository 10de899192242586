//! From types in the order in which somebody thought of them to a schema in canonical form, with the
//! annotations beside it. `docs/format.md` specifies both orders.

use std::collections::HashMap;

use super::annotations::{Annotations, FieldNotes, TypeNotes};
use super::builder::{Draft, TypeId};
use super::error::{SchemaError, TypeFault};
use super::model::{Node, NodeKind, Schema};
use super::{name, verify};
use crate::limits::{MAX_DEPTH, MAX_SCHEMA_LEN, MAX_TYPES};

/// Brings `root`, and what it is made of, into canonical order, each structure once, and checks it.
pub(super) fn arrange(
    drafts: &[Draft],
    root: TypeId,
) -> Result<(Schema, Annotations), SchemaError> {
    let Some(whole) = drafts.get(root.0 as usize) else {
        return Err(SchemaError::in_type(root.0, TypeFault::Child { found: root.0 }));
    };
    if whole.depth > MAX_DEPTH {
        let (found, limit) = (whole.depth, MAX_DEPTH);
        return Err(SchemaError::in_type(root.0, TypeFault::Depth { found, limit }));
    }
    let mut walk = Walk { drafts, ..Walk::default() };
    walk.complete(root.0)?;
    let Walk { nodes, types, .. } = walk;
    if nodes.len() > MAX_TYPES as usize {
        let (found, limit) = (nodes.len() as u64, u64::from(MAX_TYPES));
        return Err(SchemaError::TypeCount { found, limit });
    }
    verify::all(&nodes)?;
    let schema = Schema::new(nodes);
    let found = schema.to_bytes().len() as u64;
    if found > MAX_SCHEMA_LEN {
        return Err(SchemaError::TooLong { found, limit: MAX_SCHEMA_LEN });
    }
    Ok((schema, Annotations { types }))
}

/// Where a draft has its place: in the schema, and in the annotations.
#[derive(Clone, Copy)]
struct Placed {
    ty: u32,
    entry: u32,
}

#[derive(Default)]
struct Walk<'a> {
    drafts: &'a [Draft],
    placed: HashMap<u32, Placed>,
    nodes: Vec<Node>,
    by_node: HashMap<Node, u32>,
    types: Vec<TypeNotes>,
    by_notes: HashMap<TypeNotes, u32>,
}

impl Walk<'_> {
    /// Places a draft behind its parts; recursion is bounded, its depth having been checked.
    fn complete(&mut self, index: u32) -> Result<Placed, SchemaError> {
        if let Some(placed) = self.placed.get(&index) {
            return Ok(*placed);
        }
        let missing = |found| SchemaError::in_type(found, TypeFault::Child { found });
        let draft = self.drafts.get(index as usize).ok_or_else(|| missing(index))?;
        let parts = verify::children(&draft.node).map(|part| self.complete(part));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        let ty = self.intern_node(draft, &parts)?;
        for alias in draft.notes.iter().flat_map(|notes| &notes.aliases) {
            check_name(alias).map_err(|fault| SchemaError::in_type(ty, fault))?;
        }
        let notes = draft.notes.iter().zip(&parts);
        let fields = notes.map(|(notes, part)| FieldNotes::new(part.entry, notes));
        let notes = TypeNotes::new(ty, &draft.name, &draft.doc, fields.collect());
        let next = self.types.len() as u32;
        let entry = *self.by_notes.entry(notes).or_insert_with_key(|notes| {
            self.types.push(notes.clone());
            next
        });
        let placed = Placed { ty, entry };
        self.placed.insert(index, placed);
        Ok(placed)
    }

    fn intern_node(&mut self, draft: &Draft, parts: &[Placed]) -> Result<u32, SchemaError> {
        let mut node = draft.node.clone();
        let next = self.nodes.len() as u32;
        match &mut node.kind {
            NodeKind::Array { element, .. } | NodeKind::Slice { element } => *element = parts[0].ty,
            NodeKind::Struct { fields, .. } => {
                for (field, part) in fields.iter_mut().zip(parts) {
                    field.ty = part.ty;
                    check_name(&field.name).map_err(|fault| SchemaError::in_type(next, fault))?;
                }
            }
            NodeKind::Enum { variants, .. } => {
                for variant in variants {
                    check_name(&variant.name).map_err(|fault| SchemaError::in_type(next, fault))?;
                }
            }
            _ => {}
        }
        Ok(*self.by_node.entry(node).or_insert_with_key(|node| {
            self.nodes.push(node.clone());
            next
        }))
    }
}

fn check_name(text: &str) -> Result<(), TypeFault> {
    name::checked(text.as_bytes()).map(drop)
}
