//! Evolution: whether a program can use a region whose layout is not quite its own.
//!
//! ```text
//! region (schema, room) + program (schema) -> compare -> Compatible | Incompatible
//! ```
//! One function gives the verdict, for everybody who asks: opening a region, `shm check`, and
//! programs that want to know beforehand. `docs/format.md` has the rules, under "Which layouts go
//! together".

mod fault;
mod pairs;
mod walk;

pub use fault::{Fault, Incompatible, Why};

use super::model::Schema;
use crate::limits::CACHE_LINE;

/// The room of a region for a value, beside its layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes for the value: those that it has, and those that `#[shm(capacity = N)]` added.
    pub bytes: u64,
    /// The largest alignment that the place of the value has, a power of two: a cache line at least.
    pub align: u32,
    /// Whether it has a list of participants, which locks need.
    pub participants: bool,
    /// Whether it has a heap, which values need whose length changes.
    pub heap: bool,
}

impl Room {
    /// What a region has that was made for this layout, without a capacity, and without elements if
    /// the length is known at run time.
    #[must_use]
    pub fn of(schema: &Schema) -> Self {
        let root = schema.root();
        Self {
            bytes: root.size(),
            align: root.align().max(CACHE_LINE),
            participants: schema.has_locks(),
            heap: schema.needs_heap(),
        }
    }
}

/// How a program can use a region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compatible {
    grows: bool,
    has_rest: bool,
    added: Vec<String>,
    unseen: Vec<String>,
    renamed: Vec<(String, String)>,
    new_variants: Vec<String>,
    unknown_variants: Vec<String>,
}

impl Compatible {
    /// Whether both have values of the same size with the same fields, under the same names.
    #[must_use]
    pub fn is_same(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the program's value reaches behind the region's, into room that it has: the first
    /// program that opens it for writing adds the new fields to the region's schema.
    #[must_use]
    pub fn grows(&self) -> bool {
        self.grows
    }

    /// Whether the region's value reaches behind the program's, which does not touch the rest.
    #[must_use]
    pub fn has_rest(&self) -> bool {
        self.has_rest
    }

    /// Whether the program knows everything that the region has: whether its layout can take the place
    /// of the region's description without anything being forgotten.
    pub fn knows_all(&self) -> bool {
        self.unseen.is_empty() && self.unknown_variants.is_empty()
    }

    /// Whether the region has everything that the program knows.
    pub fn adds_nothing(&self) -> bool {
        !self.grows && self.added.is_empty() && self.new_variants.is_empty()
    }

    /// The paths of the fields that only the program has: zero until a process writes there.
    #[must_use]
    pub fn added(&self) -> &[String] {
        &self.added
    }

    /// The paths of what only the region has: the program does not see it, and leaves it alone.
    #[must_use]
    pub fn unseen(&self) -> &[String] {
        &self.unseen
    }

    /// Fields with two names: the region's path, and the program's.
    #[must_use]
    pub fn renamed(&self) -> &[(String, String)] {
        &self.renamed
    }

    /// Variants that only the program knows, as `mode::Failed`. Other programs that read one get an
    /// error that names the field.
    #[must_use]
    pub fn new_variants(&self) -> &[String] {
        &self.new_variants
    }

    /// Variants that only the region knows. The program gets an error that names the field when it
    /// reads one.
    #[must_use]
    pub fn unknown_variants(&self) -> &[String] {
        &self.unknown_variants
    }
}

/// Whether a program with one layout can use a region with another one.
///
/// Fields that were renamed are found by the names that either side says they had before
/// (`#[shm(alias = "old")]`). It can if what both have is the same, in place and type, and what only one of them has lies behind
/// all that the other one has. Fields that only the program has need room in the region.
///
/// # Errors
/// The conflicts, field by field.
///
/// ```
/// use shm_core::schema::{self, Room, Schema};
/// use shm_core::SharedLayout;
///
/// mod old {
///     #[derive(shm_core::SharedLayout)]
///     #[repr(C)]
///     pub struct Station { temperature: f64, hits: u64 }
/// }
/// mod new {
///     #[derive(shm_core::SharedLayout)]
///     #[repr(C)]
///     pub struct Station { temperature: f64, hits: u64, humidity: f32 }
/// }
///
/// let (old, new) = (Schema::of(old::Station::LAYOUT)?, Schema::of(new::Station::LAYOUT)?);
///
/// // The old program can go on with a region that a new one made.
/// let verdict = schema::compare(&new, Room::of(&new), &old)?;
/// assert_eq!(verdict.unseen(), ["humidity"]);
///
/// // The new one cannot use an old region, unless that was made with room to grow.
/// let refusal = schema::compare(&old, Room::of(&old), &new).unwrap_err();
/// assert!(refusal.to_string().starts_with("the whole value needs 24 bytes, the region has room for 16"));
/// let room = Room { bytes: 64, ..Room::of(&old) };
/// assert_eq!(schema::compare(&old, room, &new)?.added(), ["humidity"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compare(region: &Schema, room: Room, program: &Schema) -> Result<Compatible, Incompatible> {
    walk::compare(region, room, program)
}
