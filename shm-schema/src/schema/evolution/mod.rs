//! Evolution: whether a program can use a region whose layout differs from its own.
//!
//! ```text
//! region (schema, room) + program (schema) -> compare -> Compatible | Incompatible
//! ```
//! One function gives the verdict for every caller: opening a region, `shm check`, and programs that
//! ask in advance. [`docs/format.md`](https://docs.rs/crate/shm-core/latest/source/docs/format.md) has the rules, under "Which layouts go together".

mod comparison;
mod fault;
mod pairs;

pub use fault::{Conflict, Fault, Incompatible};

use super::model::Schema;
use crate::limits::CACHE_LINE;

/// The facts about a region besides its layout: its room for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes for the value, including those that `#[shm(capacity = N)]` added.
    pub bytes: u64,
    /// The alignment of the value in the region, a power of two: at least a cache line.
    pub align: u32,
    /// Whether the region has a list of participants, which locks need.
    pub participants: bool,
    /// Whether it has a heap, which values need whose length changes.
    pub heap: bool,
}

impl Room {
    /// Returns the room of a region that was made for this layout without a capacity, and without elements
    /// if its length is known at run time.
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

/// The verdict that a program can use a region, with the differences.
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
    /// Whether both values have the same size and the same fields, with the same names.
    #[must_use]
    pub fn is_same(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the program's value reaches past the region's, into its room: the first program that opens
    /// it for writing adds the new fields to the region's schema.
    #[must_use]
    pub fn grows(&self) -> bool {
        self.grows
    }

    /// Whether the region's value reaches past the program's, which does not touch the rest.
    #[must_use]
    pub fn has_rest(&self) -> bool {
        self.has_rest
    }

    /// Whether the program knows everything that the region has, so that its layout can replace the
    /// region's description without losing anything.
    pub fn knows_all(&self) -> bool {
        self.unseen.is_empty() && self.unknown_variants.is_empty()
    }

    /// Whether the region has everything that the program knows.
    pub fn adds_nothing(&self) -> bool {
        !self.grows && self.added.is_empty() && self.new_variants.is_empty()
    }

    /// Returns the paths of the fields that only the program has: zero until a process writes them.
    #[must_use]
    pub fn added(&self) -> &[String] {
        &self.added
    }

    /// Returns the paths of the fields that only the region has: the program neither sees nor changes them.
    #[must_use]
    pub fn unseen(&self) -> &[String] {
        &self.unseen
    }

    /// Returns the fields with two names: the region's path, and the program's.
    #[must_use]
    pub fn renamed(&self) -> &[(String, String)] {
        &self.renamed
    }

    /// Returns the variants that only the program knows, as `mode::Failed`. Other programs that read one get
    /// an error that names the field.
    #[must_use]
    pub fn new_variants(&self) -> &[String] {
        &self.new_variants
    }

    /// Returns the variants that only the region knows. The program gets an error that names the field when
    /// it reads one.
    #[must_use]
    pub fn unknown_variants(&self) -> &[String] {
        &self.unknown_variants
    }
}

/// Decides whether a program with one layout can use a region with another.
///
/// It can if the fields that both have are the same, in place and type, and those that only one of them
/// has are after everything that the other has. Renamed fields are found by the former names on either
/// side (`#[shm(alias = "old")]`). Fields that only the program has need room in the region.
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
/// // The old program can use a region that a new one made.
/// let verdict = schema::compare(&new, Room::of(&new), &old)?;
/// assert_eq!(verdict.unseen(), ["humidity"]);
///
/// // The new program cannot use an old region, unless that was made with room to grow.
/// let refusal = schema::compare(&old, Room::of(&old), &new).unwrap_err();
/// assert!(refusal.to_string().starts_with("the whole value needs 24 bytes, the region has room for 16"));
/// let room = Room { bytes: 64, ..Room::of(&old) };
/// assert_eq!(schema::compare(&old, room, &new)?.added(), ["humidity"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compare(region: &Schema, room: Room, program: &Schema) -> Result<Compatible, Incompatible> {
    comparison::compare(region, room, program)
}
