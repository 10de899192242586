//! The locks that guard other fields of their struct: `#[shm(guarded_by = "lock")]`. They are notes, but unlike
//! the others they are for programs, so they are checked.

use std::collections::HashMap;

use super::error::SchemaError;
use super::model::{Member, Node, NodeKind};
use super::notes::{Entry, Part};
use super::verify::children;
use crate::kind::Role;

/// Checks each guarded field: the lock is a `Mutex` of nothing in the same struct, and nothing in the field is
/// live.
pub(super) fn check(nodes: &[Node], entries: &[Entry]) -> Result<(), SchemaError> {
    let mut guarded = entries.iter().filter(|entry| entry.has_guards()).peekable();
    if guarded.peek().is_none() {
        return Ok(());
    }
    let plain = plain(nodes);
    guarded.try_for_each(|entry| Guarded { nodes, plain: &plain, entry }.check())
}

/// For each type, whether nothing in it is live, or of an unknown kind.
fn plain(nodes: &[Node]) -> Vec<bool> {
    let mut plain = Vec::with_capacity(nodes.len());
    for node in nodes {
        let by_itself = !matches!(node.kind, NodeKind::Live { .. } | NodeKind::Unknown(_));
        // Parts come before wholes.
        plain.push(by_itself && children(node).all(|part| plain[part as usize]));
    }
    plain
}

/// An entry with a guarded part.
struct Guarded<'a> {
    nodes: &'a [Node],
    plain: &'a [bool],
    entry: &'a Entry,
}

impl Guarded<'_> {
    fn check(&self) -> Result<(), SchemaError> {
        let NodeKind::Struct { fields } = &self.nodes[self.entry.ty as usize].kind else {
            let part = self.entry.parts.iter().find(|part| !part.notes.guard.is_empty());
            return part.map_or(Ok(()), |part| Err(fault("", part, "only fields have a lock")));
        };
        let by_name: HashMap<&str, &Member> =
            fields.iter().map(|field| (&*field.name, field)).collect();
        for (part, field) in self.entry.parts.iter().zip(fields) {
            if !part.notes.guard.is_empty() {
                self.check_field(part, field, by_name.get(&*part.notes.guard).copied())?;
            }
        }
        Ok(())
    }

    fn check_field(
        &self,
        part: &Part,
        field: &Member,
        lock: Option<&Member>,
    ) -> Result<(), SchemaError> {
        let Some(lock) = lock else {
            return Err(fault(&field.name, part, "there is no such field beside it"));
        };
        if !is_lock(self.nodes, lock.ty) {
            return Err(fault(&field.name, part, "that is not a `Mutex<()>`"));
        }
        if !self.plain[field.ty as usize] {
            return Err(fault(&field.name, part, "something in it is shared state already"));
        }
        Ok(())
    }
}

/// Whether a type is a `Mutex` of nothing.
fn is_lock(nodes: &[Node], ty: u32) -> bool {
    let NodeKind::Live { role: Role::Mutex, fields } = &nodes[ty as usize].kind else {
        return false;
    };
    fields.last().is_some_and(|value| nodes[value.ty as usize].size == 0)
}

#[cold]
fn fault(field: &str, part: &Part, fault: &'static str) -> SchemaError {
    SchemaError::Guard { field: field.to_owned(), lock: part.notes.guard.to_string(), fault }
}
