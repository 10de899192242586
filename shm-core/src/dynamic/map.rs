//! [`DynMap`]: a map by its name.

use std::fmt;
use std::time::{Duration, Instant};

use super::at_place::{self, expect_unguarded};
use super::field_path::FieldPath;
use super::malformed::expect_made;
use super::memory::Memory;
use super::read::tables;
use super::region::DynRegion;
use super::resolve::Place;
use super::stored;
use super::value::DynValue;
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::DynError;
use crate::layout::Role;
use crate::path::{Path, Segment};
use crate::schema::Live;
use crate::sys::clock::deadline;

/// A [`Map`](crate::Map) by its name; from [`DynRegion::map`].
///
/// One entry is read and written by its path, too: `by_id[7]`, `by_id[7].state`.
///
/// ```
/// use shm_core::{DynRegion, Map, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Board { ages: Map<str, u32> }
///
/// let name = format!("shm-doc-dynamic-map-{}", std::process::id());
/// let typed = Region::<Board>::create(&name)?;
/// let board = DynRegion::open(&name)?;
///
/// board.set(r#"ages["Ada"]"#, 36)?;
/// board.set("ages[Charles]", 79)?; // a word needs no quotation marks
/// assert_eq!(typed.ages.get("Charles")?, Some(79));
///
/// let ages = board.map("ages")?;
/// assert_eq!(ages.len()?, 2);
/// for (name, age) in ages.entries(100)? {
///     println!("{name}: {age}, {}", ages.path_of(&name));
/// }
/// assert!(board.remove("ages[Ada]")?);
/// let error = board.get("ages[Ada]").unwrap_err();
/// assert_eq!(error.to_string(), "no entry Ada in `ages`, which holds 1 entry");
/// # typed.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct DynMap<A: Access = ReadWrite> {
    map: FieldPath<A>,
}

impl<A: Access> DynRegion<A> {
    /// Returns the map that a path names.
    ///
    /// # Errors
    /// As [`DynRegion::resolve`]; if that is not one map.
    pub fn map(&self, path: impl AsRef<str>) -> Result<DynMap<A>, DynError> {
        let map = self.resolve(path)?;
        live(self, map.place(), map.path().as_str())?;
        Ok(DynMap { map })
    }
}

impl<A: CanWrite> DynRegion<A> {
    /// Removes the entry of a map that a path names, `by_id[7]`; returns whether it was there. Waits while
    /// another writer changes the map.
    ///
    /// # Errors
    /// If the path does not name an entry, or a lock guards the map; as [`FieldPath::set`].
    pub fn remove(&self, path: impl AsRef<str>) -> Result<bool, DynError> {
        self.remove_until(path.as_ref(), None)
    }

    /// As [`DynRegion::remove`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) in a [`DynError::Lock`] if another process changes the map
    /// all the time; as [`DynRegion::remove`] otherwise.
    pub fn remove_timeout(
        &self,
        path: impl AsRef<str>,
        timeout: Duration,
    ) -> Result<bool, DynError> {
        self.remove_until(path.as_ref(), deadline(timeout))
    }

    fn remove_until(&self, path: &str, deadline: Option<Instant>) -> Result<bool, DynError> {
        let place = self.place(path)?;
        expect_unguarded(self, &place, path)?;
        remove(self, &place, path, deadline)
    }
}

impl<A: Access> DynMap<A> {
    /// Returns the path.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.map.path()
    }

    /// Returns the path of the entry with a key, such as one of [`DynMap::entries`].
    #[must_use]
    pub fn path_of(&self, key: &DynValue) -> Path {
        // As reading gives it: a variant that was given as text has the path of the variant.
        let entry = self.map.ty().live().and_then(Live::entry);
        let stored = entry.and_then(|(ty, _)| stored::of(ty, key));
        self.path().with(Segment::of_key(&stored.as_ref().unwrap_or(key).to_string()))
    }

    /// Returns the number of entries. It is exact unless another process changes the map meanwhile.
    ///
    /// # Errors
    /// [`DynError::Contended`] if the map grew during each attempt.
    #[allow(clippy::len_without_is_empty, reason = "`len` looks at the whole table, and may fail")]
    pub fn len(&self) -> Result<u64, DynError> {
        let (memory, live) = (Memory::<A>::of(self.map.region().mapping()), self.map.ty().live());
        let places = live.map(|live| tables(live, self.map.place().offset));
        let Some((arena, places)) = memory.arena().zip(places) else { return Ok(0) };
        let count = memory.map(arena, places).count();
        count.map(|count| count as u64).map_err(|_| DynError::Contended { field: self.field() })
    }

    /// Copies entries out, in the order of their keys; of more than `most`, any so many.
    ///
    /// Each key is there once, with a whole value. If all are read, a key that has a value all the time is there.
    ///
    /// # Errors
    /// As [`FieldPath::get`].
    pub fn entries(&self, most: usize) -> Result<Vec<(DynValue, DynValue)>, DynError> {
        at_place::entries(&self.map, most, u64::MAX)
    }

    /// As [`DynMap::entries`], if they take at most that many bytes of memory.
    ///
    /// # Errors
    /// [`DynError::TooLarge`] if they take more; as [`DynMap::entries`] otherwise.
    pub fn entries_at_most(
        &self,
        most: usize,
        bytes: u64,
    ) -> Result<Vec<(DynValue, DynValue)>, DynError> {
        at_place::entries(&self.map, most, bytes)
    }

    /// Reads the value of a key; `None` if it has none.
    ///
    /// # Errors
    /// If the map has no such keys; as [`FieldPath::get`].
    pub fn get(&self, key: impl Into<DynValue>) -> Result<Option<DynValue>, DynError> {
        match self.map.region().get(self.path_of(&key.into())) {
            Err(DynError::NoEntry { .. }) => Ok(None),
            found => found.map(Some),
        }
    }

    fn field(&self) -> String {
        self.path().as_str().to_owned()
    }
}

impl<A: CanWrite> DynMap<A> {
    /// Gives a key a value, instead of the one that it had. Of a struct, fields that are not given keep their
    /// values, and all are given for a new key. Waits while another writer changes the map.
    ///
    /// # Errors
    /// If the map has no such keys or values, or a lock guards it; if the heap has no room.
    pub fn insert(
        &self,
        key: impl Into<DynValue>,
        value: impl Into<DynValue>,
    ) -> Result<(), DynError> {
        self.map.region().set(self.path_of(&key.into()), value)
    }

    /// Removes a key; returns whether it had a value. See [`DynRegion::remove`].
    ///
    /// # Errors
    /// If the map has no such keys, or a lock guards it.
    pub fn remove(&self, key: impl Into<DynValue>) -> Result<bool, DynError> {
        self.map.region().remove(self.path_of(&key.into()))
    }

    /// Removes all keys, and gives back the memory. If this process dies meanwhile, some are still there.
    ///
    /// # Errors
    /// If a lock guards the map.
    pub fn clear(&self) -> Result<(), DynError> {
        self.clear_until(None)
    }

    /// As [`DynMap::clear`], waiting at most for `timeout` for another writer.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) in a [`DynError::Lock`] if another process changes the map
    /// all the time; as [`DynMap::clear`] otherwise.
    pub fn clear_timeout(&self, timeout: Duration) -> Result<(), DynError> {
        self.clear_until(deadline(timeout))
    }

    fn clear_until(&self, deadline: Option<Instant>) -> Result<(), DynError> {
        let (place, path) = (self.map.place(), self.path().as_str());
        expect_unguarded(self.map.region(), place, path)?;
        clear(self.map.region(), place, path, deadline)
    }
}

impl<A: Access> fmt::Debug for DynMap<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynMap({:?})", self.path())
    }
}

/// The map at a place.
fn live<'r, A: Access>(
    region: &'r DynRegion<A>,
    place: &Place,
    path: &str,
) -> Result<Live<'r>, DynError> {
    let ty = region.schema().at(place.ty);
    expect_made(ty, path)?;
    let map = ty.live().filter(|live| live.role() == Role::Map && place.runs.is_empty());
    map.ok_or_else(|| {
        let (field, found) = (path.to_owned(), ty.to_string());
        DynError::Unreadable { field, found, fault: "not one map" }
    })
}

/// Removes the entry at a place that no lock guards, or whose locks are held.
pub(super) fn remove<A: CanWrite>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
    deadline: Option<Instant>,
) -> Result<bool, DynError> {
    let Some(entry) = place.whole_entry() else {
        let fault = "only a whole entry of a map can be removed".to_owned();
        let help = Some("name the entry by its key, as in `map[7]`");
        return Err(DynError::NotWritable { field: path.to_owned(), fault, help });
    };
    let removed =
        Memory::<A>::of(region.mapping()).change_entry(path, entry, deadline, || Ok(None))?;
    at_place::notify(region, place);
    Ok(removed)
}

/// Removes all entries of the map at a place that no lock guards, or whose locks are held.
pub(super) fn clear<A: CanWrite>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    let live = live(region, place, path)?;
    let (table, next) = tables(live, place.offset);
    let lock = place.offset + live.part("lock").offset() as usize;
    Memory::<A>::of(region.mapping()).clear_map(path, (lock, table, next), deadline)?;
    at_place::notify(region, place);
    Ok(())
}
