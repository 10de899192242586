//! Brings types in any order, and their notes, into canonical form. `docs/format.md` specifies the order
//! of both.

use std::collections::HashMap;

use super::builder::{Draft, TypeId};
use super::error::{SchemaError, TypeFault};
use super::model::{Node, NodeKind, Schema};
use super::notes::{Entry, NotesBuilder, Part};
use super::{lower, name, verify};
use crate::limits::MAX_DEPTH;

/// Brings `root` and its parts into canonical order, each structure once, and checks the result.
pub(super) fn arrange(drafts: &[Draft], root: TypeId) -> Result<Schema, SchemaError> {
    let Some(whole) = drafts.get(root.0 as usize) else {
        return Err(SchemaError::in_type(root.0, TypeFault::Child { found: root.0 }));
    };
    if whole.depth > MAX_DEPTH {
        let (found, limit) = (whole.depth, MAX_DEPTH);
        return Err(SchemaError::in_type(root.0, TypeFault::Depth { found, limit }));
    }
    let mut arrangement = Arrangement { drafts, ..Arrangement::default() };
    arrangement.complete(root.0)?;
    let Arrangement { nodes, notes, .. } = arrangement;
    lower::check_count(&nodes)?;
    let schema = Schema::checked(nodes, notes.finish())?;
    lower::check_len(&schema.nodes)?;
    Ok(schema)
}

/// The indexes of a draft: in the schema, and in the notes.
#[derive(Clone, Copy)]
struct Placed {
    ty: u32,
    entry: u32,
}

#[derive(Default)]
struct Arrangement<'a> {
    drafts: &'a [Draft],
    placed: HashMap<u32, Placed>,
    nodes: Vec<Node>,
    by_node: HashMap<Node, u32>,
    notes: NotesBuilder,
}

impl Arrangement<'_> {
    /// Places a draft after its parts. Recursion is bounded: the depth was checked.
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
        let parts = draft.notes.iter().zip(&parts);
        let parts = parts.map(|(notes, part)| Part { entry: part.entry, notes: notes.clone() });
        let (name, doc, parts) = (draft.name.clone(), draft.doc.clone(), parts.collect());
        let entry = self.notes.add(Entry { ty, name, doc, parts });
        let placed = Placed { ty, entry };
        self.placed.insert(index, placed);
        Ok(placed)
    }

    fn intern_node(&mut self, draft: &Draft, parts: &[Placed]) -> Result<u32, SchemaError> {
        let mut node = draft.node.clone();
        let next = self.nodes.len() as u32;
        match &mut node.kind {
            NodeKind::Array { element, .. } | NodeKind::Slice { element } => *element = parts[0].ty,
            NodeKind::Struct { fields } | NodeKind::Live { fields, .. } => {
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
