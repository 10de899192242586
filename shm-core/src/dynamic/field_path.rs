//! [`FieldPath`]: a path that was resolved, to be used again and again.

use std::fmt;

use super::error::DynError;
use super::memory::Memory;
use super::read::Reader;
use super::region::DynRegion;
use super::resolve::{Place, Target};
use super::value::DynValue;
use super::{scalars, write};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::layout::ScalarKind;
use crate::schema::{Type, TypeKind};

/// Where a path leads in a region: found once, then read and written without looking for names.
///
/// ```
/// use shm_core::{DynRegion, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Station { temperature: f64, samples: [u32; 16] }
///
/// let name = format!("shm-doc-field-path-{}", std::process::id());
/// let station = Region::<Station>::create(&name)?;
///
/// let samples = DynRegion::open(&name)?.resolve("samples[2..5]")?;
/// for round in 1..=3_u32 {
///     samples.set([round, round + 1, round + 2])?;
/// }
/// assert_eq!(samples.get()?.to_string(), "[3, 4, 5]");
/// assert_eq!(station.samples[4].get(), 5);
/// # station.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct FieldPath<A: Access = ReadWrite> {
    region: DynRegion<A>,
    path: String,
    place: Place,
}

impl<A: Access> FieldPath<A> {
    pub(super) fn new(region: DynRegion<A>, path: &str, place: Place) -> Self {
        Self { region, path: path.to_owned(), place }
    }

    pub(super) fn into_place(self) -> Place {
        self.place
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The type of what is there; of each element, for a range.
    #[must_use]
    pub fn ty(&self) -> Type<'_> {
        let (Target::One(index) | Target::Run { element: index, .. }) = self.place.target;
        let schema = self.region.schema();
        schema.get(index).unwrap_or_else(|| schema.root())
    }

    /// How many elements there are, for a range and for the part whose length is known at run time;
    /// `None` for one value, which an array of fixed length is.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        match self.place.target {
            Target::One(_) => None,
            Target::Run { count, .. } => Some(count),
        }
    }

    /// Whether a lock guards what is there: then reading gives an unlocked snapshot, each field of
    /// which is whole, while two fields may belong to different states; and writing takes the lock.
    #[must_use]
    pub fn is_guarded(&self) -> bool {
        self.place.lock.is_some()
    }

    /// Whether what is there is part of a `Latest`, of which every read sees one version whole.
    #[must_use]
    pub fn is_versioned(&self) -> bool {
        self.place.latest.is_some()
    }

    /// Reads what is there: each field as a typed view does, by one Acquire load of its own width.
    ///
    /// # Errors
    /// If the bytes are no value of their type, a `Latest` is written faster than it can be read, or
    /// there is too much for one value.
    pub fn get(&self) -> Result<DynValue, DynError> {
        read(&self.region, &self.place, &self.path)
    }

    /// Writes a value there. Through a `Latest` that is a new version, made under the writers' lock,
    /// in which all else is as in the newest one; through a `Watched`, all who wait are woken.
    ///
    /// # Errors
    /// If the value does not fit, or a lock guards what is there; nothing is written then.
    pub fn set(&self, value: impl Into<DynValue>) -> Result<(), DynError>
    where
        A: CanWrite,
    {
        self.expect_unguarded()?;
        set(&self.region, &self.place, &self.path, &value.into())
    }

    /// Adds to an integer, in one step that no other process can interrupt, wrapping around at the
    /// type's limit; returns the value before.
    ///
    /// # Errors
    /// If there is no integer there, or one in a `Latest` or in a fixed byte order, to which no
    /// processor adds in one step; and as [`FieldPath::set`].
    pub fn fetch_add(&self, value: impl Into<DynValue>) -> Result<DynValue, DynError>
    where
        A: CanWrite,
    {
        self.expect_unguarded()?;
        fetch_add(&self.region, &self.place, &self.path, &value.into())
    }

    fn expect_unguarded(&self) -> Result<(), DynError> {
        match &self.place.lock {
            None => Ok(()),
            Some(lock) => {
                let (field, mutex) = (self.path.clone(), lock.path.clone());
                Err(DynError::NotLocked { field, mutex })
            }
        }
    }
}

impl<A: Access> fmt::Debug for FieldPath<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldPath({:?}: {})", self.path, self.ty())
    }
}

pub(super) fn read<A: Access>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
) -> Result<DynValue, DynError> {
    let memory = Memory::<A>::of(region.mapping());
    Reader::new(region.label(), path, memory, region.tail_len()).place(region.schema(), place)
}

pub(super) fn set<A: CanWrite>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
    value: &DynValue,
) -> Result<(), DynError> {
    expect_not_a_part(place, path)?;
    write::set(Memory::<A>::of(region.mapping()), region.schema(), place, path, value)
}

pub(super) fn fetch_add<A: CanWrite>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
    value: &DynValue,
) -> Result<DynValue, DynError> {
    expect_not_a_part(place, path)?;
    let fault =
        |fault: &str| DynError::NotWritable { field: path.to_owned(), fault: fault.to_owned() };
    let Target::One(index) = place.target else {
        return Err(fault("only an integer can be added to"));
    };
    let kind = region.schema().get(index).map(Type::kind);
    let scalar = match kind {
        Some(TypeKind::Scalar(scalar)) if is_word(scalar) => scalar,
        _ => return Err(fault("only an integer of at most 64 bits can be added to")),
    };
    if place.latest.is_some() {
        return Err(fault("it is part of a `Latest`: `get` and `set` it, or make it a field"));
    }
    let unsuitable = |source| DynError::Unsuitable { field: path.to_owned(), source };
    let bits = scalars::bits(scalar, value).map_err(unsuitable)?;
    let memory = Memory::<A>::of(region.mapping());
    let before = memory.fetch_add(place.offset, scalar.size(), bits as u64);
    for event in place.watched.iter().rev() {
        memory.event(*event).notify_all();
    }
    // An integer, whatever its bits are.
    Ok(scalars::value(scalar, before.into()).unwrap_or(DynValue::None))
}

fn is_word(scalar: ScalarKind) -> bool {
    use ScalarKind::{I8, I16, I32, I64, U8, U16, U32, U64};
    matches!(scalar, U8 | U16 | U32 | U64 | I8 | I16 | I32 | I64)
}

fn expect_not_a_part(place: &Place, path: &str) -> Result<(), DynError> {
    let Some(role) = place.part_of else { return Ok(()) };
    let fault = format!("it is a working part of a `{}`, which only that changes", role.name());
    Err(DynError::NotWritable { field: path.to_owned(), fault })
}
