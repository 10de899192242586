//! [`Replica`]: the follower's region.

use std::path::PathBuf;
use std::time::Duration;

use shm_core::dynamic::DynLayout;
use shm_core::dynamic::units::{Change, Units, UnitsError};
use shm_core::inspect::Inspection;
use shm_core::region::mirror::{Keeper, Origin, State};
use shm_core::schema::{Schema, SchemaError};
use shm_core::{DynRegion, Error, ReadWrite};

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
    /// Makes the mirror, or takes over the one that another follower has left, and fills it with a snapshot.
    pub(crate) fn fill(
        before: Option<Self>,
        place: &Place,
        head: &Head,
        facts: &Facts<'_>,
        changes: &[Change<'_>],
    ) -> Result<Self, ReplicaError> {
        let layout = expect(head, facts, place.most)?;
        if let Some(replica) = before {
            if replica.has(facts) && replica.units.region().is_current() {
                replica.refill(place, head, facts, changes)?;
                return Ok(replica);
            }
            replica.keeper.set_state(State::Replaced);
        }
        match found(place)? {
            Found::Nothing => Self::make(place, head, facts, changes, &layout),
            Found::Ours(seen) if has_layout(&seen, &layout, facts) => {
                let region = DynRegion::options().mirror(true).open(&place.name)?;
                let replica = Self::over(&region, facts)?;
                replica.refill(place, head, facts, changes)?;
                Ok(replica)
            }
            Found::Ours(_) => {
                // Whoever keeps it has to say so, or to end.
                let old = DynRegion::options().mirror(true).open(&place.name)?;
                let keeper = old.keep_mirror()?;
                let replica = Self::make(place, head, facts, changes, &layout)?;
                keeper.set_state(State::Replaced);
                Ok(replica)
            }
        }
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
        self.apply(changes, head.time)?;
        Ok(())
    }

    fn has(&self, facts: &Facts<'_>) -> bool {
        self.schema == facts.schema && self.lengths == lengths(facts)
    }

    /// Applies changes.
    pub(crate) fn apply(&self, changes: &[Change<'_>], time: u64) -> Result<(), UnitsError> {
        self.units.apply(changes)?;
        if !changes.is_empty() {
            self.keeper.changed(time);
        }
        Ok(())
    }

    /// Notes that the origin was heard, with nothing newer than what is here.
    pub(crate) fn heard(&self, sequence: u64) {
        self.keeper.heard(sequence);
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

/// What has the name.
enum Found {
    Nothing,
    Ours(Box<Inspection>),
}

fn found(place: &Place) -> Result<Found, ReplicaError> {
    let seen = match Inspection::of(&place.name) {
        Err(Error::NotFound { .. }) => return Ok(Found::Nothing),
        seen => seen?,
    };
    let taken = |found: String| {
        let region = seen.path().display().to_string();
        ReplicaError::NameTaken { region, found }
    };
    match seen.mirror()? {
        Some(mirror) if mirror.origin() == cut(&place.origin) => Ok(Found::Ours(Box::new(seen))),
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

fn has_layout(seen: &Inspection, layout: &DynLayout, facts: &Facts<'_>) -> bool {
    let header = seen.header();
    let heap_len = header.heap().ok().flatten().map_or(0, |(_, len)| len);
    let has = [header.tail_len(), header.data_len(), heap_len];
    seen.schema().to_bytes() == layout.schema().to_bytes() && has == lengths(facts)
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
