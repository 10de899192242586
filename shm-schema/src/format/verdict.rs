//! Whether a program can use a region: the layout that the region has by now, held against the
//! program's; and what makes it grow.

use super::checked::Checked;
use super::description::Description;
use super::directory::{SectionFault, SectionKind};
use super::error::FormatError;
use super::growth::{Grown, Growth, Patch};
use super::source::ReadAt;
use crate::layout::Layout;
use crate::limits::MAX_ALIGN;
use crate::schema::{self, Compatible, Difference, Incompatible, Room, Schema, canonical_bytes};

impl Checked {
    /// Whether fields can be added while the region lives: whether it was made with a capacity.
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

    /// The room of the region for a value.
    #[must_use]
    pub fn room(&self) -> Room {
        let participants = self.find(SectionKind::Participants).is_some();
        // A page at most: a mapping has no more.
        let align = 1 << self.data_offset().trailing_zeros().min(MAX_ALIGN.trailing_zeros());
        let heap = self.find(SectionKind::Heap).is_some();
        Room { bytes: self.data_len(), align, participants, heap }
    }

    /// What the region has grown to, if it has: a layout that has all of the first one.
    pub(super) fn later(&self, made_with: Schema) -> Result<Schema, FormatError> {
        let (Some(growth), Some(grown)) = (&self.growth, self.grown()) else {
            return Ok(made_with);
        };
        let mut schema = Schema::decode(&grown.schema)?;
        schema.annotate(&grown.annotations);
        // Asked as a program with the first layout would ask. So new fields may be of kinds that are
        // not known here.
        match schema::compare(&schema, self.room(), &made_with) {
            Ok(verdict) if verdict.adds_nothing() => Ok(schema),
            _ => Err(growth.section().fault(SectionFault::NotLater)),
        }
    }

    /// Checks that a program with this layout can use the region, and says how; `source` is that of
    /// the header. Two layouts are the same if their canonical schema bytes are; where they differ,
    /// [`schema::compare`] decides.
    ///
    /// # Errors
    /// The conflicts; or that the byte order is that of another machine.
    pub fn expect(
        &self,
        source: &(impl ReadAt + ?Sized),
        layout: &'static Layout,
    ) -> Result<Compatible, FormatError> {
        self.expect_native()?;
        if self.has_grown() || self.schema != canonical_bytes(layout)? {
            return self.compare(source, layout);
        }
        let (found, expected) = (self.fingerprint(), layout.fingerprint());
        if found != expected {
            return Err(FormatError::Fingerprint { found, expected });
        }
        self.check_alignment(layout.align() as u64)?;
        Ok(Compatible::default())
    }

    /// The verdict on a layout that is not the one that the region was made with.
    #[cold]
    fn compare(
        &self,
        source: &(impl ReadAt + ?Sized),
        layout: &'static Layout,
    ) -> Result<Compatible, FormatError> {
        let (found, wanted) = (self.read_schema(source)?, Schema::of(layout)?);
        if found == wanted {
            return Ok(Compatible::default());
        }
        let against = |found: &Schema| {
            schema::compare(found, self.room(), &wanted)
                .map_err(|refusal| differs(layout, found, &wanted, refusal))
        };
        // The room knows how the data is aligned, so that the verdict is about that, too.
        let verdict = against(&found)?;
        if self.has_grown() && self.is_news(&verdict) {
            // The first layout is never forgotten: a program that has it must find it in the next one, too.
            against(&Schema::decode(&self.schema)?)?;
        }
        Ok(verdict)
    }

    /// Whether a program with that verdict has something to add to the region's description: fields,
    /// or, where it knows all else that is in the region, variants.
    pub fn is_news(&self, verdict: &Compatible) -> bool {
        let has_variants = !verdict.new_variants().is_empty() && verdict.knows_all();
        verdict.grows() || self.may_grow() && has_variants
    }

    /// The bytes that make the region grow to a layout of which [`Checked::expect`] says that it may.
    ///
    /// # Errors
    /// [`FormatError::NotDescribable`] if there is no room for the description.
    pub fn growth_to(&self, layout: &'static Layout) -> Result<Patch, FormatError> {
        let description = Description::of(layout)?;
        let patch = self.growth.as_ref().and_then(|growth| growth.patch(&description));
        patch.ok_or(FormatError::NotDescribable { type_name: layout.name() })
    }
}

fn differs(
    layout: &'static Layout,
    found: &Schema,
    wanted: &Schema,
    refusal: Incompatible,
) -> FormatError {
    let (type_name, refusal) = (layout.name(), Box::new(refusal));
    let difference = Box::new(Difference::of_unequal(found, wanted));
    FormatError::LayoutDiffers { type_name, refusal, difference }
}
