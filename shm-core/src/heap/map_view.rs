//! [`MapView`]: a map in the heap, and reading it.

use std::borrow::Borrow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::AtomicU64;

use super::HeapError;
use super::content::{Content, Unfit};
use super::elements::store_bytes;
use crate::access::{Access, ReadWrite};
use crate::arena::Arena;
use crate::protocol::heap::{self, Place};
use crate::registry::{self, Ground};
use crate::sync::RawLock;

/// The shared form of [`Map`](super::Map).
///
/// | offset | bytes | |
/// | --- | --- | --- |
/// | 0 | 4 | the writers' lock, as a [`Mutex`](crate::Mutex)'s |
/// | 8 | 8 | the handle of the block that has the buckets; 0 if there is none |
/// | 16 | 8 | the handle of the next one, while the map grows |
///
/// Each call that writes has three forms: it waits for another writer of the same map, or not (`try_`), or
/// for a time (`_timeout`). A writer is busy for a microsecond, or for as long as the map grows; if it is
/// stopped, others wait as for any lock. Readers never wait. A process that breaks the protocol and claims an
/// entry without the lock is waited for, too, for at most ten seconds: then writers that meet the entry fail with
/// [`LockError::Busy`](crate::LockError::Busy).
#[repr(C)]
pub struct MapView<K: Content + ?Sized, V: Content + ?Sized, A: Access = ReadWrite> {
    pub(super) lock: RawLock,
    pub(super) table: AtomicU64,
    next: AtomicU64,
    key: K::Shape,
    value: V::Shape,
    access: PhantomData<A>,
}

// SAFETY: made of atomics; the shapes are arrays without elements.
unsafe impl<K: Content + ?Sized, V: Content + ?Sized, A: Access> Send for MapView<K, V, A> {}
// SAFETY: as above.
unsafe impl<K: Content + ?Sized, V: Content + ?Sized, A: Access> Sync for MapView<K, V, A> {}

/// Keys and values that were copied out of a map.
type Entries<K, V> = Vec<(<K as Content>::Copied, <V as Content>::Copied)>;

impl<K: Content + ?Sized, V: Content + ?Sized, A: Access> MapView<K, V, A> {
    /// Copies the value of a key out; `None` if it has none.
    ///
    /// # Errors
    /// [`HeapError::Contended`] if the map was changed during each of 1,000 attempts; [`HeapError::Invalid`] if
    /// the bytes are not a value of `V`; [`HeapError::NoHeap`] outside of a region.
    #[inline]
    pub fn get(&self, key: &K) -> Result<Option<V::Copied>, HeapError> {
        let mut loaded = V::Loaded::default();
        let found = self.read(key, &mut loaded)?;
        Ok(if found { V::copied(loaded) } else { None })
    }

    /// Copies the value of a key over `out`, whose memory is used again. Returns whether it has one; if not, `out`
    /// is empty.
    ///
    /// # Errors
    /// As [`MapView::get`]; `out` then has any value.
    ///
    /// ```
    /// use shm_core::{Map, Region};
    ///
    /// let notes = Region::<Map<u32, str>>::options().private()?;
    /// notes.insert(&1, "one")?;
    /// let mut text = String::new();
    /// assert!(notes.get_into(&1, &mut text)?);
    /// assert_eq!(text, "one");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_into(&self, key: &K, out: &mut V::Loaded) -> Result<bool, HeapError> {
        let found = self.read(key, out)?;
        if !found {
            *out = V::Loaded::default();
        }
        Ok(found)
    }

    /// Returns whether a key has a value.
    ///
    /// # Errors
    /// As [`MapView::get`].
    #[inline]
    pub fn contains_key(&self, key: &K) -> Result<bool, HeapError> {
        let map = self.map(self.arena()?);
        match key.with_bytes(|key| map.get(key, |_, _| ())) {
            Ok(found) => Ok(found.is_some()),
            Err(_) => Err(HeapError::Contended),
        }
    }

    /// Returns the number of keys. Looks at the whole table, in which each key takes two to four words.
    ///
    /// It is exact if no process changes the map meanwhile. Otherwise, keys that come or go may be counted or not.
    ///
    /// # Errors
    /// [`HeapError::Contended`] if the map grew during each of 1,000 attempts; [`HeapError::NoHeap`] outside of a
    /// region.
    pub fn len(&self) -> Result<usize, HeapError> {
        self.map(self.arena()?).count().map_err(|_| HeapError::Contended)
    }

    /// Returns whether there is no key, as [`MapView::len`] does.
    ///
    /// # Errors
    /// As [`MapView::len`].
    pub fn is_empty(&self) -> Result<bool, HeapError> {
        Ok(self.len()? == 0)
    }

    /// Copies all keys and values out, in no order.
    ///
    /// Each key is there once, with a whole value. A key that has a value all the time is there; one that comes or
    /// goes meanwhile may be there or not. So it is not a snapshot: two values may have been there one after the
    /// other only.
    ///
    /// # Errors
    /// As [`MapView::get`]; [`HeapError::TooLong`] if the entries have more bytes than the heap, which is nonsense
    /// that another process wrote.
    ///
    /// ```
    /// use shm_core::{Map, Region};
    ///
    /// let ages = Region::<Map<str, u8>>::options().private()?;
    /// ages.insert("Ada", &36)?;
    /// ages.insert("Charles", &79)?;
    /// let mut all = ages.entries()?;
    /// all.sort();
    /// assert_eq!(all, [("Ada".to_owned(), 36), ("Charles".to_owned(), 79)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn entries(&self) -> Result<Entries<K, V>, HeapError> {
        let arena = self.arena()?;
        let limit = arena.len();
        match self.map(arena).entries(limit) {
            Ok(Some(all)) => all
                .iter()
                .map(|(key, value)| {
                    let key = Self::made::<K>(key).map_err(|unfit| self.unfit(unfit))?;
                    let value = Self::made::<V>(value);
                    let value = value.map_err(|unfit| self.unfit_value(unfit, key.borrow()))?;
                    Ok((key, value))
                })
                .collect(),
            Ok(None) => Err(HeapError::TooLong { len: limit as u64 + 1, limit: limit as u64 }),
            Err(_) => Err(HeapError::Contended),
        }
    }

    #[inline]
    fn arena(&self) -> Result<&Arena, HeapError> {
        match registry::ground(&self.table).and_then(Ground::arena) {
            Some(arena) => Ok(arena),
            None => Err(HeapError::NoHeap),
        }
    }

    /// The map as the protocol has it.
    #[inline]
    pub(super) fn map<'a>(&'a self, arena: &'a Arena) -> heap::map::Map<'a, Arena> {
        let place = |word: &'a AtomicU64| Place::new(arena.offset_of(word), word);
        heap::map::Map::of(arena.view(), place(&self.table), place(&self.next))
    }

    /// Copies the value of a key over `out`; `false` if it has none.
    #[inline]
    fn read(&self, key: &K, out: &mut V::Loaded) -> Result<bool, HeapError> {
        let map = self.map(self.arena()?);
        // A pointer, so that a copy without a fault is told apart by one register.
        let copy = |words: &_, len| V::load(words, len, out).map_err(Unfit::boxed);
        match key.with_bytes(|key| map.get(key, copy)) {
            Ok(Some(Ok(()))) => Ok(true),
            Ok(None) => Ok(false),
            Ok(Some(Err(unfit))) => Err(self.unfit_value(*unfit, key)),
            Err(_) => Err(HeapError::Contended),
        }
    }

    /// A key or a value of a copy of its bytes.
    fn made<T: Content + ?Sized>(bytes: &[u8]) -> Result<T::Copied, Unfit> {
        let words: Vec<_> = (0..bytes.len().div_ceil(8)).map(|_| AtomicU64::new(0)).collect();
        store_bytes(&words, bytes);
        let mut loaded = T::Loaded::default();
        T::load(&words, bytes.len(), &mut loaded)?;
        // A value that was loaded is there.
        T::copied(loaded).ok_or(Unfit::size("value", bytes.len()))
    }

    /// The error of a value with parts names its key.
    #[cold]
    fn unfit_value(&self, unfit: Unfit, key: &K) -> HeapError {
        let Unfit::Inside(misfit) = unfit else { return self.unfit(unfit) };
        let (path, found) = misfit.into_parts();
        let error = found.at(std::ptr::from_ref(self).addr());
        error.inside(&format!("[{:?}]", ShownKey(key))).inside(path.as_str()).into()
    }

    #[cold]
    fn unfit(&self, unfit: Unfit) -> HeapError {
        unfit.at(std::ptr::from_ref(self).addr()).into()
    }
}

/// The entries.
impl<K: Content + ?Sized, V: Content + ?Sized, A: Access> fmt::Debug for MapView<K, V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = match self.entries() {
            Ok(all) => all,
            Err(error) => return write!(f, "<{error}>"),
        };
        let shown = all.into_iter().map(|(key, value)| (Shown::<K>(key), Shown::<V>(value)));
        f.debug_map().entries(shown).finish()
    }
}

/// A key, for `Debug`.
struct ShownKey<'a, K: ?Sized>(&'a K);

impl<K: Content + ?Sized> fmt::Debug for ShownKey<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }
}

/// A key or a value, for `Debug`.
struct Shown<T: Content + ?Sized>(T::Copied);

impl<T: Content + ?Sized> fmt::Debug for Shown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.borrow().show(f)
    }
}
