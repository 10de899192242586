//! The flags of parts, in schemas that are made here: a counter has numbers that can only grow, and rows that code of
//! their type folds are those of a `PerProcess`. In a region that others made, a flag without a meaning has no effect.

use super::error::SchemaError;
use super::model::{Node, NodeKind};
use super::notes::{Entry, Part};
use crate::kind::Role;

/// Checks each part that has a flag.
pub(super) fn check(nodes: &[Node], entries: &[Entry]) -> Result<(), SchemaError> {
    entries.iter().filter(|entry| entry.has_flags()).try_for_each(|entry| {
        let node = &nodes[entry.ty as usize];
        let mut fields = node.kind.fields().iter();
        entry.parts.iter().try_for_each(|part| {
            let field = fields.next().map_or("", |field| &*field.name);
            check_part(nodes, entries, &node.kind, field, part)
        })
    })
}

fn check_part(
    nodes: &[Node],
    entries: &[Entry],
    of: &NodeKind,
    field: &str,
    part: &Part,
) -> Result<(), SchemaError> {
    let is_rows = matches!(of, NodeKind::Live { role: Role::PerProcess, .. }) && field == "rows";
    if part.notes.own_fold && !is_rows {
        return Err(SchemaError::FoldOfNothing { field: field.to_owned() });
    }
    let ty = entries[part.entry as usize].ty;
    if part.notes.counter && !can_count(nodes, ty) {
        return Err(SchemaError::NotACounter { field: field.to_owned() });
    }
    Ok(())
}

/// Whether a type has numbers that can only grow, as `#[shm(counter)]` requires.
fn can_count(nodes: &[Node], ty: u32) -> bool {
    match nodes[ty as usize].kind {
        NodeKind::Scalar(scalar)
        | NodeKind::NonZero { scalar, .. }
        | NodeKind::Ordered { scalar, .. } => scalar.can_count(),
        NodeKind::Array { element, .. } | NodeKind::Slice { element } => can_count(nodes, element),
        NodeKind::Live { role, .. } => matches!(
            role,
            Role::Mutex | Role::RwLock | Role::Latest | Role::Watched | Role::PerProcess
        ),
        NodeKind::Struct { .. } => true,
        _ => false,
    }
}
