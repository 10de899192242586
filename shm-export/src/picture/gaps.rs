//! The bytes of a layout that belong to no field.

use serde::Serialize;
use shm_schema::schema::{Schema, Type, TypeKind};

use super::walk::is_slots;

/// Bytes of a layout, by what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Gaps {
    /// Unused, between the fields of structs.
    pub(crate) holes: Gap,
    /// Unused, after the last fields of structs.
    pub(crate) padding: Gap,
    /// Unused, between and after the working parts of live types.
    pub(crate) spacing: Gap,
}

/// Unused bytes of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Gap {
    /// The number of runs.
    pub(crate) count: u64,
    /// The number of bytes in all.
    pub(crate) bytes: u64,
}

impl Gaps {
    /// The gaps in a type of a schema, each counted as often as it occurs there.
    pub(crate) fn of(schema: &Schema, ty: Type<'_>) -> Self {
        let mut known: Vec<Both> = Vec::new();
        for ty in schema.types() {
            known.push(Both::of(ty, &known));
        }
        known.get(ty.index() as usize).map(|both| both.plain).unwrap_or_default()
    }

    /// Bytes that another order of fields could save.
    pub(crate) fn lost(&self) -> u64 {
        self.holes.bytes.saturating_add(self.padding.bytes)
    }

    /// Bytes that belong to no field.
    pub(crate) fn unused(&self) -> u64 {
        self.lost().saturating_add(self.spacing.bytes)
    }

    fn add(&mut self, other: &Self, times: u64) {
        self.holes.add(other.holes, times);
        self.padding.add(other.padding, times);
        self.spacing.add(other.spacing, times);
    }
}

impl Gap {
    fn add(&mut self, other: Self, times: u64) {
        self.count = self.count.saturating_add(other.count.saturating_mul(times));
        self.bytes = self.bytes.saturating_add(other.bytes.saturating_mul(times));
    }

    fn add_run(&mut self, from: u64, to: u64) {
        if from < to {
            self.add(Self { count: 1, bytes: to - from }, 1);
        }
    }
}

/// The gaps in a type, by itself and as a slot of a `Latest` or `Ring`.
#[derive(Clone, Copy, Default)]
struct Both {
    plain: Gaps,
    slot: Gaps,
}

impl Both {
    /// Returns those of a type, given those of the types of lower indexes.
    fn of(ty: Type<'_>, known: &[Self]) -> Self {
        let part = |ty: Type<'_>| known[ty.index() as usize];
        match ty.kind() {
            TypeKind::Array { element, len } => {
                let mut both = Self::default();
                both.plain.add(&part(element).plain, len);
                both.slot.add(&part(element).slot, len);
                both
            }
            TypeKind::Struct { fields } | TypeKind::Live { fields, .. } => {
                let mut inside = Gaps::default();
                for field in fields.iter() {
                    let both = part(field.ty());
                    let is_slot = is_slots(ty, field.name());
                    inside.add(if is_slot { &both.slot } else { &both.plain }, 1);
                }
                let (holes, padding) = own(ty);
                let (mut plain, mut slot) = (inside, inside);
                slot.spacing.add(holes, 1);
                slot.spacing.add(padding, 1);
                plain.holes.add(holes, 1);
                plain.padding.add(padding, 1);
                if ty.role().is_some() {
                    plain = slot;
                }
                Self { plain, slot }
            }
            _ => Self::default(),
        }
    }
}

/// The holes between a struct's own fields, and its padding.
fn own(ty: Type<'_>) -> (Gap, Gap) {
    let (mut holes, mut padding, mut end) = (Gap::default(), Gap::default(), 0);
    for field in ty.fields() {
        holes.add_run(end, field.offset());
        end = field.offset().saturating_add(field.ty().size());
    }
    padding.add_run(end, ty.size());
    (holes, padding)
}
