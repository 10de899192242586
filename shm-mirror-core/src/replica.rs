//! [`Replica`]: the follower's region.

use std::path::PathBuf;
use std::time::Duration;

use shm_core::dynamic::DynLayout;
use shm_core::dynamic::units::{Change, Units, UnitsError};
use shm_core::inspect::Inspection;
use shm_core::region::mirror::{Keeper, Origin, State};
use shm_core::schema::{Schema, SchemaError, compare};
use shm_core::{DynRegion, Error, ReadWrite, fault};

use crate::message::{Facts, Head};

/// The reasons why a mirror cannot be made, or be filled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplicaError {
    /// The origin's values are in the other byte order.
    #[error("the origin has the other byte order")]
    ByteOrder,
    /// The origin's schema is not valid.
    #[error("the origin's layout is not one that a region can have")]
    Schema(#[from] SchemaError),
    /// The fingerprint in the message is not that of its schema.
    #[error("the origin's fingerprint is not that of its layout")]
    Fingerprint,
    /// The region would be too large.
    #[error("a mirror would take {needed} bytes, and may have {most}")]
    TooLarge {
        /// The bytes of data and heap.
        needed: u64,
        /// The most that the follower was told.
        most: u64,
    },
    /// The lengths in the message do not belong to its schema.
    #[error("the origin's lengths are not those of its layout")]
    Lengths,
    /// A snapshot lacks a value: at the origin, its lock was held all the time.
    #[error("the origin's answer lacks the value at offset {offset}")]
    Incomplete {
        /// Where the value is.
        offset: u64,
    },
    /// The name belongs to a region that is not a mirror of this origin.
    #[error("{region} is {found}")]
    NameTaken {
        /// The path.
        region: String,
        /// What has the name.
        found: String,
    },
    /// The region cannot be made or opened.
    #[error(transparent)]
    Region(#[from] Error),
    /// The changes are not those of such a region, or it has too many parts.
    #[error(transparent)]
    Units(#[from] UnitsError),
}

/// A mirror that this process keeps.
#[derive(Debug)]
pub(crate) struct Replica {
    units: Units<ReadWrite>,
    keeper: Keeper,
    schema: Vec<u8>,
    lengths: [u64; 3],
}

/// Where a mirror is made, of which region, and how large it may be.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) name: PathBuf,
    pub(crate) origin: String,
    pub(crate) most: u64,
}

impl Replica {
    /// Makes the mirror, takes over the one that another follower has left, or lets it grow, and fills it with a snapshot.
    pub(crate) fn fill(
        before: Option<Self>,
        place: &Place,
        head: &Head,
        facts: &Facts<'_>,
        changes: &[Change<'_>],
    ) -> Result<Self, ReplicaError> {
        let layout = expect(head, facts, place.most)?;
        let old = match before {
            Some(replica) if replica.region().is_current() => Some(replica),
            gone => {
                gone.inspect(|replica| replica.set_state(State::Replaced));
                Self::take_over(place)?
            }
        };
        let Some(mut old) = old else { return Self::make(place, head, facts, changes, &layout) };
        if old.has(facts) || old.grow_to(place, head, facts, &layout)? {
            old.refill(place, head, facts, changes)?;
            return Ok(old);
        }
        let new = Self::make(place, head, facts, changes, &layout)?;
        fault::point("mirror: replaced, the old one not told");
        old.set_state(State::Replaced);
        Ok(new)
    }

    /// The mirror that another follower of this origin has left, if there is one.
    fn take_over(place: &Place) -> Result<Option<Self>, ReplicaError> {
        let Some(seen) = found(place)? else { return Ok(None) };
        // Whoever keeps it has to say what it is, or to end.
        let region = DynRegion::options().mirror(true).open(&place.name)?;
        Ok(Some(Self {
            units: region.units()?,
            keeper: region.keep_mirror()?,
            schema: seen.schema().to_bytes(),
            lengths: lengths_of(&seen),
        }))
    }

    /// Adds the origin's new fields to the layout of the mirror's file, in which other programs go on, if they are all
    /// that differs. Returns whether it has the origin's layout now.
    fn grow_to(
        &mut self,
        place: &Place,
        head: &Head,
        facts: &Facts<'_>,
        layout: &DynLayout,
    ) -> Result<bool, ReplicaError> {
        let seen = Inspection::of(&place.name)?;
        let verdict = compare(seen.schema(), seen.header().room(), layout.schema());
        let grows = verdict.is_ok_and(|verdict| verdict.grows() && verdict.knows_all());
        if !grows || self.lengths != lengths(facts) {
            return Ok(false);
        }
        // Before anybody can see the new fields: until they are filled in, they are zero.
        self.keeper.begin(&origin(place, head, facts));
        fault::point("mirror: about to grow");
        let grown = match DynRegion::options().mirror(true).open_as(&place.name, layout) {
            // No room for the description, or the file has been replaced.
            Err(Error::Format { .. }) => return Ok(false),
            grown => grown?,
        };
        fault::point("mirror: grown, not filled");
        if Inspection::of(&place.name)?.schema().to_bytes() != facts.schema {
            return Ok(false);
        }
        self.units = grown.units()?;
        self.schema = facts.schema.to_vec();
        Ok(true)
    }

    /// Makes a new region, which has all its values before another process can see it.
    fn make(
        place: &Place,
        head: &Head,
        facts: &Facts<'_>,
        changes: &[Change<'_>],
        layout: &DynLayout,
    ) -> Result<Self, ReplicaError> {
        let mut options = DynRegion::options().mirror(true).mode(0o444);
        if layout.schema().root().has_tail() {
            options =
                options.len(usize::try_from(facts.tail_len).map_err(|_| ReplicaError::Lengths)?);
        } else {
            options = options
                .capacity(usize::try_from(facts.data_len).map_err(|_| ReplicaError::Lengths)?);
        }
        if facts.heap_len > 0 {
            options = options.heap_max(facts.heap_len);
        }
        let made = options.create_or_replace_with(&place.name, layout, |region| {
            let units = region.units()?;
            expect_all(&units, changes)?;
            units.apply(changes)?;
            region.keep_mirror()?.begin(&origin(place, head, facts));
            fault::point("mirror: made, without a name");
            Ok::<(), ReplicaError>(())
        })?;
        let replica = Self::over(&made, facts)?;
        replica.keeper.changed(head.time);
        Ok(replica)
    }

    fn over(region: &DynRegion, facts: &Facts<'_>) -> Result<Self, ReplicaError> {
        Ok(Self {
            units: region.units()?,
            keeper: region.keep_mirror()?,
            schema: facts.schema.to_vec(),
            lengths: lengths(facts),
        })
    }

    fn refill(
        &self,
        place: &Place,
        head: &Head,
        facts: &Facts<'_>,
        changes: &[Change<'_>],
    ) -> Result<(), ReplicaError> {
        // Nothing is said of the mirror that it is not, if the changes are not those of such a region.
        expect_all(&self.units, changes)?;
        self.keeper.begin(&origin(place, head, facts));
        fault::point("mirror: begun, not filled");
        self.apply(changes, head.time)?;
        Ok(())
    }

    fn has(&self, facts: &Facts<'_>) -> bool {
        self.schema == facts.schema && self.lengths == lengths(facts)
    }

    /// Applies changes.
    pub(crate) fn apply(&self, changes: &[Change<'_>], time: u64) -> Result<(), UnitsError> {
        self.units.apply(changes)?;
        fault::point("mirror: changed, not noted");
        if !changes.is_empty() {
            self.keeper.changed(time);
        }
        Ok(())
    }

    /// Notes that the origin had nothing newer so long ago than what is here.
    pub(crate) fn heard(&self, sequence: u64, ago: Duration) {
        self.keeper.heard_ago(sequence, ago);
    }

    pub(crate) fn set_state(&self, state: State) {
        self.keeper.set_state(state);
    }

    pub(crate) fn region(&self) -> &DynRegion {
        self.units.region()
    }
}

/// Checks that changes are of this region, and that no unit is missing that is mirrored.
fn expect_all(units: &Units<ReadWrite>, changes: &[Change<'_>]) -> Result<(), ReplicaError> {
    let mut found = units.check(changes)?.into_iter().peekable();
    for (at, unit) in units.iter().enumerate() {
        if unit.reason().is_none() && found.next_if_eq(&at).is_none() {
            return Err(ReplicaError::Incomplete { offset: unit.offset() });
        }
    }
    Ok(())
}

fn lengths(facts: &Facts<'_>) -> [u64; 3] {
    [facts.tail_len, facts.data_len, facts.heap_len]
}

/// Checks what comes from elsewhere, and returns the layout.
fn expect(head: &Head, facts: &Facts<'_>, most: u64) -> Result<DynLayout, ReplicaError> {
    if !head.flags.is_native() {
        return Err(ReplicaError::ByteOrder);
    }
    let needed = facts.data_len.saturating_add(facts.heap_len);
    if needed > most {
        return Err(ReplicaError::TooLarge { needed, most });
    }
    let mut schema = Schema::decode(facts.schema)?;
    // Notes that do not fit are left out, as those in a file are.
    let _ = schema.annotate(facts.annotations);
    if schema.fingerprint() != Some(head.fingerprint) {
        return Err(ReplicaError::Fingerprint);
    }
    let root = schema.root();
    let size = root.size_with(facts.tail_len);
    let fits = match root.has_tail() {
        true => size == Some(facts.data_len),
        false => facts.tail_len == 0 && size.is_some_and(|size| size <= facts.data_len),
    };
    if !fits || (schema.needs_heap() && facts.heap_len == 0) {
        return Err(ReplicaError::Lengths);
    }
    Ok(DynLayout::from_schema(schema)?)
}

/// The mirror of this origin that has the name, if one has.
fn found(place: &Place) -> Result<Option<Inspection>, ReplicaError> {
    let seen = match Inspection::of(&place.name) {
        Err(Error::NotFound { .. }) => return Ok(None),
        seen => seen?,
    };
    let taken = |found: String| {
        let region = seen.path().display().to_string();
        ReplicaError::NameTaken { region, found }
    };
    match seen.mirror()? {
        Some(mirror) if mirror.origin() == cut(&place.origin) => Ok(Some(seen)),
        Some(mirror) => {
            let other = mirror.origin().escape_debug().to_string();
            Err(taken(format!("a mirror of {other}")))
        }
        None => Err(taken("a region that is not a mirror".to_owned())),
    }
}

/// As much of an origin's name as a mirror keeps.
fn cut(name: &str) -> &str {
    let len = (0..=name.len().min(104)).rev().find(|len| name.is_char_boundary(*len));
    &name[..len.unwrap_or(0)]
}

fn lengths_of(seen: &Inspection) -> [u64; 3] {
    let header = seen.header();
    let heap_len = header.heap().ok().flatten().map_or(0, |(_, len)| len);
    [header.tail_len(), header.data_len(), heap_len]
}

fn origin(place: &Place, head: &Head, facts: &Facts<'_>) -> Origin {
    Origin {
        name: place.origin.clone(),
        instance: head.instance,
        boot_id: facts.boot_id,
        created_at: facts.created_at,
        beat: Duration::from_millis(facts.beat_ms.into()),
        scan_period: Duration::from_micros(facts.scan_us.into()),
    }
}
