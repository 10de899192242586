//! How much memory a value may take: a file of a few bytes can describe any amount.

use super::resolve::{Place, Target};
use super::value::DynValue;
use crate::layout::Role;
use crate::schema::{Schema, Type, TypeKind};

/// What one value takes at most, in bytes: a million numbers, or a text of 64 MiB.
pub(super) const MAX_VALUE: u64 = 64 << 20;

/// What a value without parts takes.
pub(super) const VALUE: u64 = size_of::<DynValue>() as u64;

/// What an allocation takes beside its content.
const ALLOCATION: u64 = 16;

/// What a field takes: its value, and its name.
pub(super) fn field(name: &str) -> u64 {
    size_of::<(String, DynValue)>() as u64 + ALLOCATION + name.len() as u64
}

/// What is left of what a value may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    limit: u64,
    left: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self::of(MAX_VALUE)
    }
}

impl Budget {
    pub(super) fn of(limit: u64) -> Self {
        Self { limit, left: limit }
    }

    pub(super) fn limit(self) -> u64 {
        self.limit
    }

    pub(super) fn left(self) -> u64 {
        self.left
    }

    /// Whether there was so much left.
    pub(super) fn spend(&mut self, bytes: u64) -> bool {
        let left = self.left.checked_sub(bytes);
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }
}

/// What the value at a place takes at least: without what its texts hold.
#[cold]
pub(super) fn needed(schema: &Schema, place: &Place, tail_len: u64) -> u64 {
    let mut known: Vec<u64> = Vec::new();
    // Parts stand before wholes.
    for ty in schema.types() {
        known.push(inside(ty, &known, tail_len));
    }
    let of = |index: u32| known.get(index as usize).copied().unwrap_or(0);
    match place.target {
        Target::One(index) => of(index),
        Target::Run { element, count, .. } => (VALUE + of(element)).saturating_mul(count),
    }
}

/// What the parts of a type take, those of lower indexes being known.
fn inside(ty: Type<'_>, known: &[u64], tail_len: u64) -> u64 {
    let of = |part: Type<'_>| known[part.index() as usize];
    match ty.kind() {
        TypeKind::Array { element, len } => (VALUE + of(element)).saturating_mul(len),
        TypeKind::Slice { element } => (VALUE + of(element)).saturating_mul(tail_len),
        TypeKind::Struct => match ty.role() {
            None => ty.fields().fold(0, |sum: u64, part| {
                sum.saturating_add(field(part.name())).saturating_add(of(part.ty()))
            }),
            // The value alone; what a `Latest` holds is in a copy.
            Some(Role::Mutex | Role::Watched) => ty.field("value").map_or(0, |value| of(value.ty())),
            Some(_) => 0,
        },
        _ => 0,
    }
}
