//! Whether a program can use a region: compares the region's current layout with the program's, and
//! computes the bytes that make it grow.

use super::checked::CheckedHeader;
use super::description::Description;
use super::directory::{SectionFault, SectionKind};
use super::error::FormatError;
use super::growth::{Grown, Growth, Patch};
use super::source::ReadAt;
use crate::layout::Layout;
use crate::limits::MAX_ALIGN;
use crate::schema::{self, Compatible, Difference, Encoded, Incompatible, Room, Schema};

impl CheckedHeader {
    /// Whether fields can be added to the region: whether it was made with a capacity.
    #[must_use]
    pub fn may_grow(&self) -> bool {
        self.growth.is_some()
    }

    /// Whether fields or variants were added since the region was made.
    #[must_use]
    pub fn has_grown(&self) -> bool {
        self.grown().is_some()
    }

    pub(super) fn grown(&self) -> Option<&Grown> {
        self.growth.as_ref().and_then(Growth::current)
    }

    /// Returns the room that the region has for a value.
    #[must_use]
    pub fn room(&self) -> Room {
        let participants = self.find(SectionKind::Participants).is_some();
        // At most a page: a mapping is aligned to no more.
        let align = 1 << self.data_offset().trailing_zeros().min(MAX_ALIGN.trailing_zeros());
        let heap = self.find(SectionKind::Heap).is_some();
        Room { bytes: self.data_len(), align, participants, heap }
    }

    /// Returns the layout that the region has grown to, if it has: one that contains all of the first one.
    pub(super) fn later(&self, made_with: Schema) -> Result<Schema, FormatError> {
        let (Some(growth), Some(grown)) = (&self.growth, self.grown()) else {
            return Ok(made_with);
        };
        let mut schema = Schema::decode(&grown.schema)?;
        schema.annotate(&grown.annotations);
        // Compared from the view of a program with the first layout, so that new fields may be of kinds
        // unknown to this version.
        match schema::compare(&schema, self.room(), &made_with) {
            Ok(verdict) if verdict.adds_nothing() => Ok(schema),
            _ => Err(growth.section().fault(SectionFault::NotLater)),
        }
    }

    /// Checks that a program with this layout can use the region, and returns how; `source` is that of
    /// the header. Two layouts are the same if their canonical schema bytes are; where they differ,
    /// [`schema::compare`] decides.
    ///
    /// # Errors
    /// The conflicts; or a byte order that is not this machine's.
    pub fn expect(
        &self,
        source: &(impl ReadAt + ?Sized),
        layout: &'static Layout,
    ) -> Result<Compatible, FormatError> {
        self.expect_encoded(source, &Encoded::of(layout)?)
    }

    /// As [`CheckedHeader::expect`], for a layout that was encoded before.
    ///
    /// # Errors
    /// As [`CheckedHeader::expect`].
    pub fn expect_encoded(
        &self,
        source: &(impl ReadAt + ?Sized),
        program: &Encoded,
    ) -> Result<Compatible, FormatError> {
        self.expect_native()?;
        if self.has_grown() || !self.schema.are_of(program) {
            return self.compare(source, program);
        }
        let (found, expected) = (self.fingerprint(), program.fingerprint());
        if found != expected {
            return Err(FormatError::Fingerprint { found, expected });
        }
        self.check_alignment(program.align())?;
        Ok(Compatible::default())
    }

    /// Compares a layout that is not the one with which the region was made.
    #[cold]
    fn compare(
        &self,
        source: &(impl ReadAt + ?Sized),
        program: &Encoded,
    ) -> Result<Compatible, FormatError> {
        let (found, wanted) = (self.read_schema(source)?, program.schema()?);
        if found == wanted {
            return Ok(Compatible::default());
        }
        let name = || program.type_name();
        let against = |found: &Schema| against(found, self.room(), name, &wanted);
        // The room includes the alignment of the data, so the verdict covers that as well.
        let verdict = against(&found)?;
        if self.has_grown() && self.is_news(&verdict) {
            // The first layout stays valid for ever: every later one must contain it.
            against(&Schema::decode(&self.schema)?)?;
        }
        Ok(verdict)
    }

    /// Whether a program with that verdict has something to add to the region's description: fields,
    /// or, if it knows everything else in the region, variants.
    pub fn is_news(&self, verdict: &Compatible) -> bool {
        let has_variants = !verdict.new_variants().is_empty() && verdict.knows_all();
        verdict.grows() || self.may_grow() && has_variants
    }

    /// Returns the bytes that make the region grow to a layout that [`CheckedHeader::expect`] accepted.
    ///
    /// # Errors
    /// [`FormatError::NotDescribable`] if there is no room for the description.
    pub fn growth_to(&self, program: &Encoded) -> Result<Patch, FormatError> {
        let description = Description::of_encoded(program)?;
        let patch = self.growth.as_ref().and_then(|growth| growth.patch(&description));
        patch.ok_or(FormatError::NotDescribable { type_name: program.type_name() })
    }
}

/// Whether a program with this layout can use a value of that schema, in that room, and how.
///
/// # Errors
/// As [`CheckedHeader::expect`].
pub fn expect(
    found: &Schema,
    room: Room,
    layout: &'static Layout,
) -> Result<Compatible, FormatError> {
    against(found, room, || layout.name().to_owned(), &Schema::of(layout)?)
}

/// As [`expect`], for a type that only its schema describes, of this name.
///
/// # Errors
/// As [`expect`].
pub fn expect_schema(
    found: &Schema,
    room: Room,
    name: &str,
    wanted: &Schema,
) -> Result<Compatible, FormatError> {
    against(found, room, || name.to_owned(), wanted)
}

fn against(
    found: &Schema,
    room: Room,
    type_name: impl FnOnce() -> String,
    wanted: &Schema,
) -> Result<Compatible, FormatError> {
    schema::compare(found, room, wanted)
        .map_err(|refusal| differs(type_name(), found, wanted, refusal))
}

fn differs(
    type_name: String,
    found: &Schema,
    wanted: &Schema,
    refusal: Incompatible,
) -> FormatError {
    let refusal = Box::new(refusal);
    let difference = Box::new(Difference::of_unequal(found, wanted));
    FormatError::LayoutDiffers { type_name, refusal, difference }
}
